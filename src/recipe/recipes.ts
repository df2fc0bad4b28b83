import { AMD_PROBES } from './amd.ts';
import { ARM_SMMU_V3_PROBES } from './arm-smmu-v3.ts';
import { CORE_LAYOUTS, CORE_PROBES, IO_PAGE_FAULT_EVENT } from './core.ts';
import { INTEL_PROBES } from './intel.ts';
import { SHELL_RECORD } from './shell-record.ts';
import { SHELL_START } from './shell-start.ts';
import { SHELL_TRACE } from './shell-trace.ts';

/** A script that records on the machine with the problem what its IOMMU and kernel can show. */
export interface Recipe {
  readonly name: string;
  /** What it records, one line. */
  readonly description: string;
  /** Further lines for the script's head. */
  readonly remarks: readonly string[];
  /** Shell text that defines probes and enables events, in this order. */
  readonly parts: readonly string[];
  /** What `faultlog check` is to be given in front of the recording's name. */
  readonly label: string;
}

export const RECIPES: readonly Recipe[] = [
  {
    name: 'intel',
    description:
      'Intel VT-d: page requests, page responses and drains, with tracepoints (Linux 5.14 and newer) and kprobes',
    remarks: [
      'Older kernels than 5.14 have no tracepoints for it; then the probes and the kernel log are all there is.',
    ],
    parts: [INTEL_PROBES, CORE_PROBES],
    label: '',
  },
  {
    name: 'amd',
    description: 'AMD-Vi: the page request log and the answers, with kprobes; I/O page faults',
    remarks: ['AMD-Vi prints faults to the kernel log, at most ten every five seconds; io_page_fault is not limited.'],
    parts: [AMD_PROBES, CORE_PROBES, IO_PAGE_FAULT_EVENT],
    label: '',
  },
  {
    name: 'arm-smmu-v3',
    description: 'Arm SMMUv3: stalled transactions and their answers, PRI requests, with kprobes',
    remarks: ['Faults that nobody could mend are in the kernel log only. The event io_page_fault is of no use here.'],
    parts: [ARM_SMMU_V3_PROBES, CORE_PROBES],
    label: '',
  },
  {
    name: 'core',
    description: 'any IOMMU: what the IOMMU core, iommufd and the fault handlers see of page requests and responses',
    remarks: [],
    parts: [CORE_PROBES, IO_PAGE_FAULT_EVENT],
    label: '',
  },
  {
    name: 'guest',
    description:
      'inside a virtual machine: what its (virtual) IOMMU delivers, to be set against a recording of the host',
    remarks: [
      'Record on the host and in the guest at the same time. The clocks need not agree: faultlog relates them by what must',
      'have come first. A virtio-iommu prints its faults to the kernel log and knows no page requests.',
    ],
    parts: [INTEL_PROBES, AMD_PROBES, ARM_SMMU_V3_PROBES, CORE_PROBES, IO_PAGE_FAULT_EVENT],
    label: 'host=HOST.tar.gz guest=',
  },
];

/** The script: POSIX sh, to be read and then run as root. */
export function recipeScript({ name, description, remarks, parts, label }: Recipe): string {
  const head = [
    '#!/bin/sh',
    `# faultlog recipe ${name}`,
    `# ${description}`,
    ...remarks.map((remark) => `# ${remark}`),
    ...HEAD,
    `RECIPE=${name}`,
    `CHECK='${label}'`,
  ];
  return `${head.join('\n')}\n${SHELL_START}${SHELL_TRACE}${CORE_LAYOUTS}${parts.join('')}${SHELL_RECORD}`;
}

const HEAD: readonly string[] = [
  '#',
  '# Run it as root on the machine with the problem:   sh SCRIPT [SECONDS]',
  '# It records until Ctrl-C, or for so many seconds, and leaves faultlog-NAME-TIME.tar.gz in the current folder:',
  '# the trace (trace.txt), the kernel log (dmesg.txt), what was probed and how (about.txt), event formats (formats.txt).',
  '#',
  '# What it changes: it makes a trace buffer of its own (tracefs instances/), defines probes in the groups faultlog and',
  '# faultlog_pri, and removes both at the end, also when it is interrupted. It installs nothing and sends nothing.',
  '# Probes cost a microsecond or so for each page request and answer. After a kill -9 the next run cleans up.',
];

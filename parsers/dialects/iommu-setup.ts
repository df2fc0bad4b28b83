/*
 * Lines that name an IOMMU and report no trouble: set-up messages of drivers/iommu (Linux 4.15 to 7.3) and Xen,
 * kernel command lines, and functions of a call trace.
 *
 *     pci 0000:00:04.0: Adding to iommu group 3
 *
 * They say nothing for the analysis. They are listed so that what is left unread (FL903) is a change worth seeing.
 */
import { type Dialect, type DialectResult, type FramedLine, SILENT } from '../../src/model/parser.ts';

const NAME = 'iommu-setup';

export const iommuSetup: Dialect = {
  name: NAME,
  description: 'set-up messages of IOMMU drivers, which say nothing (dmesg)',
  source: 'drivers/iommu (Linux 7.3)',
  samples: [
    { line: 'pci 0000:00:04.0: Adding to iommu group 3', gives: 'silent' },
    { line: 'iommu: Default domain type: Translated', gives: 'silent' },
    { line: 'DMAR: Host address width 39', gives: 'silent' },
    { line: 'DMAR: dmar0: reg_base_addr fed90000 ver 1:0 cap 1c0000c40660462 ecap 19e2ff0505e', gives: 'silent' },
    { line: 'DMAR-IR: Enabled IRQ remapping in x2apic mode', gives: 'silent' },
    { line: 'AMD-Vi: Interrupt remapping enabled', gives: 'silent' },
    { line: 'arm-smmu-v3 9050000.smmuv3: allocated 65536 entries for cmdq', gives: 'silent' },
    { line: 'virtio_iommu virtio0: input address: 64 bits', gives: 'silent' },
    { line: 'Kernel command line: console=ttyS0 intel_iommu=on', gives: 'silent' },
    { line: ' ? iommufd_fops_release+0x8d/0x140', gives: 'silent' },
    { line: '\tffffffff87704233 report_iommu_fault+0x73 ([kernel.kallsyms])', gives: 'silent' },
    { line: ' 2)               |  amd_iommu_int_thread() {', gives: 'silent' },
    { line: '[VT-D]drhd->address = fed90000 iommu->reg = ffff82c0011a6000', gives: 'silent' },
    { line: '(XEN) Intel VT-d iommu 0 supported page sizes: 4kB, 2MB, 1GB', gives: 'silent' },
    { line: 'AMD-Vi: Copied DEV table from previous kernel.', gives: 'silent' },
    { line: 'mtk-iommu 14018000.iommu: mm dts parse fail(-517).', gives: 'silent' },
    { line: 'pci 0000:00:00.0: DMAR: BIOS has allocated no shadow GTT; disabling IOMMU for graphics', gives: 'silent' },
    { line: 'LR is at report_iommu_fault+0x144/0x1cc', gives: 'silent' },
  ],
  needles: ['iommu', '[VT-D]', 'IOMMU', 'DMAR:', 'DMAR-', 'AMD-Vi', 'arm-smmu', '_smmu'],
  kind: 'log',
  parse,
};

const SETUP: readonly RegExp[] = [
  // The core and its users.
  /: (?:Adding to|Removing from) iommu group \d+/,
  /\biommu: (?:Default domain type|DMA domain TLB invalidation policy|Adding device|Removing device)/,
  /(?:Using iommu (?:dma|direct) mapping|uses non-identity mapping|Firmware has requested this device have a 1:1)/,
  /\b[Cc]ommand line: |Unknown kernel command line parameters/,
  /vfio_iommu_type1/,
  /(?:Attached|Restored) IOMMU |\biommu: (?:attach|detach)ing|probe deferral|\bprobe with driver \S+ failed|\berror -E?\w+: |supplier \S+ not ready/,
  // Intel.
  /DMAR: (?:Host address width|(?:DRHD|RMRR) base: |ATSR flags|SATC flags|RHSA base|ANDD device|No (?:RMRR|ATSR|SATC) found)/,
  /DMAR: (?:dmar\d+: (?:reg_base_addr|Using )|IOMMU (?:enabled|disabled|feature|batching)|Intel\(R\) Virtualization Technology)/,
  /DMAR: (?:Hardware identity mapping|Setting (?:RMRR|identity)|Prepare|Translation already enabled|Copied |Disable |Enable |Intel-IOMMU force)/,
  /DMAR: (?:BIOS|Disabling|Forcing|Passthrough|Skip|Ignoring|Device scope|Unknown|Set context mapping|\[Firmware (?:Bug|Warn)\]|x2apic|Scanning|Parse )/,
  /DMAR-IR: (?:IOAPIC|HPET|Queued invalidation|Enabled|x2apic|Copied IR table|This system BIOS)/,
  /ACPI: (?:DMAR |IVRS |IORT |VIOT |Reserving (?:DMAR|IVRS|IORT|VIOT) )/,
  // AMD.
  /AMD-Vi: (?:Interrupt remapping|Using (?:global|strict)|Extended features|Virtual APIC|X2APIC|Lazy|IOMMU performance|Force-disabling|Disabling|AMD IOMMUv2)/,
  /AMD-Vi: (?:Translation is already|Copied |Using IVHD|IVHD|IVRS|\[Firmware Bug\]|Forced|V2 page table|GT |SNP|Failed to|Invalid IVRS)/,
  /AMD-Vi: (?:Found IOMMU|Applying|ivrs, |Unable to read\/write|Initialized for Passthrough|Kernel driver|Snp|IOMMU SNP)/,
  /^\s*(?:perf\/amd_iommu|amd_iommu): (?:Detected|perf)/,
  // Arm and others.
  /arm-smmu(?:-v3)? \S+: \s*(?:allocated |ias |oas |probing|IRQ \w+ not found|option |SMMUv|stage|(?:non-)?coherent|\d+ |Stage|Supported page|preserved|found|msi_domain|no (?:evtq|priq|gerror)|boot|address translation|supported)/,
  /(?:exynos-sysmmu|mtk-iommu|sun50i-iommu|rk_iommu|ipmmu-vmsa|apple-dart|omap-iommu) \S+: +(?:hardware version|mm dts parse|attempt to map|bound|probed|registered|DART|IPMMU)/,
  /virtio_iommu \S+: (?:input address|page mask)/,
  /(?:rk_iommu|iommu)\b.*: IRQ index \d+ not found/,
  // Xen.
  /^(?:\(XEN\) )?(?:Command line|\[VT-D\] ?(?:drhd->|iommu_(?:en|dis)able|d\d+:|found ACPI|Host address|endpoint|bridge|IOAPIC|MSI|flags|RMRR|Disabl|Enabl|Queued|Interrupt)|Intel VT-d|I\/O virtuali[sz]ation|AMD-Vi: (?:Found|IOMMU (?:Extended|\d+ )|Disabled|Command line|Skipping)|print_vtd_entries: )/,
  // A function in a call trace or a warning.
  /(?:^|RIP: [0-9a-f]+:)\s*(?:\? )?[\w.]+\+0x[0-9a-f]+\/0x[0-9a-f]+(?: \[|$)/,
  /^\s*[0-9a-f]{8,16} [\w.]+\+0x[0-9a-f]+ \(/,
  /\|\s+[\w.]+\(\)(?:;| \{)|\} \/\* \w+ \*\//,
  /\b(?:PC is at|LR is at|pc :|lr :|RIP: [0-9a-f]+:) ?[\w.]+\+0x|^Modules linked in:|^Workqueue: /,
  /(?:WARNING: (?:CPU: \d+ PID: \d+ at )?|kernel BUG at )drivers\/iommu\//,
];

function parse(line: string, framed: FramedLine): DialectResult {
  const payload = line.slice(framed.payload, framed.end);
  return SETUP.some((pattern) => pattern.test(payload)) ? SILENT : undefined;
}

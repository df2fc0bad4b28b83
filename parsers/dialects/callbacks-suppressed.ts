/*
 * Messages that the kernel left out: lib/ratelimit.c, ___ratelimit (Linux 7.3). By default ten messages of a
 * place in five seconds get through.
 *
 *     dmar_fault: 26 callbacks suppressed
 *
 * The number counts messages, not faults: a fault may be several messages. The log cannot tell what they
 * said. Only functions of IOMMU drivers are read; every driver prints such lines. Xen (xen/drivers/char/console.c,
 * do_printk_ratelimit) has one limit for all its messages:
 *
 *     (XEN) printk: 131 messages suppressed.
 */
import { newEvent, type TraceEvent } from '../../src/model/event.ts';
import type { Dialect, DialectResult, FramedLine } from '../../src/model/parser.ts';

const NAME = 'callbacks-suppressed';

export const callbacksSuppressed: Dialect = {
  name: NAME,
  description: 'IOMMU messages that the kernel suppressed (dmesg)',
  source: 'lib/ratelimit.c (Linux 7.3), since 2.6.33',
  samples: [
    { line: 'dmar_fault: 26 callbacks suppressed', gives: 'suppressed' },
    { line: 'prq_event_thread: 3 callbacks suppressed', gives: 'suppressed' },
    { line: 'amd_iommu_report_page_fault: 497 callbacks suppressed', gives: 'suppressed' },
    { line: 'arm_smmu_evtq_thread: 149 callbacks suppressed', gives: 'suppressed' },
    { line: 'viommu_fault_handler: 134 callbacks suppressed', gives: 'suppressed' },
    { line: 'msm_fault_handler: 34 callbacks suppressed', gives: 'suppressed' },
    { line: '(XEN) printk: 131 messages suppressed.', gives: 'suppressed' },
  ],
  needles: [' callbacks suppressed', ' messages suppressed'],
  kind: 'log',
  parse,
};

const LINE = /\b(\w+): (\d+) callbacks suppressed/;
const XEN_LINE = /\(XEN\).*\bprintk: (\d+) messages suppressed/;

/** By the prefixes of the functions in drivers/iommu (and of the memory controller and the GPUs that report faults) that limit their messages. */
const IOMMU_FUNCTION = new RegExp(
  [
    '^_*(?:dmar_|prq_|handle_bad_prq|intel_(?:svm|iommu)|qi_',
    'amd_iommu|iommu_|iopf_|ppr_|report_iommu_fault|report_partial_fault',
    'arm_smmu|arm_mmu500|nvidia_smmu|qcom_(?:smmu|iommu)|viommu_|riscv_iommu|apple_dart',
    'exynos_sysmmu|mtk_iommu|rk_iommu|sun50i_iommu|ipmmu_|omap_iommu|vsi_iommu|sprd_iommu|tegra\\d*_mc',
    'msm_(?:iommu|(?:gpu_|disp_)?fault)|a\\dxx_fault_handler|adreno_fault_handler|kgsl_iommu)',
  ].join('|'),
);

function parse(line: string, framed: FramedLine): DialectResult {
  if (line.indexOf(' messages suppressed', framed.payload) >= 0) {
    // The framing took the mark.
    const messages = XEN_LINE.exec(line)?.[1];
    return messages === undefined ? undefined : suppressed('printk', messages);
  }
  if (line.indexOf(' callbacks suppressed', framed.payload) < 0) return undefined;
  const match = LINE.exec(line.slice(framed.payload, framed.end));
  const name = match?.[1];
  if (name === undefined || !IOMMU_FUNCTION.test(name)) return undefined;
  return suppressed(name, match?.[2] ?? '');
}

function suppressed(name: string, messages: string): TraceEvent {
  const event = newEvent('suppressed', NAME, 'none');
  event.probe = name;
  event.reason = name;
  event.lost = Number(messages);
  return event;
}

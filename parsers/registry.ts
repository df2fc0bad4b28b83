import type { ParserRegistry } from '../src/model/parser.ts';
import { mappedTable } from './containers/event-table.ts';
import { containers } from './containers/registry.ts';
import { adreno } from './dialects/adreno.ts';
import { amdVi } from './dialects/amd-vi.ts';
import { appleDart } from './dialects/apple-dart.ts';
import { armSmmu } from './dialects/arm-smmu.ts';
import { armSmmuV3 } from './dialects/arm-smmu-v3.ts';
import { callbacksSuppressed } from './dialects/callbacks-suppressed.ts';
import { devFault } from './dialects/dev-fault.ts';
import { exportedEvent } from './dialects/exported-event.ts';
import { exynos } from './dialects/exynos.ts';
import { faultlogLine } from './dialects/faultlog-line.ts';
import { intelCacheTag } from './dialects/intel-cache-tag.ts';
import { intelDmarFault } from './dialects/intel-dmar-fault.ts';
import { intelPageRequestLog } from './dialects/intel-page-request-log.ts';
import { intelPrqReport } from './dialects/intel-prq-report.ts';
import { intelQiSubmit } from './dialects/intel-qi-submit.ts';
import { intelQueueError } from './dialects/intel-queue-error.ts';
import { iommuCoreLog } from './dialects/iommu-core-log.ts';
import { iommuEvents } from './dialects/iommu-events.ts';
import { iommuSetup } from './dialects/iommu-setup.ts';
import { ipmmuVmsa } from './dialects/ipmmu-vmsa.ts';
import { kernelStart } from './dialects/kernel-start.ts';
import { kgsl } from './dialects/kgsl.ts';
import { kprobe } from './dialects/kprobe.ts';
import { kprobeQueues } from './dialects/kprobe-queues.ts';
import { msm } from './dialects/msm.ts';
import { mtk } from './dialects/mtk.ts';
import { omap } from './dialects/omap.ts';
import { qemu } from './dialects/qemu.ts';
import { riscvIommu } from './dialects/riscv-iommu.ts';
import { rockchip } from './dialects/rockchip.ts';
import { smmuTrace } from './dialects/smmu-trace.ts';
import { sun50i } from './dialects/sun50i.ts';
import { tegraMc } from './dialects/tegra-mc.ts';
import { virtioIommu } from './dialects/virtio-iommu.ts';
import { vsiIommu } from './dialects/vsi-iommu.ts';
import { xenAmd } from './dialects/xen-amd.ts';
import { xenVtd } from './dialects/xen-vtd.ts';
import { zpci } from './dialects/zpci.ts';
import { ansi } from './framing/ansi.ts';
import { bpftrace } from './framing/bpftrace.ts';
import { bpftraceEvent } from './framing/bpftrace-event.ts';
import { dmesg } from './framing/dmesg.ts';
import { dmesgCtime } from './framing/dmesg-ctime.ts';
import { dmesgIso } from './framing/dmesg-iso.ts';
import { exportedEvents } from './framing/exported-events.ts';
import { ftrace } from './framing/ftrace.ts';
import { ftraceGraph } from './framing/ftrace-graph.ts';
import { ftraceLatency } from './framing/ftrace-latency.ts';
import { ftraceRaw } from './framing/ftrace-raw.ts';
import { ftraceVerbose } from './framing/ftrace-verbose.ts';
import { journalFull } from './framing/journal-full.ts';
import { journalMonotonic } from './framing/journal-monotonic.ts';
import { journalUnix } from './framing/journal-unix.ts';
import { jsonString } from './framing/json-string.ts';
import { kmsg } from './framing/kmsg.ts';
import { kmsgEscapes } from './framing/kmsg-escapes.ts';
import { listing } from './framing/listing.ts';
import { logIso } from './framing/log-iso.ts';
import { logcat } from './framing/logcat.ts';
import { markup } from './framing/markup.ts';
import { perfNoEvent } from './framing/perf-no-event.ts';
import { perfScript } from './framing/perf-script.ts';
import { perfTrace } from './framing/perf-trace.ts';
import { plain } from './framing/plain.ts';
import { quotedPrintable } from './framing/quoted-printable.ts';
import { quoting } from './framing/quoting.ts';
import { syslog } from './framing/syslog.ts';
import { syslog5424 } from './framing/syslog-5424.ts';
import { traceCmd } from './framing/trace-cmd.ts';
import { xenConsole } from './framing/xen-console.ts';

/**
 * All parsers. Framings are tried in this order; `plain` takes every line and stays last.
 * Injected by `src/main.ts`, `src/worker.ts` and `src/index.ts`; nothing else imports it.
 */
export const registry: ParserRegistry = {
  framings: [
    dmesg,
    ftrace,
    traceCmd,
    perfScript,
    bpftrace,
    bpftraceEvent,
    ftraceLatency,
    ftraceVerbose,
    ftraceGraph,
    perfTrace,
    perfNoEvent,
    syslog,
    logIso,
    syslog5424,
    journalFull,
    journalMonotonic,
    journalUnix,
    dmesgCtime,
    dmesgIso,
    kmsg,
    logcat,
    xenConsole,
    ftraceRaw,
    exportedEvents,
    plain,
  ],
  wrappings: [ansi, quoting, jsonString, listing, kmsgEscapes, markup, quotedPrintable],
  dialects: [
    intelPrqReport,
    intelQiSubmit,
    intelCacheTag,
    iommuEvents,
    devFault,
    faultlogLine,
    exportedEvent,
    kprobe,
    kprobeQueues,
    smmuTrace,
    intelDmarFault,
    intelPageRequestLog,
    intelQueueError,
    iommuCoreLog,
    callbacksSuppressed,
    amdVi,
    armSmmuV3,
    armSmmu,
    virtioIommu,
    riscvIommu,
    exynos,
    mtk,
    rockchip,
    msm,
    sun50i,
    ipmmuVmsa,
    omap,
    appleDart,
    tegraMc,
    zpci,
    vsiIommu,
    xenVtd,
    xenAmd,
    qemu,
    adreno,
    kgsl,
    iommuSetup,
    kernelStart,
  ],
  containers,
  tableContainer: mappedTable,
  // Five letters or more: the sieve finds those in one pass.
  iommuWords: [
    'IOMMU',
    'iommu',
    'DMAR:',
    'DMAR-',
    'dmar:',
    'dmar_',
    'AMD-Vi',
    'arm-smmu',
    'arm_smmu',
    'smmu:',
    'iopf_',
    ' iopf',
  ],
};

import type { ParserRegistry } from '../src/model/parser.ts';
import { containers } from './containers/registry.ts';
import { callbacksSuppressed } from './dialects/callbacks-suppressed.ts';
import { devFault } from './dialects/dev-fault.ts';
import { faultlogLine } from './dialects/faultlog-line.ts';
import { intelCacheTag } from './dialects/intel-cache-tag.ts';
import { intelDmarFault } from './dialects/intel-dmar-fault.ts';
import { intelPageRequestLog } from './dialects/intel-page-request-log.ts';
import { intelPrqReport } from './dialects/intel-prq-report.ts';
import { intelQiSubmit } from './dialects/intel-qi-submit.ts';
import { intelQueueError } from './dialects/intel-queue-error.ts';
import { iommuCoreLog } from './dialects/iommu-core-log.ts';
import { iommuEvents } from './dialects/iommu-events.ts';
import { kprobe } from './dialects/kprobe.ts';
import { bpftrace } from './framing/bpftrace.ts';
import { dmesg } from './framing/dmesg.ts';
import { ftrace } from './framing/ftrace.ts';
import { ftraceGraph } from './framing/ftrace-graph.ts';
import { ftraceLatency } from './framing/ftrace-latency.ts';
import { ftraceVerbose } from './framing/ftrace-verbose.ts';
import { perfScript } from './framing/perf-script.ts';
import { plain } from './framing/plain.ts';
import { traceCmd } from './framing/trace-cmd.ts';

/**
 * All parsers. Framings are tried in this order; `plain` takes every line and stays last.
 * Injected by `src/main.ts`, `src/worker.ts` and `src/index.ts`; nothing else imports it.
 */
export const registry: ParserRegistry = {
  framings: [dmesg, ftrace, traceCmd, perfScript, bpftrace, ftraceLatency, ftraceVerbose, ftraceGraph, plain],
  dialects: [
    intelPrqReport,
    intelQiSubmit,
    intelCacheTag,
    iommuEvents,
    devFault,
    faultlogLine,
    kprobe,
    intelDmarFault,
    intelPageRequestLog,
    intelQueueError,
    iommuCoreLog,
    callbacksSuppressed,
  ],
  containers,
  iommuWords: ['IOMMU', 'iommu', 'DMAR', 'dmar', 'AMD-Vi', 'smmu', 'SMMU', 'iopf'],
};

import type { InputReport } from '../intake/input.ts';
import { NS_PER_SECOND } from '../model/time.ts';

/** Framings whose times printk writes, which are those of `local_clock()` (kernel/printk/printk.c, vprintk_store()). */
const PRINTK: ReadonlySet<string> = new Set(['dmesg', 'kmsg']);
/**
 * Trace clocks that are the same: `perf` is `local_clock()`, `global` is `sched_clock_cpu()`, which that calls
 * (kernel/trace/trace_clock.c, 6.12). `local` is `sched_clock()`, which lacks an offset that each boot has anew (semantics §7).
 */
const SAME_AS_PRINTK: ReadonlySet<string> = new Set(['perf', 'global']);

/**
 * What to add to a time of the kernel log to have it relative to the trace's epoch, if the trace declares the clock with which
 * the kernel stamps its log; undefined if not, or if the log is stamped by another program.
 */
export function logShift(log: InputReport | undefined, trace: InputReport | undefined): number | undefined {
  if (log === undefined || trace?.clock === undefined || !SAME_AS_PRINTK.has(trace.clock)) return undefined;
  if (log.scale.unit !== 'seconds' || trace.scale.unit !== 'seconds') return undefined;
  const framings = [...log.framings].filter(([, count]) => count > 0);
  if (framings.length === 0 || framings.some(([name]) => !PRINTK.has(name))) return undefined;
  return (log.scale.epoch - trace.scale.epoch) * NS_PER_SECOND;
}

import { NS_PER_MS, NS_PER_SECOND } from './time.ts';

/** Thresholds of an analysis, all in nanoseconds but `stormPerSecond`. */
export interface AnalysisLimits {
  /** After this time a due answer counts as missing. */
  readonly timeoutNs: number;
  /** Latency above this is slow. */
  readonly slowNs: number;
  /** Lines may stand this much out of order. */
  readonly mergeWindowNs: number;
  /** More faults a second than this are a storm. */
  readonly stormPerSecond: number;
}

export const DEFAULT_LIMITS: AnalysisLimits = {
  timeoutNs: 10 * NS_PER_SECOND,
  slowNs: 100 * NS_PER_MS,
  mergeWindowNs: NS_PER_SECOND,
  stormPerSecond: 1000,
};

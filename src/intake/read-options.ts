import type { BootChoice } from './boots.ts';
import type { RangeReaders } from './range-packet.ts';

export interface ReadOptions {
  /** Lines of one input may stand this much out of order. */
  readonly mergeWindowNs: number;
  /** Name of the only framing to use. */
  readonly framing?: string;
  /** Name of the only dialect to use. */
  readonly dialect?: string;
  readonly maxLineBytes?: number;
  /** Name of a trace event → kernel function that it probes, from the configuration. */
  readonly probeNames?: ReadonlyMap<string, string>;
  /** The only boot to read of logs that hold several. */
  readonly boot?: BootChoice;
  /** Groups that an earlier run has judged are an input too; else they are refused. */
  readonly takesGroups?: boolean;
  /** Read parts of large files; without them all is read in this thread. */
  readonly ranges?: RangeReaders;
  /** Called with the number of bytes read since the last call. */
  onProgress?(bytes: number): void;
}

import type { TraceEvent } from '../model/event.ts';
import type { ExportedGroup } from '../model/exported-group.ts';
import type { Lane } from '../model/lane.ts';
import type { EventRun } from './event-run.ts';
import type { InputReport } from './input.ts';

/**
 * Events of one clock domain, in time order. Domains (trace clocks, the kernel log's clock) are not
 * comparable without a common message (semantics §7) and come one after the other, kernel logs first,
 * because they are small and the replay joins refused requests of the log to the trace.
 */
export interface EventBatch {
  readonly domain: ClockDomain;
  /** To be taken before the next batch is asked for. */
  readonly events: readonly TraceEvent[];
  /** The same, some of them as rows. */
  readonly run: EventRun;
  /** Groups that an earlier run has judged; then `events` are their messages, and not to be replayed. */
  readonly groups?: readonly ExportedGroup[];
  /** Of inputs that are followed: nothing more came to the lane for a while. */
  readonly isQuiet: boolean;
  /** The lane of all its events, where inputs are followed; others may be far ahead or behind. */
  readonly ofLane?: { readonly lane: Lane; readonly laneName: string | undefined };
}

/** `log`: the kernel log's clock. `trace`: a tracer's clock. */
export type ClockDomain = 'log' | 'trace';

export interface EventStream extends AsyncIterable<EventBatch> {
  /** One for each input, in the order given; filled while the stream is read. */
  readonly reports: readonly InputReport[];
  /** Lets go what was kept open for the texts of lines. */
  close(): void;
}

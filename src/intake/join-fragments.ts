import { type Continuation, newEvent, type TraceEvent } from '../model/event.ts';
import { NS_PER_MS } from '../model/time.ts';

/** The parts of a message are printed one after the other; log daemons print whole seconds, and take their time. */
const JOIN_WINDOW_NS = 1200 * NS_PER_MS;
/** Events held back while a message is incomplete, at most. */
const MAX_HELD = 1024;

/**
 * Joins messages that the kernel prints as several lines, also where lines of another CPU stand between them: the
 * event of the first line gets what the others say, and their lines under `also`. Meanwhile all that follows is held
 * back, so that the order stays. It stands behind the merge, so that a capture cut in two inputs reads as the whole.
 */
export class FragmentJoiner {
  /** Starts with a fragment that is still open, unless empty. */
  #held: TraceEvent[] = [];
  readonly #onPart: (line: TraceEvent) => void;

  /** @param onPart told of each line that is a part of an event, and none of its own */
  constructor(onPart: (line: TraceEvent) => void = () => undefined) {
    this.#onPart = onPart;
  }

  /** True if no event is held back. */
  get isIdle(): boolean {
    return this.#held.length === 0;
  }

  /** Takes the next events in order; gives those that need not wait any longer. */
  push(events: TraceEvent[]): TraceEvent[] {
    if (this.#held.length === 0 && !events.some(isPart)) return events;
    const out: TraceEvent[] = [];
    for (const event of events) this.#take(event, out);
    return out;
  }

  /** Gives what is left; call once at the end. */
  flush(): TraceEvent[] {
    const out: TraceEvent[] = [];
    this.#release(Number.POSITIVE_INFINITY, out);
    return out;
  }

  #take(event: TraceEvent, out: TraceEvent[]): void {
    const { continuation, time } = event;
    if (continuation === undefined) this.#held.push(event);
    else if (this.#join(continuation, event) || continuation.alone === undefined) this.#onPart(event);
    else {
      event.continuation = undefined;
      this.#held.push(event);
    }
    this.#release(time, out);
  }

  /** Finds the newest open fragment that the line belongs to. */
  #join(continuation: Continuation, line: TraceEvent): boolean {
    for (let at = this.#held.length - 1; at >= 0; at -= 1) {
      const open = this.#held[at];
      if (open === undefined || !open.isFragment || !isOfSameMessage(open, line, continuation)) continue;
      const state = continuation.join(open);
      if (state === undefined) continue;
      open.also = [...(open.also ?? []), line.source];
      if (state === 'complete') open.isFragment = false;
      return true;
    }
    return false;
  }

  /** Gives all in front of the first fragment that can still be completed at `now`. */
  #release(now: number | undefined, out: TraceEvent[]): void {
    let count = 0;
    for (const event of this.#held) {
      if (event.isFragment && !this.#isOverdue(event, now, count)) break;
      event.isFragment = false;
      out.push(event);
      count += 1;
    }
    this.#held.splice(0, count);
  }

  #isOverdue(fragment: TraceEvent, now: number | undefined, released: number): boolean {
    if (now === Number.POSITIVE_INFINITY || this.#held.length - released > MAX_HELD) return true;
    return fragment.time !== undefined && now !== undefined && now - fragment.time > JOIN_WINDOW_NS;
  }
}

/** @param reports by input: what is a part of an event is not counted as one */
export function joinerFor(reports: readonly { events: number }[]): FragmentJoiner {
  return new FragmentJoiner(({ source }) => {
    const report = reports[source.input];
    if (report !== undefined) report.events -= 1;
  });
}

/** True for a line that others may belong to, or that belongs to another. */
export function isPart(event: TraceEvent): boolean {
  return event.isFragment || event.continuation !== undefined;
}

function isOfSameMessage(open: TraceEvent, line: TraceEvent, continuation: Continuation): boolean {
  if (open.dialect !== continuation.dialect || open.lane !== line.lane || open.laneName !== line.laneName) return false;
  if (continuation.iommu !== undefined && open.iommu !== undefined && open.iommu !== continuation.iommu) return false;
  if (open.time === undefined || line.time === undefined) return true;
  return line.time - open.time <= JOIN_WINDOW_NS;
}

/** Takes a continuation through the ordering to the place where it meets the line that it belongs to. */
export function carrierOf(continuation: Continuation): TraceEvent {
  const carrier = continuation.alone ?? newEvent('suppressed', continuation.dialect, 'none');
  carrier.continuation = continuation;
  return carrier;
}

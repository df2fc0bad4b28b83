import type { TraceEvent } from '../model/event.ts';
import { NS_PER_MS } from '../model/time.ts';

/** A fragment and the rest of its message are printed one after the other. */
const JOIN_WINDOW_NS = 100 * NS_PER_MS;
/** Events held back while a fragment waits, at most. */
const MAX_HELD = 1024;

/**
 * Joins a fragment (the line with the cause of a refusal) with the next event of the same kind and IOMMU, or device where
 * no IOMMU is named, within 100 ms: that event gets the fragment's reason and its line under `also`. Meanwhile
 * all that follows is held back, so that the order stays. A fragment without a partner becomes an event of its own.
 */
export class FragmentJoiner {
  /** Starts with a waiting fragment, unless empty. */
  #held: TraceEvent[] = [];
  readonly #waiting = new Map<string, TraceEvent>();

  /** Takes the next events in order; gives those that need not wait any longer. */
  push(events: TraceEvent[]): TraceEvent[] {
    if (this.#held.length === 0 && !events.some(isFragment)) return events;
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
    const key = keyOf(event);
    const fragment = this.#waiting.get(key);
    if (fragment !== undefined && !event.isFragment && isWithinWindow(fragment, event)) {
      this.#waiting.delete(key);
      this.#held.splice(this.#held.indexOf(fragment), 1);
      event.also = [...(fragment.also ?? []), fragment.source, ...(event.also ?? [])];
      event.reason = fragment.reason ?? event.reason;
      event.vendorReason = fragment.vendorReason ?? event.vendorReason;
    }
    if (event.isFragment) {
      if (fragment !== undefined) fragment.isFragment = false;
      this.#waiting.set(key, event);
    }
    this.#held.push(event);
    this.#release(event.time, out);
  }

  /** Gives all in front of the first fragment that can still find its partner at `now`. */
  #release(now: number | undefined, out: TraceEvent[]): void {
    let count = 0;
    for (const event of this.#held) {
      if (event.isFragment && !this.#isOverdue(event, now, count)) break;
      if (event.isFragment) {
        event.isFragment = false;
        this.#waiting.delete(keyOf(event));
      }
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

function isFragment(event: TraceEvent): boolean {
  return event.isFragment;
}

function keyOf(event: TraceEvent): string {
  return `${event.kind} ${event.lane} ${event.laneName ?? ''} ${event.iommu ?? event.device ?? ''}`;
}

function isWithinWindow(fragment: TraceEvent, event: TraceEvent): boolean {
  if (fragment.time === undefined || event.time === undefined) return true;
  return event.time - fragment.time <= JOIN_WINDOW_NS;
}

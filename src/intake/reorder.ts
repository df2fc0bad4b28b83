import type { TraceEvent } from '../model/event.ts';
import { timeOf } from '../model/event.ts';

/** Events held back at most, so that memory does not grow with the rate of events. */
const DEFAULT_CAPACITY = 4096;
const COMPACT_AT = 8192;

/**
 * Sorts events by time that arrive nearly in order: an event is held until one has arrived that is `windowNs`
 * younger, or until `capacity` others are held. Events of the same time, and without any, keep their order.
 * Constant cost for an event that arrives in order.
 */
export class ReorderBuffer {
  readonly #windowNs: number;
  readonly #capacity: number;
  #held: TraceEvent[] = [];
  #head = 0;
  #newest = Number.NEGATIVE_INFINITY;
  #released = Number.NEGATIVE_INFINITY;

  constructor(windowNs: number, capacity: number = DEFAULT_CAPACITY) {
    this.#windowNs = windowNs;
    this.#capacity = capacity;
  }

  /**
   * Takes one event and puts all that need not wait any longer into `out`. Gives by how many nanoseconds the event
   * is older than one that was released already, 0 if it is in order.
   */
  push(event: TraceEvent, out: TraceEvent[]): number {
    const time = timeOf(event);
    const held = this.#held;
    const last = held.length - 1;
    const youngest = held[last];
    if (last < this.#head || youngest === undefined || timeOf(youngest) <= time) held.push(event);
    else held.splice(this.#placeOf(time), 0, event);
    if (time > this.#newest) this.#newest = time;
    const backwards = event.time !== undefined && time < this.#released ? this.#released - time : 0;
    this.#release(out);
    return backwards;
  }

  /** Puts everything that is left into `out`. */
  flush(out: TraceEvent[]): void {
    for (let at = this.#head; at < this.#held.length; at += 1) this.#emit(at, out);
    this.#held = [];
    this.#head = 0;
  }

  #release(out: TraceEvent[]): void {
    const held = this.#held;
    const due = this.#newest - this.#windowNs;
    while (this.#head < held.length) {
      const oldest = held[this.#head];
      if (oldest === undefined) break;
      if (held.length - this.#head <= this.#capacity && timeOf(oldest) >= due) break;
      this.#emit(this.#head, out);
      this.#head += 1;
    }
    if (this.#head >= COMPACT_AT) {
      this.#held = held.slice(this.#head);
      this.#head = 0;
    }
  }

  #emit(at: number, out: TraceEvent[]): void {
    const event = this.#held[at];
    if (event === undefined) return;
    out.push(event);
    const time = timeOf(event);
    if (time > this.#released) this.#released = time;
  }

  /** First position whose event is younger than `time`. */
  #placeOf(time: number): number {
    let low = this.#head;
    let high = this.#held.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const event = this.#held[middle];
      if (event !== undefined && timeOf(event) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** This many events are held back at least, twice as many at most, so that memory does not grow with their rate. */
const DEFAULT_CAPACITY = 2048;

/** The time of events without one. */
export const NO_TIME = Number.NEGATIVE_INFINITY;

/**
 * Sorts events by time that arrive nearly in order. An event that is more than `windowNs` older than the newest so far,
 * or older than one that was given away, is late: it takes its place behind all that are older than the window, in the order
 * of arrival. Events of the same time, and without any, keep their order. Constant cost for an event in order.
 */
export class ReorderBuffer<Event> {
  readonly #windowNs: number;
  readonly #capacity: number;
  #events: Event[] = [];
  /** What the events are sorted by: their time, or the time whose place a late one takes. */
  #keys: number[] = [];
  #newest = Number.NEGATIVE_INFINITY;
  #released = Number.NEGATIVE_INFINITY;

  constructor(windowNs: number, capacity: number = DEFAULT_CAPACITY) {
    this.#windowNs = windowNs;
    this.#capacity = capacity;
  }

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  /** True if `release` has something to give. */
  get isFull(): boolean {
    return this.#events.length >= 2 * this.#capacity;
  }

  /** Takes one event. Gives by how many nanoseconds it is late, 0 if it is not. */
  push(event: Event, time: number): number {
    if (time >= this.#newest) {
      this.#newest = time;
      this.#events.push(event);
      this.#keys.push(time);
      return 0;
    }
    const earliest = Math.max(this.#newest - this.#windowNs, this.#released);
    const key = time === NO_TIME || time >= earliest ? time : earliest;
    const place = this.#placeOf(key);
    this.#events.splice(place, 0, event);
    this.#keys.splice(place, 0, key);
    return key > time ? this.#newest - time : 0;
  }

  /** Forgets how late it is; call when it is empty. */
  restart(): void {
    this.#newest = Number.NEGATIVE_INFINITY;
    this.#released = Number.NEGATIVE_INFINITY;
  }

  /** The oldest events beyond the capacity; all with `isEnd`. */
  release(isEnd = false): Event[] {
    const count = isEnd ? this.#events.length : Math.max(0, this.#events.length - this.#capacity);
    this.#released = Math.max(this.#released, this.#keys[count - 1] ?? Number.NEGATIVE_INFINITY);
    const released = this.#events;
    this.#events = released.splice(count);
    this.#keys = this.#keys.slice(count);
    return released;
  }

  /** Puts something else in the place of each event that is held back. */
  replace(replacementOf: (event: Event) => Event): void {
    const events = this.#events;
    for (let index = 0; index < events.length; index += 1) {
      const event = events[index];
      if (event !== undefined) events[index] = replacementOf(event);
    }
  }

  /** The events before which no other can come any more without being late. */
  releaseSettled(): Event[] {
    const count = this.#placeOf(this.#newest - this.#windowNs);
    if (count === 0) return [];
    this.#released = Math.max(this.#released, this.#keys[count - 1] ?? Number.NEGATIVE_INFINITY);
    const released = this.#events;
    this.#events = released.splice(count);
    this.#keys = this.#keys.slice(count);
    return released;
  }

  /** First position whose key is above `key`. */
  #placeOf(key: number): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#keys[middle] ?? 0) <= key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

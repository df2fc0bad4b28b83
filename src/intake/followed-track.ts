import type { TraceEvent } from '../model/event.ts';
import type { EventRun } from './event-run.ts';
import type { ClockDomain } from './event-stream.ts';
import type { InputReader } from './input-reader.ts';

/** Below so many events that wait for other inputs an input is read on. */
const READ_BELOW = 4096;

interface Waiting {
  readonly events: readonly TraceEvent[];
  readonly batch: number;
  next: number;
}

/** What came of a step of an input: it was opened, has been silent so far, gave a batch, or ended. */
export type FollowedStep =
  | { readonly kind: 'opened'; readonly domain: ClockDomain }
  | { readonly kind: 'run'; readonly run: EventRun }
  | { readonly kind: 'silent' | 'end' };

/** One of several inputs that are followed: what was read of it and waits for the others. */
export class FollowedTrack {
  readonly reader: InputReader;
  /** The batch of any input until which this one was read without an event. */
  passed = 0;
  #isReading = false;
  #batches: AsyncGenerator<EventRun, void, void> | undefined;
  readonly #waiting: Waiting[] = [];
  #count = 0;
  #lastTime = Number.NEGATIVE_INFINITY;
  #hasCaughtUp = false;
  /** Nothing came for a while, or ever again. */
  isQuiet = false;
  isDone = false;

  constructor(reader: InputReader) {
    this.reader = reader;
  }

  /** Events that wait. */
  get waiting(): number {
    return this.#count;
  }

  get head(): TraceEvent | undefined {
    const first = this.#waiting[0];
    return first?.events[first.next];
  }

  /** The batch of any input with which the oldest event came. */
  get headBatch(): number {
    return this.#waiting[0]?.batch ?? 0;
  }

  push(events: readonly TraceEvent[], batch: number): void {
    if (this.isQuiet) this.#hasCaughtUp = true;
    if (events.length === 0) return;
    this.#waiting.push({ events, batch, next: 0 });
    this.#count += events.length;
    for (const { time } of events) if (time !== undefined && time > this.#lastTime) this.#lastTime = time;
  }

  shift(): TraceEvent | undefined {
    const first = this.#waiting[0];
    const event = first?.events[first.next];
    if (first === undefined || event === undefined) return undefined;
    first.next += 1;
    this.#count -= 1;
    if (first.next === first.events.length) this.#waiting.shift();
    return event;
  }

  /** True if no event before `time` is to be expected, where the event at `time` came with `batch`. */
  hasPassed(time: number, batch: number): boolean {
    if (this.isDone || this.isQuiet || this.#lastTime >= time) return true;
    return this.#hasCaughtUp && this.passed >= batch;
  }

  /** Reads on, unless it reads already, enough waits for others, or it has ended; gives what came of it to `deliver`. */
  readOn(deliver: (step: FollowedStep) => void): void {
    if (this.isDone || this.#isReading || this.#count >= READ_BELOW) return;
    this.#isReading = true;
    const done = (step: FollowedStep): void => {
      this.#isReading = false;
      deliver(step);
    };
    if (this.#batches !== undefined) {
      void this.#read(this.#batches).then(done);
      return;
    }
    void this.reader.silent.then(() => {
      if (this.#batches === undefined && !this.isDone) deliver({ kind: 'silent' });
    });
    void this.#open().then(done);
  }

  async #open(): Promise<FollowedStep> {
    const domain = await this.reader.open();
    if (domain === undefined) return { kind: 'end' };
    this.#batches = this.reader.batches();
    return { kind: 'opened', domain };
  }

  async #read(batches: AsyncGenerator<EventRun, void, void>): Promise<FollowedStep> {
    const next = await batches.next();
    return next.done === true ? { kind: 'end' } : { kind: 'run', run: next.value };
  }

  /** Ends the reading, as soon as what it waits for allows. */
  close(): void {
    void this.#batches?.return();
  }
}

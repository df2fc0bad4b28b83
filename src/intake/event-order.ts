import type { TraceEvent } from '../model/event.ts';
import { type Nanoseconds, nanoseconds } from '../model/time.ts';
import type { InputReport } from './input.ts';
import { ReorderBuffer } from './reorder.ts';

/** Events without a time that wait for a line with one, at most. */
const MAX_WAITING = 4096;
/** Events of a log whose newest stands first, at most; what is older comes as it stands. */
const MAX_REVERSED = 1_000_000;

/**
 * Puts the events of one input in order of time. An event without a time gets that of the next event that has
 * one; those behind the last such event come last and keep none: what follows may be in the next input.
 */
export class EventOrder {
  readonly #buffer: ReorderBuffer;
  readonly #report: InputReport;
  #waiting: TraceEvent[] = [];
  #lastTime: Nanoseconds | undefined;
  #isEnded = false;
  /** All events so far, where the newest comes first. */
  readonly #reversed: TraceEvent[] | undefined;

  /** With `isNewestFirst` the events are kept until `end`, and then taken in the opposite order. */
  constructor(windowNs: number, report: InputReport, isNewestFirst = false) {
    this.#buffer = new ReorderBuffer(windowNs);
    this.#report = report;
    this.#reversed = isNewestFirst ? [] : undefined;
  }

  /** True if `take` has a batch to give. */
  get hasBatch(): boolean {
    return this.#buffer.isFull;
  }

  /** The events that need not wait any longer, in order; all after `end`. */
  take(): TraceEvent[] {
    const events = this.#buffer.release(this.#isEnded);
    return this.#isEnded ? events.concat(this.#waiting.splice(0)) : events;
  }

  add(event: TraceEvent): void {
    if (this.#reversed === undefined || this.#reversed.push(event) > MAX_REVERSED) this.#addInOrder(event);
  }

  #addInOrder(event: TraceEvent): void {
    if (event.time === undefined) {
      this.#waiting.push(event);
      if (this.#waiting.length > MAX_WAITING) this.#releaseWaiting(this.#lastTime);
      return;
    }
    this.#lastTime = event.time;
    if (this.#waiting.length > 0) this.#releaseWaiting(event.time);
    this.#push(event);
  }

  end(): void {
    while (this.#reversed !== undefined && this.#reversed.length > 0) {
      const oldest = this.#reversed.pop();
      if (oldest !== undefined) this.#addInOrder(oldest);
    }
    this.#isEnded = true;
  }

  #releaseWaiting(time: Nanoseconds | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const event of waiting) {
      event.time = time;
      this.#push(event);
    }
  }

  #push(event: TraceEvent): void {
    const { time } = event;
    const backwardsNs = this.#buffer.push(event);
    if (backwardsNs > 0) this.#noteLate(event, backwardsNs);
    if (time === undefined) return;
    const report = this.#report;
    if (report.firstTime === undefined || time < report.firstTime) report.firstTime = nanoseconds(time);
    if (report.lastTime === undefined || time > report.lastTime) report.lastTime = nanoseconds(time);
  }

  #noteLate(event: TraceEvent, backwardsNs: number): void {
    const { late } = this.#report;
    if (late !== undefined) {
      late.count += 1;
      return;
    }
    const { line, offset, text } = event.source;
    this.#report.late = { count: 1, line, offset, text, backwardsNs };
  }
}

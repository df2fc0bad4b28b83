import { isBoot, type TraceEvent, timeOf } from '../model/event.ts';
import { type Nanoseconds, nanoseconds } from '../model/time.ts';
import type { EventOrRow } from './event-run.ts';
import type { InputReport } from './input.ts';
import { ReorderBuffer } from './reorder.ts';

/** Events without a time that wait for a line with one, at most. */
const MAX_WAITING = 4096;
/** Events of a log whose newest stands first, at most; what is older comes as it stands. */
const MAX_REVERSED = 1_000_000;

/**
 * Puts the events of one input in order of time. An event without a time gets that of the next event that has
 * one; those behind the last such event come last and keep none: what follows may be in the next input.
 * What comes out when depends on the events alone, not on the pieces in which they are read.
 */
export class EventOrder {
  readonly #buffer: ReorderBuffer<EventOrRow>;
  readonly #report: InputReport;
  readonly #ready: EventOrRow[][] = [];
  #waiting: TraceEvent[] = [];
  #lastTime: Nanoseconds | undefined;
  /** All events so far, where the newest comes first. */
  readonly #reversed: TraceEvent[] | undefined;
  /** Gives the event of a row that will soon be overwritten; the row itself where it need not. */
  keepRow: ((row: number) => EventOrRow) | undefined;

  /**
   * With `isNewestFirst` the events are kept until `end`, and then taken in the opposite order.
   *
   * @param held so many events are held back to be sorted, where it need not be as many as usual
   */
  constructor(windowNs: number, report: InputReport, isNewestFirst = false, held?: number) {
    this.#buffer = new ReorderBuffer(windowNs, held);
    this.#report = report;
    this.#reversed = isNewestFirst ? [] : undefined;
  }

  /** True if the events come the newest first. */
  get isReversed(): boolean {
    return this.#reversed !== undefined;
  }

  /** True if no event is held back. */
  get isEmpty(): boolean {
    return this.#buffer.isEmpty && this.#waiting.length === 0;
  }

  /** True if `take` has a batch to give. */
  get hasBatch(): boolean {
    return this.#ready.length > 0;
  }

  /** The events that need not wait any longer, in order; all after `end`. */
  take(): EventOrRow[] {
    const [first = [], ...more] = this.#ready.splice(0);
    return more.length === 0 ? first : first.concat(...more);
  }

  add(event: TraceEvent): void {
    if (this.#reversed === undefined || this.#reversed.push(event) > MAX_REVERSED) this.#addInOrder(event);
  }

  /** The same for a row, which has a time; not where the newest comes first. Says if it is late. */
  addRow(row: number, time: Nanoseconds): number {
    this.#lastTime = time;
    if (this.#waiting.length > 0) this.#releaseWaiting(time);
    this.#noteTime(time);
    return this.#push(row, time);
  }

  #addInOrder(event: TraceEvent): void {
    if (isBoot(event)) {
      this.#restart(event);
      return;
    }
    if (event.time === undefined) {
      this.#waiting.push(event);
      if (this.#waiting.length > MAX_WAITING) this.#releaseWaiting(this.#lastTime);
      return;
    }
    this.#lastTime = event.time;
    if (this.#waiting.length > 0) this.#releaseWaiting(event.time);
    this.#pushEvent(event);
  }

  /** Makes a batch of what is older than the window, or, where nothing came for a while, of all. */
  settle(isQuiet: boolean): void {
    if (isQuiet && this.#waiting.length > 0) this.#releaseWaiting(this.#lastTime);
    const settled = isQuiet ? this.#buffer.release(true) : this.#buffer.releaseSettled();
    if (settled.length > 0) this.#ready.push(settled);
  }

  /** The clock begins anew: nothing is late that comes now. */
  #restart(boot: TraceEvent): void {
    if (this.#waiting.length > 0) this.#releaseWaiting(this.#lastTime);
    this.#ready.push(this.#buffer.release(true), [boot]);
    this.#buffer.restart();
    this.#lastTime = undefined;
    this.#report.lastTime = undefined;
  }

  end(): void {
    while (this.#reversed !== undefined && this.#reversed.length > 0) {
      const oldest = this.#reversed.pop();
      if (oldest !== undefined) this.#addInOrder(oldest);
    }
    this.#ready.push(this.#buffer.release(true));
    this.#ready.push(this.#waiting.splice(0));
  }

  #releaseWaiting(time: Nanoseconds | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const event of waiting) {
      event.time = time;
      this.#pushEvent(event);
    }
  }

  #pushEvent(event: TraceEvent): void {
    const lateNs = this.#push(event, timeOf(event));
    if (lateNs > 0) this.noteLate(event, lateNs);
    if (event.time !== undefined) this.#noteTime(event.time);
  }

  #push(event: EventOrRow, time: number): number {
    const lateNs = this.#buffer.push(event, time);
    if (this.#buffer.isFull) this.#release();
    return lateNs;
  }

  /** What is far ahead of its time stays behind while others come and go. */
  #release(): void {
    this.#ready.push(this.#buffer.release());
    const { keepRow } = this;
    if (keepRow !== undefined) this.#buffer.replace((event) => (typeof event === 'number' ? keepRow(event) : event));
  }

  #noteTime(time: Nanoseconds): void {
    const report = this.#report;
    if (report.firstTime === undefined || time < report.firstTime) report.firstTime = nanoseconds(time);
    if (report.lastTime === undefined || time > report.lastTime) report.lastTime = nanoseconds(time);
  }

  /** Counts an event that came `backwardsNs` too late. */
  noteLate(event: TraceEvent, backwardsNs: number): void {
    const { late } = this.#report;
    if (late !== undefined) {
      late.count += 1;
      return;
    }
    const { line, offset, text } = event.source;
    this.#report.late = { count: 1, line, offset, text, backwardsNs };
  }
}

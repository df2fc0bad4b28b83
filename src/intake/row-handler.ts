import { InvariantError } from '../base/assert.ts';
import type { TraceEvent } from '../model/event.ts';
import { type EventRows, eventOfRow, type RowKeeper, type RowOrigin, type RowSource } from '../model/event-rows.ts';
import type { Dialect, Framing, LineBlock } from '../model/parser.ts';
import type { EventOrder } from './event-order.ts';
import type { FramingChoice } from './framing-choice.ts';
import type { InputReport } from './input.ts';
import type { InputClock } from './input-clock.ts';
import type { KeptLines } from './kept-lines.ts';
import type { LineHandler } from './line-handler.ts';
import type { RowSink } from './row-lines.ts';
import type { RowPacket } from './row-packets.ts';

/** One of so many parts of the rows that are kept: those that are no older are not about to be overwritten. */
const YOUNG_PART = 4;

export interface RowHandlerParts {
  readonly handler: LineHandler;
  /** Undefined where all lines have one framing. */
  readonly framings: FramingChoice | undefined;
  /** Whose lines the scanners read. */
  readonly framing: Framing;
  /** By the number of their form. */
  readonly dialects: readonly Dialect[];
  readonly clock: InputClock;
  readonly order: EventOrder;
  readonly report: InputReport;
  /** Fills the spare columns, but for time, line and offset, from the line at `offset`, or from what the keeper held. */
  again(offset: number, held: number): void;
  readonly keeper: RowKeeper | undefined;
  /** Where the input cannot be read again. */
  readonly kept: KeptLines | undefined;
}

/** Takes the rows of one input, and gives its other lines to the handler of text: both share framing, clock and order. */
export class RowHandler implements RowSink, RowSource {
  readonly rows: EventRows;
  readonly origin: RowOrigin;
  #count = 0;
  readonly #parts: RowHandlerParts;

  constructor(rows: EventRows, origin: RowOrigin, parts: RowHandlerParts) {
    this.rows = rows;
    this.origin = origin;
    this.#parts = parts;
    const young = (rows.mask + 1) / YOUNG_PART;
    parts.order.keepRow = (row) => (this.#count - row <= young ? row : this.eventOf(row));
  }

  line(text: string, line: number, offset: number): void {
    this.#parts.handler.handle(text, line, offset);
  }

  get isReady(): boolean {
    const { framings, framing, clock } = this.#parts;
    return (framings === undefined || framings.last === framing) && clock.isOfMicroseconds;
  }

  get nextRow(): number {
    return this.#count & this.rows.mask;
  }

  get keeper(): RowKeeper | undefined {
    return this.#parts.keeper;
  }

  row(block: LineBlock, from: number, end: number): void {
    this.#parts.kept?.note(this.nextRow, block, from, end);
    this.add();
  }

  /** The columns of the next row are filled. */
  add(): void {
    const { rows } = this;
    const { handler, framing, dialects, clock, order, report } = this.#parts;
    const at = this.#count & rows.mask;
    const time = clock.timeOf(rows.seconds[at] ?? 0, rows.nanos[at] ?? 0);
    rows.time[at] = time;
    handler.countLine(framing, dialects[rows.form[at] ?? 0]);
    report.events += 1;
    this.#count += 1;
    const lateNs = order.addRow(this.#count - 1, time);
    if (lateNs > 0) order.noteLate(eventOfRow(rows, at, this.origin), lateNs);
  }

  /** Takes rows [from, end) of a packet over. */
  takeRows(packet: RowPacket, from: number, end: number): void {
    for (let next = from; next < end; ) {
      const copied = packet.copy(next, end, this.nextRow);
      for (let count = 0; count < copied; count += 1) this.add();
      next += copied;
    }
  }

  silent(): void {
    this.countSilent(1);
  }

  countSilent(lines: number): void {
    const { handler, framing } = this.#parts;
    handler.countSilent(framing, lines);
  }

  eventOf(row: number): TraceEvent {
    if (!this.#isKept(row)) throw new InvariantError('a row was asked for too late', { row, count: this.#count });
    return eventOfRow(this.rows, row & this.rows.mask, this.origin);
  }

  eventAt(row: number, line: number, offset: number, held: number): TraceEvent {
    if (this.#isKept(row)) return this.eventOf(row);
    const { rows } = this;
    const at = rows.spare;
    this.#parts.again(offset, held);
    const { clock } = this.#parts;
    rows.time[at] = clock.timeOf(rows.seconds[at] ?? 0, rows.nanos[at] ?? 0);
    rows.line[at] = line;
    rows.offset[at] = offset;
    return eventOfRow(rows, at, this.origin);
  }

  #isKept(row: number): boolean {
    return this.#count - row <= this.rows.mask + 1;
  }
}

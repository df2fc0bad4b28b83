import { assertDefined } from '../base/assert.ts';
import { UsageError } from '../base/errors.ts';
import { RowLine, type RowSource } from '../model/event-rows.ts';
import {
  type ByteSource,
  type Dialect,
  type DialectReading,
  type FramedRecord,
  type Framing,
  newFramedRecord,
  type RecordFormat,
  type RecordLine,
  type RecordReader,
} from '../model/parser.ts';
import type { EventOrder } from './event-order.ts';
import type { ClosableBytes, InputReport } from './input.ts';
import type { InputClock } from './input-clock.ts';
import type { LineHandler } from './line-handler.ts';
import { RowHandler } from './row-handler.ts';
import { type RecordRowsReading, recordRowsFor } from './row-scanners.ts';

/** Rows that are kept: more than wait in the order and come in a batch. */
const ROWS = 4096;
const NOWHERE = -1;

export interface RecordRowsParts {
  readonly reader: RecordReader;
  readonly handler: LineHandler;
  readonly framing: Framing;
  readonly clock: InputClock;
  readonly order: EventOrder;
}

/** The rows of a recording that can be read again: what they say is read from their records when somebody quotes them. */
export class RecordRows {
  readonly #reading: RecordRowsReading;
  readonly #bytes: BytesAgain;
  readonly #input: number;
  readonly #report: InputReport;
  readonly #taskOfPid = new Map<number, number>();
  /** By column index: where the record starts in its piece. */
  readonly #starts = new Int32Array(ROWS + 1);
  #rows: RowHandler | undefined;
  #parts: RecordRowsParts | undefined;

  constructor(openBytes: () => ClosableBytes, dialects: readonly Dialect[], input: number, report: InputReport) {
    this.#bytes = new BytesAgain(openBytes);
    this.#reading = recordRowsFor(dialects, ROWS);
    this.#input = input;
    this.#report = report;
  }

  get source(): RowSource | undefined {
    return this.#rows;
  }

  /** Has records of the event read as rows where they can be. */
  withScanner(wanted: boolean | DialectReading, event: RecordFormat): boolean | DialectReading {
    if (typeof wanted === 'boolean') return wanted;
    return { ...wanted, scanner: this.#reading.scannerOf(wanted.dialect, event) };
  }

  /** Call once, before the first record. */
  begin(parts: RecordRowsParts): void {
    this.#parts = parts;
    const { handler, framing, clock, order } = parts;
    const { lane, laneName } = this.#report.spec;
    const { rows, dialects } = this.#reading;
    const starts = this.#starts;
    const textAt = (offset: number, start: number): string => this.#again(offset, start, NOWHERE).line.text;
    const startOf = (at: number): number => starts[at] ?? 0;
    this.#rows = new RowHandler(
      rows,
      { input: this.#input, lane, laneName, textAt, startOf },
      {
        handler,
        framings: undefined,
        framing,
        dialects,
        clock,
        order,
        report: this.#report,
        again: (offset, start) => {
          starts[rows.spare] = start;
          this.#fill(rows.spare, this.#again(offset, start, rows.spare).framed);
        },
        keeper: { hold: (row) => startOf(row & rows.mask), letGo: () => undefined },
        kept: undefined,
      },
    );
  }

  /** Columns for the next row; -1 while there can be none. */
  get next(): number {
    return this.#rows?.isReady === true ? this.#rows.nextRow : NOWHERE;
  }

  /** Takes the record that was put into the next row. */
  take(framed: FramedRecord, line: RecordLine): void {
    const at = framed.row;
    const { rows } = this.#reading;
    if (!this.#fill(at, framed)) {
      this.#takeAsEvent(line, framed.start);
      return;
    }
    this.#starts[at] = framed.start;
    rows.line[at] = line.line;
    rows.offset[at] = line.offset;
    this.#rows?.add();
  }

  /** A lasting line with the place of this one, and the text that stands there. */
  lineAt({ line, offset }: RecordLine, { start }: FramedRecord): RecordLine {
    return new RowLine(assertDefined(this.#rows, 'the rows').origin, line, offset, start);
  }

  /** False if the columns cannot have it. */
  #fill(at: number, { seconds, nanos, digits, cpu, pid, task }: FramedRecord): boolean {
    const { rows } = this.#reading;
    if (digits !== 6 || cpu === undefined || pid === undefined || pid < 0 || pid > 0x7fff_ffff) return false;
    const number = this.#taskOfPid.get(pid) ?? this.#addTask(pid, task);
    if (number < 0) return false;
    rows.seconds[at] = seconds;
    rows.nanos[at] = nanos;
    rows.cpu[at] = cpu;
    rows.pid[at] = pid;
    rows.task[at] = number;
    return true;
  }

  #addTask(pid: number, task: string | undefined): number {
    const number = this.#reading.rows.addTask(task);
    this.#taskOfPid.set(pid, number);
    return number;
  }

  #takeAsEvent({ line: number, offset }: RecordLine, start: number): void {
    const { handler, framing } = assertDefined(this.#parts, 'the parts of rows');
    const { framed, line } = this.#again(offset, start, NOWHERE);
    handler.handleRecord({ input: line.input, line: number, offset, text: line.text }, framed, framing);
  }

  /** Reads a record again, into the columns at `row` unless that is nowhere. */
  #again(offset: number, start: number, row: number): { readonly framed: FramedRecord; readonly line: RecordLine } {
    const { reader } = assertDefined(this.#parts, 'the parts of rows');
    const framed = newFramedRecord();
    framed.row = row;
    const line = reader.again?.(this.#bytes, offset, start, framed);
    if (line !== undefined && framed.isRow === row >= 0) return { framed, line };
    throw new UsageError(
      `${this.#report.spec.path} was changed while it was read`,
      'Copy the file and analyse the copy.',
    );
  }

  /** Closes the file; what is asked for afterwards opens it again, for a moment each. */
  close(): void {
    this.#bytes.close();
  }
}

/** The bytes of a file that is opened once they are asked for. */
class BytesAgain implements ByteSource {
  readonly #openBytes: () => ClosableBytes;
  #bytes: ClosableBytes | undefined;
  #isClosed = false;
  #size: number | undefined;

  constructor(openBytes: () => ClosableBytes) {
    this.#openBytes = openBytes;
  }

  get sizeBytes(): number {
    this.#size ??= this.#use(({ sizeBytes }) => sizeBytes);
    return this.#size;
  }

  read(into: Uint8Array, offset: number): number {
    return this.#use((bytes) => bytes.read(into, offset));
  }

  #use<T>(work: (bytes: ClosableBytes) => T): T {
    const bytes = this.#bytes ?? this.#openBytes();
    const result = work(bytes);
    if (this.#isClosed) bytes.close();
    else this.#bytes = bytes;
    return result;
  }

  close(): void {
    this.#bytes?.close();
    this.#bytes = undefined;
    this.#isClosed = true;
  }
}

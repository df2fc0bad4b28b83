import type { FramedLine, RecordLine } from '../../../src/model/parser.ts';
import { viewOf } from './byte-cursor.ts';
import type { RecordPrinter } from './print-format.ts';
import { newRecordData, type RecordData } from './record-data.ts';
import { printTime } from './record-line.ts';
import type { Recording } from './recording.ts';
import { TextBuffer } from './text-buffer.ts';

/** How the parts of an event's line are printed. */
export interface EventPrinter {
  readonly pid: (record: RecordData) => number;
  readonly flags: (record: RecordData, out: TextBuffer) => void;
  readonly name: (out: TextBuffer) => void;
  readonly print: RecordPrinter;
}

export type PrintedTime = Pick<FramedLine, 'seconds' | 'nanos' | 'digits'>;

/** What stands in front of the CPU in the lines of a task. */
interface TaskHead {
  readonly buffer: string;
  readonly task: string | undefined;
  readonly text: string;
}

/** A damaged recording can have any number of tasks. */
const MAX_HEADS = 65_536;

/** Prints records as `trace-cmd report` does. */
export class LinePrinter {
  readonly #recording: Recording;
  readonly #instanceWidth: number;
  readonly #text = new TextBuffer();
  readonly #heads = new Map<number, TaskHead>();
  /** Where the payload starts in the line that was printed last. */
  payload = 0;

  constructor(recording: Recording) {
    this.#recording = recording;
    this.#instanceWidth = widthOf(recording);
  }

  print(printer: EventPrinter, record: RecordData, cpu: number, buffer: string, time: PrintedTime): string {
    const text = this.#text;
    text.clear();
    text.text(this.#headOf(printer.pid(record), buffer).text);
    text.decimal(cpu, 3);
    text.text('] ');
    printer.flags(record, text);
    printTime(time, text);
    printer.name(text);
    const payload = text.length;
    printer.print(record, text);
    text.trimLineEnd();
    this.payload = text.characters(payload);
    return text.take(0);
  }

  /** Name of the task, undefined if it was not recorded. */
  taskOf(pid: number, buffer: string): string | undefined {
    return this.#headOf(pid, buffer).task;
  }

  #headOf(pid: number, buffer: string): TaskHead {
    const known = this.#heads.get(pid);
    if (known !== undefined && known.buffer === buffer) return known;
    const task = pid === 0 ? '<idle>' : this.#recording.tasks.get(pid);
    const instance = this.#instanceWidth === 0 ? '' : (buffer === '' ? '' : `${buffer}: `).padEnd(this.#instanceWidth);
    const text = `${instance}${(task ?? '<...>').padStart(16)}-${String(pid).padEnd(5)} [`;
    const head = { buffer, task, text };
    if (this.#heads.size >= MAX_HEADS) this.#heads.clear();
    this.#heads.set(pid, head);
    return head;
  }
}

function widthOf({ buffers }: Recording): number {
  const longest = Math.max(...buffers.map(({ name }) => name.length));
  return buffers.length > 1 && longest > 0 ? longest + 2 : 0;
}

/** The line of a record that was read without text: it is printed when somebody looks, from a copy of the record. */
export class LateLine implements RecordLine {
  input = 0;
  readonly line: number;
  readonly offset: number;
  readonly #lines: LinePrinter;
  readonly #printer: EventPrinter;
  /** The record's bytes, one character each: a string is the cheapest copy. */
  readonly #bytes: string;
  readonly #isLittleEndian: boolean;
  readonly #cpu: number;
  readonly #buffer: string;
  readonly #seconds: number;
  readonly #nanos: number;
  readonly #digits: number;

  constructor(
    lines: LinePrinter,
    printer: EventPrinter,
    record: RecordData,
    place: { readonly cpu: number; readonly buffer: string; readonly offset: number },
    line: number,
    { seconds, nanos, digits }: PrintedTime,
  ) {
    this.line = line;
    this.offset = place.offset;
    this.#lines = lines;
    this.#printer = printer;
    this.#bytes = record.bytes.toString('latin1', record.start, record.start + record.size);
    this.#isLittleEndian = record.isLittleEndian;
    this.#cpu = place.cpu;
    this.#buffer = place.buffer;
    this.#seconds = seconds;
    this.#nanos = nanos;
    this.#digits = digits;
  }

  get text(): string {
    const record = newRecordData(this.#isLittleEndian);
    record.bytes = Buffer.from(this.#bytes, 'latin1');
    record.view = viewOf(record.bytes);
    record.size = record.bytes.length;
    const time = { seconds: this.#seconds, nanos: this.#nanos, digits: this.#digits };
    return this.#lines.print(this.#printer, record, this.#cpu, this.#buffer, time);
  }
}

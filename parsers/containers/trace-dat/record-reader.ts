import type { ByteSource, EventFilter, FramedRecord, RecordReader, SilentField } from '../../../src/model/parser.ts';
import { logTextStart } from '../../decode/log-text-start.ts';
import { blockReader } from './blocks.ts';
import { CpuStream } from './cpu-stream.ts';
import type { EventFormat } from './event-format.ts';
import { conversionsOf } from './print-conversion.ts';
import { commonReader, printerOf, type RecordPrinter } from './print-format.ts';
import { tokensOf } from './print-tokens.ts';
import { RecordClock } from './record-clock.ts';
import { newRecordData, type RecordData, readHigh, readLow } from './record-data.ts';
import { flagsPrinter, namePrinter, printTime } from './record-line.ts';
import type { Recording } from './recording.ts';
import { printContext } from './symbols.ts';
import { TextBuffer } from './text-buffer.ts';

/** How the records of one event are read. */
interface Reader {
  readonly format: EventFormat;
  readonly print: RecordPrinter;
  readonly pid: (record: RecordData) => number;
  readonly flags: (record: RecordData, out: TextBuffer) => void;
  readonly name: (out: TextBuffer) => void;
  /** True for a record that says nothing; undefined if that is not known before it is read. */
  readonly isSilent: ((record: RecordData) => boolean) | undefined;
  /** Its text is that of the kernel log. */
  readonly isLogText: boolean;
}

/** What stands in front of the CPU in the lines of a task. */
interface TaskHead {
  readonly buffer: string;
  readonly task: string | undefined;
  readonly text: string;
}

/** A damaged recording can have any number of tasks. */
const MAX_HEADS = 65_536;

/** Gives the records of all CPUs and buffers in order of time; at the same time, in the order of buffers and CPUs. */
export class TraceDatReader implements RecordReader {
  readonly framing = 'trace-cmd';
  readonly clock: string | undefined;
  readonly problems: string[];
  readonly #recording: Recording;
  readonly #time: RecordClock;
  readonly #data: RecordData;
  /** By event number; undefined for events that nobody wants. */
  readonly #readers: (Reader | undefined)[] = [];
  /** Those that have a current record. */
  readonly #streams: CpuStream[];
  #stream: CpuStream | undefined;
  /** No other stream has a record before this time. */
  #bound = Number.NEGATIVE_INFINITY;
  #isRead = false;
  readonly #text = new TextBuffer();
  readonly #heads = new Map<number, TaskHead>();
  /** Markers of what is missing at the end of a CPU's data. */
  readonly #cut: number[];

  readonly #instanceWidth: number;

  records = 0;

  constructor(source: ByteSource, recording: Recording, wants: EventFilter) {
    this.#recording = recording;
    this.clock = recording.clock;
    this.#instanceWidth = widthOf(recording);
    this.problems = [...recording.problems];
    this.#cut = [...recording.missingCpus];
    this.#data = newRecordData(recording.isLittleEndian);
    const streams = streamsOf(source, recording);
    const base = leastOf(streams.map((stream) => stream.firstStamp()));
    this.#time = new RecordClock(recording, base);
    this.#streams = streams.filter((stream) => stream.begin(base) || this.#note(stream));
    const context = printContext(recording);
    for (const format of recording.formats.values()) {
      const wanted = wants(format.name, startOf(format));
      if (wanted === false) continue;
      this.#readers[format.number] = {
        format,
        print: printerOf(format, context),
        pid: commonReader(format, 'common_pid'),
        flags: flagsPrinter(format),
        name: namePrinter(format.name),
        isLogText: format.name === 'console',
        isSilent: wanted === true ? undefined : silentTest(format, wanted),
      };
    }
  }

  /** A stream that has ended: what was damaged in it. Always false. */
  #note(stream: CpuStream): false {
    if (stream.problem !== undefined) {
      this.problems.push(stream.problem);
      this.#cut.push(stream.cpu);
    }
    return false;
  }

  next(out: FramedRecord): string | undefined {
    out.fact = undefined;
    for (;;) {
      const stream = this.#nextStream();
      if (stream === undefined) return this.#nextCut(out);
      if (stream.missed !== 0) return this.#lost(stream, out);
      const data = this.#data;
      this.#isRead = true;
      this.records += 1;
      const number = stream.view.getUint16(stream.start, data.isLittleEndian);
      const reader = this.#readers[number];
      if (reader === undefined) continue;
      data.bytes = stream.bytes;
      data.view = stream.view;
      data.start = stream.start;
      data.size = stream.size;
      if (reader.isSilent?.(data) === true) continue;
      return this.#frame(stream, reader, out);
    }
  }

  /** Builds the line as `trace-cmd report` prints it, and says where in it what stands. */
  #frame(stream: CpuStream, reader: Reader, out: FramedRecord): string {
    const text = this.#text;
    text.clear();
    this.#time.set(stream.time, out);
    const pid = reader.pid(this.#data);
    const head = this.#headOf(pid, stream.buffer);
    text.text(head.text);
    text.decimal(stream.cpu, 3);
    text.text('] ');
    reader.flags(this.#data, text);
    printTime(out, text);
    reader.name(text);
    const payload = text.length;
    reader.print(this.#data, text);
    text.trimLineEnd();
    const line = text.take(0);
    out.cpu = stream.cpu;
    out.pid = pid;
    out.task = head.task;
    out.eventName = reader.format.name;
    out.payload = text.characters(payload);
    out.number = this.records;
    out.offset = stream.offset;
    out.end = line.length;
    if (!reader.isLogText) return line;
    const end = line.indexOf('\n');
    if (end >= 0) out.end = end;
    out.payload = logTextStart(line, out.payload);
    return end < 0 ? line : line.slice(0, end);
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

  /** The marker in front of a record; the record itself comes with the next call. */
  #lost(stream: CpuStream, out: FramedRecord): string {
    const lost = stream.missed > 0 ? stream.missed : undefined;
    stream.missed = 0;
    out.number = this.records + 1;
    out.offset = stream.offset;
    out.fact = { kind: 'lost', cpu: stream.cpu, lost };
    return `CPU:${stream.cpu} [${lost === undefined ? '' : `${lost} `}EVENTS DROPPED]`;
  }

  #nextCut(out: FramedRecord): string | undefined {
    const cpu = this.#cut.shift();
    if (cpu === undefined) return undefined;
    out.number = Math.max(1, this.records);
    out.offset = 0;
    out.fact = { kind: 'lost', cpu, lost: undefined };
    return `CPU:${cpu} [EVENTS DROPPED]`;
  }

  /** The stream whose current record is the next one. */
  #nextStream(): CpuStream | undefined {
    const stream = this.#stream;
    if (stream !== undefined) {
      if (!this.#isRead) return stream;
      this.#isRead = false;
      if (!stream.advance()) {
        this.#note(stream);
        this.#streams.splice(this.#streams.indexOf(stream), 1);
      } else if (stream.time < this.#bound) return stream;
    }
    return this.#choose();
  }

  #choose(): CpuStream | undefined {
    let first: CpuStream | undefined;
    let bound = Number.POSITIVE_INFINITY;
    for (const stream of this.#streams) {
      if (first === undefined || stream.time < first.time) {
        if (first !== undefined) bound = first.time;
        first = stream;
      } else if (stream.time < bound) bound = stream.time;
    }
    this.#stream = first;
    this.#bound = bound;
    return first;
  }
}

function silentTest(format: EventFormat, { field: name, isSilent }: SilentField): Reader['isSilent'] {
  const field = format.fields.find((candidate) => candidate.name === name && candidate.size === 8);
  if (field === undefined) return undefined;
  return (record) => isSilent(readLow(record, field), readHigh(record, field));
}

function streamsOf(source: ByteSource, recording: Recording): readonly CpuStream[] {
  const buffers = [...recording.buffers].sort((left, right) => Number(left.name !== '') - Number(right.name !== ''));
  return buffers.flatMap((buffer) =>
    buffer.cpus
      .filter(({ size }) => size > 0)
      .map((data) => {
        const blocks = blockReader(source, buffer, data, recording.compression, recording.isLittleEndian);
        const { page, isLittleEndian } = recording;
        return new CpuStream(data.cpu, buffer.name, blocks, buffer.pageSize, page, isLittleEndian);
      }),
  );
}

function widthOf({ buffers }: Recording): number {
  const longest = Math.max(...buffers.map(({ name }) => name.length));
  return buffers.length > 1 && longest > 0 ? longest + 2 : 0;
}

function leastOf(stamps: readonly (bigint | undefined)[]): bigint {
  let least: bigint | undefined;
  for (const stamp of stamps) if (stamp !== undefined && (least === undefined || stamp < least)) least = stamp;
  return least ?? 0n;
}

/** What every payload of the event begins with, as far as its print format says. */
function startOf(format: EventFormat): string {
  const [first] = tokensOf(format.printFormat.slice(0, 256));
  const [part] = first?.kind === 'text' ? conversionsOf(first.text) : [];
  return typeof part === 'string' ? part : '';
}

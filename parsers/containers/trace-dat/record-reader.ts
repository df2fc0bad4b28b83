import {
  type BinaryReading,
  type ByteSource,
  type Dialect,
  type DialectReading,
  type EventFilter,
  type FramedRecord,
  type RecordLine,
  type RecordReader,
  type RecordScanner,
  SILENT,
} from '../../../src/model/parser.ts';
import { logTextStart } from '../../decode/log-text-start.ts';
import { blockReader } from './blocks.ts';
import { CpuStream } from './cpu-stream.ts';
import type { EventField, EventFormat } from './event-format.ts';
import { type EventPrinter, LateLine, LinePrinter } from './line-printer.ts';
import { conversionsOf } from './print-conversion.ts';
import { commonReader, printerOf } from './print-format.ts';
import { tokensOf } from './print-tokens.ts';
import { RecordClock } from './record-clock.ts';
import { newRecordData, type RecordData } from './record-data.ts';
import { CurrentFields, fieldsNamed } from './record-fields.ts';
import { flagsPrinter, namePrinter } from './record-line.ts';
import { RecordPlaces } from './record-places.ts';
import type { Recording } from './recording.ts';
import { printContext } from './symbols.ts';

/** How the records of one event are read. */
interface Reader extends EventPrinter {
  readonly eventName: string;
  /** Puts the record into the columns of a row. */
  readonly row: RowReader | undefined;
  /** Reads the record without text. */
  readonly binary: BinaryReader | undefined;
  /** Its text is that of the kernel log. */
  readonly isLogText: boolean;
}

interface RowReader {
  readonly fields: readonly EventField[];
  readonly scanner: RecordScanner;
}

interface BinaryReader {
  readonly dialect: Dialect;
  readonly fields: readonly EventField[];
  readonly parse: BinaryReading['parse'];
}

/** Gives the records of all CPUs and buffers in order of time; at the same time, in the order of buffers and CPUs. */
export class TraceDatReader implements RecordReader {
  readonly framing = 'trace-cmd';
  readonly clock: string | undefined;
  readonly problems: string[];
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
  readonly #lines: LinePrinter;
  readonly #fields: CurrentFields;
  readonly #places: RecordPlaces;
  /** Of a row. */
  readonly #place: RecordLine & { line: number; offset: number } = { input: 0, line: 0, offset: 0, text: '' };
  /** Markers of what is missing at the end of a CPU's data. */
  readonly #cut: number[];

  records = 0;

  constructor(source: ByteSource, recording: Recording, wants: EventFilter) {
    this.clock = recording.clock;
    this.#lines = new LinePrinter(recording);
    this.problems = [...recording.problems];
    this.#cut = [...recording.missingCpus];
    this.#data = newRecordData(recording.isLittleEndian);
    this.#fields = new CurrentFields(this.#data);
    const streams = streamsOf(source, recording);
    const base = leastOf(streams.map((stream) => stream.firstStamp()));
    this.#time = new RecordClock(recording, base);
    this.#places = new RecordPlaces(recording, base);
    this.#streams = streams.filter((stream) => stream.begin(base) || this.#note(stream));
    const context = printContext(recording);
    for (const format of recording.formats.values()) {
      const fields = format.fields.map(({ name, isArray, isString }) => {
        return { name, kind: isString ? 'text' : isArray ? 'bytes' : 'number' } as const;
      });
      const wanted = wants({ name: format.name, start: startOf(format), fields });
      if (wanted === false) continue;
      this.#readers[format.number] = {
        eventName: format.name,
        print: printerOf(format, context),
        pid: commonReader(format, 'common_pid'),
        flags: flagsPrinter(format),
        name: namePrinter(format.name),
        isLogText: format.name === 'console',
        row: wanted === true ? undefined : rowReader(format, wanted),
        binary: wanted === true ? undefined : binaryReader(format, wanted),
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

  next(out: FramedRecord): RecordLine | undefined {
    out.fact = undefined;
    out.isRow = false;
    out.isPlace = false;
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
      this.#select(stream);
      const line = this.#read(stream, reader, out);
      if (line !== undefined) return line;
    }
  }

  again(source: ByteSource, offset: number, start: number, out: FramedRecord): RecordLine | undefined {
    out.fact = undefined;
    out.isRow = false;
    out.isPlace = false;
    const stream = this.#places.find(source, offset, start);
    if (stream === undefined) return undefined;
    const reader = this.#readers[stream.view.getUint16(stream.start, this.#data.isLittleEndian)];
    if (reader === undefined) return undefined;
    this.#select(stream);
    return this.#read(stream, reader, out);
  }

  #select(stream: CpuStream): void {
    const data = this.#data;
    data.bytes = stream.bytes;
    data.view = stream.view;
    data.start = stream.start;
    data.size = stream.size;
  }

  /** Undefined for a record that says nothing. */
  #read(stream: CpuStream, reader: Reader, out: FramedRecord): RecordLine | undefined {
    const { binary, row } = reader;
    if (row !== undefined && out.row >= 0) {
      const outcome = row.scanner.scan(this.#fields.select(row.fields), out.row);
      if (outcome === SILENT) return undefined;
      out.isRow = outcome;
    }
    const result = out.isRow ? undefined : binary?.parse(this.#fields.select(binary.fields));
    if (result === SILENT) return undefined;
    this.#time.set(stream.time, out);
    out.cpu = stream.cpu;
    out.pid = reader.pid(this.#data);
    out.task = this.#lines.taskOf(out.pid, stream.buffer);
    out.eventName = reader.eventName;
    out.reading = result === undefined || binary === undefined ? undefined : { dialect: binary.dialect, result };
    if (!out.isRow && out.reading === undefined) return this.#printed(stream, reader, out);
    if (out.row >= 0) {
      out.isPlace = true;
      out.start = stream.start;
      this.#place.line = this.records;
      this.#place.offset = stream.offset;
      return this.#place;
    }
    return new LateLine(this.#lines, reader, this.#data, stream, this.records, out);
  }

  /** Builds the line, and says where in it what stands. */
  #printed(stream: CpuStream, reader: Reader, out: FramedRecord): RecordLine {
    const text = this.#lines.print(reader, this.#data, stream.cpu, stream.buffer, out);
    out.payload = this.#lines.payload;
    const end = reader.isLogText ? text.indexOf('\n') : -1;
    const line = end < 0 ? text : text.slice(0, end);
    out.end = line.length;
    if (reader.isLogText) out.payload = logTextStart(line, out.payload);
    return { input: 0, line: this.records, offset: stream.offset, text: line };
  }

  /** The marker in front of a record; the record itself comes with the next call. */
  #lost(stream: CpuStream, out: FramedRecord): RecordLine {
    const lost = stream.missed > 0 ? stream.missed : undefined;
    stream.missed = 0;
    out.fact = { kind: 'lost', cpu: stream.cpu, lost };
    const text = `CPU:${stream.cpu} [${lost === undefined ? '' : `${lost} `}EVENTS DROPPED]`;
    return { input: 0, line: this.records + 1, offset: stream.offset, text };
  }

  #nextCut(out: FramedRecord): RecordLine | undefined {
    const cpu = this.#cut.shift();
    if (cpu === undefined) return undefined;
    out.fact = { kind: 'lost', cpu, lost: undefined };
    return { input: 0, line: Math.max(1, this.records), offset: 0, text: `CPU:${cpu} [EVENTS DROPPED]` };
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

function binaryReader(format: EventFormat, { dialect, binary }: DialectReading): BinaryReader | undefined {
  const fields = fieldsNamed(format, binary.fields);
  return fields === undefined ? undefined : { dialect, fields, parse: binary.parse };
}

function rowReader(format: EventFormat, { scanner }: DialectReading): RowReader | undefined {
  if (scanner === undefined) return undefined;
  const fields = fieldsNamed(format, scanner.fields);
  return fields === undefined ? undefined : { fields, scanner };
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

import type { Duplex } from 'node:stream';
import type { Continuation, SourceLine, TraceEvent } from './event.ts';
import type { EventRows, RowForm } from './event-rows.ts';
import type { GroupsReading } from './exported-group.ts';
import type { Lane } from './lane.ts';
import type { TableMapping } from './table-mapping.ts';
import type { ClockScale } from './time.ts';

/**
 * Whose time a line carries. `own`: the kernel's or the tracer's, since boot. `wall`: the date of a log daemon, in
 * seconds since 1970 (UTC where the zone is not said). `yearless`: a date without its year, in seconds since the start
 * of a leap year. Times of different clocks are not comparable.
 */
export type LineClock = 'own' | 'wall' | 'yearless';

/** `FramedLine.digits` of the numbered steps of an exported drawing. */
export const STEP_DIGITS = -2;

/**
 * What a framing takes off a line. One object is reused for all lines of an input: copy what must last.
 */
export interface FramedLine {
  /** Whole seconds (or ticks) as printed; NaN where the line has no time. */
  seconds: number;
  /** Nanoseconds within the second. */
  nanos: number;
  /** Digits printed after the point; -1 for a raw count, which is no time in seconds; `STEP_DIGITS`. */
  digits: number;
  /** `own` when `parse` is called; a framing that reads another clock sets it when it takes the line. */
  clock: LineClock;
  cpu: number | undefined;
  task: string | undefined;
  pid: number | undefined;
  /** Tracepoint or probe name for trace framings, undefined for log lines. */
  eventName: string | undefined;
  /** Where the payload starts in the line: behind `name: `, or behind the log prefix. */
  payload: number;
  /** Where the payload ends (exclusive): the line's length, less quoting or escapes at its end. */
  end: number;
  /** Where a line of an export comes from; undefined for all other lines. */
  exported: ExportedPlace | undefined;
}

/** What an exported event says about the input it was read from. */
export interface ExportedPlace {
  /** Index of the input in the run that wrote the export. */
  readonly input: number;
  readonly lane: Lane;
  readonly laneName: string | undefined;
}

export function newFramedLine(): FramedLine {
  return {
    seconds: Number.NaN,
    nanos: 0,
    digits: 0,
    clock: 'own',
    cpu: undefined,
    task: undefined,
    pid: undefined,
    eventName: undefined,
    payload: 0,
    end: 0,
    exported: undefined,
  };
}

/** How a line is wrapped. `kind` says which dialects can be inside: trace events by name, or log text. */
export interface Framing {
  readonly name: string;
  readonly kind: 'trace' | 'log';
  /** What it is, for `faultlog formats`. */
  readonly description: string;
  readonly samples: readonly string[];
  /** Substrings of which every header or marker line that states a fact has at least one: the sieve lets them through. */
  readonly needles?: readonly string[];
  /** The clock of its lines' times, where it is not `own`. */
  readonly clock?: LineClock;
  /** Fills `out` and returns true if the line is of this framing. Must not allocate more than it keeps. */
  parse(line: string, out: FramedLine): boolean;
  /** What in a header or comment line says about the capture, e.g. `# entries-in-buffer/entries-written: 60/60`. */
  header?(line: string): HeaderFact | undefined;
  /** Reads the same lines from bytes, where dialects can read their payloads so; for the lines of one input. */
  prefixScanner?(rows: EventRows): LineScanner;
}

/** A block of lines, the last of which ends before the block does. */
export interface LineBlock {
  readonly bytes: Buffer;
  readonly view: DataView;
}

/**
 * Reads a part of a line from bytes into the columns of `rows`, the same as its text would be read, or leaves it to that: it may
 * refuse any line.
 */
export interface LineScanner {
  /** Reads at `from` into the columns at `at`. Gives the position behind the part; -1: the line is to be read as text. */
  scan(block: LineBlock, from: number, at: number): number;
}

/** How a dialect reads payloads from bytes. */
export interface RowDialect {
  readonly forms: readonly RowForm[];
  /** First byte of its event's name; undefined: its events may have any name. */
  readonly initial: number | undefined;
  /** Reads the event's name and payload up to the line's end. `firstForm` is the number of its first form, for the column. */
  scanner(rows: EventRows, firstForm: number): LineScanner;
  /** The same for the binary records of an event; absent or undefined: there is no such reading. */
  recordScanner?(event: RecordFormat, rows: EventRows, firstForm: number): RecordScanner | undefined;
}

/** Reads binary records of one event into the columns of rows, the same as `BinaryReading.parse` reads them; it may refuse any. */
export interface RecordScanner {
  /** Names of the fields that it wants. */
  readonly fields: readonly string[];
  /** Reads into the columns at `at`; false: the record is to be read otherwise. */
  scan(record: RecordFields, at: number): boolean | typeof SILENT;
}

/**
 * What people and their tools put around or into lines of any framing: quoting, colours, Markdown. Taken off before the
 * framings see the line; the raw line stays what a finding quotes.
 */
export interface Wrapping {
  readonly name: string;
  /** What it is, for `faultlog formats`. */
  readonly description: string;
  readonly samples: readonly string[];
  /** The line without it; `line` itself where there is none. Cheap for lines without it. */
  unwrap(line: string): string;
  /** It may be taken off again once another was. */
  readonly canRepeat?: true;
}

/** Ends a boot's separator that a container put in front of the first entry of the boot, on the same line. */
export const BOOT_END = '\u001e';

/** What header and marker lines of a capture state. */
export type HeaderFact =
  | { readonly kind: 'clock'; readonly clock: string }
  /** Entries in the buffer, and written to it: if more were written, the oldest were overwritten. */
  | { readonly kind: 'entries'; readonly inBuffer: number; readonly written: number }
  /** `##### CPU n buffer started ####`: the capture begins here for that CPU. */
  | { readonly kind: 'cpu-started'; readonly cpu: number }
  /** The machine booted; the journal's id of the boot, where it is said. */
  | { readonly kind: 'boot'; readonly id: string | undefined }
  | { readonly kind: 'lost'; readonly cpu: number | undefined; readonly lost: number | undefined }
  /** Recognised, says nothing that matters. */
  | { readonly kind: 'comment' };

/** The line is the dialect's, and means nothing for the analysis (a return probe that returned 0). */
export const SILENT: unique symbol = Symbol('silent');
/** undefined: not this dialect's line. */
export type DialectResult = TraceEvent | Continuation | typeof SILENT | undefined;

export interface DialectSample {
  readonly line: string;
  /** Event kind, or `silent`. */
  readonly gives: string;
}

export interface Dialect {
  readonly name: string;
  readonly description: string;
  /** Kernel source file, version and what the text cannot tell. */
  readonly source: string;
  readonly samples: readonly DialectSample[];
  /** Substrings of which every line of this dialect has at least one: the sieve looks for them. */
  readonly needles: readonly string[];
  /** Names of trace events, for dispatch; absent for dialects of log text, and for those that look at any event name. */
  readonly eventNames?: readonly string[];
  /** `trace`: payloads of trace events; `log`: kernel log text (also inside a `console` trace event). */
  readonly kind: 'trace' | 'log';
  /** True if no event of this name says anything whose payloads all begin with `start`: binary records then need no text. */
  isSilent?(name: string, start: string): boolean;
  /** Reads the binary records of an event without the detour over text, the same as `parse`; undefined: it needs the text. */
  binaryFor?(name: string, fields: readonly RecordField[]): BinaryReading | undefined;
  /** True for an event whose line surely goes on: who pastes it has the rest on the next line. */
  isCut?(event: TraceEvent): boolean;
  /** Reads its commonest lines from bytes, the same as `parse`. */
  readonly rows?: RowDialect;
  /** Reads the payload of `line`. Fills everything but `source`, `time`, `lane`, `cpu`, `task` and `pid`, which intake adds. */
  parse(line: string, framed: FramedLine): DialectResult;
}

export interface BinaryReading {
  /** Names of the fields that are read; if the records lack one, their text is. */
  readonly fields: readonly string[];
  parse(record: RecordFields): DialectResult;
}

/** A field of a binary record, but for those that all records have. */
export interface RecordField {
  readonly name: string;
  readonly kind: 'number' | 'text' | 'bytes';
}

/** Fields of a binary record by their index in `BinaryReading.fields`; valid until the next record. */
export interface RecordFields {
  /** The lower 32 bits of a number as 64-bit two's complement, unsigned. */
  low(index: number): number;
  /** The upper 32 bits of a number, unsigned. */
  high(index: number): number;
  text(index: number): string;
}

/** Bytes in, decompressed or decoded bytes out. `parsers/containers` implements it. */
export interface Container {
  readonly name: string;
  readonly description: string;
  /** True if the first bytes (up to 64 KiB) are of this container. */
  matches(head: Uint8Array): boolean;
  /** A fresh decoder for one input; absent where the container is only recognised, not read. */
  decoder?(): Duplex;
  /** How it is written, for `faultlog formats NAME`; for what people write by hand. */
  readonly help?: string;
  /** The files in an archive, in its order. Each is read, or left, before the next one is asked for. */
  members?(bytes: AsyncIterable<Uint8Array>): AsyncIterable<ArchiveMember>;
  /** How to turn it into what can be read, one sentence; present where there is no decoder. */
  readonly advice?: string;
  /**
   * Reads a container whose text is events as a whole, not line by line (a drawing). Time 0 is the scale's epoch.
   *
   * @param input index of the input, for the events' source lines
   */
  readEvents?(text: string, input: number): WholeTextReading;
  /**
   * Reads groups that an earlier run has judged.
   *
   * @param input index of the input, for the source lines
   */
  readGroups?(text: string, input: number): Promise<GroupsReading>;
  /**
   * Reads a container of binary records that must be read here and there in the file. Throws if none can be read.
   *
   * @param wants the events whose payloads are worth building; the others are only counted
   */
  openRecords?(source: ByteSource, wants: EventFilter): RecordReader;
}

/** The bytes of an input, in any order. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** Fills `into` from byte `offset` on. Gives the number of bytes, which is smaller only at the end. */
  read(into: Uint8Array, offset: number): number;
}

/**
 * Whether the records of a trace event matter, by its name, by what all its payloads begin with (as far as known) and
 * by its fields: if not, false; else true, or how to read them without text.
 */
export type EventFilter = (event: RecordFormat) => boolean | DialectReading;

export interface RecordFormat {
  readonly name: string;
  readonly start: string;
  readonly fields: readonly RecordField[];
}

export interface DialectReading {
  readonly dialect: Dialect;
  readonly binary: BinaryReading;
  /** Tried first where the record can be a row. */
  readonly scanner?: RecordScanner | undefined;
}

/** A binary record as the line of text that it stands for. One object is reused for all records of an input. */
export interface FramedRecord extends FramedLine {
  /** What the dialect that reads binary records made of it; undefined: its line must be read. */
  reading: { readonly dialect: Dialect; readonly result: TraceEvent | Continuation } | undefined;
  /** Set for a marker, which is no record: the other fields mean nothing. */
  fact: HeaderFact | undefined;
  /** Set by the caller: columns that a row can be put into; -1: there must be none. */
  row: number;
  /** The record was put into those columns. */
  isRow: boolean;
  /** The line has no text, which `again` gives, and is valid until the next call; only where there can be a row. */
  isPlace: boolean;
  /** Where the record starts in the piece at its line's offset, for `again`. */
  start: number;
}

/**
 * A line of `input`, which the reader does not know. `line` is the number of the record in order of time, also of those
 * that nobody wants; `offset` in a compressed recording that of the compressed piece. The text may be made when somebody looks.
 */
export interface RecordLine extends SourceLine {
  input: number;
}

/** Gives binary records in order of time. */
export interface RecordReader {
  /** Name of the framing whose text the records stand for. */
  readonly framing: string;
  /** Declared by the recording (`local`, `mono`, …), undefined if it is not. */
  readonly clock: string | undefined;
  /** What is cut or damaged, in words that follow the input's name; complete when the last record was given. */
  readonly problems: readonly string[];
  /** Records so far, also those that nobody wants. */
  readonly records: number;
  /** The line of the next record, or of a marker, and fills `out`; undefined at the end. */
  next(out: FramedRecord): RecordLine | undefined;
  /** The same for a record of which only the place was given, by its line's offset and its `start`; undefined if it is not there any more. The line's number is not known. */
  again?(source: ByteSource, offset: number, start: number, out: FramedRecord): RecordLine | undefined;
}

export function newFramedRecord(): FramedRecord {
  return { ...newFramedLine(), reading: undefined, fact: undefined, row: -1, isRow: false, isPlace: false, start: 0 };
}

export interface ArchiveMember {
  /** Path in the archive. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** What a text says as a whole; with a problem there are no events. */
export interface WholeTextReading {
  /** By time. */
  readonly events: readonly TraceEvent[];
  readonly scale: ClockScale;
  /** Number of lines. */
  readonly lines: number;
  /** The first thing that is not understood: the input cannot be analysed. */
  readonly problem?: TextProblem;
}

/** What is wrong with a text, and where. */
export interface TextProblem {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in characters. */
  readonly column: number;
  readonly text: string;
}

/** `file:line:column: text`, as compilers and editors have it. */
export function formatTextProblem(path: string, problem: TextProblem): string {
  return `${path}:${problem.line}:${problem.column}: ${problem.text}`;
}

/** All parsers, injected by `main`, `worker` and `index`: nothing below imports them. */
export interface ParserRegistry {
  readonly framings: readonly Framing[];
  /** Taken off in this order. */
  readonly wrappings?: readonly Wrapping[];
  readonly dialects: readonly Dialect[];
  /** Tried in order on the first bytes of an input; none matching: the bytes are text. */
  readonly containers?: readonly Container[];
  /** Reads CSV tables of other tools. */
  tableContainer?(mapping: TableMapping): Container;
  /** Substrings that name an IOMMU: a line that has one and that no dialect reads is counted (FL903). */
  readonly iommuWords: readonly string[];
}

import { newEvent, type SourceLine, type TraceEvent } from './event.ts';
import { pasid, prgi, type RequesterId } from './ids.ts';
import type { Lane, ObservationPoint } from './lane.ts';
import { nanoseconds } from './time.ts';

/** What all rows of one kind of line have in common: requests, or responses, with a PASID and a PRGI. */
export interface RowForm {
  readonly kind: 'page-request' | 'page-response';
  readonly point: ObservationPoint;
  readonly dialect: string;
  readonly probe: string;
  /** Adds to `event` what only this kind has. */
  fill(event: TraceEvent, rows: EventRows, at: number): void;
}

/** The names that stand in a row's line. */
export interface RowNames {
  readonly iommu: string | undefined;
  readonly device: string | undefined;
  readonly requester: RequesterId | undefined;
}

/** Where the rows of an input come from. */
export interface RowOrigin {
  readonly input: number;
  readonly lane: Lane;
  readonly laneName: string | undefined;
  /**
   * The line that starts at a byte offset, without its line end. Read when somebody quotes it.
   *
   * @param start where it starts in the piece at that offset, if that is packed; else 0
   */
  textAt(offset: number, start: number): string;
  /** `start` of the row at a column index; absent where it is always 0. */
  startOf?(at: number): number;
  /** For an input that cannot be read again: the line of the row at a column index. */
  keptText?(at: number): string;
}

export type RowColumn = Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

/** The rows of an input. */
export interface RowSource {
  readonly rows: EventRows;
  readonly origin: RowOrigin;
  /** Holds what must be known of rows that `eventAt` may be asked for: their texts, where the input cannot be read again. */
  readonly keeper?: RowKeeper | undefined;
  /** The event of a row that is still kept. */
  eventOf(row: number): TraceEvent;
  /** The same of any row, which is read again where it is not kept. `held`: where its text is held, if there is a keeper. */
  eventAt(row: number, line: number, offset: number, held: number): TraceEvent;
}

export interface RowKeeper {
  /** Holds what there is of a row that is still kept. Gives its place. */
  hold(row: number): number;
  letGo(place: number): void;
}

/** Bit of `flags` above the four of the access mask (`rwxp`). */
export const LAST_REQUEST = 16;
/** `form` of a line that is read and says nothing. */
export const SILENT_ROW = 255;
/** Tasks and names that one table takes; a line with one more is read as text. */
const MAX_NAMES = 0x8000;

/**
 * Page requests and responses as columns, for captures in which nearly every line is one: what passes through needs no object
 * of its own. Rows are numbered without end and kept in a ring; the columns have the row `number & mask`.
 */
export class EventRows {
  readonly mask: number;
  readonly #tasksBefore = new Map<string | undefined, number>();
  readonly #namesBefore = new Map<string, number>();
  readonly forms: readonly RowForm[];
  /** By `tasks` and `names`: the rows have the index. */
  readonly taskNames: (string | undefined)[] = [];
  readonly rowNames: RowNames[] = [];

  readonly form: Uint8Array;
  readonly flags: Uint8Array;
  /** As the response has it; 0 is success. */
  readonly code: Uint8Array;
  /** As printed, before they become `time`. */
  readonly seconds: Float64Array;
  readonly nanos: Int32Array;
  /** Nanoseconds relative to the epoch of the input's clock. */
  readonly time: Float64Array;
  readonly line: Float64Array;
  readonly offset: Float64Array;
  readonly cpu: Int32Array;
  readonly pid: Int32Array;
  readonly task: Uint16Array;
  readonly names: Uint16Array;
  readonly pasid: Int32Array;
  readonly prgi: Int32Array;
  readonly addressHigh: Uint32Array;
  readonly addressLow: Uint32Array;
  readonly sequence: Float64Array;
  /** Of a response: how many requests it answers; -1 where the line does not say. */
  readonly count: Int32Array;

  /** @param kept a power of two: how many rows are kept. Behind them there is one more, `spare`. */
  constructor(forms: readonly RowForm[], kept: number) {
    const capacity = kept + 1;
    this.mask = kept - 1;
    this.forms = forms;
    this.form = new Uint8Array(capacity);
    this.flags = new Uint8Array(capacity);
    this.code = new Uint8Array(capacity);
    this.seconds = new Float64Array(capacity);
    this.nanos = new Int32Array(capacity);
    this.time = new Float64Array(capacity);
    this.line = new Float64Array(capacity);
    this.offset = new Float64Array(capacity);
    this.cpu = new Int32Array(capacity);
    this.pid = new Int32Array(capacity);
    this.task = new Uint16Array(capacity);
    this.names = new Uint16Array(capacity);
    this.pasid = new Int32Array(capacity);
    this.prgi = new Int32Array(capacity);
    this.addressHigh = new Uint32Array(capacity);
    this.addressLow = new Uint32Array(capacity);
    this.sequence = new Float64Array(capacity);
    this.count = new Int32Array(capacity);
  }

  /** All that lines say, in a fixed order, wide ones first: without `time`, which follows from them. */
  get columns(): readonly RowColumn[] {
    return [
      this.seconds,
      this.line,
      this.offset,
      this.sequence,
      this.nanos,
      this.cpu,
      this.pid,
      this.pasid,
      this.prgi,
      this.count,
      this.addressHigh,
      this.addressLow,
      this.task,
      this.names,
      this.form,
      this.flags,
      this.code,
    ];
  }

  /** Column index that is of no row. */
  get spare(): number {
    return this.mask + 1;
  }

  /** Index of a task's name for `task`; -1 if there are too many. */
  addTask(task: string | undefined): number {
    const known = this.#tasksBefore.get(task);
    if (known !== undefined) return known;
    const number = add(this.taskNames, task);
    if (number >= 0) this.#tasksBefore.set(task, number);
    return number;
  }

  /** Index for `names`; -1 if there are too many. */
  addNames(names: RowNames): number {
    const key = `${names.requester ?? ''} ${names.iommu ?? ''}/${names.device ?? ''}`;
    const known = this.#namesBefore.get(key);
    if (known !== undefined) return known;
    const number = add(this.rowNames, names);
    if (number >= 0) this.#namesBefore.set(key, number);
    return number;
  }

  /** Rows that follow are of other lines, which have other names. */
  forgetNames(): void {
    this.taskNames.length = 0;
    this.rowNames.length = 0;
    this.#tasksBefore.clear();
    this.#namesBefore.clear();
  }

  formOf(at: number): RowForm | undefined {
    return this.forms[this.form[at] ?? 0];
  }
}

function add<T>(list: T[], value: T): number {
  if (list.length >= MAX_NAMES) return -1;
  return list.push(value) - 1;
}

/** The event that the columns have at `at`, the same as if its line had been read as text. */
export function eventOfRow(rows: EventRows, at: number, origin: RowOrigin): TraceEvent {
  const form = rows.formOf(at);
  const names = rows.rowNames[rows.names[at] ?? 0];
  const event = newEvent(form?.kind ?? 'page-request', form?.dialect ?? '', form?.point ?? 'wire');
  event.source = sourceOfRow(rows, at, origin);
  event.lane = origin.lane;
  event.laneName = origin.laneName;
  event.probe = form?.probe;
  event.time = nanoseconds(rows.time[at] ?? 0);
  event.cpu = rows.cpu[at];
  event.task = rows.taskNames[rows.task[at] ?? 0];
  event.pid = rows.pid[at];
  event.iommu = names?.iommu;
  event.device = names?.device;
  event.requester = names?.requester;
  event.pasid = pasid(rows.pasid[at] ?? 0);
  event.prgi = prgi(rows.prgi[at] ?? 0);
  form?.fill(event, rows, at);
  return event;
}

function sourceOfRow(rows: EventRows, at: number, origin: RowOrigin): SourceLine {
  const line = rows.line[at] ?? 0;
  const offset = rows.offset[at] ?? 0;
  if (origin.keptText === undefined) return new RowLine(origin, line, offset, origin.startOf?.(at) ?? 0);
  return { input: origin.input, line, offset, text: origin.keptText(at) };
}

/** A line whose text is read when somebody looks. */
export class RowLine implements SourceLine {
  input: number;
  readonly line: number;
  readonly offset: number;
  readonly #origin: RowOrigin;
  readonly #start: number;

  constructor(origin: RowOrigin, line: number, offset: number, start: number) {
    this.input = origin.input;
    this.line = line;
    this.offset = offset;
    this.#origin = origin;
    this.#start = start;
  }

  get text(): string {
    return this.#origin.textAt(this.offset, this.#start);
  }
}

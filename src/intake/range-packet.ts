import type { EventRows, RowColumn, RowNames } from '../model/event-rows.ts';
import type { PackedTexts } from './range-texts.ts';

/** A part of a file, and how its lines are read. */
export interface RangeRequest {
  /** Absolute. */
  readonly file: string;
  /** The range has the lines that begin in [start, end). */
  readonly start: number;
  readonly end: number;
  readonly reading: RangeReading;
}

export interface RangeReading {
  /** Name of the framing of most lines. */
  readonly framing: string | undefined;
  /** Name of the only dialect to use. */
  readonly dialect: string | undefined;
  readonly maxLineBytes: number | undefined;
  /** Names of trace events that matter beside those of the dialects. */
  readonly probeNames: readonly string[];
}

/** What the lines of a range say, as far as that does not depend on what stands before it; can be sent to another thread. */
export interface RangePacket {
  /** Lines and bytes of the range, and how many of its lines are too long. */
  readonly lines: number;
  readonly bytes: number;
  readonly overlong: number;
  /** The columns of `rowCount` rows, one behind the other; lines are counted from 0. */
  readonly rows: ArrayBuffer;
  readonly rowCount: number;
  readonly taskNames: readonly (string | undefined)[];
  readonly rowNames: readonly RowNames[];
  readonly silentCount: number;
  /** Candidates that are to be read as text. */
  readonly texts: PackedTexts;
}

/** A smaller file is read before a thread has started. */
export const LEAST_RANGED_BYTES = 16 * 1024 * 1024;

/** Reads ranges elsewhere, at the same time. */
export interface RangeReaders {
  /** Size of the ranges, and of the smallest file that is worth it. */
  readonly rangeBytes: number;
  readonly leastBytes: number;
  /** Undefined if all are busy, or if there are enough packets that nobody has taken. */
  read(request: RangeRequest): RangeOrder | undefined;
}

export interface RangeOrder {
  /** Undefined if the range could not be read there. */
  readonly packet: Promise<RangePacket | undefined>;
  /** The packet is used, or nobody wants it. */
  done(): void;
}

/** What goes to another thread without a copy. */
export function transferablesOf({ rows, texts }: RangePacket): ArrayBuffer[] {
  return [rows, texts.bytes, texts.places.buffer];
}

/** The first `count` rows as one piece of memory. */
export function packRows(rows: EventRows, count: number): ArrayBuffer {
  const { columns } = rows;
  const size = columns.reduce((sum, column) => sum + column.BYTES_PER_ELEMENT * count, 0);
  const packed = new ArrayBuffer(size);
  for (const [index, view] of viewsOf(columns, packed, count).entries()) {
    const column = columns[index];
    if (column !== undefined) view.set(column.subarray(0, count));
  }
  return packed;
}

/** The packed columns, in the order of `columns`. */
export function viewsOf(columns: readonly RowColumn[], packed: ArrayBuffer, count: number): RowColumn[] {
  let offset = 0;
  return columns.map((column) => {
    const start = offset;
    offset += column.BYTES_PER_ELEMENT * count;
    if (column instanceof Float64Array) return new Float64Array(packed, start, count);
    if (column instanceof Int32Array) return new Int32Array(packed, start, count);
    if (column instanceof Uint32Array) return new Uint32Array(packed, start, count);
    if (column instanceof Uint16Array) return new Uint16Array(packed, start, count);
    return new Uint8Array(packed, start, count);
  });
}

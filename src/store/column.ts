type Values = Float64Array | Uint32Array | Uint16Array | Uint8Array;

/** How wide a value is. */
export type Width = 'f64' | 'u32' | 'u16' | 'u8';

const BYTES: Readonly<Record<Width, number>> = { f64: 8, u32: 4, u16: 2, u8: 1 };

/** Numbers of one kind, one for each row of a chunk. */
export class Column {
  /** Added to each value; the value itself where there are no others. */
  readonly #base: number;
  readonly #values: Values | undefined;

  constructor(base: number, values: Values | undefined) {
    this.#base = base;
    this.#values = values;
  }

  at(index: number): number {
    return this.#values === undefined ? this.#base : this.#base + (this.#values[index] ?? 0);
  }

  /** Only of a chunk that is not packed. */
  set(index: number, value: number): void {
    if (this.#values !== undefined) this.#values[index] = value;
  }

  /** The first index from `from` on that has this value; -1 if none has. */
  indexOf(value: number, from: number): number {
    if (this.#values === undefined) return this.#base === value ? from : -1;
    return this.#values.indexOf(value - this.#base, from);
  }
}

/** Where a chunk's columns come from, in the order in which they are asked for. */
export interface ColumnSource {
  next(width: Width): Column;
}

/** One column of a packed chunk. */
interface PackedColumn {
  readonly base: number;
  /** Absent: all rows have the base. */
  readonly width?: Width;
  readonly at: number;
}

/** A chunk as it goes from thread to thread. Without `columns` each has its full width, one behind the other. */
export interface ChunkImage {
  /** Shared, or a copy of its own. */
  readonly buffer: SharedArrayBuffer | ArrayBuffer;
  readonly rows: number;
  readonly columns?: readonly PackedColumn[];
}

/** Columns over an image. */
export function columnsOf({ buffer, rows, columns }: ChunkImage): ColumnSource {
  let at = 0;
  let index = 0;
  return {
    next(width) {
      if (columns === undefined) {
        const values = valuesAt(buffer, width, at, rows);
        at += BYTES[width] * rows;
        return new Column(0, values);
      }
      const packed = columns[index];
      index += 1;
      if (packed?.width === undefined) return new Column(packed?.base ?? 0, undefined);
      return new Column(packed.base, valuesAt(buffer, packed.width, packed.at, rows));
    },
  };
}

/**
 * The numbers of the first rows in less space: each column less its smallest value, as wide as what is left. Columns of which
 * all rows are the same take none.
 */
export function pack(columns: readonly Column[], rows: number, memory: 'shared' | 'own'): ChunkImage {
  const plans = columns.map((column) => planOf(column, rows));
  const packed: PackedColumn[] = [];
  let sizeBytes = 0;
  for (const width of ['f64', 'u32', 'u16', 'u8'] as const) {
    for (const [index, plan] of plans.entries()) {
      if (plan.width !== width) continue;
      packed[index] = { base: plan.base, width, at: sizeBytes };
      sizeBytes += BYTES[width] * rows;
    }
  }
  const buffer = memory === 'shared' ? new SharedArrayBuffer(sizeBytes) : new ArrayBuffer(sizeBytes);
  for (const [index, column] of columns.entries()) {
    const place = packed[index];
    if (place?.width === undefined) {
      packed[index] = { base: plans[index]?.base ?? 0, at: 0 };
      continue;
    }
    const values = valuesAt(buffer, place.width, place.at, rows);
    for (let at = 0; at < rows; at += 1) values[at] = column.at(at) - place.base;
  }
  return { buffer, rows, columns: packed };
}

function planOf(column: Column, rows: number): { readonly base: number; readonly width?: Width } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let isWhole = true;
  let missing = 0;
  for (let at = 0; at < rows; at += 1) {
    const value = column.at(at);
    if (Number.isNaN(value)) missing += 1;
    else if (!Number.isSafeInteger(value)) isWhole = false;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (missing === rows) return { base: Number.NaN };
  if (missing > 0 || !isWhole) return { base: 0, width: 'f64' };
  const range = high - low;
  if (range === 0) return { base: low };
  if (range <= 0xff) return { base: low, width: 'u8' };
  if (range <= 0xffff) return { base: low, width: 'u16' };
  if (range <= 0xffff_ffff) return { base: low, width: 'u32' };
  return { base: 0, width: 'f64' };
}

function valuesAt(buffer: ChunkImage['buffer'], width: Width, at: number, rows: number): Values {
  switch (width) {
    case 'f64':
      return new Float64Array(buffer, at, rows);
    case 'u32':
      return new Uint32Array(buffer, at, rows);
    case 'u16':
      return new Uint16Array(buffer, at, rows);
    default:
      return new Uint8Array(buffer, at, rows);
  }
}

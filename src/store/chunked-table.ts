/** Rows of a chunk: small enough to look through one without an index, large enough that their number stays small. */
export const CHUNK_ROWS = 1 << 14;
const CHUNK_SHIFT = 14;
const CHUNK_MASK = CHUNK_ROWS - 1;

/** Says which columns a chunk has, by cutting them off its buffer one after the other. */
export class ColumnCutter {
  readonly #buffer: SharedArrayBuffer;
  #at = 0;

  constructor(buffer: SharedArrayBuffer) {
    this.#buffer = buffer;
  }

  f64(): Float64Array {
    return new Float64Array(this.#buffer, this.#take(8), CHUNK_ROWS);
  }

  u32(): Uint32Array {
    return new Uint32Array(this.#buffer, this.#take(4), CHUNK_ROWS);
  }

  u16(): Uint16Array {
    return new Uint16Array(this.#buffer, this.#take(2), CHUNK_ROWS);
  }

  u8(): Uint8Array {
    return new Uint8Array(this.#buffer, this.#take(1), CHUNK_ROWS);
  }

  #take(width: number): number {
    const at = this.#at;
    this.#at += width * CHUNK_ROWS;
    return at;
  }
}

/**
 * A table that grows by chunks of columns and never moves a row. The chunks are shared memory: one thread appends, another
 * one reads the rows whose number it was told.
 */
export class ChunkedTable<Chunk> {
  readonly #bytesPerRow: number;
  readonly #cut: (columns: ColumnCutter) => Chunk;
  readonly #chunks: Chunk[] = [];
  readonly #buffers: SharedArrayBuffer[] = [];
  #count = 0;

  constructor(bytesPerRow: number, cut: (columns: ColumnCutter) => Chunk) {
    this.#bytesPerRow = bytesPerRow;
    this.#cut = cut;
  }

  get count(): number {
    return this.#count;
  }

  /** One for each chunk, in order: what another thread needs to read the table. */
  get buffers(): readonly SharedArrayBuffer[] {
    return this.#buffers;
  }

  get chunks(): readonly Chunk[] {
    return this.#chunks;
  }

  get sizeBytes(): number {
    return this.#buffers.length * this.#bytesPerRow * CHUNK_ROWS;
  }

  /** Makes room for one more row, whose columns hold 0; gives its number. */
  grow(): number {
    const row = this.#count;
    this.#count += 1;
    if ((row & CHUNK_MASK) === 0) this.#add(new SharedArrayBuffer(this.#bytesPerRow * CHUNK_ROWS));
    return row;
  }

  /** Takes over what another thread appended: its further chunks and its number of rows. */
  adopt(buffers: readonly SharedArrayBuffer[], count: number): void {
    for (const buffer of buffers) this.#add(buffer);
    this.#count = count;
  }

  /** The chunk of a row; undefined beyond the last one. */
  chunkOf(row: number): Chunk | undefined {
    return row < this.#count ? this.#chunks[row >>> CHUNK_SHIFT] : undefined;
  }

  #add(buffer: SharedArrayBuffer): void {
    this.#buffers.push(buffer);
    this.#chunks.push(this.#cut(new ColumnCutter(buffer)));
  }
}

/** Place of a row in its chunk. */
export function placeOf(row: number): number {
  return row & CHUNK_MASK;
}

import { type ChunkImage, type ColumnSource, columnsOf, pack } from './column.ts';

/** Rows of a chunk: few enough to look through them all, many enough that chunks stay few. */
export const CHUNK_ROWS = 1 << 14;
const CHUNK_SHIFT = 14;
const CHUNK_MASK = CHUNK_ROWS - 1;

/** What a thread must be told to see what another one appended. */
export interface TableChange {
  readonly count: number;
  /** By their place: new ones, and those that were packed. */
  readonly chunks: readonly { readonly index: number; readonly image: ChunkImage }[];
}

export interface TableOptions {
  /** Of an unpacked row. */
  readonly bytesPerRow: number;
  /** False where rows may change after a chunk is full. */
  readonly isPacked: boolean;
}

/**
 * A table that grows by chunks of columns and never moves a row; full chunks are packed. The chunks are shared memory: one
 * thread appends, another one reads the rows that it was told of.
 */
export class ChunkedTable<Chunk extends object> {
  readonly #options: TableOptions;
  readonly #cut: (source: ColumnSource) => Chunk;
  readonly #chunks: Chunk[] = [];
  #count = 0;
  #sizeBytes = 0;
  readonly #sizes: number[] = [];
  readonly #changed = new Map<number, ChunkImage>();

  constructor(options: TableOptions, cut: (source: ColumnSource) => Chunk) {
    this.#options = options;
    this.#cut = cut;
  }

  get count(): number {
    return this.#count;
  }

  get chunks(): readonly Chunk[] {
    return this.#chunks;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Makes room for one more row, whose columns hold 0; gives its number. */
  grow(): number {
    const row = this.#count;
    if ((row & CHUNK_MASK) === 0) {
      if (row > 0 && this.#options.isPacked) this.#pack((row >>> CHUNK_SHIFT) - 1);
      this.#put(row >>> CHUNK_SHIFT, { buffer: new SharedArrayBuffer(this.#options.bytesPerRow * CHUNK_ROWS) });
    }
    this.#count += 1;
    return row;
  }

  /** The chunk of a row; undefined beyond the last one. */
  chunkOf(row: number): Chunk | undefined {
    return row < this.#count ? this.#chunks[row >>> CHUNK_SHIFT] : undefined;
  }

  /** Rows of the chunk at this place. */
  rowsIn(index: number): number {
    return Math.max(0, Math.min(CHUNK_ROWS, this.#count - index * CHUNK_ROWS));
  }

  /** What has changed since the last call. */
  takeChange(): TableChange {
    const chunks = [...this.#changed].map(([index, image]) => ({ index, image }));
    this.#changed.clear();
    return { count: this.#count, chunks };
  }

  /** Takes over what another thread appended. */
  adopt({ count, chunks }: TableChange): void {
    for (const { index, image } of chunks) this.#put(index, image);
    this.#count = count;
  }

  #pack(index: number): void {
    const chunk = this.#chunks[index];
    if (chunk !== undefined) this.#put(index, pack(Object.values(chunk), CHUNK_ROWS));
  }

  #put(index: number, image: ChunkImage): void {
    this.#chunks[index] = this.#cut(columnsOf(image, CHUNK_ROWS));
    this.#changed.set(index, image);
    this.#sizeBytes += image.buffer.byteLength - (this.#sizes[index] ?? 0);
    this.#sizes[index] = image.buffer.byteLength;
  }
}

/** Place of a row in its chunk. */
export function placeOf(row: number): number {
  return row & CHUNK_MASK;
}

import { type ChunkImage, type ColumnSource, columnsOf, pack } from './column.ts';

/** Rows of a chunk: few enough to look through them all, many enough that chunks stay few. */
export const CHUNK_ROWS = 1 << 14;
const CHUNK_SHIFT = 14;
const CHUNK_MASK = CHUNK_ROWS - 1;

/** What a thread must be told to see what another one appended. */
export interface TableChange {
  readonly count: number;
  /** By their place: new ones, and those that have grown or were packed. */
  readonly chunks: readonly { readonly index: number; readonly image: ChunkImage }[];
}

export interface TableOptions {
  /** Of an unpacked row. */
  readonly bytesPerRow: number;
  /**
   * `packed`: rows do not change when they were appended, full chunks are packed. `live`: they may change, and every thread
   * sees it.
   */
  readonly kind: 'packed' | 'live';
}

/**
 * A table that grows by chunks of columns and never moves a row. Full chunks are shared memory: one thread appends, another
 * one reads the rows that it was told of.
 */
export class ChunkedTable<Chunk extends object> {
  readonly #options: TableOptions;
  readonly #cut: (source: ColumnSource) => Chunk;
  readonly #chunks: Chunk[] = [];
  #count = 0;
  /** Rows that the other thread was told of. */
  #taken = 0;
  #sizeBytes = 0;
  readonly #sizes: number[] = [];
  readonly #changed = new Map<number, ChunkImage>();
  /** What the chunk that grows is written into, if it is packed when it is full: the same one for all. */
  #open: ChunkImage | undefined;

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
    if ((row & CHUNK_MASK) === 0) this.#begin(row >>> CHUNK_SHIFT);
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

  /** What has changed since the last call; of the chunk that grows a copy. */
  takeChange(): TableChange {
    const chunks = [...this.#changed].map(([index, image]) => ({ index, image }));
    this.#changed.clear();
    const last = this.#chunks.length - 1;
    const tail = this.#chunks[last];
    if (this.#open !== undefined && tail !== undefined && this.#count > this.#taken) {
      chunks.push({ index: last, image: pack(Object.values(tail), this.rowsIn(last), 'own') });
    }
    this.#taken = this.#count;
    return { count: this.#count, chunks };
  }

  /** Takes over what another thread appended. */
  adopt({ count, chunks }: TableChange): void {
    for (const { index, image } of chunks) this.#put(index, image);
    this.#count = count;
  }

  #begin(index: number): void {
    const sizeBytes = this.#options.bytesPerRow * CHUNK_ROWS;
    if (this.#options.kind === 'live') {
      const image = { buffer: new SharedArrayBuffer(sizeBytes), rows: CHUNK_ROWS };
      this.#put(index, image);
      this.#changed.set(index, image);
      return;
    }
    const full = this.#chunks[index - 1];
    if (full !== undefined) {
      const image = pack(Object.values(full), CHUNK_ROWS, 'shared');
      this.#put(index - 1, image);
      this.#changed.set(index - 1, image);
    }
    this.#open ??= { buffer: new ArrayBuffer(sizeBytes), rows: CHUNK_ROWS };
    new Uint8Array(this.#open.buffer).fill(0);
    this.#put(index, this.#open);
  }

  #put(index: number, image: ChunkImage): void {
    this.#chunks[index] = this.#cut(columnsOf(image));
    this.#sizeBytes += image.buffer.byteLength - (this.#sizes[index] ?? 0);
    this.#sizes[index] = image.buffer.byteLength;
  }
}

/** Place of a row in its chunk. */
export function placeOf(row: number): number {
  return row & CHUNK_MASK;
}

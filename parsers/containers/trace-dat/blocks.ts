import type { ByteSource } from '../../../src/model/parser.ts';
import { DamagedRecording, viewOf } from './byte-cursor.ts';
import type { CpuData, Decompressor, TraceBuffer } from './recording.ts';

/** Whole pages of one CPU. Overwritten by the next block of the same reader. */
export interface Block {
  readonly bytes: Buffer;
  readonly view: DataView;
  /** Bytes that are filled; the last page may be cut. */
  readonly length: number;
  /** Where the block lies in the file; of a compressed one, its compressed form. */
  readonly offset: number;
  readonly isCompressed: boolean;
}

/** Gives the data of one CPU block by block; undefined at its end. Throws `DamagedRecording` where it is cut. */
export interface BlockReader {
  next(): Block | undefined;
}

/** Bytes that are read at once. */
const BLOCK_BYTES = 256 * 1024;

export function blockReader(
  source: ByteSource,
  buffer: TraceBuffer,
  data: CpuData,
  decompress: Decompressor | undefined,
  isLittleEndian: boolean,
): BlockReader {
  if (!buffer.isCompressed) return new PlainBlocks(source, data, buffer.pageSize);
  return new CompressedBlocks(source, data, decompress, isLittleEndian);
}

export class PlainBlocks implements BlockReader {
  readonly #source: ByteSource;
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #end: number;
  #at: number;

  constructor(source: ByteSource, data: CpuData, pageSize: number) {
    this.#source = source;
    this.#at = data.offset;
    this.#end = data.offset + data.size;
    const pages = Math.max(1, Math.floor(BLOCK_BYTES / pageSize));
    this.#bytes = Buffer.alloc(Math.min(pages * pageSize, Math.max(data.size, 16)));
    this.#view = viewOf(this.#bytes);
  }

  next(): Block | undefined {
    const offset = this.#at;
    const wanted = Math.min(this.#bytes.length, this.#end - offset);
    if (wanted <= 0) return undefined;
    const present = Math.max(0, Math.min(wanted, this.#source.sizeBytes - offset));
    const length = present === 0 ? 0 : this.#source.read(this.#bytes.subarray(0, present), offset);
    if (length === 0) {
      this.#at = this.#end;
      throw new DamagedRecording(`it ends ${this.#end - offset} bytes too early`);
    }
    this.#at = offset + length;
    return { bytes: this.#bytes, view: this.#view, length, offset, isCompressed: false };
  }
}

/** Number of chunks, then for each its compressed size, its size and its bytes (trace-cmd.dat.v7.5.txt). */
export class CompressedBlocks implements BlockReader {
  readonly #source: ByteSource;
  readonly #decompress: Decompressor | undefined;
  readonly #isLittleEndian: boolean;
  readonly #end: number;
  #at: number;
  #chunks: number | undefined;

  /** @param chunks how many there are, where their number does not stand in front of them */
  constructor(
    source: ByteSource,
    data: CpuData,
    decompress: Decompressor | undefined,
    isLittleEndian: boolean,
    chunks?: number,
  ) {
    this.#source = source;
    this.#chunks = chunks;
    this.#decompress = decompress;
    this.#isLittleEndian = isLittleEndian;
    this.#at = data.offset;
    this.#end = data.offset + data.size;
  }

  next(): Block | undefined {
    if (this.#at >= this.#end) return undefined;
    this.#chunks ??= this.#bytes(4).getUint32(0, this.#isLittleEndian);
    if (this.#chunks === 0) return undefined;
    this.#chunks -= 1;
    const offset = this.#at;
    const sizes = this.#bytes(8);
    const compressed = this.#bytes(sizes.getUint32(0, this.#isLittleEndian));
    if (this.#decompress === undefined) throw new DamagedRecording('its compression is not named');
    const packed = new Uint8Array(compressed.buffer, compressed.byteOffset, compressed.byteLength);
    const bytes = this.#decompress(packed, sizes.getUint32(4, this.#isLittleEndian));
    return { bytes, view: viewOf(bytes), length: bytes.length, offset, isCompressed: true };
  }

  #bytes(length: number): DataView {
    if (this.#at + length > this.#source.sizeBytes) {
      throw new DamagedRecording(`it ends ${this.#end - this.#at} bytes too early`);
    }
    const bytes = new Uint8Array(length);
    this.#source.read(bytes, this.#at);
    this.#at += length;
    return viewOf(bytes);
  }
}

import type { ByteSource } from '../../../src/model/parser.ts';

const TWO_32 = 0x1_0000_0000;
const LATIN1 = new TextDecoder('latin1');

/** The recording ends, or says something impossible, where this was to be read. */
export class DamagedRecording extends Error {}

/** Reads numbers and texts one after the other, in the recording's byte order. Throws `DamagedRecording` at the end. */
export class ByteCursor {
  readonly #source: ByteSource;
  readonly isLittleEndian: boolean;
  at: number;

  constructor(source: ByteSource, at: number, isLittleEndian: boolean) {
    this.#source = source;
    this.isLittleEndian = isLittleEndian;
    this.at = at;
  }

  get remaining(): number {
    return this.#source.sizeBytes - this.at;
  }

  bytes(length: number): Uint8Array {
    if (length > this.remaining || length < 0) throw new DamagedRecording('it ends too early');
    const bytes = new Uint8Array(length);
    if (this.#source.read(bytes, this.at) < length) throw new DamagedRecording('it ends too early');
    this.at += length;
    return bytes;
  }

  skip(length: number): void {
    if (length > this.remaining || length < 0) throw new DamagedRecording('it ends too early');
    this.at += length;
  }

  u8(): number {
    return this.bytes(1)[0] ?? 0;
  }

  u16(): number {
    return viewOf(this.bytes(2)).getUint16(0, this.isLittleEndian);
  }

  u32(): number {
    return viewOf(this.bytes(4)).getUint32(0, this.isLittleEndian);
  }

  /** Exact below 2^53: an offset or a size. */
  u64(): number {
    return readU64(viewOf(this.bytes(8)), 0, this.isLittleEndian);
  }

  /** `length` bytes as text, one character each. */
  text(length: number): string {
    return LATIN1.decode(this.bytes(length));
  }

  /** Text up to a NUL, which is skipped. */
  string(maxLength = 256): string {
    const start = this.at;
    const bytes = this.bytes(Math.min(maxLength, this.remaining));
    const end = bytes.indexOf(0);
    if (end < 0) throw new DamagedRecording('a name in its headers has no end');
    this.at = start + end + 1;
    return LATIN1.decode(bytes.subarray(0, end));
  }
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Exact below 2^53. */
export function readU64(view: DataView, at: number, isLittleEndian: boolean): number {
  const first = view.getUint32(at, isLittleEndian);
  const second = view.getUint32(at + 4, isLittleEndian);
  return isLittleEndian ? second * TWO_32 + first : first * TWO_32 + second;
}

/** Bytes in memory as a source. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    read(into, offset) {
      const part = bytes.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
  };
}

/** Bytes one after the other, numbers in the chosen byte order. */
export class ByteWriter {
  readonly #isLittleEndian: boolean;
  #bytes = Buffer.alloc(64 * 1024);
  at = 0;

  constructor(isLittleEndian: boolean) {
    this.#isLittleEndian = isLittleEndian;
  }

  #room(size: number): DataView {
    if (this.at + size > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(2 * this.#bytes.length, this.at + size));
      this.#bytes.copy(larger, 0, 0, this.at);
      this.#bytes = larger;
    }
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.at, size);
    this.at += size;
    return view;
  }

  u8(value: number): this {
    this.#room(1).setUint8(0, value);
    return this;
  }

  u16(value: number): this {
    this.#room(2).setUint16(0, value, this.#isLittleEndian);
    return this;
  }

  u32(value: number): this {
    this.#room(4).setUint32(0, value, this.#isLittleEndian);
    return this;
  }

  u64(value: bigint | number): this {
    this.#room(8).setBigUint64(0, BigInt(value), this.#isLittleEndian);
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.at - bytes.length);
    return this;
  }

  text(text: string): this {
    return this.raw(Buffer.from(text, 'latin1'));
  }

  string(text: string): this {
    return this.text(`${text}\0`);
  }

  /** Zeros up to a multiple of `size`. */
  align(size: number): this {
    return this.raw(new Uint8Array((size - (this.at % size)) % size));
  }

  /** Writes into what was left out before. */
  patch(at: number, write: () => void): void {
    const end = this.at;
    this.at = at;
    write();
    this.at = end;
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes.subarray(0, this.at));
  }
}

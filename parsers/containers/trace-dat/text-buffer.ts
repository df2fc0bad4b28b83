const ZERO = 48;
/** Offset of the letters `a` to `f` from their value. */
const LETTER = 87;
const SPACE = 32;
const START_BYTES = 64 * 1024;
const TWO_32 = 0x1_0000_0000;

/**
 * Builds one line after the other as bytes and gives each as one flat string: joining strings piece by piece costs
 * several times as much. One object is reused for all lines.
 */
export class TextBuffer {
  #bytes = Buffer.alloc(START_BYTES);
  #at = 0;
  #isAscii = true;

  clear(): void {
    this.#at = 0;
    this.#isAscii = true;
  }

  /** Bytes so far. */
  get length(): number {
    return this.#at;
  }

  /** The line from byte `from` on. */
  take(from: number): string {
    return this.#isAscii
      ? this.#bytes.toString('latin1', from, this.#at)
      : this.#bytes.toString('utf8', from, this.#at);
  }

  /** Number of characters in the first `end` bytes. */
  characters(end: number): number {
    return this.#isAscii ? end : this.#bytes.toString('utf8', 0, end).length;
  }

  #room(size: number): Buffer {
    if (this.#at + size > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(2 * this.#bytes.length, this.#at + size));
      larger.set(this.#bytes.subarray(0, this.#at));
      this.#bytes = larger;
    }
    return this.#bytes;
  }

  byte(code: number): void {
    this.#room(1)[this.#at] = code;
    this.#at += 1;
  }

  text(text: string): void {
    const { length } = text;
    const bytes = this.#room(3 * length);
    const start = this.#at;
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) {
        this.#isAscii = false;
        this.#at = start + bytes.write(text, start, 'utf8');
        return;
      }
      bytes[start + index] = code;
    }
    this.#at = start + length;
  }

  /** Bytes of UTF-8 up to a NUL, as far as `end`. */
  string(source: Uint8Array, from: number, end: number): void {
    const bytes = this.#room(end - from);
    let at = this.#at;
    for (let index = from; index < end; index += 1) {
      const byte = source[index] ?? 0;
      if (byte === 0) break;
      if (byte >= 0x80) this.#isAscii = false;
      bytes[at] = byte;
      at += 1;
    }
    this.#at = at;
  }

  /** Hexadecimal digits, zeros in front up to `width`. */
  hex(high: number, low: number, width = 1): void {
    const digits = Math.max(width, high === 0 ? hexLength(low) : 8 + hexLength(high));
    const bytes = this.#room(digits);
    let at = this.#at + digits;
    this.#at = at;
    let rest = low;
    let count = 0;
    for (let left = digits; left > 0; left -= 1) {
      if (count === 8) rest = high;
      else if (count === 16) rest = 0;
      const digit = rest & 15;
      rest >>>= 4;
      count += 1;
      at -= 1;
      bytes[at] = digit < 10 ? ZERO + digit : LETTER + digit;
    }
  }

  /** A whole number below 2^53 that is not negative, with `pad` in front up to `width`. */
  decimal(value: number, width = 1, pad = ZERO): void {
    const digits = decimalLength(value);
    const length = Math.max(width, digits);
    const bytes = this.#room(length);
    const start = this.#at;
    let at = start + length;
    this.#at = at;
    let rest = value;
    while (rest >= TWO_32) {
      const next = Math.floor(rest / 10);
      at -= 1;
      bytes[at] = ZERO + (rest - next * 10);
      rest = next;
    }
    const stop = start + length - digits;
    let small = rest >>> 0;
    while (at > stop) {
      const next = (small / 10) >>> 0;
      at -= 1;
      bytes[at] = ZERO + (small - next * 10);
      small = next;
    }
    while (at > start) {
      at -= 1;
      bytes[at] = pad;
    }
  }

  spaces(count: number): void {
    if (count <= 0) return;
    const bytes = this.#room(count);
    for (let index = 0; index < count; index += 1) bytes[this.#at + index] = SPACE;
    this.#at += count;
  }

  /** Takes a line end off the end. */
  trimLineEnd(): void {
    if (this.#at > 0 && this.#bytes[this.#at - 1] === 10) this.#at -= 1;
  }
}

function hexLength(value: number): number {
  return value === 0 ? 1 : (35 - Math.clz32(value)) >>> 2;
}

function decimalLength(value: number): number {
  let length = 1;
  for (let bound = 10; value >= bound; bound *= 10) length += 1;
  return length;
}

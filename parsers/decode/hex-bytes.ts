/** Value of a hexadecimal digit in the lower case that the kernel prints, by its byte; -1 for everything else. */
const DIGITS = new Int8Array(256).fill(-1);
for (const [value, digit] of [...'0123456789abcdef'].entries()) DIGITS[digit.charCodeAt(0)] = value;

/** A number of up to 64 bits that was read from bytes. Reused: the readers overwrite it. */
export class HexBytes {
  hi = 0;
  lo = 0;

  /** Reads the digits at `from`. Gives the position behind them; -1 if there are none or more than 16. */
  read(bytes: Uint8Array, from: number): number {
    let hi = 0;
    let lo = 0;
    let at = from;
    for (; ; at += 1) {
      const digit = DIGITS[bytes[at] ?? 0] ?? -1;
      if (digit < 0) break;
      hi = (hi << 4) | (lo >>> 28);
      lo = (lo << 4) | digit;
    }
    if (at === from || at - from > 16) return -1;
    this.hi = hi >>> 0;
    this.lo = lo >>> 0;
    return at;
  }
}

/** Digits of a word without leading zeros. */
export function digitsOf(hi: number, lo: number): string {
  return hi === 0 ? lo.toString(16) : hi.toString(16) + lo.toString(16).padStart(8, '0');
}

import { hexDigit, isDigit } from '../../src/base/scan.ts';

/**
 * A 64-bit word as two unsigned 32-bit halves: bit fields of hardware descriptors are read from them
 * without bigint arithmetic. Reused by its owner: the readers below overwrite it.
 */
export interface Word64 {
  hi: number;
  lo: number;
}

const TWO_32 = 0x1_0000_0000;
const MINUS = 45;

export function newWord64(): Word64 {
  return { hi: 0, lo: 0 };
}

/** Reads the hexadecimal digits at `from` into `out`. Gives the position behind them, -1 if there are none or more than 64 bits. */
export function readHex(text: string, from: number, out: Word64): number {
  let at = from;
  let hi = 0;
  let lo = 0;
  let significant = 0;
  for (; at < text.length; at += 1) {
    const digit = hexDigit(text.charCodeAt(at));
    if (digit < 0) break;
    if (significant > 0 || digit > 0) significant += 1;
    hi = (hi << 4) | (lo >>> 28);
    lo = (lo << 4) | digit;
  }
  if (at === from || significant > 16) return -1;
  out.hi = hi >>> 0;
  out.lo = lo >>> 0;
  return at;
}

/** Like `readHex` for decimal digits, with an optional minus sign (two's complement). */
export function readDecimal(text: string, from: number, out: Word64): number {
  const isNegative = text.charCodeAt(from) === MINUS;
  const start = isNegative ? from + 1 : from;
  let at = start;
  let hi = 0;
  let lo = 0;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (!isDigit(code)) break;
    const low = lo * 10 + (code - 48);
    lo = low % TWO_32;
    hi = hi * 10 + (low - lo) / TWO_32;
    if (hi >= TWO_32) return -1;
  }
  if (at === start) return -1;
  if (isNegative) {
    hi = lo === 0 ? (TWO_32 - hi) % TWO_32 : TWO_32 - 1 - hi;
    lo = (TWO_32 - lo) % TWO_32;
  }
  out.hi = hi;
  out.lo = lo;
  return at;
}

/** Reads `0x…` as hexadecimal and anything else as decimal. Gives the position behind it, or -1. */
export function readInteger(text: string, from: number, out: Word64): number {
  if (text.charCodeAt(from) === 48 && (text.charCodeAt(from + 1) | 32) === 120) return readHex(text, from + 2, out);
  return readDecimal(text, from, out);
}

/** Value of an unsigned word; exact below 2^53. */
export function unsigned(word: Word64): number {
  return word.hi * TWO_32 + word.lo;
}

/** Value of a return code: 64-bit two's complement, and 32-bit values that were printed as unsigned. */
export function signed(word: Word64): number {
  if (word.hi === TWO_32 - 1) return word.lo - TWO_32;
  if (word.hi === 0 && word.lo >= TWO_32 / 2) return word.lo - TWO_32;
  return unsigned(word);
}

/** Hexadecimal digits without leading zeros. */
export function hexDigits(word: Word64): string {
  if (word.hi === 0) return word.lo.toString(16);
  return word.hi.toString(16) + word.lo.toString(16).padStart(8, '0');
}

/** Hexadecimal digits of bits 63:12, the page number of an address word. */
export function pageDigits(word: Word64): string {
  const low = word.lo >>> 12;
  if (word.hi === 0) return low.toString(16);
  return word.hi.toString(16) + low.toString(16).padStart(5, '0');
}

/** Character-code scanners for the hot path. All take a string and positions, none allocates. */

export const NEWLINE = 10;
export const SPACE = 32;

/** Value of one hexadecimal digit, or -1. */
export function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 102) return code - 87;
  if (code >= 65 && code <= 70) return code - 55;
  return -1;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** First position at or after `from` that holds no blank and no tab. */
export function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code !== SPACE && code !== 9) break;
    at += 1;
  }
  return at;
}

/** First position at or after `from` that holds no hexadecimal digit. */
export function endOfHex(text: string, from: number): number {
  let at = from;
  while (at < text.length && hexDigit(text.charCodeAt(at)) >= 0) at += 1;
  return at;
}

/** First position at or after `from` that holds no decimal digit. */
export function endOfDecimal(text: string, from: number): number {
  let at = from;
  while (at < text.length && isDigit(text.charCodeAt(at))) at += 1;
  return at;
}

/** Value of the hexadecimal digits in [from, end); exact up to 13 digits. Empty gives NaN. */
export function hexValue(text: string, from: number, end: number): number {
  if (from >= end) return Number.NaN;
  let value = 0;
  for (let at = from; at < end; at += 1) {
    const digit = hexDigit(text.charCodeAt(at));
    if (digit < 0) return Number.NaN;
    value = value * 16 + digit;
  }
  return value;
}

/** Value of the decimal digits in [from, end); exact up to 15 digits. Empty gives NaN. */
export function decimalValue(text: string, from: number, end: number): number {
  if (from >= end) return Number.NaN;
  let value = 0;
  for (let at = from; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (!isDigit(code)) return Number.NaN;
    value = value * 10 + (code - 48);
  }
  return value;
}

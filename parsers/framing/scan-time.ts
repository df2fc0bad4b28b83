import { decimalValue, endOfDecimal, isDigit } from '../../src/base/scan.ts';
import type { FramedLine } from '../../src/model/parser.ts';

const POINT = 46;

/** Factor from a fraction of n digits to nanoseconds. */
const NANOS_PER_UNIT: readonly number[] = [1e9, 1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 100, 10, 1];

/**
 * Reads `SECONDS.FRACTION` (1 to 9 digits) or a raw count at `at`. Gives the position behind it, or -1.
 * Digits beyond the ninth of a fraction are dropped.
 */
export function scanTime(line: string, at: number, out: FramedLine): number {
  const point = endOfDecimal(line, at);
  if (point === at || point - at > 20) return -1;
  const whole = decimalValue(line, at, point);
  if (line.charCodeAt(point) !== POINT || !isDigit(line.charCodeAt(point + 1))) {
    out.seconds = whole;
    out.nanos = 0;
    out.digits = -1;
    return point;
  }
  const end = endOfDecimal(line, point + 1);
  const digits = Math.min(end - point - 1, 9);
  out.seconds = whole;
  out.nanos = decimalValue(line, point + 1, point + 1 + digits) * (NANOS_PER_UNIT[digits] ?? 1);
  out.digits = digits;
  return end;
}

/** A whole number of microseconds as time. */
export function setMicroseconds(microseconds: number, out: FramedLine): void {
  out.seconds = Math.floor(microseconds / 1e6);
  out.nanos = Math.round(microseconds - out.seconds * 1e6) * 1000;
  out.digits = 6;
}

/** A whole number of nanoseconds as time; exact up to 2^53 (104 days). */
export function setNanoseconds(line: string, from: number, end: number, out: FramedLine): void {
  const split = Math.max(from, end - 9);
  out.seconds = split > from ? decimalValue(line, from, split) : 0;
  out.nanos = decimalValue(line, split, end);
  out.digits = 9;
}

/** For lines that carry no time. */
export function setNoTime(out: FramedLine): void {
  out.seconds = Number.NaN;
  out.nanos = 0;
  out.digits = 0;
}

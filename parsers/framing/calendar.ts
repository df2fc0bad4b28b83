import { decimalValue, endOfDecimal, isDigit } from '../../src/base/scan.ts';
import type { FramedLine } from '../../src/model/parser.ts';

const COLON = 58;
const MINUS = 45;
const PLUS = 43;
const POINT = 46;
const COMMA = 44;
const SPACE = 32;

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const DAYS = 'SunMonTueWedThuFriSat';
/** A leap year, so that dates without a year can be 29 February. */
const YEARLESS = 1972;
/** Factor from a fraction of n digits to nanoseconds. */
const NANOS_PER_UNIT: readonly number[] = [1e9, 1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 100, 10, 1];

/**
 * Seconds since 1970 of a date; NaN where a number is out of its range. `month` 0 to 11.
 */
export function secondsOfDate(year: number, month: number, day: number, secondsOfDay: number): number {
  if (!(month >= 0 && month < 12 && day >= 1 && day <= 31)) return Number.NaN;
  return Date.UTC(year, month, day) / 1000 + secondsOfDay;
}

/** The same since the start of some leap year. */
export function secondsOfYear(month: number, day: number, secondsOfDay: number): number {
  return secondsOfDate(YEARLESS, month, day, secondsOfDay) - Date.UTC(YEARLESS) / 1000;
}

/** `Jan` … `Dec` at `at` as 0 to 11, or -1. */
export function scanMonth(line: string, at: number): number {
  const place = MONTHS.indexOf(line.slice(at, at + 3));
  return place >= 0 && place % 3 === 0 && line.length >= at + 3 ? place / 3 : -1;
}

/** True for `Sun` … `Sat` at `at`. */
export function isWeekday(line: string, at: number): boolean {
  const place = DAYS.indexOf(line.slice(at, at + 3));
  return place >= 0 && place % 3 === 0 && line.length >= at + 3;
}

/** A number of exactly `digits` digits at `at`, or NaN. */
export function scanDigits(line: string, at: number, digits: number): number {
  return at + digits <= line.length ? decimalValue(line, at, at + digits) : Number.NaN;
}

/**
 * Reads `HH:MM:SS` with an optional fraction behind `.` or `,` into `out`: seconds of the day, nanos, digits. Gives the
 * position behind it, or -1.
 */
export function scanTimeOfDay(line: string, at: number, out: FramedLine): number {
  if (line.charCodeAt(at + 2) !== COLON || line.charCodeAt(at + 5) !== COLON) return -1;
  const hours = scanDigits(line, at, 2);
  const minutes = scanDigits(line, at + 3, 2);
  const seconds = scanDigits(line, at + 6, 2);
  if (!(hours < 24 && minutes < 60 && seconds <= 60)) return -1;
  out.seconds = hours * 3600 + minutes * 60 + seconds;
  out.nanos = 0;
  out.digits = 0;
  const point = line.charCodeAt(at + 8);
  if ((point !== POINT && point !== COMMA) || !isDigit(line.charCodeAt(at + 9))) return at + 8;
  const end = endOfDecimal(line, at + 9);
  const digits = Math.min(end - at - 9, 9);
  out.nanos = decimalValue(line, at + 9, at + 9 + digits) * (NANOS_PER_UNIT[digits] ?? 1);
  out.digits = digits;
  return end;
}

/**
 * Reads a date and time of ISO 8601 / RFC 3339 at `at`, `T` or a blank between them, with an optional zone (`Z`, `+01:00`,
 * `+0100`), into `out` as UTC; without a zone the time is taken as UTC. Gives the position behind it, or -1.
 */
export function scanIsoTime(line: string, at: number, out: FramedLine): number {
  if (line.charCodeAt(at + 4) !== MINUS || line.charCodeAt(at + 7) !== MINUS) return -1;
  const separator = line.charCodeAt(at + 10);
  if (separator !== 84 && separator !== SPACE) return -1;
  const end = scanTimeOfDay(line, at + 11, out);
  if (end < 0) return -1;
  const month = scanDigits(line, at + 5, 2) - 1;
  out.seconds = secondsOfDate(scanDigits(line, at, 4), month, scanDigits(line, at + 8, 2), out.seconds);
  return Number.isNaN(out.seconds) ? -1 : scanZone(line, end, out);
}

function scanZone(line: string, at: number, out: FramedLine): number {
  const sign = line.charCodeAt(at);
  if (sign === 90) return at + 1;
  if (sign !== PLUS && sign !== MINUS) return at;
  const hours = scanDigits(line, at + 1, 2);
  const minutesAt = line.charCodeAt(at + 3) === COLON ? at + 4 : at + 3;
  const minutes = scanDigits(line, minutesAt, 2);
  if (Number.isNaN(hours) || Number.isNaN(minutes)) return at;
  const offset = hours * 3600 + minutes * 60;
  out.seconds += sign === PLUS ? -offset : offset;
  return minutesAt + 2;
}

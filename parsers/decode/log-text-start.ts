import { endOfDecimal, isDigit, SPACE, skipBlanks } from '../../src/base/scan.ts';

const OPEN = 91;
const CLOSE = 93;
const POINT = 46;

/**
 * Where the text starts behind an optional `[   12.345678] ` at `at` (older kernels put the console's
 * whole line, with its time, into the `console` event).
 */
export function logTextStart(line: string, at: number): number {
  if (line.charCodeAt(at) !== OPEN) return at;
  const digits = skipBlanks(line, at + 1);
  if (!isDigit(line.charCodeAt(digits))) return at;
  const point = endOfDecimal(line, digits);
  if (line.charCodeAt(point) !== POINT) return at;
  const end = endOfDecimal(line, point + 1);
  if (line.charCodeAt(end) !== CLOSE) return at;
  return line.charCodeAt(end + 1) === SPACE ? end + 2 : end + 1;
}

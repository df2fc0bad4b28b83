import { meaningOf } from './probe-arguments.ts';
import { wantedOf } from './probe-columns.ts';
import { functionAt, type ProbedFunction } from './probe-functions.ts';

/** What all lines of a probe have in common: what they begin with, and the names of their arguments. */
export interface ProbeShape {
  /**
   * `message`: a page request or an answer. `return`: a return that says nothing if it succeeded. `silent`: says nothing at all.
   * `other`: to be read as text.
   */
  readonly kind: 'message' | 'return' | 'silent' | 'other';
  readonly probed: ProbedFunction;
  /** Characters up to and with the parenthesis behind the function. */
  readonly length: number;
  readonly names: readonly string[];
  /** What each name means (`meaningOf`). */
  readonly meanings: readonly number[];
}

/** Bounds of `ProbeShape.length`. */
export const SHORTEST_HEAD = 20;
export const LONGEST_HEAD = 160;

/** Arguments as the kernel prints them: one blank in front of each, numbers only. */
const ARGUMENTS = /^(?: [a-z_]\w{1,15}=(?:0x[0-9a-f]+|\d+))*$/;
const NAMES_DEVICE = / dev(?:ice)?=/;

/**
 * The shape of the line's probe, whose name ends at `colon`; undefined where the line is damaged, has a negative value, or names
 * no function (an address, for which the event's name must tell).
 */
export function shapeOfProbe(line: string, colon: number): ProbeShape | undefined {
  const open = colon + 2;
  const close = line.indexOf(')', open);
  if (close < 0) return undefined;
  const arrow = line.indexOf(' <- ', open);
  const isReturn = arrow >= 0 && arrow < close;
  const start = isReturn ? arrow + 4 : open + 1;
  const probed = functionAt(line, start, endOfSymbol(line, start, close));
  if (probed === undefined) return undefined;
  const length = close + 1;
  const rest = line.slice(length);
  const names = [...rest.matchAll(/ (\w+)=/g)].map(([, name = '']) => name);
  const meanings = names.map((name) => meaningOf(`${name}=`, 0, name.length));
  const shape = { probed, length, names, meanings };
  if (probed.role === 'silent') return { ...shape, kind: 'silent' };
  const wanted = isReturn ? [] : wantedOf(probed);
  const isOther = wanted === undefined || (isReturn && probed.role === 'drain') || NAMES_DEVICE.test(rest);
  if (isOther) return { ...shape, kind: 'other' };
  // A damaged line tells nothing of the others.
  if (!ARGUMENTS.test(rest) || !wanted.every((each) => meanings.includes(each))) return undefined;
  return { ...shape, kind: isReturn ? 'return' : 'message' };
}

/** A symbol ends at its offset; one with a compiler's suffix is left to the text. */
function endOfSymbol(line: string, from: number, close: number): number {
  const plus = line.indexOf('+', from);
  return plus < 0 || plus > close ? close : plus;
}

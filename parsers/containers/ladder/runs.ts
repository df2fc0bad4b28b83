import { LadderSyntaxError } from './problem.ts';

/** 1: to the right (a request's way), -1: to the left. */
export type Direction = 1 | -1;

/**
 * A horizontal piece of an arrow.
 * - `whole`: has its head and starts at a text
 * - `tail`: starts at a text and turns down at `end`
 * - `head`: comes from above at `start` and has its head at `end`
 * - `sent`, `arrived`: a tail or head half without drawn line between them (`--~`, `~->`)
 * - `lost`, `from-nowhere`: a half whose other half does not exist (`--x`, `?->`)
 */
export interface Run {
  readonly shape: 'whole' | 'tail' | 'head' | 'sent' | 'arrived' | 'lost' | 'from-nowhere';
  readonly row: number;
  readonly direction: Direction;
  /** Where the run begins and ends in the direction of travel, in characters. */
  readonly start: number;
  readonly end: number;
}

/** Dashes, with the lines of other arrows that cross them; or a lone arrow head. */
const CORE = /-+(?:[\\/X|]-+)*|[<>]/g;

/** The runs of one line whose texts are blanked, left to right. */
export function findRuns(art: string, row: number): Run[] {
  const runs: Run[] = [];
  for (const match of art.matchAll(CORE)) {
    const isLoneHead = match[0] === '<' || match[0] === '>';
    if (isLoneHead && (art[match.index + 1] === '-' || art[match.index - 1] === '-')) continue;
    const start = match.index;
    const end = start + match[0].length;
    runs.push(isLoneHead ? loneHead(match[0] === '>' ? 1 : -1, row, start) : runOf(art, row, start, end));
  }
  return runs;
}

function loneHead(direction: Direction, row: number, at: number): Run {
  return { shape: 'whole', row, direction, start: at, end: at };
}

function runOf(art: string, row: number, start: number, end: number): Run {
  const left = art[start - 1] ?? ' ';
  const right = art[end] ?? ' ';
  if (left === '<' && right === '>') throw new LadderSyntaxError(row, start, 'this arrow has two heads');
  if (right === '>') return { shape: originOf(left, '\\', row, start - 1), row, direction: 1, start: start - 1, end };
  if (left === '<') return { shape: originOf(right, '/', row, end), row, direction: -1, start: end, end: start - 1 };
  if (right === '.' || right === '\\') return { shape: 'tail', row, direction: 1, start, end };
  if (left === '.' || left === '/') return { shape: 'tail', row, direction: -1, start: end - 1, end: start - 1 };
  if (right === '~' || right === 'x') {
    return { shape: right === 'x' ? 'lost' : 'sent', row, direction: 1, start, end };
  }
  if (left === '~' || left === 'x') {
    return { shape: left === 'x' ? 'lost' : 'sent', row, direction: -1, start: end - 1, end: start - 1 };
  }
  throw new LadderSyntaxError(
    row,
    start,
    'this arrow has no head: it ends neither in `>` or `<` nor in a `.` that turns down',
  );
}

/** What a run with a head comes from, by the character where it begins. */
function originOf(character: string, slope: string, row: number, at: number): Run['shape'] {
  if (character === "'" || character === slope) return 'head';
  if (character === '~') return 'arrived';
  if (character === '?') return 'from-nowhere';
  if (character === '.') throw new LadderSyntaxError(row, at, 'this arrow would go upwards, but time goes downwards');
  return 'whole';
}

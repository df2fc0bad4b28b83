import type { LadderLine } from './lines.ts';
import { LadderSyntaxError } from './problem.ts';
import type { Direction, Run } from './runs.ts';

/** A place that an arrow's line goes through. */
export interface PathPoint {
  readonly row: number;
  readonly column: number;
}

/** A diagonal arrow from the run that it leaves with to the run that has its head. */
export interface Diagonal {
  readonly tail: Run;
  readonly head: Run;
  /** From the corner of the tail to the corner of the head. */
  readonly path: readonly PathPoint[];
}

/** What the tracer needs of a row: its text without messages and words, and its runs. */
export interface ArtRow {
  readonly line: LadderLine;
  readonly art: string;
  readonly runs: readonly Run[];
}

/** Follows the line from the corner of `tail` down to a head. Rows are indexed by `Run.row`. */
export function traceDiagonal(rows: ReadonlyMap<number, ArtRow>, tail: Run): Diagonal {
  const path: PathPoint[] = [{ row: tail.row, column: tail.end }];
  let at: PathPoint = { row: tail.row, column: tail.end };
  for (;;) {
    const below = rows.get(at.row + 1);
    const next = below === undefined ? undefined : continuation(below, at.column, tail.direction);
    if (next === undefined) throw brokenOff(at, tail, below === undefined);
    at = { row: at.row + 1, column: next.column };
    path.push(at);
    if (next.head !== undefined) return { tail, head: next.head, path };
  }
}

interface Continuation {
  readonly column: number;
  readonly head?: Run;
}

/** One step down: ahead, straight down, or two ahead (hand-drawn lines are not exact), in this order. */
function continuation(row: ArtRow, column: number, direction: Direction): Continuation | undefined {
  const slope = direction === 1 ? '\\' : '/';
  for (const step of [1, 0, 2]) {
    const at = column + step * direction;
    const character = row.art[at];
    const head = row.runs.find((run) => run.shape === 'head' && run.direction === direction && run.start === at);
    if (head !== undefined) return { column: at, head };
    if (character === slope || (character === 'X' && step > 0)) return { column: at };
    if (character === '|' && step === 0) return { column: at };
  }
  return undefined;
}

function brokenOff(at: PathPoint, tail: Run, isLastLine: boolean): LadderSyntaxError {
  const slope = tail.direction === 1 ? '\\' : '/';
  const column = at.column + tail.direction + 1;
  const where = isLastLine ? 'but the ladder ends here' : `at or near column ${column} of the next line`;
  const expected = `expected \`${slope}\`, \`|\` or the \`'\` of its head, ${where}`;
  return new LadderSyntaxError(at.row, at.column, `this arrow breaks off here: ${expected}`);
}

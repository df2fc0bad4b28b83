import type { Canvas } from './canvas.ts';

/** 1: to the right, -1: to the left. */
export type Direction = 1 | -1;

/** Where a line may leave and arrive. Columns in characters; `tailEdge` and `headEdge` are the blanks beside the texts. */
export interface RouteEnds {
  readonly direction: Direction;
  readonly tailRow: number;
  readonly tailEdge: number;
  readonly headRow: number;
  readonly headEdge: number;
}

/** Lines over more rows than this are hard to follow with the eye. */
const MAX_ROWS = 40;
/** Dashes of a tail where there is room. */
const TAIL_DASHES = 2;

/**
 * Draws a line from a tail to a head some rows below, a column a row or straight down. Lines in opposite
 * directions may cross, and a line may cross a horizontal arrow; lines in one direction keep apart.
 * Returns false, with nothing drawn, where there is no room.
 */
export function drawRoute(canvas: Canvas, ends: RouteEnds): boolean {
  if (ends.headRow - ends.tailRow > MAX_ROWS) return false;
  return new Router(canvas, ends).draw();
}

class Router {
  readonly #canvas: Canvas;
  readonly #ends: RouteEnds;
  /** Last column, in the direction of travel, at which the head's corner leaves room for a dash and the arrow head. */
  readonly #lastCorner: number;
  readonly #deadEnds = new Set<string>();

  constructor(canvas: Canvas, ends: RouteEnds) {
    this.#canvas = canvas;
    this.#ends = ends;
    this.#lastCorner = ends.headEdge - 3 * ends.direction;
  }

  draw(): boolean {
    const { tailEdge, tailRow, direction } = this.#ends;
    const room = (this.#lastCorner - tailEdge) * direction;
    for (const dashes of tailLengths(room)) {
      const corner = tailEdge + (dashes + 1) * direction;
      if (!this.#canRun(tailRow, tailEdge, corner)) continue;
      const path = this.#descend(tailRow, corner);
      if (path === undefined) continue;
      this.#put(corner, path);
      return true;
    }
    return false;
  }

  /** Columns of the rows below `row`, the head's corner last. */
  #descend(row: number, column: number): readonly number[] | undefined {
    const { direction, headRow, headEdge } = this.#ends;
    const key = `${row}:${column}`;
    if (this.#deadEnds.has(key)) return undefined;
    for (const step of [1, 0]) {
      const next = column + step * direction;
      if ((this.#lastCorner - next) * direction < 0) continue;
      if (row + 1 === headRow) {
        if (this.#canRun(headRow, headEdge, next)) return [next];
        continue;
      }
      if (!this.#canPass(row + 1, next, step === 1)) continue;
      const rest = this.#descend(row + 1, next);
      if (rest !== undefined) return [next, ...rest];
    }
    this.#deadEnds.add(key);
    return undefined;
  }

  /** True if dashes fit between a text and a corner: blank at both ends, only lines to cross between them. */
  #canRun(row: number, edge: number, corner: number): boolean {
    const side = corner > edge ? 1 : -1;
    const beyond = corner + side;
    for (const at of [edge, edge + side, edge + 2 * side, corner - side, corner, beyond]) {
      if (this.#canvas.kindAt(row, at) !== 'blank') return false;
    }
    for (let at = edge + 2 * side; at !== corner; at += side) {
      const kind = this.#canvas.kindAt(row, at);
      if (kind !== 'blank' && kind !== 'path') return false;
      if (kind === 'path' && this.#canvas.kindAt(row, at + side) !== 'blank') return false;
    }
    return this.#keepsApart(row, corner, false);
  }

  #canPass(row: number, column: number, isSloping: boolean): boolean {
    const canvas = this.#canvas;
    const kind = canvas.kindAt(row, column);
    const character = canvas.charAt(row, column);
    const crossesRun = kind === 'run' && [-2, -1, 0, 1, 2].every((step) => canvas.charAt(row, column + step) === '-');
    const crossesLine = isSloping && kind === 'path' && character === (this.#ends.direction === 1 ? '/' : '\\');
    if (kind !== 'blank' && !crossesRun && !crossesLine) return false;
    // Beside a text a slope could be read as a part of it, beside an arrow's end as its corner.
    for (const side of [-1, 1]) {
      const neighbour = canvas.kindAt(row, column + side);
      if (neighbour === 'text' || neighbour === 'corner' || (neighbour === 'run' && !crossesRun)) return false;
    }
    return this.#keepsApart(row, column, isSloping);
  }

  /** Two columns from every line that a reader could take for this one, or this one for it. */
  #keepsApart(row: number, column: number, isSloping: boolean): boolean {
    const opposite = this.#ends.direction === 1 ? '/' : '\\';
    for (let at = column - 2; at <= column + 2; at += 1) {
      const kind = this.#canvas.kindAt(row, at);
      if (kind === 'corner') return false;
      if (kind === 'path' && !(isSloping && this.#canvas.charAt(row, at) === opposite)) return false;
    }
    return true;
  }

  #put(corner: number, path: readonly number[]): void {
    const { direction, tailRow, tailEdge, headRow, headEdge } = this.#ends;
    this.#putDashes(tailRow, tailEdge + direction, corner);
    this.#canvas.put(tailRow, corner, '.', 'corner');
    let column = corner;
    for (const [index, next] of path.entries()) {
      const row = tailRow + 1 + index;
      if (row === headRow) {
        this.#canvas.put(row, next, "'", 'corner');
        this.#canvas.put(row, headEdge - direction, direction === 1 ? '>' : '<', 'run');
        this.#putDashes(row, next + direction, headEdge - direction);
      } else {
        const isCrossing = this.#canvas.kindAt(row, next) === 'path';
        const slope = direction === 1 ? '\\' : '/';
        this.#canvas.put(row, next, isCrossing ? 'X' : next === column ? '|' : slope, 'path');
      }
      column = next;
    }
  }

  /** Dashes from `from` up to `to`, exclusive, around the lines that they cross. */
  #putDashes(row: number, from: number, to: number): void {
    const side = to > from ? 1 : -1;
    for (let at = from; at !== to; at += side) {
      if (this.#canvas.kindAt(row, at) === 'blank') this.#canvas.put(row, at, '-', 'run');
    }
  }
}

/** Numbers of dashes to try: a short tail first, then all others that fit. */
function tailLengths(room: number): number[] {
  const lengths = [TAIL_DASHES];
  for (let dashes = 1; dashes < room; dashes += 1) if (dashes !== TAIL_DASHES) lengths.push(dashes);
  return lengths.filter((dashes) => dashes + 1 <= room);
}

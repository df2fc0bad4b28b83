import { columnAt, type LadderColumn, territoryAt } from './columns.ts';
import { LadderSyntaxError } from './problem.ts';
import type { LadderRow, PlacedItem } from './rows.ts';
import type { Direction, Run } from './runs.ts';
import { type PathPoint, traceDiagonal } from './trace.ts';

/** An arrow with the texts at its ends, over one hop or several. */
export interface Arrow {
  readonly direction: Direction;
  /** `whole`: drawn from end to end; else one half only. */
  readonly shape: 'whole' | 'sent' | 'arrived' | 'lost' | 'from-nowhere';
  readonly source?: PlacedItem;
  readonly target?: PlacedItem;
  /** Columns that the arrow passes, in the direction of travel, both ends included. */
  readonly columns: readonly LadderColumn[];
  readonly tailRow: LadderRow;
  readonly headRow: LadderRow;
  readonly path: readonly PathPoint[];
  /** Row and character where the arrow begins, for messages. */
  readonly row: number;
  readonly at: number;
}

/** All arrows of a ladder, by the row of their tail, in a row along their direction. */
export function findArrows(rows: ReadonlyMap<number, LadderRow>, columns: readonly LadderColumn[]): Arrow[] {
  const reader = new ArrowReader(rows, columns);
  for (const row of rows.values()) reader.readRow(row);
  reader.checkHeads();
  return reader.arrows;
}

class ArrowReader {
  readonly arrows: Arrow[] = [];
  readonly #rows: ReadonlyMap<number, LadderRow>;
  readonly #columns: readonly LadderColumn[];
  readonly #claimedHeads = new Set<string>();
  readonly #looseHeads: { readonly run: Run; readonly row: LadderRow }[] = [];

  constructor(rows: ReadonlyMap<number, LadderRow>, columns: readonly LadderColumn[]) {
    this.#rows = rows;
    this.#columns = columns;
  }

  readRow(row: LadderRow): void {
    const rightwards = joined(row, 1);
    const leftwards = joined(row, -1);
    for (const run of [...rightwards, ...leftwards]) this.#readRun(run, row);
  }

  /** A head whose line comes from nowhere is an error, but a slope may be another arrow's line that passes by. */
  checkHeads(): void {
    for (const { run, row } of this.#looseHeads) {
      if (this.#claimedHeads.has(keyOf(run))) continue;
      if (row.art[run.start] !== "'") {
        this.#add({ ...run, shape: 'whole' }, row, row, run, []);
        continue;
      }
      throw new LadderSyntaxError(run.row, run.start, 'no line from above leads to this arrow head');
    }
  }

  #readRun(run: Run, row: LadderRow): void {
    if (run.shape === 'head') {
      this.#looseHeads.push({ run, row });
      return;
    }
    if (run.shape !== 'tail') {
      this.#add(run, row, row, run, []);
      return;
    }
    const { head, path } = traceDiagonal(this.#rows, run);
    if (this.#claimedHeads.has(keyOf(head))) {
      throw new LadderSyntaxError(head.row, head.start, 'two lines lead to this arrow head');
    }
    this.#claimedHeads.add(keyOf(head));
    const headRow = this.#rows.get(head.row) ?? row;
    const whole = joined(headRow, run.direction).find((other) => other.shape === 'head' && other.start === head.start);
    this.#add(run, row, headRow, whole ?? head, path);
  }

  #add(tail: Run, tailRow: LadderRow, headRow: LadderRow, head: Run, path: readonly PathPoint[]): void {
    const direction = tail.direction;
    const hasTail = tail.shape !== 'arrived' && tail.shape !== 'from-nowhere';
    const hasHead = tail.shape !== 'sent' && tail.shape !== 'lost';
    const source = hasTail ? neighbour(tailRow, tail.start, direction === 1 ? -1 : 1, tail) : undefined;
    const target = hasHead ? neighbour(headRow, head.end, direction, head) : undefined;
    if (hasTail && source === undefined) {
      throw new LadderSyntaxError(tail.row, tail.start, 'this arrow starts at no message');
    }
    if (!hasTail && target === undefined) {
      throw new LadderSyntaxError(tail.row, tail.end, 'this arrow leads to no message');
    }
    const columns = this.#passed(direction, source, target, head);
    const shape = tail.shape === 'tail' || tail.shape === 'head' ? 'whole' : tail.shape;
    this.arrows.push({
      direction,
      shape,
      ...(source === undefined ? {} : { source }),
      ...(target === undefined ? {} : { target }),
      columns,
      tailRow,
      headRow,
      path,
      row: tail.row,
      at: Math.min(tail.start, tail.end),
    });
  }

  /** From the source's column to the target's; where one is not written, the next column or the one at the head. */
  #passed(
    direction: Direction,
    source: PlacedItem | undefined,
    target: PlacedItem | undefined,
    head: Run,
  ): readonly LadderColumn[] {
    const indexOf = (placed: PlacedItem | undefined): number | undefined =>
      placed === undefined ? undefined : this.#columns.indexOf(placed.column);
    const from = indexOf(source) ?? (indexOf(target) ?? 0) - direction;
    let to = indexOf(target);
    if (to === undefined) {
      const at = columnAt(this.#columns, head.end, head.end + 1) ?? territoryAt(this.#columns, head.end);
      const under = at === undefined ? from : this.#columns.indexOf(at);
      const isHalf = source !== undefined && (head.shape === 'sent' || head.shape === 'lost');
      to = isHalf || (under - from) * direction <= 0 ? from + direction : under;
    }
    if (this.#columns[from] === undefined || this.#columns[to] === undefined) {
      const side = direction === 1 ? 'right' : 'left';
      throw new LadderSyntaxError(head.row, head.end, `this arrow points to the ${side}, where there is no column`);
    }
    if ((to - from) * direction <= 0) {
      throw new LadderSyntaxError(head.row, head.end, 'this arrow starts and ends in the same column');
    }
    const passed: LadderColumn[] = [];
    for (let index = from; index !== to + direction; index += direction) {
      const column = this.#columns[index];
      if (column !== undefined) passed.push(column);
    }
    return passed;
  }
}

function keyOf(run: Run): string {
  return `${run.row}:${run.start}`;
}

/** The next text from `at` towards `side`, if no other arrow lies between. */
function neighbour(row: LadderRow, at: number, side: Direction, self: Run): PlacedItem | undefined {
  let found: PlacedItem | undefined;
  for (const placed of row.items) {
    const edge = side === 1 ? placed.item.start : placed.item.end - 1;
    if ((edge - at) * side < 0) continue;
    if (found === undefined || Math.abs(edge - at) < distanceTo(found, at, side)) found = placed;
  }
  if (found === undefined) return undefined;
  const limit = distanceTo(found, at, side);
  const isBlocked = row.runs.some((run) => {
    if (within(run, self)) return false;
    const middle = (run.start + run.end) / 2;
    return (middle - at) * side > 0 && Math.abs(middle - at) < limit;
  });
  return isBlocked ? undefined : found;
}

function distanceTo(placed: PlacedItem, at: number, side: Direction): number {
  return Math.abs((side === 1 ? placed.item.start : placed.item.end - 1) - at);
}

function within(run: Run, outer: Run): boolean {
  const low = Math.min(outer.start, outer.end);
  const high = Math.max(outer.start, outer.end);
  return Math.min(run.start, run.end) >= low && Math.max(run.start, run.end) <= high;
}

/** The runs of one direction, in which pieces without a text between them are one: `->    ->`. */
function joined(row: LadderRow, direction: Direction): Run[] {
  const runs = row.runs.filter((run) => run.direction === direction);
  if (direction === -1) runs.reverse();
  const out: Run[] = [];
  for (const run of runs) {
    const last = out.at(-1);
    const joint = last === undefined || hasTextBetween(row, last.end, run.start) ? undefined : join(last, run);
    if (joint === undefined) out.push(run);
    else out[out.length - 1] = joint;
  }
  return out;
}

function join(first: Run, second: Run): Run | undefined {
  const firstHasHead = first.shape === 'whole' || first.shape === 'head' || first.shape === 'arrived';
  if (!firstHasHead) return undefined;
  if (first.shape === 'whole') {
    if (second.shape === 'head' || second.shape === 'arrived' || second.shape === 'from-nowhere') return undefined;
    return { ...second, start: first.start };
  }
  return second.shape === 'whole' ? { ...first, end: second.end } : undefined;
}

function hasTextBetween(row: LadderRow, a: number, b: number): boolean {
  const low = Math.min(a, b);
  const high = Math.max(a, b);
  return row.items.some(({ item }) => item.start >= low && item.end <= high + 1);
}

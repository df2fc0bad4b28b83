/** A growing list of row numbers. */
export class RowNumbers {
  #rows = new Uint32Array(1024);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  at(index: number): number | undefined {
    return index >= 0 && index < this.#count ? this.#rows[index] : undefined;
  }

  push(row: number): void {
    if (this.#count === this.#rows.length) {
      const grown = new Uint32Array(2 * this.#rows.length);
      grown.set(this.#rows);
      this.#rows = grown;
    }
    this.#rows[this.#count] = row;
    this.#count += 1;
  }

  /** The numbers themselves, valid until the next `push`. */
  view(): Uint32Array {
    return this.#rows.subarray(0, this.#count);
  }
}

/** Rows of a table, filtered and sorted, which are found in slices of time. */
export interface RowList {
  /** Rows so far. */
  readonly count: number;
  /** Rows of the table that were looked at. */
  readonly scanned: number;
  /** False while there are rows that were not looked at, or not sorted in. */
  readonly isComplete: boolean;
  rowAt(index: number): number | undefined;
  /** Position of the row; of the row that would follow it where it is not in the list. Linear for a sorted list. */
  indexOf(row: number): number;
  /** Looks at further rows for about so many milliseconds; true if the list has changed. */
  advance(budgetMs: number): boolean;
}

/** All rows of a list, which is looked through to its end. */
export function* allRows(list: RowList): Generator<number> {
  while (!list.isComplete) list.advance(Number.POSITIVE_INFINITY);
  for (let index = 0; index < list.count; index += 1) {
    const row = list.rowAt(index);
    if (row !== undefined) yield row;
  }
}

/** Rows between two looks at the clock. */
const SLICE = 2048;

export interface Rows {
  readonly count: number;
}

/** All rows of a table, in its order. */
export class AllRows implements RowList {
  readonly #table: Rows;

  constructor(table: Rows) {
    this.#table = table;
  }

  get count(): number {
    return this.#table.count;
  }

  get scanned(): number {
    return this.#table.count;
  }

  get isComplete(): boolean {
    return true;
  }

  rowAt(index: number): number | undefined {
    return index >= 0 && index < this.count ? index : undefined;
  }

  indexOf(row: number): number {
    return Math.min(row, this.count);
  }

  advance(): boolean {
    return false;
  }
}

/** The rows that pass a test, in the order of the table. */
export class FilteredRows implements RowList {
  readonly #table: Rows;
  readonly #passes: (row: number) => boolean;
  readonly #found = new RowNumbers();
  #scanned = 0;

  constructor(table: Rows, passes: (row: number) => boolean) {
    this.#table = table;
    this.#passes = passes;
  }

  get count(): number {
    return this.#found.count;
  }

  get scanned(): number {
    return this.#scanned;
  }

  get isComplete(): boolean {
    return this.#scanned >= this.#table.count;
  }

  rowAt(index: number): number | undefined {
    return this.#found.at(index);
  }

  indexOf(row: number): number {
    const rows = this.#found.view();
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((rows[middle] ?? 0) < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The rows found, in order; valid until the next `advance`. */
  view(): Uint32Array {
    return this.#found.view();
  }

  advance(budgetMs: number): boolean {
    const end = this.#table.count;
    if (this.#scanned >= end) return false;
    const until = performance.now() + budgetMs;
    do {
      const stop = Math.min(end, this.#scanned + SLICE);
      for (let row = this.#scanned; row < stop; row += 1) if (this.#passes(row)) this.#found.push(row);
      this.#scanned = stop;
    } while (this.#scanned < end && performance.now() < until);
    return true;
  }
}

/** A list that is made anew when what it goes by is settled. */
export class RestartingRows implements RowList {
  readonly #make: () => RowList;
  readonly #isSettled: () => boolean;
  #isFinal: boolean;
  #rows: RowList;

  constructor(make: () => RowList, isSettled: () => boolean) {
    this.#make = make;
    this.#isSettled = isSettled;
    this.#isFinal = isSettled();
    this.#rows = make();
  }

  get count(): number {
    return this.#rows.count;
  }

  get scanned(): number {
    return this.#rows.scanned;
  }

  get isComplete(): boolean {
    return this.#isFinal === this.#isSettled() && this.#rows.isComplete;
  }

  rowAt(index: number): number | undefined {
    return this.#rows.rowAt(index);
  }

  indexOf(row: number): number {
    return this.#rows.indexOf(row);
  }

  advance(budgetMs: number): boolean {
    const isSettled = this.#isSettled();
    if (isSettled === this.#isFinal) return this.#rows.advance(budgetMs);
    this.#isFinal = isSettled;
    this.#rows = this.#make();
    this.#rows.advance(budgetMs);
    return true;
  }
}

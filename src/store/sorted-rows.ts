import { RadixSort, type SortKeys, setKey } from './radix-sort.ts';
import type { RowList } from './row-list.ts';

/** By what rows are sorted. */
export interface RowOrder {
  /** A whole number that is not negative; NaN comes last. */
  keyOf(row: number): number;
  /** Decides among equal keys. */
  tieOf(row: number): number;
  readonly isDescending: boolean;
}

/** Rows whose keys are read in one step. */
const STEP = 1 << 12;

/**
 * The rows of another list in an order. While that list grows, what came since stands behind, as it came; all is sorted
 * anew now and then, and when the list is complete.
 */
export class SortedRows implements RowList {
  readonly #base: RowList;
  readonly #order: RowOrder;
  #sorted: Uint32Array = new Uint32Array(0);
  #job: SortJob | undefined;

  constructor(base: RowList, order: RowOrder) {
    this.#base = base;
    this.#order = order;
  }

  get count(): number {
    return this.#base.count;
  }

  get scanned(): number {
    return this.#base.scanned;
  }

  get isComplete(): boolean {
    return this.#base.isComplete && this.#sorted.length === this.#base.count;
  }

  rowAt(index: number): number | undefined {
    return index >= 0 && index < this.#sorted.length ? this.#sorted[index] : this.#base.rowAt(index);
  }

  indexOf(row: number): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(this.#sorted[middle] ?? 0, row) < 0) low = middle + 1;
      else high = middle;
    }
    if (this.#sorted[low] === row || this.#sorted.length === this.#base.count) return low;
    const inBase = this.#base.indexOf(row);
    return this.#base.rowAt(inBase) === row && inBase >= this.#sorted.length ? inBase : low;
  }

  advance(budgetMs: number): boolean {
    const until = performance.now() + budgetMs;
    const hasGrown = this.#base.advance(budgetMs);
    if (this.#job === undefined && this.#isDue) this.#job = new SortJob(this.#base, this.#order);
    if (this.#job === undefined) return hasGrown;
    do {
      if (this.#job.step()) continue;
      this.#sorted = this.#job.rows();
      this.#job = undefined;
      return true;
    } while (performance.now() < until);
    return hasGrown;
  }

  /** Half as many again as were sorted, or the last ones. */
  get #isDue(): boolean {
    const { count, isComplete } = this.#base;
    if (count === this.#sorted.length) return false;
    return isComplete || count > 1.5 * this.#sorted.length + 1024;
  }

  #compare(a: number, b: number): number {
    return compareKeys(this.#order, a, b) || this.#order.tieOf(a) - this.#order.tieOf(b) || a - b;
  }
}

function compareKeys({ keyOf, isDescending }: RowOrder, a: number, b: number): number {
  const first = keyOf(a);
  const second = keyOf(b);
  if (Number.isNaN(first) || Number.isNaN(second)) return Number(Number.isNaN(first)) - Number(Number.isNaN(second));
  return isDescending ? second - first : first - second;
}

/** Sorts the rows that a list has now: by ties first, then, keeping that order, by keys. */
class SortJob {
  readonly #list: RowList;
  readonly #order: RowOrder;
  #rows: Uint32Array;
  #next: Uint32Array;
  readonly #keys: SortKeys;
  readonly #stages: readonly ((at: number) => void)[];
  #stage = 0;
  #at = 0;
  #sort: RadixSort | undefined;

  constructor(list: RowList, order: RowOrder) {
    const { count } = list;
    this.#list = list;
    this.#order = order;
    this.#rows = new Uint32Array(count);
    this.#next = new Uint32Array(count);
    this.#keys = { high: new Uint32Array(count), low: new Uint32Array(count) };
    this.#stages = [
      (at) => this.#takeRow(at),
      (at) => this.#gather(at),
      (at) => this.#setKey(at),
      (at) => this.#gather(at),
    ];
  }

  /** False when all is sorted. */
  step(): boolean {
    const visit = this.#stages[this.#stage];
    if (visit === undefined) return false;
    if (this.#sort?.step() === true) return true;
    const end = Math.min(this.#rows.length, this.#at + STEP);
    for (; this.#at < end; this.#at += 1) visit(this.#at);
    if (end === this.#rows.length) this.#endStage();
    return true;
  }

  rows(): Uint32Array {
    return this.#rows;
  }

  /** Keys are read, sorted, and the rows put into that order; twice. */
  #endStage(): void {
    this.#at = 0;
    this.#stage += 1;
    if (this.#sort === undefined) {
      this.#sort = new RadixSort(this.#keys);
      return;
    }
    this.#sort = undefined;
    [this.#rows, this.#next] = [this.#next, this.#rows];
  }

  #takeRow(at: number): void {
    const row = this.#list.rowAt(at) ?? 0;
    this.#rows[at] = row;
    setKey(this.#keys, at, this.#order.tieOf(row), false);
  }

  #setKey(at: number): void {
    const { keyOf, isDescending } = this.#order;
    setKey(this.#keys, at, keyOf(this.#rows[at] ?? 0), isDescending);
  }

  #gather(at: number): void {
    this.#next[at] = this.#rows[this.#sort?.order[at] ?? 0] ?? 0;
  }
}

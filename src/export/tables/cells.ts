import type { ColumnType } from './schema.ts';

/** What stands in a column; undefined is null in the file. INT64 takes whole numbers too. */
export type Cell = string | number | bigint | boolean;

/** What the writer of Parquet takes for a column. */
export type ColumnData = (string | number | bigint | boolean | null)[] | Int32Array | BigInt64Array;

/** Cells of one column, of a row group at most. */
export interface Cells {
  push(cell: Cell | undefined): void;
  /** The same cell so many times. */
  repeat(cell: Cell | undefined, count: number): void;
  /** All cells since the last time, to be used before more are pushed. */
  take(): ColumnData;
}

/** @param most rows between two calls of `take` */
export function cellsOf(type: ColumnType, most: number): Cells {
  switch (type) {
    case 'INT32':
      return new Int32Cells(most);
    case 'INT64':
      return new Int64Cells(most);
    default:
      return new PlainCells(most);
  }
}

abstract class Pushed {
  abstract push(cell: Cell | undefined): void;

  repeat(cell: Cell | undefined, count: number): void {
    for (let row = 0; row < count; row += 1) this.push(cell);
  }
}

class PlainCells extends Pushed implements Cells {
  readonly #cells: (string | number | boolean | null)[];
  #count = 0;

  constructor(most: number) {
    super();
    this.#cells = new Array(most).fill(null);
  }

  push(cell: Cell | undefined): void {
    this.#cells[this.#count] = cell === undefined || typeof cell === 'bigint' ? null : cell;
    this.#count += 1;
  }

  take(): ColumnData {
    const cells = this.#count === this.#cells.length ? this.#cells : this.#cells.slice(0, this.#count);
    this.#count = 0;
    return cells;
  }
}

/** Which cells of a typed column are null. */
class Nulls {
  #count = 0;
  readonly #rows: Uint8Array;

  constructor(most: number) {
    this.#rows = new Uint8Array(most);
  }

  add(row: number): void {
    this.#rows[row] = 1;
    this.#count += 1;
  }

  /** The values, or a copy with nulls if there are any, which are forgotten. */
  over<Value, Values extends ArrayLike<Value>>(values: Values): Values | (Value | null)[] {
    if (this.#count === 0) return values;
    const isEmpty = this.#count === values.length;
    const cells = isEmpty
      ? new Array(values.length).fill(null)
      : Array.from(values, (value, row) => (this.#rows[row] === 1 ? null : value));
    this.#count = 0;
    this.#rows.fill(0);
    return cells;
  }
}

/** A number that does not fit, which no kernel prints, is null. */
class Int32Cells extends Pushed implements Cells {
  readonly #values: Int32Array;
  readonly #nulls: Nulls;
  #count = 0;

  constructor(most: number) {
    super();
    this.#values = new Int32Array(most);
    this.#nulls = new Nulls(most);
  }

  push(cell: Cell | undefined): void {
    if (typeof cell === 'number' && (cell | 0) === cell) this.#values[this.#count] = cell;
    else this.#nulls.add(this.#count);
    this.#count += 1;
  }

  take(): ColumnData {
    const values = this.#values.subarray(0, this.#count);
    this.#count = 0;
    return this.#nulls.over<number, Int32Array>(values);
  }
}

const WORD = 2 ** 32;
/** Which of two words is the low one on this machine. */
const LOW = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;

/**
 * The same for 64 bits, filled by words: a bigint for each number costs more than all else. Where all values have 32 bits
 * they are given as such.
 */
class Int64Cells extends Pushed implements Cells {
  readonly #values: BigInt64Array;
  /** The two words of each value. */
  readonly #words: Int32Array;
  readonly #nulls: Nulls;
  #count = 0;
  #isSmall = true;

  constructor(most: number) {
    super();
    this.#values = new BigInt64Array(most);
    this.#words = new Int32Array(this.#values.buffer);
    this.#nulls = new Nulls(most);
  }

  push(cell: Cell | undefined): void {
    const row = this.#count;
    this.#count += 1;
    if (typeof cell === 'number' && Number.isSafeInteger(cell)) this.#setNumber(row, cell);
    else if (typeof cell === 'bigint' && BigInt.asIntN(64, cell) === cell) {
      this.#values[row] = cell;
      this.#isSmall = false;
    } else {
      this.#setNumber(row, 0);
      this.#nulls.add(row);
    }
  }

  #setNumber(row: number, value: number): void {
    this.#words[2 * row + LOW] = value;
    this.#words[2 * row + 1 - LOW] = Math.floor(value / WORD);
    if ((value | 0) !== value) this.#isSmall = false;
  }

  take(): ColumnData {
    const values = this.#isSmall ? this.#small() : this.#values.subarray(0, this.#count);
    this.#count = 0;
    this.#isSmall = true;
    return this.#nulls.over<number | bigint, Int32Array | BigInt64Array>(values);
  }

  #small(): Int32Array {
    const small = new Int32Array(this.#count);
    for (let row = 0; row < small.length; row += 1) small[row] = this.#words[2 * row + LOW] ?? 0;
    return small;
  }
}

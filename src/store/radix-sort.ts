/** Digits of 16 bits. */
const RADIX = 1 << 16;
/** Items that one step moves. */
const STEP = 1 << 14;

/** Keys that sort as unsigned integers of 64 bits: `high`, then `low`. */
export interface SortKeys {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

/**
 * Sorts positions by 64-bit keys in steps of a fraction of a millisecond, so that millions of rows are sorted while keys are
 * served. Equal keys keep their order. Digits in which all keys are the same are passed over.
 */
export class RadixSort {
  readonly #keys: SortKeys;
  /** Positions in the order so far, and room for the next pass. */
  #order: Uint32Array;
  #other: Uint32Array;
  readonly #counts = new Uint32Array(RADIX);
  #pass = 0;
  #isCounted = false;
  #at = 0;

  constructor(keys: SortKeys) {
    const count = keys.low.length;
    this.#keys = keys;
    this.#order = new Uint32Array(count);
    for (let index = 0; index < count; index += 1) this.#order[index] = index;
    this.#other = new Uint32Array(count);
  }

  /** Positions in order, when all steps are done. */
  get order(): Uint32Array {
    return this.#order;
  }

  /** False when all is sorted. */
  step(): boolean {
    if (this.#pass === 4) return false;
    const end = Math.min(this.#order.length, this.#at + STEP);
    if (this.#isCounted) this.#move(end);
    else this.#count(end);
    this.#at = end;
    if (end === this.#order.length) this.#endRun();
    return this.#pass < 4;
  }

  #count(end: number): void {
    const counts = this.#counts;
    for (let at = this.#at; at < end; at += 1) {
      const digit = this.#digitOf(at);
      counts[digit] = (counts[digit] ?? 0) + 1;
    }
  }

  #move(end: number): void {
    const places = this.#counts;
    const order = this.#order;
    for (let at = this.#at; at < end; at += 1) {
      const position = order[at] ?? 0;
      const digit = this.#digitOf(position);
      const place = places[digit] ?? 0;
      this.#other[place] = position;
      places[digit] = place + 1;
    }
  }

  /** All keys were counted, or moved. */
  #endRun(): void {
    this.#at = 0;
    if (this.#isCounted) {
      [this.#order, this.#other] = [this.#other, this.#order];
      this.#nextPass();
      return;
    }
    const [first] = this.#order;
    const isSame = first === undefined || this.#counts[this.#digitOf(first)] === this.#order.length;
    if (isSame) {
      this.#nextPass();
      return;
    }
    let sum = 0;
    for (let digit = 0; digit < RADIX; digit += 1) {
      const count = this.#counts[digit] ?? 0;
      this.#counts[digit] = sum;
      sum += count;
    }
    this.#isCounted = true;
  }

  #nextPass(): void {
    this.#counts.fill(0);
    this.#isCounted = false;
    this.#pass += 1;
  }

  #digitOf(position: number): number {
    const word = (this.#pass < 2 ? this.#keys.low : this.#keys.high)[position] ?? 0;
    return (this.#pass & 1) === 0 ? word & 0xffff : word >>> 16;
  }
}

/** Puts a number that is not negative, or NaN, which comes last, into the keys; the greatest first with `isDescending`. */
export function setKey(keys: SortKeys, position: number, value: number, isDescending: boolean): void {
  if (Number.isNaN(value)) {
    keys.high[position] = 0xffff_ffff;
    keys.low[position] = 0xffff_ffff;
    return;
  }
  const high = Math.floor(value / 2 ** 32);
  const low = value - high * 2 ** 32;
  keys.high[position] = isDescending ? 0x7fff_ffff - high : high;
  keys.low[position] = isDescending ? 0xffff_ffff - low : low;
}

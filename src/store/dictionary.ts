/**
 * Numbers for values that come again and again. The number of a value never changes; 0 is the first value's. Another
 * thread gets the values from a certain number on with `since`.
 */
export class Dictionary<Value> {
  readonly #values: Value[] = [];
  readonly #numbers = new Map<string, number>();

  get size(): number {
    return this.#values.length;
  }

  at(number: number): Value | undefined {
    return this.#values[number];
  }

  /** Number of the value with this key; `make` gives a value that is not known yet. */
  numberOf(key: string, make: () => Value): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#values.length;
    this.#values.push(make());
    this.#numbers.set(key, number);
    return number;
  }

  since(number: number): readonly Value[] {
    return this.#values.slice(number);
  }

  /** Takes over values that another thread numbered. */
  adopt(values: readonly Value[]): void {
    for (const value of values) this.#values.push(value);
  }
}

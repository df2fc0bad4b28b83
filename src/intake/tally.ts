/** Counts by identity of a few objects; faster than a Map for those that come first. */
export class Tally<Key extends { readonly name: string }> {
  readonly #keys: Key[] = [];
  readonly #counts: number[] = [];

  add(key: Key, count = 1): void {
    const keys = this.#keys;
    for (let index = 0; index < keys.length; index += 1) {
      if (keys[index] === key) {
        this.#counts[index] = (this.#counts[index] ?? 0) + count;
        return;
      }
    }
    keys.push(key);
    this.#counts.push(count);
  }

  /** Sets the counts by name in `target`. */
  writeTo(target: Map<string, number>): void {
    for (const [index, key] of this.#keys.entries()) target.set(key.name, this.#counts[index] ?? 0);
  }
}

const SIZE = 16;

/**
 * Keeps the last few names that a dialect met, so that a line that repeats one makes no new string.
 * Bounded; the oldest entry gives way.
 */
export class NameCache {
  readonly #names: string[] = [];
  #next = 0;

  /** The text in [from, end). */
  take(text: string, from: number, end: number): string {
    const length = end - from;
    for (const name of this.#names) {
      if (name.length === length && text.startsWith(name, from)) return name;
    }
    const name = text.slice(from, end);
    this.#names[this.#next] = name;
    this.#next = (this.#next + 1) % SIZE;
    return name;
  }
}

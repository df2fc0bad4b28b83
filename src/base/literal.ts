/** A text of four or more ASCII characters that is looked for in bytes, four of them a step. */
export class Literal {
  readonly length: number;
  /** Little-endian; the last one ends with the text and may overlap the one before. */
  readonly #words: readonly number[];
  readonly #last: number;

  constructor(text: string) {
    const bytes = Buffer.from(text, 'latin1');
    this.length = bytes.length;
    this.#last = bytes.length - 4;
    const words: number[] = [];
    for (let at = 0; at < this.#last; at += 4) words.push(bytes.readInt32LE(at));
    words.push(bytes.readInt32LE(this.#last));
    this.#words = words;
  }

  /** True if the text stands at `at`; `view` must reach behind it. */
  isAt(view: DataView, at: number): boolean {
    const words = this.#words;
    const whole = words.length - 1;
    for (let index = 0; index < whole; index += 1) {
      if (view.getInt32(at + index * 4, true) !== words[index]) return false;
    }
    return view.getInt32(at + this.#last, true) === words[whole];
  }
}

/** What differs from line to line of one shape. */
const NUMBER = /(?:0x)?[0-9a-f]*\d[0-9a-f]*/gi;
const SHAPE_LENGTH = 160;
const MAX_SHAPES = 256;
const SHOWN = 5;

/** The first line of a shape, and how many lines have it. */
export interface UnreadSample {
  readonly line: number;
  readonly offset: number;
  readonly text: string;
  count: number;
}

/** Counts lines that nobody could read by their shape: what is left without numbers. */
export class UnreadShapes {
  readonly #samples = new Map<string, UnreadSample>();

  /** `message` is the line without its prefix. Lines of more shapes than are kept are not told apart. */
  add(message: string, text: string, line: number, offset: number): void {
    const shape = message.slice(0, SHAPE_LENGTH).replace(NUMBER, '#').trim();
    const known = this.#samples.get(shape);
    if (known !== undefined) known.count += 1;
    else if (this.#samples.size < MAX_SHAPES) this.#samples.set(shape, { line, offset, text, count: 1 });
  }

  /** The commonest shapes, at most five. */
  samples(): UnreadSample[] {
    const all = [...this.#samples.values()];
    return all.sort((one, other) => other.count - one.count || one.line - other.line).slice(0, SHOWN);
  }
}

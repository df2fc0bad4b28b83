export interface RangeText {
  readonly text: string;
  /** From 0. */
  readonly line: number;
  readonly offset: number;
  /** Rows, and lines that say nothing, in front of it. */
  readonly rowsBefore: number;
  readonly silentBefore: number;
}

/** Lines of text as two pieces of memory, which go to another thread without a copy. */
export interface PackedTexts {
  readonly count: number;
  /** UTF-8, one behind the other. */
  readonly bytes: ArrayBuffer;
  readonly isAscii: boolean;
  /** For each where it ends in `bytes`, and the numbers of `RangeText` in their order. */
  readonly places: Float64Array<ArrayBuffer>;
}

const PLACE_WIDTH = 5;

/** Collects lines of text, and packs them. */
export class TextPacker {
  readonly #texts: string[] = [];
  readonly #places: number[] = [];

  add({ text, line, offset, rowsBefore, silentBefore }: RangeText): void {
    this.#texts.push(text);
    this.#places.push(0, line, offset, rowsBefore, silentBefore);
  }

  pack(): PackedTexts {
    const joined = this.#texts.join('');
    const bytes = new ArrayBuffer(Buffer.byteLength(joined, 'utf8'));
    Buffer.from(bytes).write(joined, 'utf8');
    const isAscii = bytes.byteLength === joined.length;
    const places = Float64Array.from(this.#places);
    let end = 0;
    for (const [index, text] of this.#texts.entries()) {
      end += isAscii ? text.length : Buffer.byteLength(text, 'utf8');
      places[index * PLACE_WIDTH] = end;
    }
    return { count: this.#texts.length, bytes, isAscii, places };
  }
}

/** Takes packed lines apart again. */
export class RangeTexts {
  readonly count: number;
  readonly #bytes: Buffer;
  readonly #encoding: 'latin1' | 'utf8';
  readonly #places: Float64Array;

  constructor({ count, bytes, isAscii, places }: PackedTexts) {
    this.count = count;
    this.#bytes = Buffer.from(bytes);
    this.#encoding = isAscii ? 'latin1' : 'utf8';
    this.#places = places;
  }

  /** Number `index`, from 0; undefined behind the last. */
  at(index: number): RangeText | undefined {
    if (index >= this.count) return undefined;
    const places = this.#places;
    const at = index * PLACE_WIDTH;
    const start = index === 0 ? 0 : places[at - PLACE_WIDTH];
    return {
      text: this.#bytes.toString(this.#encoding, start, places[at]),
      line: places[at + 1] ?? 0,
      offset: places[at + 2] ?? 0,
      rowsBefore: places[at + 3] ?? 0,
      silentBefore: places[at + 4] ?? 0,
    };
  }
}

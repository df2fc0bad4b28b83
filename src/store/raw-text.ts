/** One line of an input as it stands there, without its line end; not sanitised. */
export interface RawLine {
  /** From 1. */
  readonly number: number;
  /** Of its first byte. */
  readonly offset: number;
  readonly text: string;
  /** The line is longer than what is shown. */
  readonly isCut: boolean;
}

export interface RawPage {
  /** Fewer than asked for at the end of the text; more where a marker of a recording has the number of the record behind it. */
  readonly lines: readonly RawLine[];
  /** Number of lines of the whole text, once its end was seen. */
  readonly lineCount?: number;
  /** What is wrong with the input, for the reader: it has grown, shrunk, changed or gone. */
  readonly problem?: string;
}

/** The lines of an input, read when somebody looks. Nothing here rejects: what cannot be read is a `problem`. */
export interface RawText {
  /** @param first number of the first line, from 1 */
  lines(first: number, count: number): Promise<RawPage>;
  /**
   * Number of the nearest line that passes the test, beyond `from` on that side; undefined if none does. Reads as
   * much of the text as it takes, and gives up when `isStopped` says so.
   */
  find(
    test: (text: string) => boolean,
    from: number,
    side: 1 | -1,
    isStopped?: () => boolean,
  ): Promise<number | undefined>;
  close(): void;
}

/** The bytes of an input, in any order. */
export interface RawBytes {
  /** Gives how many bytes were read, fewer than there is room for only at the end. Rejects with what the reader is told. */
  read(into: Uint8Array, offset: number): Promise<number>;
  /** What has become of the input since it was opened; undefined: nothing. */
  problem(): Promise<string | undefined>;
  close(): void;
}

/** A line whose place is known. */
export interface LinePlace {
  readonly line: number;
  readonly offset: number;
}

/** Lines from which the start of every one is near. */
const MARK_LINES = 1024;
const BLOCK_BYTES = 256 * 1024;
const MOST_LINE_BYTES = 64 * 1024;
const NEWLINE = 10;
const RETURN = 13;

/** Text that is read from bytes here and there, with an index of marks that grows as far as it was read. */
export class ByteText implements RawText {
  readonly #bytes: RawBytes;
  readonly #hint: (line: number) => LinePlace | undefined;
  /** Offset of every `MARK_LINES`-th line, as far as the text was read without a hole. */
  readonly #marks: number[] = [0];
  #lineCount: number | undefined;
  readonly #block = Buffer.alloc(BLOCK_BYTES);
  /** One reader at a time: they share the block. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param hint a line at or before the one asked for, whose place is known from elsewhere: its event's */
  constructor(bytes: RawBytes, hint: (line: number) => LinePlace | undefined = () => undefined) {
    this.#bytes = bytes;
    this.#hint = hint;
  }

  lines(first: number, count: number): Promise<RawPage> {
    return this.#next(async () => {
      const lines: RawLine[] = [];
      let failure: string | undefined;
      try {
        const start = Math.max(1, first);
        const place = await this.#placeOf(start);
        if (place !== undefined && count > 0) {
          await this.#walk(place, (line) => {
            lines.push(line);
            return lines.length === count;
          });
        }
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
      }
      const problem = failure ?? (await this.#bytes.problem());
      const lineCount = this.#lineCount;
      return { lines, ...(lineCount !== undefined && { lineCount }), ...(problem !== undefined && { problem }) };
    });
  }

  find(
    test: (text: string) => boolean,
    from: number,
    side: 1 | -1,
    isStopped: () => boolean = () => false,
  ): Promise<number | undefined> {
    return this.#next(async () => {
      try {
        return side === 1
          ? await this.#findIn(from + 1, Number.POSITIVE_INFINITY, test, isStopped, true)
          : await this.#findBefore(from, test, isStopped);
      } catch {
        return undefined;
      }
    });
  }

  close(): void {
    this.#bytes.close();
  }

  #next<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(task);
    this.#turn = result;
    return result;
  }

  /** Mark by mark towards the start. */
  async #findBefore(
    from: number,
    test: (text: string) => boolean,
    isStopped: () => boolean,
  ): Promise<number | undefined> {
    for (let end = from; end > 1 && !isStopped(); ) {
      const start = Math.floor((end - 2) / MARK_LINES) * MARK_LINES + 1;
      const found = await this.#findIn(start, end, test, isStopped, false);
      if (found !== undefined) return found;
      end = start;
    }
    return undefined;
  }

  /** The first or the last line in [start, end) that passes. */
  async #findIn(
    start: number,
    end: number,
    test: (text: string) => boolean,
    isStopped: () => boolean,
    isFirst: boolean,
  ): Promise<number | undefined> {
    const place = start < end ? await this.#placeOf(start) : undefined;
    if (place === undefined) return undefined;
    let found: number | undefined;
    await this.#walk(place, ({ number, text }) => {
      if (number >= end) return true;
      if (test(text)) found = number;
      return (isFirst && found !== undefined) || (number % MARK_LINES === 0 && isStopped());
    });
    return found;
  }

  /** Undefined: the text has not so many lines. */
  async #placeOf(line: number): Promise<LinePlace | undefined> {
    if (this.#lineCount !== undefined && line > this.#lineCount) return undefined;
    const mark = Math.min(Math.floor((line - 1) / MARK_LINES), this.#marks.length - 1);
    const marked = { line: mark * MARK_LINES + 1, offset: this.#marks[mark] ?? 0 };
    const hinted = this.#hint(line);
    return this.#skip(hinted !== undefined && hinted.line > marked.line ? hinted : marked, line);
  }

  /** Counts line ends from `from` on until the line begins; undefined if the text ends before. */
  async #skip(from: LinePlace, line: number): Promise<LinePlace | undefined> {
    let { line: number, offset } = from;
    while (number < line) {
      const block = await this.#blockAt(offset);
      let start = 0;
      while (number < line) {
        const newline = block.indexOf(NEWLINE, start);
        if (newline < 0) break;
        start = newline + 1;
        number += 1;
        this.#mark(number, offset + start);
      }
      if (number === line) return { line, offset: offset + start };
      if (block.length < BLOCK_BYTES) {
        this.#lineCount = start < block.length ? number : number - 1;
        return undefined;
      }
      offset += block.length;
    }
    return { line, offset };
  }

  /** Lines from a place on until `visit` returns true or the text ends. */
  async #walk(from: LinePlace, visit: (line: RawLine) => boolean): Promise<void> {
    let { line: number, offset } = from;
    for (;;) {
      const block = await this.#blockAt(offset);
      let start = 0;
      for (let newline = block.indexOf(NEWLINE); newline >= 0; newline = block.indexOf(NEWLINE, start)) {
        if (visit(lineOf(block, start, newline, number, offset + start))) return;
        start = newline + 1;
        number += 1;
        this.#mark(number, offset + start);
      }
      const isLast = block.length < BLOCK_BYTES;
      if (isLast) this.#lineCount = start < block.length ? number : number - 1;
      if (isLast || start === 0) {
        if (start < block.length && visit(lineOf(block, start, block.length, number, offset + start))) return;
        if (isLast) return;
        offset = await this.#behindLine(offset + block.length);
        number += 1;
        this.#mark(number, offset);
      } else offset += start;
    }
  }

  #mark(number: number, offset: number): void {
    if ((number - 1) % MARK_LINES === 0 && (number - 1) / MARK_LINES === this.#marks.length) this.#marks.push(offset);
  }

  /** A whole block, but at the end of the text. */
  async #blockAt(offset: number): Promise<Buffer> {
    return this.#block.subarray(0, await this.#bytes.read(this.#block, offset));
  }

  /** Start of the next line, for one that is longer than the block. */
  async #behindLine(from: number): Promise<number> {
    for (let at = from; ; ) {
      const block = await this.#blockAt(at);
      const newline = block.indexOf(NEWLINE);
      if (newline >= 0) return at + newline + 1;
      at += block.length;
      if (block.length < BLOCK_BYTES) return at;
    }
  }
}

function lineOf(block: Buffer, start: number, end: number, number: number, offset: number): RawLine {
  const isCut = end - start > MOST_LINE_BYTES;
  const stop = isCut ? start + MOST_LINE_BYTES : end > start && block[end - 1] === RETURN ? end - 1 : end;
  return { number, offset, text: block.toString('utf8', start, stop), isCut };
}

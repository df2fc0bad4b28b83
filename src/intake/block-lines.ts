import { isAscii } from 'node:buffer';
import split2 from 'split2';
import { NEWLINE } from '../base/scan.ts';
import { countNewlines } from './count-newlines.ts';

/** A line that may matter: its text without the line end, 1-based number, byte offset of its start. */
export type LineSink = (text: string, line: number, offset: number) => void;

/** Finds the next place in [from, end) of `block` that makes its line a candidate, -1 if there is none. */
export interface LineSearch {
  find(block: Buffer, words: Int32Array, from: number, end: number): number;
}

/** Gives the candidate lines of a block of whole lines, in their order. */
export interface BlockReader {
  /**
   * Gives the candidates of [from, end), which is whole lines, each with its newline. `offset` is the byte
   * offset of the block's first byte in the input, `line` the number of the first line. Gives the number of lines.
   */
  read(from: number, end: number, offset: number, line: number): number;
  /** Gives the one line in [from, end), which has no newline, if it is a candidate. */
  readOne(from: number, end: number, offset: number, line: number): void;
}

/** Makes every line a candidate. */
export const everyLine: LineSearch = { find: (_block, _words, from, end) => (from < end ? from : -1) };

/** For a reader of lines: the candidates of `search` as text. */
export function candidateLines(search: LineSearch, sink: LineSink): (block: Buffer) => BlockReader {
  return (block) => new BlockLines(block, search, sink);
}

const RETURN = 13;
/** If more of the lines are candidates than this share, looking for needles costs more than it saves. */
const DENSE_SHARE = 0.4;
/** A dense block is followed by this many that are not searched. */
const UNSEARCHED_BLOCKS = 15;

/**
 * Turns whole lines in a block of bytes into strings, but only candidate lines: those in which the search
 * finds a needle. In dense input, where nearly every line is one, all lines become strings and the sink sorts
 * them out, so the sink must do nothing for a line without a needle.
 *
 * split2 does the splitting; it is fed complete lines and called synchronously. What it gives shares memory with
 * all lines of the block, so the text that the sink gets is read from the bytes again.
 */
export class BlockLines implements BlockReader {
  readonly #search: LineSearch;
  readonly #sink: LineSink;
  readonly #splitter: NodeJS.WritableStream;
  readonly #block: Buffer;
  readonly #words: Int32Array;
  /** Candidate lines of one block behind each other, for the splitter. */
  readonly #gathered: Buffer;
  /** Position in the block, and number, of each gathered line. */
  #starts: number[] = [];
  #numbers: number[] = [];
  #cursor = 0;
  #unsearched = 0;
  #isSearched = false;

  #blockOffset = 0;
  #line = 1;
  #ascii = true;
  #at = 0;
  #failure: Error | undefined;

  constructor(block: Buffer, search: LineSearch, sink: LineSink) {
    this.#block = block;
    this.#words = new Int32Array(block.buffer, block.byteOffset, block.length >> 2);
    this.#gathered = Buffer.allocUnsafe(block.length);
    this.#search = search;
    this.#sink = sink;
    this.#splitter = split2('\n', (line: string) => this.#take(line)).on('error', (error: Error) => {
      this.#failure = error;
    });
  }

  read(from: number, end: number, offset: number, line: number): number {
    this.#blockOffset = offset;
    if (this.#unsearched > 0 && isAscii(this.#block.subarray(from, end))) {
      this.#unsearched -= 1;
      return this.#readAll(from, end, line);
    }
    const count = this.#readCandidates(from, end, line);
    this.#unsearched = this.#starts.length > count * DENSE_SHARE ? UNSEARCHED_BLOCKS : 0;
    return count;
  }

  readOne(from: number, end: number, offset: number, line: number): void {
    if (this.#search.find(this.#block, this.#words, from, end) < 0) return;
    this.#blockOffset = offset;
    this.#ascii = isAscii(this.#block.subarray(from, end));
    this.#sink(this.#text(from, end), line, offset + from);
  }

  #readAll(from: number, end: number, line: number): number {
    this.#ascii = true;
    this.#isSearched = false;
    this.#at = from;
    this.#line = line;
    this.#write(this.#block.subarray(from, end));
    return this.#line - line;
  }

  #readCandidates(from: number, end: number, firstLine: number): number {
    const starts: number[] = [];
    const numbers: number[] = [];
    let gathered = 0;
    let counted = from;
    let line = firstLine;
    for (let at = from; at < end; ) {
      const hit = this.#search.find(this.#block, this.#words, at, end);
      if (hit < 0) break;
      const start = this.#lineStart(hit, at);
      const next = this.#block.indexOf(NEWLINE, hit) + 1;
      line += countNewlines(this.#block, this.#words, counted, start);
      starts.push(start);
      numbers.push(line);
      gathered += this.#block.copy(this.#gathered, gathered, start, next);
      counted = start;
      at = next;
    }
    this.#isSearched = true;
    this.#starts = starts;
    this.#numbers = numbers;
    this.#cursor = 0;
    const candidates = this.#gathered.subarray(0, gathered);
    this.#ascii = isAscii(candidates);
    if (gathered > 0) this.#write(candidates);
    return line - firstLine + countNewlines(this.#block, this.#words, counted, end);
  }

  #lineStart(hit: number, lowest: number): number {
    let at = hit;
    while (at > lowest && this.#block[at - 1] !== NEWLINE) at -= 1;
    return at;
  }

  #write(lines: Buffer): void {
    this.#splitter.write(lines);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** One line from the splitter, in the order in which they were written. Gives nothing back to its stream. */
  #take(split: string): undefined {
    if (this.#isSearched) {
      const start = this.#starts[this.#cursor] ?? 0;
      const line = this.#numbers[this.#cursor] ?? 0;
      this.#cursor += 1;
      const end = this.#ascii ? start + split.length : this.#block.indexOf(NEWLINE, start);
      this.#sink(this.#text(start, end), line, this.#blockOffset + start);
      return undefined;
    }
    const start = this.#at;
    const line = this.#line;
    this.#at += split.length + 1;
    this.#line += 1;
    this.#sink(this.#text(start, start + split.length), line, this.#blockOffset + start);
    return undefined;
  }

  /** The text of [from, end) without a carriage return at its end. */
  #text(from: number, end: number): string {
    const stop = end > from && this.#block[end - 1] === RETURN ? end - 1 : end;
    return this.#block.toString(this.#ascii ? 'latin1' : 'utf8', from, stop);
  }
}

import { isAscii } from 'node:buffer';
import { NEWLINE } from '../base/scan.ts';
import { type EventRows, SILENT_ROW } from '../model/event-rows.ts';
import type { LineBlock, LineScanner } from '../model/parser.ts';
import type { BlockReader, LineSearch, LineSink } from './block-lines.ts';
import { countNewlines } from './count-newlines.ts';

const RETURN = 13;
/** If more of the lines are candidates than this share, looking for needles costs more than it saves. */
const DENSE_SHARE = 0.4;
/** A dense block is followed by this many that are not searched. */
const UNSEARCHED_BLOCKS = 15;

/** A longer line is given as text; a whole number of words. */
export const LONGEST_ROW_BYTES = 192;

/** Takes what `RowLines` finds, line by line. */
export interface RowSink {
  readonly line: LineSink;
  /** True while lines are of the framing that the scanners read. */
  readonly isReady: boolean;
  /** Column index of the next row. */
  readonly nextRow: number;
  /** The columns of the next row are filled; its line is in [from, end), without a line end. */
  row(block: LineBlock, from: number, end: number): void;
  /** A line was read that says nothing. */
  silent(): void;
}

export interface RowScanners {
  readonly rows: EventRows;
  readonly prefix: LineScanner;
  /** By the first byte of the event's name. */
  readonly payloads: readonly (LineScanner | undefined)[];
}

/**
 * Reads the candidate lines of a block that its scanners know from their bytes, without a text for each, and gives all others
 * as text. In dense input, where nearly every line is a candidate, none is searched for needles.
 */
export class RowLines implements BlockReader {
  readonly #search: LineSearch;
  readonly #sink: RowSink;
  readonly #scanners: RowScanners;
  readonly #block: Buffer;
  readonly #words: Int32Array;
  readonly #scanned: LineBlock;
  #unsearched = 0;
  #end = 0;
  #isAscii: boolean | undefined;

  constructor(block: Buffer, search: LineSearch, scanners: RowScanners, sink: RowSink) {
    this.#block = block;
    this.#words = new Int32Array(block.buffer, block.byteOffset, block.length >> 2);
    this.#scanned = { bytes: block, view: new DataView(block.buffer, block.byteOffset, block.length) };
    this.#search = search;
    this.#scanners = scanners;
    this.#sink = sink;
  }

  read(from: number, end: number, offset: number, firstLine: number): number {
    this.#end = end;
    this.#isAscii = undefined;
    if (this.#unsearched > 0) {
      this.#unsearched -= 1;
      let line = firstLine;
      for (let at = from; at < end; line += 1) at = this.#readLine(at, offset, line);
      return line - firstLine;
    }
    let line = firstLine;
    let candidates = 0;
    let at = from;
    while (at < end) {
      const hit = this.#search.find(this.#block, this.#words, at, end);
      if (hit < 0) break;
      const start = this.#block.lastIndexOf(NEWLINE, hit) + 1;
      const first = Math.max(start, at);
      line += countNewlines(this.#block, this.#words, at, first);
      at = this.#readLine(first, offset, line);
      line += 1;
      candidates += 1;
    }
    const count = line - firstLine + countNewlines(this.#block, this.#words, at, end);
    this.#unsearched = candidates > count * DENSE_SHARE ? UNSEARCHED_BLOCKS : 0;
    return count;
  }

  readOne(from: number, end: number, offset: number, line: number): void {
    if (this.#search.find(this.#block, this.#words, from, end) < 0) return;
    this.#end = end;
    this.#isAscii = isAscii(this.#block.subarray(from, end));
    this.#sink.line(this.#text(from, end), line, offset + from);
  }

  /** Gives the position behind the line at `from`, which has a newline. */
  #readLine(from: number, offset: number, line: number): number {
    const sink = this.#sink;
    const end = sink.isReady ? this.#scan(from, offset, line) : -1;
    if (end >= 0) return end;
    const newline = this.#block.indexOf(NEWLINE, from);
    sink.line(this.#text(from, newline), line, offset + from);
    return newline + 1;
  }

  /** The same for a line that the scanners know; -1 for all others. */
  #scan(from: number, offset: number, line: number): number {
    const { rows, prefix, payloads } = this.#scanners;
    const block = this.#scanned;
    const at = this.#sink.nextRow;
    const name = prefix.scan(block, from, at);
    if (name < 0) return -1;
    const payload = payloads[block.bytes[name] ?? 0];
    if (payload === undefined) return -1;
    const end = payload.scan(block, name, at);
    if (end < 0 || end - from > LONGEST_ROW_BYTES) return -1;
    const newline = block.bytes[end] === RETURN ? end + 1 : end;
    if (block.bytes[newline] !== NEWLINE || newline >= this.#end) return -1;
    if (rows.form[at] === SILENT_ROW) this.#sink.silent();
    else {
      rows.line[at] = line;
      rows.offset[at] = offset + from;
      this.#sink.row(block, from, end);
    }
    return newline + 1;
  }

  /** The text of [from, end) without a carriage return at its end. */
  #text(from: number, end: number): string {
    this.#isAscii ??= isAscii(this.#block.subarray(from, this.#end));
    const stop = end > from && this.#block[end - 1] === RETURN ? end - 1 : end;
    return this.#block.toString(this.#isAscii ? 'latin1' : 'utf8', from, stop);
  }
}

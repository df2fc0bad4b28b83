import { NEWLINE } from '../base/scan.ts';
import type { BlockReader } from './block-lines.ts';

/** Longest line that is kept, unless the caller says otherwise. */
export const DEFAULT_MAX_LINE_BYTES = 64 * 1024;
const BLOCK_BYTES = 256 * 1024;
const SLACK_BYTES = 128;
const START = { offset: 0, line: 1 };
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;

/**
 * Bytes in chunks of any size in, candidate lines out, the same whatever the chunks. Copies into one block
 * and reads it when it is full, so that memory is flat. Counts all bytes and lines, also those that it does not give.
 * A line of more than `maxLineBytes` is cut there; the rest is dropped and the line counted as overlong.
 */
export class LineReader {
  readonly #block: Buffer;
  readonly #lines: BlockReader;
  readonly #maxLineBytes: number;
  #filled = 0;
  /** Byte offset of the block's start in the input. */
  #offset = 0;
  #line = 1;
  /** Inside an overlong line whose rest is dropped. */
  #skipping = false;

  bytes = 0;
  overlong = 0;

  /** @param linesOf the reader of the one block that is filled again and again. */
  constructor(
    linesOf: (block: Buffer) => BlockReader,
    maxLineBytes: number = DEFAULT_MAX_LINE_BYTES,
    blockBytes: number = BLOCK_BYTES,
    start: { readonly offset: number; readonly line: number } = START,
  ) {
    this.#maxLineBytes = maxLineBytes;
    this.#offset = start.offset;
    this.#line = start.line;
    const size = (Math.max(blockBytes, 2 * maxLineBytes) + 8) & ~3;
    // Scanners may look a few words beyond the last line.
    const memory = Buffer.from(new ArrayBuffer(size + SLACK_BYTES));
    this.#block = memory.subarray(0, size);
    this.#lines = linesOf(memory);
  }

  /** Lines so far; an unfinished last one counts from `end` on. */
  get lines(): number {
    return this.#line - 1;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const taken = Math.min(chunk.length - at, this.#block.length - this.#filled);
      this.#block.set(taken === chunk.length ? chunk : chunk.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      this.bytes += taken;
      at += taken;
      if (this.#filled === this.#block.length) this.#drain();
    }
  }

  /** Has `read` put the next bytes where they are needed, at most a block of them. Gives how many, 0 at the end. */
  fill(read: (target: Uint8Array) => number): number {
    const count = read(this.#block.subarray(this.#filled));
    this.#filled += count;
    this.bytes += count;
    if (this.#filled === this.#block.length) this.#drain();
    return count;
  }

  /** Gives the lines that are complete, without waiting for a full block. */
  readWhole(): void {
    this.#drain();
  }

  /** After the last chunk: there is an unterminated last line. */
  get isInsideLine(): boolean {
    this.#drain();
    return this.#filled > 0;
  }

  /** Call once, after the last chunk, instead of `end`: an unterminated last line is counted and not given. */
  endBeforeLine(): void {
    this.#drain();
    this.#filled = 0;
    this.#line += 1;
  }

  /** Call once, after the last chunk. */
  end(): void {
    this.#drain();
    if (this.#filled > 0) {
      this.#readUnfinished(0, this.#filled);
      this.#line += 1;
    } else if (this.#skipping) this.#line += 1;
    this.#filled = 0;
  }

  /** Reads all whole lines of the block and moves the rest to its start. */
  #drain(): void {
    let from = this.#skipRest(this.#skipMark());
    const end = this.#block.subarray(0, this.#filled).lastIndexOf(NEWLINE) + 1;
    while (from < end) {
      const overlong = this.#findOverlong(from, end);
      const stop = overlong < 0 ? end : overlong;
      if (stop > from) this.#line += this.#lines.read(from, stop, this.#offset, this.#line);
      if (overlong < 0) break;
      this.#readUnfinished(overlong, overlong + this.#maxLineBytes);
      this.overlong += 1;
      this.#line += 1;
      from = this.#block.indexOf(NEWLINE, overlong) + 1;
    }
    this.#keepRest(Math.max(from, end));
  }

  /** Moves the unfinished line at `from` to the start of the block, or starts to drop it if it is too long. */
  #keepRest(from: number): void {
    const rest = this.#filled - from;
    if (rest > this.#maxLineBytes) {
      this.#readUnfinished(from, from + this.#maxLineBytes);
      this.overlong += 1;
      this.#skipping = true;
      this.#offset += this.#filled;
      this.#filled = 0;
      return;
    }
    this.#block.copyWithin(0, from, this.#filled);
    this.#offset += from;
    this.#filled = rest;
  }

  /** Position behind the rest of an overlong line. */
  #skipRest(from: number): number {
    if (!this.#skipping) return from;
    const newline = this.#block.subarray(0, this.#filled).indexOf(NEWLINE, from);
    if (newline < 0) return this.#filled;
    this.#skipping = false;
    this.#line += 1;
    return newline + 1;
  }

  /** 3 for a byte order mark at the start of the input. */
  #skipMark(): number {
    if (this.#offset > 0 || this.#skipping) return 0;
    return BYTE_ORDER_MARK.every((byte, index) => this.#block[index] === byte && index < this.#filled) ? 3 : 0;
  }

  #readUnfinished(from: number, end: number): void {
    const start = from + (from === 0 ? this.#skipMark() : 0);
    const stop = end < this.#filled ? backToCharacter(this.#block, start, end) : this.#filled;
    this.#lines.readOne(start, stop, this.#offset, this.#line);
  }

  /** Start of the first line in [from, end) that is too long, -1 if there is none. Hops from line to line, far apart. */
  #findOverlong(from: number, end: number): number {
    let start = from;
    while (end - start > this.#maxLineBytes + 1) {
      const newline = this.#block.lastIndexOf(NEWLINE, start + this.#maxLineBytes);
      if (newline < start) return start;
      start = newline + 1;
    }
    return -1;
  }
}

/** `end`, or the start of the UTF-8 character that it cuts in two. */
function backToCharacter(block: Uint8Array, from: number, end: number): number {
  let at = end;
  while (at > from && at > end - 4 && ((block[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  return at === from ? end : at;
}

import { NEWLINE } from '../base/scan.ts';
import type { ClosableBytes } from './input.ts';

const PAGE_BYTES = 64 * 1024;
const MAX_PAGES = 32;
const RETURN = 13;

/**
 * The texts of lines that were read without one, from the input itself when somebody quotes them. Neighbours are often quoted
 * together, so the pages that were read last are kept.
 */
export class LineTexts {
  readonly #open: () => ClosableBytes;
  readonly #pages = new Map<number, Buffer>();
  #bytes: ClosableBytes | undefined;
  #isClosed = false;

  constructor(open: () => ClosableBytes) {
    this.#open = open;
  }

  /** The line that starts at `offset`, without its line end; it must be shorter than a page. Empty if it is there no more. */
  textAt(offset: number): string {
    const number = Math.floor(offset / PAGE_BYTES);
    const start = offset - number * PAGE_BYTES;
    const page = this.#page(number);
    const newline = page.indexOf(NEWLINE, start);
    if (newline >= 0) return textOf(page.subarray(start, newline));
    const both = Buffer.concat([page.subarray(start), this.#page(number + 1)]);
    const end = both.indexOf(NEWLINE);
    return textOf(end < 0 ? both : both.subarray(0, end));
  }

  /** What is asked for afterwards opens the input again, for a page each. */
  close(): void {
    this.#bytes?.close();
    this.#bytes = undefined;
    this.#isClosed = true;
    this.#pages.clear();
  }

  #page(number: number): Buffer {
    const known = this.#pages.get(number);
    if (known !== undefined) return known;
    const bytes = this.#bytes ?? this.#open();
    const page = Buffer.alloc(PAGE_BYTES);
    const filled = page.subarray(0, bytes.read(page, number * PAGE_BYTES));
    if (this.#isClosed) bytes.close();
    else this.#bytes = bytes;
    const [oldest] = this.#pages.keys();
    if (oldest !== undefined && this.#pages.size >= MAX_PAGES) this.#pages.delete(oldest);
    this.#pages.set(number, filled);
    return filled;
  }
}

function textOf(line: Buffer): string {
  const end = line.at(-1) === RETURN ? line.length - 1 : line.length;
  return line.toString('utf8', 0, end);
}

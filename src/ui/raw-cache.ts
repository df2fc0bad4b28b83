import type { RawLine, RawText } from '../store/raw-text.ts';

const PAGE_LINES = 128;
/** Pages of an input that are kept: a few screens around wherever the reader was. */
const MOST_PAGES = 64;

/** The lines of an input that were looked at, and those around them; what is missing is fetched, and told when it is there. */
export class RawCache {
  readonly #text: RawText;
  readonly #onArrival: () => void;
  /** The page that was used last is the last one. */
  readonly #pages = new Map<number, readonly RawLine[]>();
  readonly #awaited = new Map<number, Promise<void>>();
  #lineCount: number | undefined;
  #problem: string | undefined;

  constructor(text: RawText, onArrival: () => void) {
    this.#text = text;
    this.#onArrival = onArrival;
  }

  /** Lines of the whole input; undefined until its end was seen. */
  get lineCount(): number | undefined {
    return this.#lineCount;
  }

  /** What has become of the input; undefined: nothing. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** A line by its number, from 1; undefined where it is not there yet, or not at all. */
  line(number: number): RawLine | undefined {
    const page = pageOf(number);
    const lines = this.#pages.get(page);
    if (lines === undefined) {
      void this.#fetch(page);
      return undefined;
    }
    this.#pages.delete(page);
    this.#pages.set(page, lines);
    return lines.find((line) => line.number === number);
  }

  /** The same, when it is there. */
  async waitFor(number: number): Promise<RawLine | undefined> {
    if (!this.#pages.has(pageOf(number))) await this.#fetch(pageOf(number));
    return this.#pages.get(pageOf(number))?.find((line) => line.number === number);
  }

  /** Number of the next line that passes the test. */
  find(
    test: (text: string) => boolean,
    from: number,
    side: 1 | -1,
    isStopped: () => boolean,
  ): Promise<number | undefined> {
    return this.#text.find(test, from, side, isStopped);
  }

  /** Fetches everything anew. */
  forget(): void {
    this.#pages.clear();
  }

  /** Asks what has become of the input; true if there is news. */
  async look(): Promise<boolean> {
    const before = this.#problem;
    this.#problem = (await this.#text.lines(1, 0)).problem;
    return this.#problem !== before;
  }

  #fetch(page: number): Promise<void> {
    const awaited = this.#awaited.get(page);
    if (awaited !== undefined) return awaited;
    const fetched = this.#text.lines(page * PAGE_LINES + 1, PAGE_LINES).then(({ lines, lineCount, problem }) => {
      this.#awaited.delete(page);
      this.#lineCount = lineCount ?? this.#lineCount;
      this.#problem = problem;
      this.#pages.set(page, lines);
      for (const oldest of this.#pages.keys()) {
        if (this.#pages.size <= MOST_PAGES) break;
        this.#pages.delete(oldest);
      }
      this.#onArrival();
    });
    this.#awaited.set(page, fetched);
    return fetched;
  }
}

function pageOf(number: number): number {
  return Math.floor((number - 1) / PAGE_LINES);
}

import type { ClosableBytes } from '../intake/input.ts';
import { type Container, newFramedRecord, type RecordReader } from '../model/parser.ts';
import type { RawLine, RawPage, RawText } from '../store/raw-text.ts';

const BLOCK_LINES = 1024;
/** Blocks that are kept. */
const MOST_BLOCKS = 64;
/** Records between two turns of everything else. */
const STEP = 512;

/** The records of a recording as lines of text, made when somebody looks: read on from where it was left, or anew. */
export class RecordText implements RawText {
  readonly #open: () => Promise<ClosableBytes>;
  readonly #openRecords: NonNullable<Container['openRecords']>;
  readonly #name: string;
  /** Whole blocks of lines by their number, those read last at the end. */
  readonly #blocks = new Map<number, readonly RawLine[]>();
  #bytes: Promise<ClosableBytes> | undefined;
  #reader: RecordReader | undefined;
  /** What is read of the block that is not whole yet. */
  #lines: RawLine[] = [];
  #block = 0;
  #lineCount: number | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(open: () => Promise<ClosableBytes>, openRecords: NonNullable<Container['openRecords']>, name: string) {
    this.#open = open;
    this.#openRecords = openRecords;
    this.#name = name;
  }

  lines(first: number, count: number): Promise<RawPage> {
    return this.#next(async () => {
      const lines: RawLine[] = [];
      let problem: string | undefined;
      try {
        const start = Math.max(1, first);
        for (let number = start; number < start + count; number += 1) {
          const those = await this.#linesAt(number);
          if (those.length === 0) break;
          lines.push(...those);
        }
      } catch (error) {
        problem = `${this.#name} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      }
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
      for (let number = from + side; number >= 1 && !isStopped(); number += side) {
        const lines = await this.#linesAt(number).catch(() => []);
        if (lines.length === 0) return undefined;
        if (lines.some(({ text }) => test(text))) return number;
      }
      return undefined;
    });
  }

  close(): void {
    this.#bytes?.then((bytes) => bytes.close()).catch(() => undefined);
    this.#bytes = undefined;
    this.#reader = undefined;
    this.#blocks.clear();
  }

  #next<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(task);
    this.#turn = result;
    return result;
  }

  /** A marker has the number of the record behind it. */
  async #linesAt(number: number): Promise<readonly RawLine[]> {
    if (this.#lineCount !== undefined && number > this.#lineCount) return [];
    const block = Math.floor((number - 1) / BLOCK_LINES);
    const lines = this.#blocks.get(block) ?? (await this.#read(block)) ?? [];
    // Markers push a record behind its place, never before it.
    let first = (number - 1) % BLOCK_LINES;
    while ((lines[first]?.number ?? number) < number) first += 1;
    let behind = first;
    while (lines[behind]?.number === number) behind += 1;
    return lines.slice(first, behind);
  }

  /** Reads on until the block is whole; from the start if it lies behind. */
  async #read(wanted: number): Promise<readonly RawLine[] | undefined> {
    const reader = this.#reader === undefined || wanted < this.#block ? await this.#restart() : this.#reader;
    const framed = newFramedRecord();
    for (let steps = 1; !this.#blocks.has(wanted) && this.#lineCount === undefined; steps += 1) {
      const line = reader.next(framed);
      if (line === undefined) {
        this.#lineCount = reader.records;
        this.#keep(this.#block);
        break;
      }
      const block = Math.floor((line.line - 1) / BLOCK_LINES);
      if (block > this.#block) this.#keep(block);
      this.#lines.push({ number: line.line, offset: line.offset, text: line.text, isCut: false });
      if (steps % STEP === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return this.#blocks.get(wanted);
  }

  async #restart(): Promise<RecordReader> {
    this.#bytes ??= this.#open();
    this.#lines = [];
    this.#block = 0;
    this.#lineCount = undefined;
    this.#reader = this.#openRecords(await this.#bytes, () => true);
    return this.#reader;
  }

  /** The lines so far are a block; the next one begins. */
  #keep(next: number): void {
    this.#blocks.set(this.#block, this.#lines);
    this.#lines = [];
    this.#block = next;
    const [oldest] = this.#blocks.keys();
    if (this.#blocks.size > MOST_BLOCKS && oldest !== undefined) this.#blocks.delete(oldest);
  }
}

import type { RawBytes } from '../store/raw-text.ts';

const BLOCK_BYTES = 256 * 1024;
/** Blocks that are kept: 32 MiB. */
const MOST_BLOCKS = 128;

/**
 * The bytes of an input that can only be read from its start (unpacked, a member of an archive): read on where it was
 * left, and anew for what lies before and was let go.
 */
export class StreamBytes implements RawBytes {
  readonly #open: () => AsyncIterable<Uint8Array | string>;
  readonly #name: string;
  /** Whole blocks by their number, those used last at the end. */
  readonly #blocks = new Map<number, Uint8Array>();
  #stream: AsyncIterator<Uint8Array | string> | undefined;
  /** Number of the block that the stream gives next. */
  #next = 0;
  #rest: Uint8Array = new Uint8Array(0);
  #isEnded = false;
  #failure: string | undefined;

  constructor(open: () => AsyncIterable<Uint8Array | string>, name: string) {
    this.#open = open;
    this.#name = name;
  }

  async read(into: Uint8Array, offset: number): Promise<number> {
    let filled = 0;
    while (filled < into.length) {
      const at = offset + filled;
      const block = await this.#blockOf(Math.floor(at / BLOCK_BYTES));
      const part = block.subarray(at % BLOCK_BYTES, (at % BLOCK_BYTES) + into.length - filled);
      into.set(part, filled);
      filled += part.length;
      if (part.length === 0) break;
    }
    return filled;
  }

  async problem(): Promise<string | undefined> {
    return this.#failure;
  }

  close(): void {
    this.#blocks.clear();
    this.#stream?.return?.().catch(() => undefined);
    this.#stream = undefined;
    this.#next = 0;
  }

  async #blockOf(number: number): Promise<Uint8Array> {
    const known = this.#blocks.get(number);
    if (known !== undefined) {
      this.#blocks.delete(number);
      this.#blocks.set(number, known);
      return known;
    }
    if (number < this.#next || this.#stream === undefined) this.#restart();
    while (this.#next <= number && !this.#isDone) this.#keep(await this.#readBlock());
    return this.#blocks.get(number) ?? new Uint8Array(0);
  }

  get #isDone(): boolean {
    return this.#isEnded && this.#rest.length === 0;
  }

  #restart(): void {
    this.#stream?.return?.().catch(() => undefined);
    this.#stream = this.#open()[Symbol.asyncIterator]();
    this.#next = 0;
    this.#rest = new Uint8Array(0);
    this.#isEnded = false;
  }

  #keep(block: Uint8Array): void {
    if (block.length === 0) return;
    this.#blocks.delete(this.#next);
    this.#blocks.set(this.#next, block);
    this.#next += 1;
    const [oldest] = this.#blocks.keys();
    if (this.#blocks.size > MOST_BLOCKS && oldest !== undefined) this.#blocks.delete(oldest);
  }

  async #readBlock(): Promise<Uint8Array> {
    const parts = [this.#rest];
    let size = this.#rest.length;
    try {
      while (size < BLOCK_BYTES && !this.#isEnded) {
        const next = await this.#stream?.next();
        if (next === undefined || next.done === true) {
          this.#isEnded = true;
          continue;
        }
        const chunk = typeof next.value === 'string' ? Buffer.from(next.value, 'utf8') : next.value;
        parts.push(chunk);
        size += chunk.length;
      }
    } catch (error) {
      this.#isEnded = true;
      this.#failure = `${this.#name} cannot be read further: ${error instanceof Error ? error.message : String(error)}`;
    }
    const all = parts.length === 1 ? this.#rest : Buffer.concat(parts);
    this.#rest = all.subarray(BLOCK_BYTES);
    return all.subarray(0, BLOCK_BYTES);
  }
}

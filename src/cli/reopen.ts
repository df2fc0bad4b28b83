import { Readable } from 'node:stream';
import type { InputSpec } from '../intake/input.ts';

/** Of standard input and other pipes that are to be read twice, so much is kept. */
export const MOST_KEPT_BYTES = 256 * 1024 * 1024;

/** Inputs that can be read again; what can be opened only once is kept up to a limit while it is read. */
export interface Reopenable {
  /** To be used in place of the inputs given. */
  readonly inputs: readonly InputSpec[];
  /** The inputs once more, when all were read; undefined if one was too large to keep. */
  again(): readonly InputSpec[] | undefined;
}

export function reopenable(inputs: readonly InputSpec[], mostBytes: number): Reopenable {
  const takes = inputs.map((input) => (input.canReopen === true ? input : new Take(input, mostBytes)));
  return {
    inputs: takes.map((take) => (take instanceof Take ? take.spec : take)),
    again() {
      const specs: InputSpec[] = [];
      for (const take of takes) {
        const spec = take instanceof Take ? take.again() : take;
        if (spec === undefined) return undefined;
        specs.push(spec);
      }
      return specs;
    },
  };
}

/** One input that flows by, and what it was. */
class Take {
  readonly spec: InputSpec;
  readonly #mostBytes: number;
  #chunks: Uint8Array[] | undefined = [];
  #bytes = 0;

  constructor(spec: InputSpec, mostBytes: number) {
    this.#mostBytes = mostBytes;
    this.spec = { ...spec, open: () => this.#pass(spec.open()) };
  }

  again(): InputSpec | undefined {
    const chunks = this.#chunks;
    return chunks === undefined
      ? undefined
      : { ...this.spec, open: () => Readable.from(chunks, { objectMode: false }) };
  }

  async *#pass(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array | string> {
    for await (const chunk of stream) {
      if (chunk instanceof Uint8Array) this.#keep(chunk);
      yield chunk;
    }
  }

  #keep(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#mostBytes) this.#chunks = undefined;
    this.#chunks?.push(chunk);
  }
}

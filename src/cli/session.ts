import type { Readable, Writable } from 'node:stream';
import type { ParserRegistry } from '../model/parser.ts';

/** Everything of the outside world that a command may touch; tests put their own in. */
export interface Session {
  readonly args: readonly string[];
  /** How this program is started, word by word. */
  readonly program: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: Readable;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** The date of today, for suppressions that expire. */
  readonly now: Date;
  /** Takes the next interrupt (Ctrl-C), which then does not end the program; the one after it does. */
  onInterrupt?(listener: () => void): void;
  /** The file that a thread of this program runs; absent where there is none, in a single executable. */
  readonly worker?: URL;
  /** Loads the parsers: late, because not every command needs them. */
  loadParsers(): Promise<ParserRegistry>;
}

export interface OutputStream {
  readonly stream: Writable;
  readonly isTerminal: boolean;
  /** Columns of a terminal; undefined for anything else. */
  readonly columns: number | undefined;
}

/** The program that reads our output has gone (`faultlog … | head`). Exit code 141, nothing to say. */
export class ReaderGoneError extends Error {
  override readonly name = 'ReaderGoneError';
}

/** The output cannot take more: a full disk, a failing device. Exit code 2. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/** Writes with back-pressure: resolves when the stream can take more. */
export function write(output: OutputStream, text: string | Uint8Array): Promise<void> {
  if (text.length === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    output.stream.write(text, (error) => {
      if (error === null || error === undefined) resolve();
      else if (isReaderGone(error)) reject(new ReaderGoneError('the reader went away', { cause: error }));
      else reject(new OutputError(error.message, { cause: error }));
    });
  });
}

/** What is written: text, or the bytes of a binary format. */
export type Pieces = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/** A piece that asks for what is before it to be written now. */
export const NOW = '';

/** Writes many pieces; text is joined to blocks of about 64 KiB, unless a piece is `NOW`. */
export async function writeAll(output: OutputStream, pieces: Pieces): Promise<void> {
  let block = '';
  for await (const piece of pieces) {
    if (typeof piece !== 'string') {
      await write(output, block);
      await write(output, piece);
      block = '';
      continue;
    }
    block += piece;
    if (block.length >= 65_536 || piece === NOW) {
      await write(output, block);
      block = '';
    }
  }
  await write(output, block);
}

function isReaderGone(error: Error): boolean {
  return 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED');
}

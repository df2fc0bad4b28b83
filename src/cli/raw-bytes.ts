import { promises, type Stats } from 'node:fs';
import type { RawBytes } from '../store/raw-text.ts';

interface OpenFile {
  readonly handle: promises.FileHandle;
  /** As it was then. */
  readonly first: Stats;
}

/** The bytes of a file, for as long as it is held open; says what became of it in the meantime. */
export class FileBytes implements RawBytes {
  readonly #path: string;
  readonly #name: string;
  readonly #opened: Promise<OpenFile>;

  /** @param name as the user gave it, for messages */
  constructor(path: string, name: string) {
    this.#path = path;
    this.#name = name;
    this.#opened = openForReading(path);
    // Said to whoever reads.
    this.#opened.catch(() => undefined);
  }

  async read(into: Uint8Array, offset: number): Promise<number> {
    try {
      const { handle } = await this.#opened;
      return (await handle.read(into, 0, into.length, offset)).bytesRead;
    } catch (error) {
      throw new Error(this.#unreadable(error), { cause: error });
    }
  }

  async problem(): Promise<string | undefined> {
    try {
      const { handle, first } = await this.#opened;
      const now = await handle.stat();
      if (now.size < first.size) return `${this.#name} is shorter than it was when it was opened: lines are missing`;
      if (now.size > first.size) return `${this.#name} has grown since it was opened: open it again to see the rest`;
      if (now.mtimeMs !== first.mtimeMs) return `${this.#name} was written to since it was opened`;
      const there = await promises.stat(this.#path).catch(() => undefined);
      if (there === undefined) return `${this.#name} was removed: shown is what it held`;
      if (there.ino !== first.ino || there.dev !== first.dev) {
        return `${this.#name} was replaced by another file: shown is the one that was opened`;
      }
      return undefined;
    } catch (error) {
      return this.#unreadable(error);
    }
  }

  close(): void {
    this.#opened.then(({ handle }) => handle.close()).catch(() => undefined);
  }

  #unreadable(error: unknown): string {
    return `${this.#name} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function openForReading(path: string): Promise<OpenFile> {
  const handle = await promises.open(path, 'r');
  return { handle, first: await handle.stat() };
}

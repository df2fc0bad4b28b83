import { closeSync, type FSWatcher, fstatSync, openSync, read, type Stats, statSync, watch } from 'node:fs';
import { type FollowOptions, withQuiet } from './follow-bytes.ts';

const CHUNK_BYTES = 256 * 1024;
/** File systems without notices of changes (NFS, tracefs) are looked at this often. */
const POLL_MS = 1000;
const NEWLINE = 10;

/**
 * A file as it grows: all that it has, then what is added. Goes on with the new file where it is rotated, and from the start
 * where it is truncated, and says so. Files of tracefs, which block until there is something, are read as they come.
 */
export async function* followFile(
  path: string,
  shown: string,
  options: FollowOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const file = new GrowingFile(path, shown, options);
  try {
    yield* withQuiet(() => file.next(), options);
  } finally {
    file.close();
  }
}

class GrowingFile {
  readonly #path: string;
  readonly #shown: string;
  readonly #options: FollowOptions;
  readonly #changes: Changes;
  #descriptor: number;
  #opened: Stats;
  /** Bytes taken from the open file. */
  #position = 0;
  /** The file shows its size: those of tracefs and /proc have none. */
  #hasSize = false;
  #lines = 0;
  #endsInLine = false;
  #isReading = false;
  #isGoneTold = false;
  /** Another file has taken the name; the old one is read to its end first. */
  #isLeaving = false;

  constructor(path: string, shown: string, options: FollowOptions) {
    this.#path = path;
    this.#shown = shown;
    this.#options = options;
    this.#descriptor = openSync(path, 'r');
    this.#opened = fstatSync(this.#descriptor);
    this.#changes = new Changes(path, options.stop);
  }

  /** The next bytes, when there are any. */
  async next(): Promise<Uint8Array | undefined> {
    while (!this.#options.stop.aborted) {
      const chunk = await this.#read();
      if (chunk.length > 0) return chunk;
      const next = this.#atEnd();
      if (next === 'again') continue;
      if (next !== undefined) return next;
      await this.#changes.wait(POLL_MS);
    }
    return undefined;
  }

  close(): void {
    this.#changes.close();
    // A read that waits in the kernel keeps its descriptor; the process ends soon.
    if (!this.#isReading) closeSync(this.#descriptor);
  }

  async #read(): Promise<Uint8Array> {
    const target = new Uint8Array(CHUNK_BYTES);
    this.#isReading = true;
    const count = await readSome(this.#descriptor, target).finally(() => {
      this.#isReading = false;
    });
    const chunk = target.subarray(0, count);
    this.#position += count;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) this.#lines += 1;
    if (count > 0) this.#endsInLine = chunk[count - 1] !== NEWLINE;
    return chunk;
  }

  /** Looks what became of the file: `again` to read at once, bytes to insert, undefined to wait. */
  #atEnd(): 'again' | Uint8Array | undefined {
    const { size } = fstatSync(this.#descriptor);
    this.#hasSize ||= size > 0;
    if (this.#hasSize && size < this.#position) return this.#restart('was truncated');
    const named = statOf(this.#path);
    if (named === undefined) {
      if (!this.#isGoneTold) this.#options.say(`${this.#shown} is gone`, 'Waiting for it to come back; Ctrl-C ends.');
      this.#isGoneTold = true;
      return undefined;
    }
    if (named.ino === this.#opened.ino && named.dev === this.#opened.dev) return undefined;
    if (this.#isLeaving) return this.#restart('was rotated');
    this.#isLeaving = true;
    return 'again';
  }

  /** A line that the old content did not end is ended. */
  #restart(what: string): 'again' | Uint8Array {
    const descriptor = openSync(this.#path, 'r');
    closeSync(this.#descriptor);
    this.#descriptor = descriptor;
    this.#opened = fstatSync(descriptor);
    this.#changes.renew();
    this.#position = 0;
    this.#isLeaving = false;
    this.#isGoneTold = false;
    const isCut = this.#endsInLine;
    this.#endsInLine = false;
    if (isCut) this.#lines += 1;
    this.#options.say(
      `${this.#shown} ${what}: reading on from its start`,
      `Its line 1 is line ${this.#lines + 1} here.`,
    );
    return isCut ? Uint8Array.of(NEWLINE) : 'again';
  }
}

function readSome(descriptor: number, target: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, target, 0, target.length, null, (error, count) =>
      error === null ? resolve(count) : reject(error),
    );
  });
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

/** Waits until the file may have changed. */
class Changes {
  readonly #path: string;
  readonly #stop: AbortSignal;
  #watcher: FSWatcher | undefined;
  #hasChanged = false;
  #wake: (() => void) | undefined;

  constructor(path: string, stop: AbortSignal) {
    this.#path = path;
    this.#stop = stop;
    this.renew();
  }

  /** Another file has the name. */
  renew(): void {
    this.close();
    try {
      this.#watcher = watch(this.#path, () => this.#note()).on('error', () => this.close());
    } catch {
      // No notices here, or no more watches: looking now and then has to do.
      this.#watcher = undefined;
    }
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  wait(atMostMs: number): Promise<void> {
    if (this.#hasChanged || this.#stop.aborted) {
      this.#hasChanged = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#stop.removeEventListener('abort', done);
        this.#wake = undefined;
        this.#hasChanged = false;
        resolve();
      };
      const timer = setTimeout(done, atMostMs);
      this.#wake = done;
      this.#stop.addEventListener('abort', done);
    });
  }

  #note(): void {
    this.#hasChanged = true;
    this.#wake?.();
  }
}

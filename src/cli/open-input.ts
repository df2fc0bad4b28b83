import { closeSync, createReadStream, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Duplex, PassThrough, Readable } from 'node:stream';
import { UsageError } from '../base/errors.ts';
import type { ClosableBytes, InputSpec } from '../intake/input.ts';
import type { Container } from '../model/parser.ts';
import type { LabelledFile } from './lane-label.ts';
import type { Session } from './session.ts';

const HEAD_BYTES = 64 * 1024;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Looks at the first bytes of an input and says how to open it. Rejects with a UsageError for what
 * cannot be read: missing, not permitted, a directory, a binary file.
 */
export async function prepareInput(
  file: LabelledFile,
  session: Session,
  containers: readonly Container[],
): Promise<InputSpec> {
  const { path, lane, laneName } = file;
  const source = path === '-' ? await readHead(session.stdin) : await openSource(path, resolve(session.cwd, path));
  const container = containers.find((candidate) => candidate.matches(source.head));
  if (container !== undefined && !isReadable(container)) {
    throw new UsageError(`${path} is ${container.description}`, container.advice?.replaceAll('FILE', shellQuote(path)));
  }
  const decoder = container?.decoder;
  return {
    path,
    lane,
    ...(laneName !== undefined && { laneName }),
    ...(source.sizeBytes !== undefined && decoder === undefined && { sizeBytes: source.sizeBytes }),
    ...(container?.readEvents !== undefined && { container }),
    ...(source.sizeBytes !== undefined && { canReopen: true as const }),
    ...(decoder === undefined && source.openBytes !== undefined && { openBytes: source.openBytes }),
    open: () => (decoder === undefined ? source.open() : decoded(source.open(), decoder(), container?.name ?? '')),
  };
}

function isReadable({ decoder, readEvents, openRecords }: Container): boolean {
  return decoder !== undefined || readEvents !== undefined || openRecords !== undefined;
}

/** An input that cannot be read, so that the others are still reported and it keeps its place among them. */
export function unreadableInput(file: LabelledFile, error: Error): InputSpec {
  return {
    path: file.path,
    lane: file.lane,
    ...(file.laneName !== undefined && { laneName: file.laneName }),
    open: () => {
      const stream = new PassThrough();
      setImmediate(() => stream.destroy(error));
      return stream;
    },
  };
}

interface Source {
  readonly head: Uint8Array;
  readonly sizeBytes?: number;
  open(): Readable;
  /** Present for a file, whose bytes can be read in any order. */
  readonly openBytes?: () => ClosableBytes;
}

async function openSource(path: string, absolute: string): Promise<Source> {
  let isFile: boolean;
  let sizeBytes: number;
  try {
    const stat = statSync(absolute);
    if (stat.isDirectory())
      throw new UsageError(`${path} is a directory`, `Name the files in it: faultlog check ${path}/*`);
    isFile = stat.isFile();
    sizeBytes = stat.size;
    // Files of /proc and tracefs have a size of 0 and are read as they come.
    if (isFile && sizeBytes > 0) {
      const head = fileHead(absolute);
      const open = (): Readable => createReadStream(absolute, { highWaterMark: CHUNK_BYTES });
      return { head, sizeBytes, open, openBytes: () => fileBytes(absolute) };
    }
  } catch (error) {
    throw unreadable(path, error);
  }
  return readHead(createReadStream(absolute, { highWaterMark: HEAD_BYTES })).catch((error: unknown) => {
    throw unreadable(path, error);
  });
}

function fileHead(absolute: string): Uint8Array {
  const descriptor = openSync(absolute, 'r');
  try {
    const buffer = new Uint8Array(HEAD_BYTES);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(descriptor);
  }
}

function fileBytes(absolute: string): ClosableBytes {
  const descriptor = openSync(absolute, 'r');
  return {
    sizeBytes: fstatSync(descriptor).size,
    read: (into, offset) => readSync(descriptor, into, 0, into.length, offset),
    close: () => closeSync(descriptor),
  };
}

/** The first chunk of a pipe, put back in front of the rest. */
function readHead(stream: Readable): Promise<Source> {
  return new Promise((fulfil, reject) => {
    const settle = (head: Uint8Array): void => {
      stream.off('readable', onReadable).off('end', onEnd).off('error', reject);
      fulfil({ head, open: () => stream });
    };
    const onReadable = (): void => {
      const chunk: unknown = stream.read();
      if (chunk === null) return;
      const bytes = chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
      stream.unshift(bytes);
      settle(bytes.subarray(0, HEAD_BYTES));
    };
    const onEnd = (): void => fulfil({ head: new Uint8Array(), open: () => Readable.from([]) });
    stream.on('readable', onReadable).on('end', onEnd).on('error', reject);
  });
}

function decoded(bytes: Readable, decoder: Duplex, name: string): Readable {
  bytes.on('error', (error) => decoder.destroy(error));
  const chunks = async function* (): AsyncGenerator<unknown> {
    try {
      yield* bytes.pipe(decoder);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`the ${name} data is cut or damaged (${reason})`, { cause: error });
    } finally {
      bytes.destroy();
    }
  };
  return Readable.from(chunks(), { objectMode: false, highWaterMark: CHUNK_BYTES });
}

function shellQuote(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function unreadable(path: string, error: unknown): Error {
  if (error instanceof UsageError) return error;
  if (!(error instanceof Error)) return new UsageError(`${path}: ${String(error)}`);
  const code = 'code' in error ? String(error.code) : '';
  const [what, hint] = UNREADABLE.get(code) ?? [error.message, undefined];
  return new UsageError(`${path}: ${what}`, hint, { cause: error });
}

const UNREADABLE: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['ENOENT', ['there is no such file', 'Check the path; - reads standard input.']],
  ['ENOTDIR', ['a part of the path is no directory', 'Check the path.']],
  ['EACCES', ['no permission to read it', 'Trace files belong to root: copy the file, or read it with sudo.']],
  ['EPERM', ['no permission to read it', 'Trace files belong to root: copy the file, or read it with sudo.']],
  ['EMFILE', ['too many open files', 'Give fewer inputs at once, or raise ulimit -n.']],
  ['ELOOP', ['the links go in a circle', 'Check the path.']],
]);

import { closeSync, createReadStream, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { UsageError } from '../base/errors.ts';
import type { ClosableBytes, InputSpec } from '../intake/input.ts';
import { unpacked } from '../intake/unpack.ts';
import type { Container, ParserRegistry } from '../model/parser.ts';
import { archiveInputs, archiveOf } from './archive.ts';
import type { LabelledFile } from './lane-label.ts';
import { isResult } from './read-result.ts';
import type { Session } from './session.ts';

const HEAD_BYTES = 64 * 1024;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Looks at the first bytes of an input and says how to open it; an archive is as many inputs as it has logs. Rejects with a
 * UsageError for what cannot be read: missing, not permitted, a directory, a binary file.
 */
export async function prepareInputs(
  file: LabelledFile,
  { stdin, cwd }: Pick<Session, 'stdin' | 'cwd'>,
  parsers: ParserRegistry,
): Promise<readonly InputSpec[]> {
  const { path } = file;
  return prepareSource(
    file,
    path === '-' ? await readHead(stdin) : await openSource(path, resolve(cwd, path)),
    parsers,
  );
}

/** The same for bytes that are no file, or were opened before. */
export async function prepareSource(
  file: LabelledFile,
  source: Source,
  parsers: ParserRegistry,
): Promise<readonly InputSpec[]> {
  const { path, lane, laneName } = file;
  const containers = parsers.containers ?? [];
  const container = containers.find((candidate) => candidate.matches(source.head));
  if (container !== undefined && (container.decoder !== undefined || container.members !== undefined)) {
    const archive = source.canReopen === true ? await archiveOf(() => source.open(), containers) : undefined;
    if (archive !== undefined) return archiveInputs(file, archive, () => source.open(), parsers);
  }
  if (container !== undefined && !isReadable(container)) {
    throw new UsageError(`${path} is ${container.description}`, container.advice?.replaceAll('FILE', shellQuote(path)));
  }
  if (container === undefined && isResult(source.head)) {
    const hint = 'Give the capture that it was made of; faultlog diff compares results of check.';
    throw new UsageError(`${path === '-' ? 'standard input' : path} is JSON that faultlog made, no capture`, hint);
  }
  const named = { path, lane, ...(laneName !== undefined && { laneName }) };
  const reopened = source.canReopen === true && { canReopen: true as const };
  if (container?.decoder !== undefined) {
    return [{ ...named, ...reopened, open: () => unpacked(source.open(), containers) }];
  }
  return [
    {
      ...named,
      ...reopened,
      ...(source.sizeBytes !== undefined && { sizeBytes: source.sizeBytes }),
      ...(container?.readEvents !== undefined && { container }),
      ...(source.openBytes !== undefined && { openBytes: source.openBytes }),
      ...(source.file !== undefined && { file: source.file }),
      open: () => source.open(),
    },
  ];
}

function isReadable({ decoder, readEvents, readGroups, openRecords }: Container): boolean {
  return [decoder, readEvents, readGroups, openRecords].some((way) => way !== undefined);
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

/** Bytes whose first ones are known. */
export interface Source {
  readonly head: Uint8Array;
  readonly sizeBytes?: number;
  /** `open` can be called more than once. */
  readonly canReopen?: true;
  open(): Readable;
  /** Present for a file, whose bytes can be read in any order. */
  readonly openBytes?: () => ClosableBytes;
  /** Absolute path of that file. */
  readonly file?: string;
}

/**
 * The first bytes of a file that has a size; undefined for a pipe or a device, of which nothing is taken. Throws a UsageError
 * for what cannot be read.
 */
export function startOfFile(path: string, absolute: string): Uint8Array | undefined {
  try {
    const stat = statSync(absolute);
    if (stat.isDirectory()) throw directoryError(path);
    if (!stat.isFile()) return undefined;
    return stat.size > 0 ? fileHead(absolute) : new Uint8Array();
  } catch (error) {
    throw unreadable(path, error);
  }
}

function directoryError(path: string): UsageError {
  return new UsageError(`${path} is a directory`, `Name the files in it: faultlog check ${path}/*`);
}

export async function openSource(path: string, absolute: string): Promise<Source> {
  let isFile: boolean;
  let sizeBytes: number;
  try {
    const stat = statSync(absolute);
    if (stat.isDirectory()) throw directoryError(path);
    isFile = stat.isFile();
    sizeBytes = stat.size;
    // Files of /proc and tracefs have a size of 0 and are read as they come.
    if (isFile && sizeBytes > 0) {
      const head = fileHead(absolute);
      return {
        head,
        sizeBytes,
        canReopen: true,
        open: () => createReadStream(absolute, { highWaterMark: CHUNK_BYTES }),
        openBytes: () => fileBytes(absolute),
        file: absolute,
      };
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

/** The bytes of a memory buffer. */
export function memorySource(bytes: Uint8Array): Source {
  return {
    head: bytes.subarray(0, HEAD_BYTES),
    sizeBytes: bytes.length,
    canReopen: true,
    open: () => Readable.from([bytes]),
  };
}

/** The first chunk of a pipe, put back in front of the rest. */
export function readHead(stream: Readable): Promise<Source> {
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

import { createWriteStream, realpathSync, renameSync, rmSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../base/errors.ts';
import { isGithubActions, withoutCommandMarks } from './github-actions.ts';
import { choiceOption } from './option-values.ts';
import { type OutputStream, type Pieces, type Session, writeAll } from './session.ts';

/** Where a format goes: a file, or standard output if there is no path. */
export interface FormatTarget<Format extends string> {
  readonly format: Format;
  readonly path?: string;
  /** In place of standard output. */
  readonly toStandardError?: true;
}

/** On GitHub's runner, what these print must not be taken for commands; the others are for programs and stay as they are. */
const TEXT_FORMATS: ReadonlySet<string> = new Set(['text', 'concise', 'markdown']);

/** Parser of the repeatable option `--format NAME[=PATH]`. */
export function formatOption<Format extends string>(formats: readonly Format[]) {
  const nameOf = choiceOption('--format', formats);
  const parse = (value: string, earlier: readonly FormatTarget<Format>[] = []): readonly FormatTarget<Format>[] => {
    const split = value.indexOf('=');
    if (split === -1) return checked([...earlier, { format: nameOf(value) }]);
    const path = value.slice(split + 1);
    const format = nameOf(value.slice(0, split));
    if (path === '') throw new UsageError(`--format ${value}: no path behind the =`, `Give --format ${format}=FILE.`);
    return checked([...earlier, { format, path }]);
  };
  return Object.assign(parse, { choices: formats, takesPath: true as const });
}

export function isStandardOutput({ path, toStandardError }: FormatTarget<string>): boolean {
  return toStandardError !== true && (path === undefined || path === '-');
}

function checked<Format extends string>(targets: readonly FormatTarget<Format>[]): readonly FormatTarget<Format>[] {
  const [first, second] = targets.filter(isStandardOutput);
  if (first !== undefined && second !== undefined) {
    throw new UsageError(
      `--format ${first.format} and --format ${second.format} both want standard output`,
      `Give one of them a file: --format ${second.format}=FILE.`,
    );
  }
  const seen = new Map<string, Format>();
  for (const { format, path } of targets) {
    if (path === undefined || path === '-') continue;
    const file = resolve(path);
    const other = seen.get(file);
    if (other !== undefined) {
      throw new UsageError(`--format ${other} and --format ${format} both go to ${path}`, 'Give each its own file.');
    }
    seen.set(file, format);
  }
  return targets;
}

/** Unfinished files, removed if the program is interrupted. */
const unfinished = new Set<string>();

export function removeUnfinishedFiles(): void {
  for (const path of unfinished) discard(path);
}

/** A file that is written elsewhere and not whole yet. */
export function keepUnfinished(path: string): void {
  unfinished.add(path);
}

export function forgetUnfinished(path: string): void {
  unfinished.delete(path);
}

/** What kept the file from being written may also keep it from being removed; that is not worth another word. */
function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It is told what could not be written.
  }
}

/**
 * Writes to the target; a file is written beside its place and renamed, so that nobody reads half of it. What is
 * no file (a pipe, a device) is written as it is. Throws a UsageError that says why it cannot be written.
 */
export async function writeTarget(target: FormatTarget<string>, session: Session, pieces: Pieces): Promise<void> {
  if (target.toStandardError === true) return writeAll(session.stderr, pieces);
  if (target.path === undefined || target.path === '-') {
    const isGuarded = isGithubActions(session) && TEXT_FORMATS.has(target.format);
    return writeAll(session.stdout, isGuarded ? guarded(pieces) : pieces);
  }
  await writeFileWhole(resolve(session.cwd, target.path), target.path, pieces);
}

async function* guarded(pieces: Pieces): AsyncGenerator<string | Uint8Array> {
  for await (const piece of pieces) yield typeof piece === 'string' ? withoutCommandMarks(piece) : piece;
}

/** Writes a file as a whole or not at all. `shown` is its name in messages, `mode` that of a new file. */
export async function writeFileWhole(path: string, shown: string, pieces: Pieces, mode?: number): Promise<void> {
  const there = existing(path, shown);
  if (there !== undefined && !there.isFile()) {
    return writeStream(path, pieces).catch((error: unknown) => refuse(shown, error));
  }
  // A link stays a link: the file behind it is replaced.
  const place = there === undefined ? path : realpathSync(path);
  const beside = `${place}.${process.pid}.tmp`;
  unfinished.add(beside);
  try {
    await writeStream(beside, pieces, there?.mode ?? mode);
    renameSync(beside, place);
  } catch (error) {
    discard(beside);
    refuse(shown, error);
  } finally {
    unfinished.delete(beside);
  }
}

/** What is at the path now; undefined if nothing is. Throws a UsageError where no file can be. */
function existing(path: string, shown: string): Stats | undefined {
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    if (there?.isDirectory() === true) throw new UsageError(`${shown}: is a folder`, 'Name a file in it.');
    if (there === undefined && statSync(dirname(path), { throwIfNoEntry: false }) === undefined) {
      throw new UsageError(`${shown}: its folder does not exist`, 'Make the folder first.');
    }
    return there;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    return refuse(shown, error);
  }
}

function refuse(shown: string, error: unknown): never {
  if (error instanceof UsageError) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  throw new UsageError(`${shown}: cannot be written`, `${reason}.`, { cause: error });
}

async function writeStream(path: string, pieces: Pieces, mode: number | undefined = 0o666): Promise<void> {
  const stream = createWriteStream(path, { mode });
  const output: OutputStream = { stream, isTerminal: false, columns: undefined };
  const closed = new Promise<void>((fulfil, reject) => {
    stream.on('close', fulfil).on('error', reject);
  });
  closed.catch(() => undefined);
  await writeAll(output, pieces);
  stream.end();
  await closed;
}

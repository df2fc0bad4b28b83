import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../base/errors.ts';
import { choiceOption } from './option-values.ts';
import { type OutputStream, type Session, writeAll } from './session.ts';

/** Where a format goes: a file, or standard output if there is no path. */
export interface FormatTarget<Format extends string> {
  readonly format: Format;
  readonly path?: string;
}

/** Parser of the repeatable option `--format NAME[=PATH]`. */
export function formatOption<Format extends string>(formats: readonly Format[]) {
  const nameOf = choiceOption('--format', formats);
  return (value: string, earlier: readonly FormatTarget<Format>[] = []): readonly FormatTarget<Format>[] => {
    const split = value.indexOf('=');
    if (split === -1) return checked([...earlier, { format: nameOf(value) }]);
    const path = value.slice(split + 1);
    const format = nameOf(value.slice(0, split));
    if (path === '') throw new UsageError(`--format ${value}: no path behind the =`, `Give --format ${format}=FILE.`);
    return checked([...earlier, { format, path }]);
  };
}

function checked<Format extends string>(targets: readonly FormatTarget<Format>[]): readonly FormatTarget<Format>[] {
  const [first, second] = targets.filter((target) => target.path === undefined || target.path === '-');
  if (first !== undefined && second !== undefined) {
    throw new UsageError(
      `--format ${first.format} and --format ${second.format} both want standard output`,
      `Give one of them a file: --format ${second.format}=FILE.`,
    );
  }
  return targets;
}

/** Unfinished files, removed if the program is interrupted. */
const unfinished = new Set<string>();

export function removeUnfinishedFiles(): void {
  for (const path of unfinished) rmSync(path, { force: true });
}

/** Writes to the target; a file is written beside its place and renamed, so that nobody reads half of it. */
export async function writeTarget(
  target: FormatTarget<string>,
  session: Session,
  pieces: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  if (target.path === undefined || target.path === '-') return writeAll(session.stdout, pieces);
  const path = resolve(session.cwd, target.path);
  const beside = `${path}.${process.pid}.tmp`;
  unfinished.add(beside);
  try {
    await writeFile(beside, pieces);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${target.path}: cannot be written`, `${reason}.`, { cause: error });
  } finally {
    unfinished.delete(beside);
  }
}

async function writeFile(path: string, pieces: Iterable<string> | AsyncIterable<string>): Promise<void> {
  const stream = createWriteStream(path);
  const output: OutputStream = { stream, isTerminal: false, columns: undefined };
  const closed = new Promise<void>((fulfil, reject) => {
    stream.on('close', fulfil).on('error', reject);
  });
  closed.catch(() => undefined);
  await writeAll(output, pieces);
  stream.end();
  await closed;
}

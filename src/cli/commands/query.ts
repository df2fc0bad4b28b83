import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { assertUnreachable } from '../../base/assert.ts';
import { UsageError } from '../../base/errors.ts';
import { viewOf } from '../../export/tables/views.ts';
import type { QueryFormat, QueryOptions } from '../command-options.ts';
import { askDuckDb, type QueryAnswer } from '../duckdb.ts';
import { EXIT } from '../exit-code.ts';
import { sayWhatWasLeftOut, sayWhatWasNotRead } from '../messages.ts';
import { writeTarget } from '../output-target.ts';
import { startProgress } from '../progress.ts';
import type { Session } from '../session.ts';
import { limitsOf, loadOwners, offsetsOf, prepare } from '../setup.ts';

const NAMES = ['groups', 'findings', 'coverage', 'events'] as const;

/** `faultlog query`: SQL on the tables of a folder, or of captures, which are exported for it. */
export async function runQuery(
  session: Session,
  sql: string,
  sources: readonly string[],
  options: QueryOptions,
): Promise<number> {
  const [source] = sources;
  const isFolder =
    source !== undefined && statSync(resolve(session.cwd, source), { throwIfNoEntry: false })?.isDirectory();
  if (isFolder === true) {
    if (sources.length > 1) throw new UsageError('more than one folder of tables', 'Give one, or captures.');
    await print(session, options, await ask(resolve(session.cwd, source), source, sql));
    return EXIT.clean;
  }
  const folder = mkdtempSync(join(tmpdir(), 'faultlog-query-'));
  try {
    const hasFailed = await exportTo(session, folder, sources, options);
    await print(session, options, await ask(folder, 'the captures', sql));
    return hasFailed ? EXIT.failed : EXIT.clean;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function exportTo(
  session: Session,
  folder: string,
  sources: readonly string[],
  options: QueryOptions,
): Promise<boolean> {
  const setup = await prepare(session, sources, options);
  const owners = await loadOwners(session, options, setup.loaded);
  const progress = startProgress(session, setup.inputs, options.progress && options.quiet !== true);
  const { writeTables } = await import('../write-tables.ts');
  const settings = {
    limits: limitsOf(options, setup.loaded.config),
    offsets: offsetsOf(options, setup.loaded.config, setup.inputs),
    ...(owners.length > 0 && { owners }),
    read: { ...setup.read, onProgress: progress.advance },
  };
  const result = await writeTables(session, setup, settings, [folder], { events: true }).finally(progress.end);
  await sayWhatWasLeftOut(session, result, options.quiet === true, true);
  return sayWhatWasNotRead(session, result.inputs, setup, options.quiet === true);
}

async function ask(folder: string, shown: string, sql: string): Promise<QueryAnswer> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.parquet'))
    .sort();
  if (files.length === 0) {
    throw new UsageError(`${shown}: no tables in it`, 'Make them: faultlog export --format parquet=DIR FILE.');
  }
  const views = NAMES.map((name) => {
    return viewOf(
      name,
      files.filter((path) => path.startsWith(`${name}/`)).map((path) => join(folder, path)),
    );
  });
  return askDuckDb(views, sql);
}

async function print(session: Session, options: QueryOptions, answer: QueryAnswer): Promise<void> {
  const [target = { format: 'table' } as const] = options.format ?? [];
  await writeTarget(target, session, await render(target.format, answer));
}

async function render(format: QueryFormat, { columns, rows }: QueryAnswer): Promise<Iterable<string>> {
  switch (format) {
    case 'table':
      return (await import('../../report/query-table.ts')).queryTable(columns, rows);
    case 'csv': {
      const { csvTable } = await import('../../report/csv-rows.ts');
      return csvTable(columns, rows);
    }
    case 'json': {
      const named = rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
      return [`${JSON.stringify(named, undefined, 2)}\n`];
    }
    default:
      return assertUnreachable(format);
  }
}

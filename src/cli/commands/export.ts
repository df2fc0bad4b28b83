import { type AnalysisOptions, analyse } from '../../analysis/analyse.ts';
import { assertUnreachable } from '../../base/assert.ts';
import { UsageError } from '../../base/errors.ts';
import { plural } from '../../base/text.ts';
import { CaptureTrace } from '../../export/capture-trace.ts';
import type { ExportedItem } from '../../export/trace-model.ts';
import type { InputReport } from '../../intake/input.ts';
import type { GroupRow } from '../../model/group.ts';
import type { Result } from '../../model/result.ts';
import { shownBy } from '../../report/shown-filter.ts';
import type { ExportFormat, ExportOptions } from '../command-options.ts';
import { EXIT } from '../exit-code.ts';
import { complain, sayWhatWasLeftOut, sayWhatWasNotRead } from '../messages.ts';
import { type FormatTarget, writeTarget } from '../output-target.ts';
import { startProgress } from '../progress.ts';
import type { Session } from '../session.ts';
import { limitsOf, loadOwners, offsetsOf, prepare, type Setup } from '../setup.ts';
import { filterOf } from '../shown.ts';
import { timeOfGroup } from './groups.ts';

type Timeline = Exclude<ExportFormat, 'parquet'>;

/** `faultlog export`: the capture as a timeline for other viewers, which keeps all groups in memory, or as tables, which does not. */
export async function runExport(session: Session, files: readonly string[], options: ExportOptions): Promise<number> {
  const targets = options.format ?? [{ format: 'perfetto' } as const];
  for (const target of targets) checkTarget(session, target);
  const setup = await prepare(session, files, options);
  const owners = await loadOwners(session, options, setup.loaded);
  const progress = startProgress(session, setup.inputs, options.progress && options.quiet !== true);
  const settings: AnalysisOptions = {
    limits: limitsOf(options, setup.loaded.config),
    offsets: offsetsOf(options, setup.loaded.config, setup.inputs),
    ...(owners.length > 0 && { owners }),
    read: { ...setup.read, onProgress: progress.advance },
  };
  const timelines = targets.flatMap(({ format, path }) => {
    return format === 'parquet' ? [] : [{ format, ...(path !== undefined && { path }) }];
  });
  const folders = targets.flatMap(({ format, path }) => (format === 'parquet' && path !== undefined ? [path] : []));
  const exported = await exportedBy(session, setup, settings, folders, options).finally(progress.end);
  const hasFailed = await sayWhatWasNotRead(session, exported.result.inputs, setup, options.quiet === true);
  await sayWhatWasLeftOut(session, exported.result, options.quiet === true, true);
  if (timelines.length > 0) await writeTimelines(session, exported, timelines, options);
  return hasFailed ? EXIT.failed : EXIT.clean;
}

interface Exported {
  readonly result: Result;
  readonly groups: readonly GroupRow[];
  readonly reports: readonly InputReport[];
}

function checkTarget(session: Session, { format, path }: FormatTarget<ExportFormat>): void {
  const isStandardOutput = path === undefined || path === '-';
  if (format === 'parquet' && isStandardOutput) {
    throw new UsageError('parquet tables need a folder', 'Give it one: --format parquet=DIR.');
  }
  if (format === 'perfetto' && isStandardOutput && session.stdout.isTerminal) {
    throw new UsageError('a perfetto trace is no text for a terminal', 'Give it a file: --format perfetto=FILE.');
  }
}

/** One pass over the inputs for all targets. */
async function exportedBy(
  session: Session,
  setup: Setup,
  settings: AnalysisOptions,
  folders: readonly string[],
  options: ExportOptions,
): Promise<Exported> {
  const isShown = shownBy(filterOf(options));
  const groups: GroupRow[] = [];
  let reports: readonly InputReport[] = [];
  const onGroup = (row: GroupRow): void => {
    if (isShown({ ...row, ...timeOfGroup(row) })) groups.push(row);
  };
  const analysed: AnalysisOptions = {
    ...settings,
    onStart: (own) => {
      reports = own;
    },
    ...((options.format ?? []).every(({ format }) => format === 'parquet') && folders.length > 0 ? {} : { onGroup }),
  };
  if (folders.length === 0) {
    const result = await analyse(setup.inputs, setup.parsers, analysed);
    return { result, groups, reports };
  }
  const { writeTables } = await import('../write-tables.ts');
  const result = await writeTables(session, setup, analysed, folders, options);
  return { result, groups, reports };
}

async function writeTimelines(
  session: Session,
  { result, groups, reports }: Exported,
  targets: readonly FormatTarget<Timeline>[],
  options: ExportOptions,
): Promise<void> {
  const trace = new CaptureTrace({
    result: { ...result, findings: result.findings.filter(shownBy(filterOf(options))) },
    groups,
    scales: reports.map(({ scale }) => scale),
  });
  for (const target of targets) await writeTarget(target, session, await encode(target.format, trace.items()));
  if (options.quiet !== true) await sayWhatHasNoTime(session, trace);
}

async function encode(format: Timeline, items: Iterable<ExportedItem>): Promise<Iterable<string | Uint8Array>> {
  switch (format) {
    case 'perfetto':
      return (await import('../../export/perfetto.ts')).perfettoTrace(items);
    case 'chrome':
      return (await import('../../export/chrome-trace.ts')).chromeTrace(items);
    default:
      return assertUnreachable(format);
  }
}

async function sayWhatHasNoTime(session: Session, { untimed }: CaptureTrace): Promise<void> {
  if (untimed.groups === 0 && untimed.findings === 0) return;
  const what = [
    ...(untimed.groups === 0 ? [] : [plural(untimed.groups, 'group')]),
    ...(untimed.findings === 0 ? [] : [plural(untimed.findings, 'finding')]),
  ].join(' and ');
  await complain(session, `${what} without a time: not in the timeline`, 'faultlog check shows them.');
}

import { analyse } from '../../analysis/analyse.ts';
import { assertUnreachable } from '../../base/assert.ts';
import { UsageError } from '../../base/errors.ts';
import { plural } from '../../base/text.ts';
import { CaptureTrace } from '../../export/capture-trace.ts';
import type { ExportedItem } from '../../export/trace-model.ts';
import type { InputReport } from '../../intake/input.ts';
import type { GroupRow } from '../../model/group.ts';
import { shownBy } from '../../report/shown-filter.ts';
import type { ExportFormat, ExportOptions } from '../command-options.ts';
import { EXIT } from '../exit-code.ts';
import { complain, sayWhatWasNotRead } from '../messages.ts';
import { writeTarget } from '../output-target.ts';
import { startProgress } from '../progress.ts';
import type { Session } from '../session.ts';
import { limitsOf, loadOwners, offsetsOf, prepare } from '../setup.ts';
import { filterOf } from '../shown.ts';
import { timeOfGroup } from './groups.ts';

/** `faultlog export`: the capture as a timeline for other viewers. Keeps all groups in memory. */
export async function runExport(session: Session, files: readonly string[], options: ExportOptions): Promise<number> {
  const targets = options.format ?? [{ format: 'perfetto' } as const];
  for (const { format, path } of targets) {
    if (format !== 'perfetto' || (path !== undefined && path !== '-') || !session.stdout.isTerminal) continue;
    throw new UsageError('a perfetto trace is no text for a terminal', 'Give it a file: --format perfetto=FILE.');
  }
  const setup = await prepare(session, files, options);
  const owners = await loadOwners(session, options, setup.loaded);
  const progress = startProgress(session, setup.inputs, options.progress && options.quiet !== true);
  const isShown = shownBy(filterOf(options));
  const groups: GroupRow[] = [];
  let reports: readonly InputReport[] = [];
  const result = await analyse(setup.inputs, setup.parsers, {
    limits: limitsOf(options, setup.loaded.config),
    offsets: offsetsOf(options, setup.loaded.config, setup.inputs),
    ...(owners.length > 0 && { owners }),
    read: { ...setup.read, onProgress: progress.advance },
    onEvents: (_, own) => {
      reports = own;
    },
    onGroup: (row) => {
      if (isShown({ ...row, ...timeOfGroup(row) })) groups.push(row);
    },
  }).finally(progress.end);
  const trace = new CaptureTrace({
    result: { ...result, findings: result.findings.filter(isShown) },
    groups,
    units: reports.map(({ scale }) => scale.unit),
  });
  for (const target of targets) await writeTarget(target, session, await encode(target.format, trace.items()));
  const hasFailed = await sayWhatWasNotRead(session, result.inputs, setup, options.quiet === true);
  await sayWhatHasNoTime(session, trace, options.quiet === true);
  return hasFailed ? EXIT.failed : EXIT.clean;
}

async function encode(format: ExportFormat, items: Iterable<ExportedItem>): Promise<Iterable<string | Uint8Array>> {
  switch (format) {
    case 'perfetto':
      return (await import('../../export/perfetto.ts')).perfettoTrace(items);
    case 'chrome':
      return (await import('../../export/chrome-trace.ts')).chromeTrace(items);
    default:
      return assertUnreachable(format);
  }
}

async function sayWhatHasNoTime(session: Session, { untimed }: CaptureTrace, isQuiet: boolean): Promise<void> {
  if (isQuiet || (untimed.groups === 0 && untimed.findings === 0)) return;
  const what = [
    ...(untimed.groups === 0 ? [] : [plural(untimed.groups, 'group')]),
    ...(untimed.findings === 0 ? [] : [plural(untimed.findings, 'finding')]),
  ].join(' and ');
  await complain(session, `${what} without a time: not in the timeline`, 'faultlog check shows them.');
}

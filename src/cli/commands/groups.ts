import { assertUnreachable } from '../../base/assert.ts';
import type { Filter } from '../../filter/filter.ts';
import { GROUP_COLUMNS } from '../../format/columns.ts';
import { flatGroup } from '../../format/group-record.ts';
import type { GroupRow } from '../../model/group.ts';
import { shownBy } from '../../report/shown-filter.ts';
import { shortNames } from '../../report/wording.ts';
import type { Capture } from '../../store/capture.ts';
import { allRows } from '../../store/row-list.ts';
import type { GroupsOptions, RowFormat } from '../command-options.ts';
import { EXIT } from '../exit-code.ts';
import { readCapture } from '../load-capture.ts';
import { sayWhatWasLeftOut, sayWhatWasNotRead } from '../messages.ts';
import { writeTarget } from '../output-target.ts';
import { startProgress } from '../progress.ts';
import type { Session } from '../session.ts';
import { limitsOf, loadOwners, offsetsOf, prepare, type Setup } from '../setup.ts';
import { filterOf } from '../shown.ts';
import { whereFilter, wordsOfRules } from '../where.ts';

/** `faultlog groups`: one row an instance of a page-request group, in the order of first requests. */
export async function runGroups(session: Session, files: readonly string[], options: GroupsOptions): Promise<number> {
  const words = await wordsOfRules();
  const filter = whereFilter(options.where, 'group', words);
  const isShown = shownBy(filterOf(options));
  const setup = await prepare(session, files, options);
  const owners = await loadOwners(session, options, setup.loaded);
  const [target = { format: 'text' } as const] = options.format ?? [];
  const print = await loadPrinter(target.format, setup);
  const progress = startProgress(session, setup.inputs, options.progress && options.quiet !== true);
  const { capture, result } = await readCapture(setup.inputs, setup.parsers, {
    limits: limitsOf(options, setup.loaded.config),
    offsets: offsetsOf(options, setup.loaded.config, setup.inputs),
    ...(owners.length > 0 && { owners }),
    read: { ...setup.read, takesGroups: true, onProgress: progress.advance },
  }).finally(progress.end);
  await writeTarget(target, session, lines(capture, filter, isShown, print));
  const hasFailed = await sayWhatWasNotRead(session, result.inputs, setup, options.quiet === true);
  await sayWhatWasLeftOut(session, result, options.quiet === true);
  return hasFailed ? EXIT.failed : EXIT.clean;
}

interface Printer {
  readonly header: string;
  line(row: GroupRow): string;
}

function* lines(
  capture: Capture,
  filter: Filter,
  isShown: ReturnType<typeof shownBy>,
  print: Printer,
): Generator<string> {
  if (print.header !== '') yield print.header;
  for (const row of inOrder(capture, filter)) {
    const record = capture.groups.record(row);
    if (record !== undefined && isShown({ ...record, ...timeOfGroup(record) })) yield print.line(record);
  }
}

/** By time, input and line of their starts. */
function inOrder(capture: Capture, filter: Filter): readonly number[] {
  const { groups, events } = capture;
  const starts = Array.from(allRows(capture.groupRows({ filter, sort: 'start' })), (row) => {
    const event = groups.startEventOf(row) ?? 0;
    const time = events.timeOf(event);
    return { row, event, time: Number.isNaN(time) ? 0 : time };
  });
  const inputOf = ({ event }: { event: number }): number => events.shapeOf(event)?.input ?? 0;
  const lineOf = ({ event }: { event: number }): number => events.lineOf(event) ?? 0;
  return starts
    .sort((a, b) => a.time - b.time || inputOf(a) - inputOf(b) || lineOf(a) - lineOf(b))
    .map(({ row }) => row);
}

/** The time that filters go by: that of the first request, else of the answer. */
export function timeOfGroup(row: GroupRow): { time?: string } {
  const time = row.requests[0]?.time ?? row.response?.time;
  return time === undefined ? {} : { time };
}

async function loadPrinter(format: RowFormat, setup: Setup): Promise<Printer> {
  switch (format) {
    case 'text': {
      const { groupText } = await import('../../report/group-text.ts');
      const names = shortNames(setup.inputs);
      return { header: '', line: (row) => groupText(row, (input) => names[input] ?? '') };
    }
    case 'jsonl':
      return { header: '', line: (row) => `${JSON.stringify(row)}\n` };
    case 'csv': {
      const { csvHeader, csvLine } = await import('../../report/csv-rows.ts');
      return { header: csvHeader(GROUP_COLUMNS), line: (row) => csvLine(flatGroup(row), GROUP_COLUMNS) };
    }
    default:
      return assertUnreachable(format);
  }
}

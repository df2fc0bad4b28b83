import { analyse } from '../../analysis/analyse.ts';
import { assertUnreachable } from '../../base/assert.ts';
import { GROUP_COLUMNS } from '../../format/columns.ts';
import { flatGroup } from '../../format/group-record.ts';
import type { GroupRow } from '../../model/group.ts';
import { shownBy } from '../../report/shown-filter.ts';
import { shortNames } from '../../report/wording.ts';
import type { GroupsOptions, RowFormat } from '../command-options.ts';
import { EXIT } from '../exit-code.ts';
import { sayWhatWasNotRead } from '../messages.ts';
import { writeTarget } from '../output-target.ts';
import { startProgress } from '../progress.ts';
import type { Session } from '../session.ts';
import { limitsOf, loadOwners, offsetsOf, prepare, type Setup } from '../setup.ts';
import { filterOf } from '../shown.ts';

/** `faultlog groups`: one row an instance of a page-request group, in the order of first requests. */
export async function runGroups(session: Session, files: readonly string[], options: GroupsOptions): Promise<number> {
  const setup = await prepare(session, files, options);
  const owners = await loadOwners(session, options, setup.loaded);
  const [target = { format: 'text' } as const] = options.format ?? [];
  const print = await loadPrinter(target.format, setup);
  const progress = startProgress(session, setup.inputs, options.progress && options.quiet !== true);
  const isShown = shownBy(filterOf(options));
  const rows: GroupRow[] = [];
  const result = await analyse(setup.inputs, setup.parsers, {
    limits: limitsOf(options, setup.loaded.config),
    offsets: offsetsOf(options, setup.loaded.config, setup.inputs),
    ...(owners.length > 0 && { owners }),
    read: { ...setup.read, takesGroups: true, onProgress: progress.advance },
    onGroup: (row) => {
      if (isShown({ ...row, ...timeOfGroup(row) })) rows.push(row);
    },
  }).finally(progress.end);
  await writeTarget(target, session, lines(rows, print));
  const hasFailed = await sayWhatWasNotRead(session, result.inputs, setup, options.quiet === true);
  return hasFailed ? EXIT.failed : EXIT.clean;
}

interface Printer {
  readonly header: string;
  line(row: GroupRow): string;
}

function* lines(rows: readonly GroupRow[], print: Printer): Generator<string> {
  if (print.header !== '') yield print.header;
  for (const row of rows) yield print.line(row);
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

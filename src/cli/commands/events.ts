import { assertUnreachable } from '../../base/assert.ts';
import { EVENT_COLUMNS } from '../../format/columns.ts';
import { toEventRow } from '../../format/event-row.ts';
import type { EventStream } from '../../intake/event-stream.ts';
import { readEvents } from '../../intake/read-events.ts';
import type { EventRow } from '../../model/event-schema.ts';
import { shownBy } from '../../report/shown-filter.ts';
import { shortNames } from '../../report/wording.ts';
import type { EventsOptions, RowFormat } from '../command-options.ts';
import { EXIT } from '../exit-code.ts';
import { outcomeOf, sayWhatWasNotRead } from '../messages.ts';
import { writeTarget } from '../output-target.ts';
import { startProgress } from '../progress.ts';
import { NOW, type Session } from '../session.ts';
import { prepare, type Setup } from '../setup.ts';
import { filterOf } from '../shown.ts';

/** `faultlog events`: the normalised events, in the order of the analysis, as they are read. */
export async function runEvents(session: Session, files: readonly string[], options: EventsOptions): Promise<number> {
  const setup = await prepare(session, files, options);
  const [target = { format: 'text' } as const] = options.format ?? [];
  const print = await loadPrinter(target.format, setup);
  const isFollowing = options.follow === true;
  const isProgressShown = options.progress && !session.stdout.isTerminal && !isFollowing;
  const progress = startProgress(session, setup.inputs, isProgressShown);
  const stream = readEvents(setup.inputs, setup.parsers, {
    ...setup.read,
    takesGroups: true,
    onProgress: progress.advance,
  });
  const isShown = shownBy(filterOf(options));
  await writeTarget(target, session, lines(stream, isShown, print, isFollowing)).finally(progress.end);
  const outcomes = stream.reports.map(outcomeOf);
  const hasFailed = await sayWhatWasNotRead(session, outcomes, setup, options.quiet === true);
  return hasFailed ? EXIT.failed : EXIT.clean;
}

interface Printer {
  readonly header: string;
  line(row: EventRow): string;
}

async function* lines(
  stream: EventStream,
  isShown: (row: EventRow) => boolean,
  print: Printer,
  isFollowing: boolean,
): AsyncGenerator<string> {
  if (print.header !== '') yield print.header;
  for await (const { events } of stream) {
    for (const event of events) {
      const report = stream.reports[event.source.input];
      if (report === undefined) continue;
      const row = toEventRow(event, report.scale);
      if (isShown(row)) yield print.line(row);
    }
    if (isFollowing) yield NOW;
  }
}

async function loadPrinter(format: RowFormat, setup: Setup): Promise<Printer> {
  switch (format) {
    case 'text': {
      const { eventText } = await import('../../report/event-text.ts');
      const names = shortNames(setup.inputs);
      return { header: '', line: (row) => eventText(row, names[row.input] ?? '') };
    }
    case 'jsonl':
      return { header: '', line: (row) => `${JSON.stringify(row)}\n` };
    case 'csv': {
      const { csvHeader, csvLine } = await import('../../report/csv-rows.ts');
      return { header: csvHeader(EVENT_COLUMNS), line: (row) => csvLine(row, EVENT_COLUMNS) };
    }
    default:
      return assertUnreachable(format);
  }
}

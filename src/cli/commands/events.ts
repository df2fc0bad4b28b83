import { assertUnreachable } from '../../base/assert.ts';
import { UsageError } from '../../base/errors.ts';
import { filterTest } from '../../filter/compile.ts';
import { NEEDS_INSTANCE } from '../../filter/fields.ts';
import type { Filter } from '../../filter/filter.ts';
import { fieldsOf } from '../../filter/print.ts';
import { factsOfEvent } from '../../filter/row-facts.ts';
import { EVENT_COLUMNS } from '../../format/columns.ts';
import { toEventRow } from '../../format/event-row.ts';
import type { EventStream } from '../../intake/event-stream.ts';
import { readEvents } from '../../intake/read-events.ts';
import type { EventRow } from '../../model/event-schema.ts';
import { shownBy } from '../../report/shown-filter.ts';
import { shortNames } from '../../report/wording.ts';
import type { Capture } from '../../store/capture.ts';
import { isProvisional } from '../../store/capture-rows.ts';
import { allRows } from '../../store/row-list.ts';
import type { EventsOptions, RowFormat } from '../command-options.ts';
import { EXIT } from '../exit-code.ts';
import { readCapture } from '../load-capture.ts';
import { outcomeOf, sayWhatWasNotRead } from '../messages.ts';
import { writeTarget } from '../output-target.ts';
import { startProgress } from '../progress.ts';
import { NOW, type Session } from '../session.ts';
import { limitsOf, prepare, type Setup } from '../setup.ts';
import { filterOf } from '../shown.ts';
import { whereFilter, wordsOfRules } from '../where.ts';

/** `faultlog events`: the normalised events, in the order of the analysis, as they are read. */
export async function runEvents(session: Session, files: readonly string[], options: EventsOptions): Promise<number> {
  const words = await wordsOfRules();
  const filter = whereFilter(options.where, 'event', words);
  const setup = await prepare(session, files, options);
  const [target = { format: 'text' } as const] = options.format ?? [];
  const print = await loadPrinter(target.format, setup);
  const isFollowing = options.follow === true;
  const isProgressShown = options.progress && !session.stdout.isTerminal && !isFollowing;
  const progress = startProgress(session, setup.inputs, isProgressShown);
  const read = { ...setup.read, takesGroups: true, onProgress: progress.advance };
  const isShown = shownBy(filterOf(options));
  if (isProvisional(filter)) {
    if (isFollowing) throw notWhileFollowing(filter);
    const limits = limitsOf(options, setup.loaded.config);
    const { capture, result } = await readCapture(setup.inputs, setup.parsers, { limits, read }).finally(progress.end);
    await writeTarget(target, session, storedLines(capture, filter, isShown, print));
    const hasFailed = await sayWhatWasNotRead(session, result.inputs, setup, options.quiet === true);
    return hasFailed ? EXIT.failed : EXIT.clean;
  }
  const stream = readEvents(setup.inputs, setup.parsers, read);
  const names = shortNames(setup.inputs);
  const test = filterTest(filter, 'event', words);
  const passes = (row: EventRow): boolean =>
    isShown(row) && (filter.kind === 'all' || test(factsOfEvent(row, names[row.input] ?? '', words)));
  await writeTarget(target, session, lines(stream, passes, print, isFollowing)).finally(progress.end);
  const outcomes = stream.reports.map(outcomeOf);
  const hasFailed = await sayWhatWasNotRead(session, outcomes, setup, options.quiet === true);
  return hasFailed ? EXIT.failed : EXIT.clean;
}

/** What came of an instance is known when all is read. */
function notWhileFollowing(filter: Filter): UsageError {
  const [field = ''] = [...fieldsOf(filter)].filter((each) => NEEDS_INSTANCE.has(each));
  return new UsageError(
    `--where: ${field} is not known before all is read`,
    'Leave out --follow, or filter by what an event itself says.',
  );
}

/** The events of a capture that was read to its end. */
function* storedLines(
  capture: Capture,
  filter: Filter,
  isShown: (row: EventRow) => boolean,
  print: Printer,
): Generator<string> {
  if (print.header !== '') yield print.header;
  for (const at of allRows(capture.eventRows(filter))) {
    const view = capture.events.view(at);
    if (view === undefined) continue;
    const { row: _, timeNs: _time, groupRow: _group, ...row } = view;
    if (isShown(row)) yield print.line(row);
  }
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

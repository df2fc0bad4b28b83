import { analyse } from '../analysis/analyse.ts';
import { toEventRow } from '../format/event-row.ts';
import type { InputReport } from '../intake/input.ts';
import { withTables } from '../intake/with-tables.ts';
import type { TraceEvent } from '../model/event.ts';
import type { GroupRow } from '../model/group.ts';
import type { ParserRegistry } from '../model/parser.ts';
import { analysisOptions } from './analysis-options.ts';
import { Handover } from './handover.ts';
import { openSources } from './open-sources.ts';
import type { AnalysisItem, InputSource, StreamOptions } from './types.ts';

/**
 * The events as they are read, then the groups in the order of their first requests, then the findings, worst first, last the
 * result. The inputs are read no faster than the items are taken; leaving the loop closes them.
 */
export async function* analysisItems(
  inputs: readonly InputSource[],
  parsers: ParserRegistry,
  { items = ['event', 'group', 'finding'], ...options }: StreamOptions,
): AsyncGenerator<AnalysisItem, void, void> {
  const known = withTables(parsers, options.tables);
  const specs = await openSources(inputs, known);
  const handover = new Handover<AnalysisItem>();
  const groups: GroupRow[] = [];
  const run = analyse(specs, known, {
    ...analysisOptions(options),
    ...(items.includes('event') && { onEvents: (events, reports) => handover.give(eventItems(events, reports)) }),
    ...(items.includes('group') && { onGroup: (group) => groups.push(group) }),
  });
  try {
    yield* untilDone(run, handover);
    const result = await run;
    for (const group of groups) yield { type: 'group', group };
    if (items.includes('finding')) for (const finding of result.findings) yield { type: 'finding', finding };
    yield { type: 'result', result };
  } finally {
    handover.leave();
    await run.catch(() => undefined);
  }
}

async function* untilDone<T>(run: Promise<unknown>, handover: Handover<T>): AsyncGenerator<T, void, void> {
  const done = run.then(() => undefined);
  for (let batch = await Promise.race([handover.take(), done]); batch !== undefined; ) {
    yield* batch;
    batch = await Promise.race([handover.take(), done]);
  }
}

function eventItems(events: readonly TraceEvent[], reports: readonly InputReport[]): AnalysisItem[] {
  return events.flatMap((event) => {
    const report = reports[event.source.input];
    return report === undefined ? [] : [{ type: 'event' as const, event: toEventRow(event, report.scale) }];
  });
}

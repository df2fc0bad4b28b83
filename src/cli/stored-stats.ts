import type { AnalysisOptions } from '../analysis/analyse.ts';
import type { CountedGroup, EventPlace, StatsFilter } from '../analysis/counted.ts';
import { StatsCollector } from '../analysis/stats-collector.ts';
import type { Filter } from '../filter/filter.ts';
import { fieldsOf } from '../filter/print.ts';
import type { Result } from '../model/result.ts';
import type { Stats } from '../model/stats.ts';
import type { Capture } from '../store/capture.ts';
import { allRows, type RowList } from '../store/row-list.ts';
import { readCapture } from './load-capture.ts';
import type { Setup } from './setup.ts';

/** The statistics of what passes a filter, which may ask for what is known in the end only: from a store of the whole capture. */
export async function storedStats(
  { inputs, parsers }: Setup,
  where: Filter,
  filter: StatsFilter,
  options: AnalysisOptions,
): Promise<{ readonly stats: Stats; readonly result: Result }> {
  const { capture, result } = await readCapture(inputs, parsers, options);
  const isTimed = filter.isTimed || fieldsOf(where).has('time');
  const collector = new StatsCollector({ ...filter, isTimed });
  const counted = inputs.map((spec, input) => ({ spec, scale: capture.scaleOf(input) ?? NO_SCALE }));
  const { events, groups, timeline } = capture;
  const groupRows = rowsOf(capture.groupRows({ filter: where, sort: 'start' }));
  const faults = rowsOf(capture.eventRows(where)).filter((row) => events.kindOf(row) === 'fault');
  // Rows of the kernel log's clock stand before those of a trace.
  const parts = [
    { domain: 'log', from: 0, end: timeline.firstRow },
    { domain: 'trace', from: timeline.firstRow, end: events.count },
  ] as const;
  for (const { domain, from, end } of parts) {
    if (from === end) continue;
    const isWithin = (row: number): boolean => row >= from && row < end;
    collector.enter(counted, domain);
    for (let row = from; row < end; row += 1) collector.cover(placeOf(capture, row));
    for (const row of faults) if (isWithin(row)) collector.addFault(events.view(row) ?? {}, placeOf(capture, row));
    for (const row of groupRows)
      if (isWithin(groups.startEventOf(row) ?? 0)) collector.addGroup(countedGroup(capture, row));
  }
  return { stats: collector.finish(result), result };
}

const NO_SCALE = { unit: 'none', epoch: 0, digits: 0 } as const;

/** In the order of the table: instances in that in which they ended. */
function rowsOf(list: RowList): readonly number[] {
  return [...allRows(list)].sort((a, b) => a - b);
}

function countedGroup(capture: Capture, row: number): CountedGroup {
  const { groups } = capture;
  const device = groups.deviceOf(row);
  const latencyNs = groups.latencyOf(row);
  const { state, lane, isSealed } = groups.statusOf(row);
  const last = groups.lastRequestOf(row);
  const response = groups.responseOf(row);
  return {
    lane,
    device: device === '' ? undefined : device,
    pasid: groups.pasidOf(row),
    prgi: groups.prgiOf(row),
    ordinal: groups.ordinalOf(row),
    state,
    requests: groups.requestsOf(row),
    latencyNs: Number.isNaN(latencyNs) ? undefined : latencyNs,
    isSealed,
    last: last === undefined ? undefined : placeOf(capture, last),
    response: response === undefined ? undefined : placeOf(capture, response),
  };
}

function placeOf({ events }: Capture, row: number): EventPlace {
  const time = events.timeOf(row);
  return {
    input: events.shapeOf(row)?.input ?? 0,
    line: events.lineOf(row) ?? 0,
    time: Number.isNaN(time) ? undefined : time,
  };
}

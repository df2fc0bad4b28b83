import { basename } from 'node:path';
import { type AnalysisOptions, analyse } from '../analysis/analyse.ts';
import {
  coverageTableRows,
  eventTableRow,
  findingTableRows,
  groupTableRow,
  type TabledGroup,
  timeOf,
} from '../export/tables/rows.ts';
import type { InputReport } from '../intake/input.ts';
import type { TraceEvent } from '../model/event.ts';
import type { Lane } from '../model/lane.ts';
import type { Owner } from '../model/owner.ts';
import type { Result } from '../model/result.ts';
import { type ClockScale, formatTime } from '../model/time.ts';
import { latencyOf, type PageRequestGroup } from '../replay/page-request-group.ts';
import { shownBy } from '../report/shown-filter.ts';
import type { ExportOptions } from './command-options.ts';
import type { Session } from './session.ts';
import type { Setup } from './setup.ts';
import { filterOf } from './shown.ts';
import { TableFolder } from './table-folder.ts';

/** Analyses the inputs and writes their tables while they are read: memory does not grow with the groups or the events. */
export async function writeTables(
  session: Session,
  setup: Pick<Setup, 'inputs' | 'parsers'>,
  settings: AnalysisOptions,
  folders: readonly string[],
  options: Pick<ExportOptions, 'host' | 'capture' | 'events' | 'device' | 'pasid' | 'from' | 'to'>,
): Promise<Result> {
  const [first] = setup.inputs;
  const partition = {
    host: options.host ?? 'unknown',
    capture: options.capture ?? basename(first?.path ?? 'capture'),
  };
  const tables = folders.map((folder) => new TableFolder(session.cwd, folder, partition));
  const isShown = shownBy(filterOf(options));
  const isFiltered = Object.keys(filterOf(options)).length > 0;
  let reports: readonly InputReport[] = [];
  const scaleOf = (input: number): ClockScale | undefined => reports[input]?.scale;
  try {
    for (const folder of tables) for (const name of ['groups', 'findings', 'coverage'] as const) folder.table(name);
    const result = await analyse(setup.inputs, setup.parsers, {
      ...settings,
      onEvents: (events, own, domain) => {
        reports = own;
        if (options.events === true) {
          for (const event of events) {
            if (isFiltered && !isShown(namedByEvent(event, scaleOf))) continue;
            const row = eventTableRow(event, scaleOf);
            for (const folder of tables) folder.table('events').add(row);
          }
        }
        return settings.onEvents?.(events, own, domain);
      },
      onGroupEnd: (group, lane, above) => {
        settings.onGroupEnd?.(group, lane, above);
        if (isFiltered && !isShown(namedBy(group, scaleOf))) return;
        const row = groupTableRow(tabled(group, lane), scaleOf, ownerOf(settings.owners, group));
        for (const folder of tables) folder.table('groups').add(row);
      },
    });
    const time = timeOf(reports.map(({ scale }) => scale.unit));
    const rows = findingTableRows(result.findings.filter(isShown), time);
    for (const folder of tables) {
      for (const row of rows) folder.table('findings').add(row);
      for (const row of coverageTableRows(result, time)) folder.table('coverage').add(row);
      folder.finish();
    }
    return result;
  } catch (error) {
    for (const folder of tables) folder.abandon();
    throw error;
  }
}

function tabled(group: PageRequestGroup, lane: Lane): TabledGroup {
  const { requester, pasid, prgi, ordinal, state, requests, response, answeredBy, privateData } = group;
  const latencyNs = latencyOf(group);
  return {
    device: requester.name,
    pasid,
    prgi,
    ordinal,
    state,
    requests,
    response,
    answeredBy,
    privateData,
    lane,
    latencyNs,
  };
}

function ownerOf(owners: readonly Owner[] = [], { requester, pasid }: PageRequestGroup): string | undefined {
  return owners.find((each) => each.device === requester.name && each.pasid === pasid)?.owner;
}

type ScaleOf = (input: number) => ClockScale | undefined;

/** What filters go by: a group has the time of its first request, else of its answer. */
function namedBy({ requester, pasid, requests, response }: PageRequestGroup, scaleOf: ScaleOf) {
  const at = requests[0] ?? response;
  const time = at === undefined ? {} : timeText(at, scaleOf);
  return { ...(requester.name !== '' && { device: requester.name }), ...(pasid !== undefined && { pasid }), ...time };
}

function namedByEvent(event: TraceEvent, scaleOf: ScaleOf) {
  const { device, pasid } = event;
  return {
    ...(device !== undefined && { device }),
    ...(pasid !== undefined && { pasid }),
    ...timeText(event, scaleOf),
  };
}

function timeText({ time, source }: TraceEvent, scaleOf: ScaleOf): { time?: string } {
  const scale = scaleOf(source.input);
  return time === undefined || scale === undefined ? {} : { time: formatTime(time, scale) };
}

import { basename } from 'node:path';
import { type AnalysisOptions, analyse } from '../analysis/analyse.ts';
import type { ScaleOf } from '../export/tables/clock-cell.ts';
import { eventCells } from '../export/tables/event-cells.ts';
import { answeredCells, groupCells, type OwnerOf, type TabledGroup } from '../export/tables/group-cells.ts';
import type { RowReader } from '../export/tables/parquet-writer.ts';
import { coverageTableRows, findingTableRows, timeOf } from '../export/tables/rows.ts';
import type { TableName } from '../export/tables/schema.ts';
import type { InputReport } from '../intake/input.ts';
import type { AnsweredGroup } from '../model/answered-group.ts';
import type { TraceEvent } from '../model/event.ts';
import type { Lane } from '../model/lane.ts';
import type { Owner } from '../model/owner.ts';
import type { Result } from '../model/result.ts';
import { formatTime, nanoseconds } from '../model/time.ts';
import { latencyOf, type PageRequestGroup } from '../replay/page-request-group.ts';
import { shownBy } from '../report/shown-filter.ts';
import type { ExportOptions } from './command-options.ts';
import type { Session } from './session.ts';
import { mayBeLarge, type Setup } from './setup.ts';
import { filterOf } from './shown.ts';
import { TableFolder } from './table-folder.ts';
import { growYoungGeneration, YOUNG_BYTES_OF_TABLES } from './young-generation.ts';

/** Analyses the inputs and writes their tables while they are read: memory does not grow with the groups or the events. */
export async function writeTables(
  session: Session,
  setup: Pick<Setup, 'inputs' | 'parsers'>,
  settings: AnalysisOptions,
  folders: readonly string[],
  options: Pick<ExportOptions, 'host' | 'capture' | 'events' | 'device' | 'pasid' | 'from' | 'to'>,
): Promise<Result> {
  if (mayBeLarge(setup.inputs)) growYoungGeneration(YOUNG_BYTES_OF_TABLES);
  const [first] = setup.inputs;
  const partition = {
    host: options.host ?? 'unknown',
    capture: options.capture ?? basename(first?.path ?? 'capture'),
  };
  const tables = folders.map((folder) => new TableFolder(session.cwd, folder, partition));
  let reports: readonly InputReport[] = [];
  const scaleOf: ScaleOf = (input) => reports[input]?.scale;
  const isShown = shownBy(filterOf(options));
  try {
    const settled = {
      ...settings,
      onStart: (own: readonly InputReport[]) => {
        reports = own;
        settings.onStart?.(own);
      },
    };
    const groups = addGroups(tables, settled, scaleOf, options);
    const events = options.events === true ? addEvents(tables, groups, scaleOf, options) : groups;
    const findings = tables.map((table) => table.open('findings'));
    const coverage = tables.map((table) => table.open('coverage'));
    const result = await analyse(setup.inputs, setup.parsers, events);
    const time = timeOf(reports.map(({ scale }) => scale.unit));
    for (const row of findingTableRows(result.findings.filter(isShown), time)) for (const to of findings) to.add(row);
    for (const row of coverageTableRows(result, time)) for (const to of coverage) to.add(row);
    for (const table of tables) table.finish();
    return result;
  } catch (error) {
    for (const table of tables) table.abandon();
    throw error;
  }
}

type Shown = Pick<ExportOptions, 'device' | 'pasid' | 'from' | 'to'>;

/** `settings` that fill the tables of groups, too. */
function addGroups(
  tables: readonly TableFolder[],
  settings: AnalysisOptions,
  scaleOf: ScaleOf,
  options: Shown,
): AnalysisOptions {
  const writers = tables.map((table) => table.open('groups'));
  const owners = ownersOf(settings.owners);
  const add = addTo(
    writers,
    groupCells(scaleOf, owners),
    passing(options, (group: TabledGroup) => named(group, group.requests[0] ?? group.response, scaleOf)),
  );
  const onAnswered = addTo(
    writers,
    answeredCells(scaleOf, owners),
    passing(options, (group: AnsweredGroup) => named(group, placeOf(group), scaleOf)),
  );
  return {
    ...settings,
    onAnswered,
    onGroupEnd(group, lane, above) {
      settings.onGroupEnd?.(group, lane, above);
      add(tabled(group, lane));
    },
  };
}

function addEvents(
  tables: readonly TableFolder[],
  settings: AnalysisOptions,
  scaleOf: ScaleOf,
  options: Shown,
): AnalysisOptions {
  const writers = tables.map((table) => table.open('events'));
  const add = addTo(
    writers,
    eventCells(scaleOf),
    passing(options, (event: TraceEvent) => named(event, event, scaleOf)),
  );
  return {
    ...settings,
    onEvents(events, reports, domain) {
      for (const event of events) add(event);
      return settings.onEvents?.(events, reports, domain);
    },
  };
}

interface TableOf<Table extends TableName> {
  adder<Thing>(reader: RowReader<Table, Thing>): (thing: Thing) => void;
}

function addTo<Table extends TableName, Thing>(
  writers: readonly TableOf<Table>[],
  reader: RowReader<Table, Thing>,
  isShown: ((thing: Thing) => boolean) | undefined,
): (thing: Thing) => void {
  const adders = writers.map((writer) => writer.adder(reader));
  return (thing) => {
    if (isShown !== undefined && !isShown(thing)) return;
    for (const add of adders) add(thing);
  };
}

interface Named {
  readonly device?: string;
  readonly pasid?: number;
  readonly time?: string;
}

/** Undefined: all pass. */
function passing<Thing>(options: Shown, nameOf: (thing: Thing) => Named): ((thing: Thing) => boolean) | undefined {
  const filter = filterOf(options);
  if (Object.keys(filter).length === 0) return undefined;
  const isShown = shownBy(filter);
  return (thing) => isShown(nameOf(thing));
}

/** What filters go by: a group has the time of its first request, else of its answer. */
function named(
  thing: { readonly device: string | undefined; readonly pasid: number | undefined },
  at: (Pick<TraceEvent, 'time'> & { readonly source: { readonly input: number } }) | undefined,
  scaleOf: ScaleOf,
): Named {
  const scale = at === undefined ? undefined : scaleOf(at.source.input);
  return {
    ...(thing.device !== undefined && thing.device !== '' && { device: thing.device }),
    ...(thing.pasid !== undefined && { pasid: thing.pasid }),
    ...(at?.time !== undefined && scale !== undefined && { time: formatTime(at.time, scale) }),
  };
}

function placeOf({ firstAt, origin }: AnsweredGroup) {
  return { time: nanoseconds(firstAt), source: origin };
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

function ownersOf(owners: readonly Owner[] = []): OwnerOf {
  if (owners.length === 0) return () => undefined;
  return (device, pasid) => owners.find((each) => each.device === device && each.pasid === pasid)?.owner;
}

import { assertUnreachable } from '../base/assert.ts';
import type { ExportedEvent, ExportedItem, ExportedTrack } from './trace-model.ts';

/** Where a track is drawn: the topmost one above it is the process, itself a thread of that. */
interface Place {
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
}

/**
 * The same in the Trace Event Format of Chrome (JSON, one event a line), which other viewers read too. Times are
 * microseconds with three decimals. Flows join slices there, so a message is a slice of no length.
 */
export function* chromeTrace(items: Iterable<ExportedItem>): Generator<string, void, void> {
  const places = new Map<number, Place>();
  const seenFlows = new Set<number>();
  let separator = '\n';
  yield '{"displayTimeUnit":"ns","traceEvents":[';
  for (const item of items) {
    const records =
      item.kind === 'track' ? trackRecords(item.track, places) : eventRecords(item.event, places, seenFlows);
    for (const record of records) {
      yield `${separator}${record}`;
      separator = ',\n';
    }
  }
  yield '\n]}\n';
}

function trackRecords(track: ExportedTrack, places: Map<number, Place>): readonly string[] {
  const parent = track.parent === undefined ? undefined : places.get(track.parent);
  const pid = parent?.pid ?? track.uuid;
  const isBelowThread = parent !== undefined && parent.tid !== parent.pid;
  const name = isBelowThread ? `${parent.name} ${track.name}` : track.name;
  places.set(track.uuid, { pid, tid: track.uuid, name });
  if (track.isCounter === true) return [];
  const what = parent === undefined ? 'process_name' : 'thread_name';
  return [JSON.stringify({ ph: 'M', pid, tid: track.uuid, name: what, args: { name } })];
}

function eventRecords(event: ExportedEvent, places: Map<number, Place>, seenFlows: Set<number>): readonly string[] {
  const { pid = 0, tid = 0, name: trackName = '' } = places.get(event.track) ?? {};
  const { name = '', category = '', values = {} } = event;
  const ts = microseconds(event.time);
  const record = (fields: object): string =>
    JSON.stringify({ ...fields, pid, tid, ts: 0 }).replace('"ts":0', `"ts":${ts}`);
  switch (event.kind) {
    case 'begin':
      return [record({ ph: 'B', name, cat: category, args: values })];
    case 'end':
      return [record({ ph: 'E' })];
    case 'instant':
      return [
        record({ ph: 'X', dur: 0, name, cat: category, args: values }),
        ...(event.flows ?? []).map((flow) => {
          const ph = seenFlows.has(flow) ? 't' : 's';
          seenFlows.add(flow);
          return record({ ph, id: flow, bp: 'e', name: 'group', cat: 'flow' });
        }),
      ];
    case 'counter':
      return [record({ ph: 'C', name: trackName, args: { groups: event.count ?? 0 } })];
    default:
      return assertUnreachable(event.kind);
  }
}

function microseconds(time: bigint): string {
  const size = time < 0n ? -time : time;
  return `${time < 0n ? '-' : ''}${size / 1000n}.${String(size % 1000n).padStart(3, '0')}`;
}

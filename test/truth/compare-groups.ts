import type { GroupRow } from '../../src/model/group.ts';
import { type DeviceLog, isMalformed, isStopMarker, type Truth, type TruthRequest } from './read-truth.ts';

/** What a capture of that kernel cannot show; every allowance of the comparison hangs on one of these. */
export interface Visibility {
  /** Kernels up to 6.12 refuse a request without PASID before they trace it. */
  readonly refusesWithoutPasid: boolean;
  /** Kernels 6.1 to 6.8 trace a request only if its report succeeded: one that the handler refused is missing. */
  readonly hidesRefusedReports: boolean;
  /** The oldest events of the buffer were overwritten: the capture shows a tail of the device's log. */
  readonly headLost: boolean;
}

/** The test device listens to PASIDs 0 to 63 and to "no PASID"; other responses pass it by. */
const LAST_PASID_LISTENED_TO = 63;
/** Code 16 does not fit the descriptor's field and spills into the requester id (`h09`). */
const SPILLING_CODE = 16;

type RowRequest = GroupRow['requests'][number];

interface Place {
  readonly row: GroupRow;
  readonly request: RowRequest;
}

/**
 * Differences between the rows of `faultlog groups` and the device's own log, one text each, none if they agree:
 * every request that a capture can show stands in exactly one row, in order; every group has the members that
 * the kernel's collecting by (requester, PRGI) gives it (semantics §2); every answer that reached the device is
 * the answer of the oldest waiting instance of its key, and no other row has one.
 */
export function compareGroups(truth: Truth, rows: readonly GroupRow[], visibility: Visibility): readonly string[] {
  const differences: string[] = [];
  // Partial groups of the whole unit are discarded at an overflow, and never joined across it; the log does not say when.
  const overflowed = truth.devices.some(({ entries }) =>
    entries.some((entry) => entry.kind === 'request' && !entry.accepted),
  );
  for (const log of truth.devices) {
    const own = rows.filter((row) => row.device === log.device);
    differences.push(...compareDevice(log, own, visibility, overflowed).map((text) => `${log.device}: ${text}`));
  }
  return differences;
}

function compareDevice(
  log: DeviceLog,
  rows: readonly GroupRow[],
  visibility: Visibility,
  overflowed: boolean,
): readonly string[] {
  const { places, problem } = placeRequests(log, rows, visibility);
  if (problem !== undefined) return [problem];
  return [...compareMembers(log, places, overflowed), ...compareAnswers(log, rows, places, visibility)];
}

/** Which row shows each request of the device's log; no entry for a request that the capture cannot show. */
function placeRequests(
  log: DeviceLog,
  rows: readonly GroupRow[],
  visibility: Visibility,
): { places: ReadonlyMap<TruthRequest, Place>; problem?: string } {
  const shown: Place[] = rows.flatMap((row) => row.requests.map((request) => ({ row, request })));
  shown.sort((a, b) => a.request.input - b.request.input || a.request.line - b.request.line);
  const expected = log.entries.filter(
    (entry): entry is TruthRequest => entry.kind === 'request' && entry.accepted && !isStopMarker(entry),
  );
  const refused = visibility.hidesRefusedReports ? answeredInvalid(log) : new Set<TruthRequest>();

  const places = new Map<TruthRequest, Place>();
  let next = 0;
  const skipped = visibility.headLost ? expected.length - shown.length : 0;
  for (const request of expected.slice(skipped)) {
    const place = shown[next];
    // The trace shows a malformed request only where the kernel log stands in it (a24).
    const isRefused = isMalformed(request, visibility.refusesWithoutPasid);
    if (place !== undefined && isSame(request, place) && (!isRefused || place.row.state === 'refused')) {
      places.set(request, place);
      next += 1;
    } else if (!isRefused && !refused.has(request)) {
      return {
        places,
        problem: `request ${show(request)} expected, found ${place === undefined ? 'none' : showPlace(place)}`,
      };
    }
  }
  const surplus = shown[next];
  if (surplus !== undefined) return { places, problem: `request ${showPlace(surplus)} is not in the device's log` };
  return { places };
}

/** `prq_report` does not print the PASID-present bit: 0 there and an absent PASID are the same key. */
function isSame(request: TruthRequest, place: Place): boolean {
  const pasid = place.request.pasid ?? place.row.pasid ?? 0;
  return (
    pasid === (request.pasid ?? 0) &&
    place.row.prgi === request.prgi &&
    place.request.last === request.isLast &&
    place.request.address !== undefined &&
    BigInt(place.request.address) === BigInt(request.address)
  );
}

/** Members of every closed group: collected by PRGI alone; refused requests join nothing, one with private data stands alone. */
function compareMembers(
  log: DeviceLog,
  places: ReadonlyMap<TruthRequest, Place>,
  overflowed: boolean,
): readonly string[] {
  const differences: string[] = [];
  const collecting = new Map<number, TruthRequest[]>();
  for (const entry of log.entries) {
    if (entry.kind !== 'request') continue;
    const place = places.get(entry);
    if (place === undefined || place.row.state === 'refused') continue;
    if (entry.hasPrivateData) {
      if (place.row.requests.length !== 1) differences.push(`${show(entry)} has private data and stands alone`);
      continue;
    }
    const collected = [...(collecting.get(entry.prgi) ?? []), entry];
    collecting.set(entry.prgi, collected);
    if (!entry.isLast) continue;
    collecting.delete(entry.prgi);
    const row = place.row;
    const members = collected.filter((member) => !isDiscarded(places.get(member), overflowed));
    const joined = members.every((member) => places.get(member)?.row === row);
    if (!joined || row.requests.length !== members.length) {
      differences.push(`group of ${show(entry)} has ${members.length} members, its row ${row.requests.length}`);
    }
    if ((row.pasid ?? 0) !== (entry.pasid ?? 0)) {
      differences.push(`group of ${show(entry)} is answered with its last request's PASID, its row has ${row.pasid}`);
    }
  }
  return differences;
}

/** The log tells neither of overflows nor of the moment when the function leaves the fault queue. */
function isDiscarded(place: Place | undefined, overflowed: boolean): boolean {
  return place?.row.state === 'discarded' || (overflowed && place?.row.state === 'hardware-finished');
}

interface Waiting {
  /** Rows of closed groups that wait; undefined for a group that the capture cannot show. */
  readonly queue: (GroupRow | undefined)[];
  /** Rows and answers of a key with two groups in flight at once: which answer is whose is not in the log. */
  readonly rows: GroupRow[];
  readonly codes: string[];
  /** Closed groups that the capture cannot show: the kernel refused them. */
  hidden: number;
  isReused: boolean;
}

/** Answers in the order in which the device received them, each to the oldest waiting group of its key. */
function compareAnswers(
  log: DeviceLog,
  rows: readonly GroupRow[],
  places: ReadonlyMap<TruthRequest, Place>,
  visibility: Visibility,
): readonly string[] {
  const differences: string[] = [];
  const keys = waitingByKey(log, places);
  const answered = new Set<GroupRow>();
  let lastLine = 0;
  for (const entry of log.entries) {
    const key = `${entry.pasid ?? 0}/${entry.prgi}`;
    const waiting = keys.get(key);
    if (waiting === undefined) continue;
    if (entry.kind === 'request') {
      if (closes(entry)) waiting.queue.push(places.get(entry)?.row);
      continue;
    }
    if (waiting.queue.length === 0) continue; // spurious, or the refusal of a request that was not the last: no row's answer
    const row = waiting.queue.shift();
    waiting.codes.push(entry.code);
    if (row === undefined || waiting.isReused) continue;
    answered.add(row);
    if (row.response === undefined) {
      if (!visibility.headLost) differences.push(`${key}#${row.instance} has no answer, the device got ${entry.code}`);
      continue;
    }
    if (!agrees(entry.code, row)) {
      differences.push(`${key}#${row.instance} is answered ${row.code}, the device got ${entry.code}`);
    }
    if (row.state !== 'refused' && row.response.line < lastLine) {
      differences.push(`${key}#${row.instance}: the device got this answer after that of line ${lastLine}`);
    }
    // A refused run shows the last of its answers.
    if (row.state !== 'refused') lastLine = Math.max(lastLine, row.response.line);
  }
  for (const [key, waiting] of keys) {
    if (!waiting.isReused) continue;
    const given = waiting.rows.filter((row) => row.response !== undefined);
    for (const row of given) answered.add(row);
    const codes = [
      ...given.map((row) => (row.code === 'reserved' ? 'response-failure' : (row.code ?? 'none'))),
      ...new Array<string>(waiting.hidden).fill('invalid-request'),
    ];
    if (!visibility.headLost && codes.sort().join() !== [...waiting.codes].sort().join()) {
      differences.push(`${key}, reused in flight, is answered ${codes.join()}, the device got ${waiting.codes.join()}`);
    }
  }
  for (const row of rows) {
    if (row.response === undefined || answered.has(row)) continue;
    if (row.state === 'refused' || isBeyondTheLog(row, lastLine)) continue;
    differences.push(`${row.pasid}/${row.prgi}#${row.instance} is answered ${row.code}, the device got nothing`);
  }
  return differences;
}

function waitingByKey(log: DeviceLog, places: ReadonlyMap<TruthRequest, Place>): ReadonlyMap<string, Waiting> {
  const keys = new Map<string, Waiting>();
  const depth = new Map<string, number>();
  for (const entry of log.entries) {
    const key = `${entry.pasid ?? 0}/${entry.prgi}`;
    const waiting = keys.get(key) ?? { queue: [], rows: [], codes: [], hidden: 0, isReused: false };
    keys.set(key, waiting);
    const before = depth.get(key) ?? 0;
    if (entry.kind === 'response') {
      depth.set(key, Math.max(0, before - 1));
    } else if (closes(entry)) {
      depth.set(key, before + 1);
      const row = places.get(entry)?.row;
      if (row !== undefined) waiting.rows.push(row);
      else waiting.hidden += 1;
      if (before > 0 && !entry.hasPrivateData) waiting.isReused = true;
    }
  }
  return keys;
}

/** An answer is due to it: the last of its group, or with private data. */
function closes(request: TruthRequest): boolean {
  return request.accepted && (request.isLast || request.hasPrivateData) && !isStopMarker(request);
}

/** Answers that are in the capture and cannot be in the device's log. */
function isBeyondTheLog(row: GroupRow, lastLine: number): boolean {
  if ((row.pasid ?? 0) > LAST_PASID_LISTENED_TO) return true;
  if (row.rawCode === SPILLING_CODE) return true;
  // The log was printed before the driver or the process went away.
  return row.response !== undefined && row.response.line > lastLine;
}

/** The device calls every code but 0 and 1 a failure. */
function agrees(code: string, row: GroupRow): boolean {
  return code === row.code || (code === 'response-failure' && row.code === 'reserved');
}

/** Last requests that the device saw answered Invalid. */
function answeredInvalid(log: DeviceLog): ReadonlySet<TruthRequest> {
  const waiting = new Map<string, TruthRequest[]>();
  const invalid = new Set<TruthRequest>();
  for (const entry of log.entries) {
    const key = `${entry.pasid ?? 0}/${entry.prgi}`;
    if (entry.kind === 'request') {
      if (entry.isLast) waiting.set(key, [...(waiting.get(key) ?? []), entry]);
      continue;
    }
    const request = waiting.get(key)?.shift();
    if (request !== undefined && entry.code === 'invalid-request') invalid.add(request);
  }
  return invalid;
}

function show(request: TruthRequest): string {
  return `${request.pasid ?? 'none'}/${request.prgi} ${request.address} ${request.flags} at ${request.timeMs} ms`;
}

function showPlace(place: Place): string {
  const pasid = place.request.pasid ?? place.row.pasid ?? 'none';
  return `${pasid}/${place.row.prgi} ${place.request.address ?? '?'}${place.request.last ? ' last' : ''} on line ${place.request.line}`;
}

import { normaliseDeviceName } from './device-name.ts';
import type { EventKind, TraceEvent } from './event.ts';
import type { Finding } from './finding.ts';
import type { Lane } from './lane.ts';
import { type ClockScale, formatTime } from './time.ts';

/** A line of an input. */
export interface Place {
  readonly input: number;
  readonly line: number;
}

/** Which events a ladder is to show. */
export interface LadderQuery {
  /** The event itself is asked for: it is shown with the events around it. `scale` is that of its input. */
  isAnchor(event: TraceEvent, scale: ClockScale): boolean;
  /** The event belongs to the same story, and is shown if it is near to an anchor. */
  isRelated(event: TraceEvent): boolean;
  /** Requests and responses with another PRGI are not related. */
  readonly prgi?: number | undefined;
}

/** The key that a story is about; what is absent is not compared. */
export interface LadderKey {
  readonly device?: string;
  readonly pasid?: number;
  readonly prgi?: number;
  /** Lanes whose names of devices and PASIDs are those of the key; a guest has names of its own. */
  readonly lanes: ReadonlySet<Lane>;
}

/** The lines of a finding and of its consequences, and the messages and epochs of their keys around them. */
export function queryOfFinding(finding: Finding, lanes: ReadonlySet<Lane>): LadderQuery {
  return queryOfPlaces(evidencePlaces(finding), {
    lanes,
    ...(finding.device !== undefined && { device: finding.device }),
    ...(finding.pasid !== undefined && { pasid: finding.pasid }),
    ...(finding.prgi !== undefined && { prgi: finding.prgi }),
  });
}

/** Lines, and what has the same key around them, also under the other PASIDs that the lines name. */
function queryOfPlaces(places: Iterable<Place>, key: LadderKey): LadderQuery {
  const wanted = new Set<string>();
  for (const { input, line } of places) wanted.add(`${input}:${line}`);
  const pasids = new Set<number>(key.pasid === undefined ? [] : [key.pasid]);
  return {
    isAnchor(event) {
      if (!isOfPlaces(event, wanted)) return false;
      if (event.pasid !== undefined) pasids.add(event.pasid);
      return true;
    },
    isRelated: (event) => isOfStory(event, key, pasids),
    prgi: key.prgi,
  };
}

/** Every event of a key, or of some lines of it, is asked for; what has the key stands around them. */
export function queryOfKey(key: LadderKey, places?: readonly Place[]): LadderQuery {
  if (places !== undefined) return queryOfPlaces(places, key);
  const pasids = new Set<number>(key.pasid === undefined ? [] : [key.pasid]);
  return {
    isAnchor: (event) => event.prgi !== undefined && isOfStory(event, key, pasids),
    isRelated: (event) => isOfStory(event, key, pasids),
  };
}

/** What the events of a range have in common; what is absent is not compared. */
export interface LadderRange {
  readonly devices?: readonly string[];
  readonly pasids?: readonly number[];
  /** Seconds on the capture's clock, both inclusive. */
  readonly from?: number;
  readonly to?: number;
}

/** Everything within the range. An event that names no device is of any that has its PASID. */
export function queryOfRange({ devices, pasids, from, to }: LadderRange): LadderQuery {
  const names = devices === undefined ? undefined : new Set(devices.map(normaliseDeviceName));
  return {
    isAnchor(event, scale) {
      if (names !== undefined && event.device !== undefined && !names.has(normaliseDeviceName(event.device)))
        return false;
      if (names !== undefined && event.device === undefined && event.pasid === undefined) return false;
      if (pasids !== undefined && (event.pasid === undefined || !pasids.includes(event.pasid))) return false;
      if (from === undefined && to === undefined) return true;
      if (event.time === undefined) return false;
      const seconds = Number(formatTime(event.time, scale));
      return seconds >= (from ?? Number.NEGATIVE_INFINITY) && seconds <= (to ?? Number.POSITIVE_INFINITY);
    },
    isRelated: () => false,
  };
}

/** The lines of a finding's evidence, with those of its consequences. */
export function evidencePlaces(finding: Finding): readonly Place[] {
  return [...finding.evidence, ...(finding.consequences ?? []).flatMap(evidencePlaces)];
}

function isOfPlaces(event: TraceEvent, wanted: ReadonlySet<string>): boolean {
  if (wanted.has(`${event.source.input}:${event.source.line}`)) return true;
  return event.also?.some(({ input, line }) => wanted.has(`${input}:${line}`)) === true;
}

const EPOCHS: ReadonlySet<EventKind> = new Set<EventKind>([
  'handler-registered',
  'handler-unregistered',
  'pasid-bound',
  'pasid-unbound',
  'device-attached',
  'device-detached',
  'device-reset',
  'drain',
  'partial-discarded',
  'queue-overflow',
  'capture-gap',
]);

const MESSAGES: ReadonlySet<EventKind> = new Set<EventKind>([
  'page-request',
  'page-response',
  'stop-marker',
  'request-refused',
  'response-refused',
]);

function isOfStory(event: TraceEvent, key: LadderKey, pasids: ReadonlySet<number>): boolean {
  const isMessage = MESSAGES.has(event.kind);
  if (!isMessage && !EPOCHS.has(event.kind)) return false;
  const isNamedAlike = key.lanes.has(event.lane);
  if (isNamedAlike && !isSameDevice(event.device, key.device)) return false;
  if (isMessage && key.prgi !== undefined && event.prgi !== key.prgi) return false;
  if (!isNamedAlike) return true;
  // No PASID and 0 are one key where a line cannot tell them apart.
  return (event.pasid ?? 0) === 0 ? !isMessage || pasids.size === 0 || pasids.has(0) : pasids.has(event.pasid ?? 0);
}

/** False only where both are named, and differently. */
function isSameDevice(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined || a === b) return true;
  return normaliseDeviceName(a) === normaliseDeviceName(b);
}

import type { TraceEvent } from './event.ts';
import { groupKindOf, stationKey } from './ladder-stations.ts';
import { NS_PER_MS } from './time.ts';

/** Two observations of one message in one kernel lie nearer together than this (semantics §1). */
const SAME_CALL_NS = NS_PER_MS;

/** One use of a key, the same object for all of its events. */
export interface KnownInstance {
  /** Names the key: requester, PASID, PRGI, private data. */
  readonly keyName: string;
  /** 1 for the first use of the key. */
  readonly ordinal: number;
}

/**
 * The number n of PRn and PSn that the replay knows for the events of a drawing: the instance's own where all
 * are of one key, else a count in the order of first requests. An event of another hop has the number of the
 * nearest observation of the same message. Undefined where only a guess is left, and for events of a ladder,
 * which has its author's numbers.
 *
 * @param events in time order
 */
export function instanceNumbers(
  events: readonly TraceEvent[],
  instanceOf: (event: TraceEvent) => KnownInstance | undefined,
): (event: TraceEvent) => number | undefined {
  if (events.some((event) => event.instanceLabel !== undefined)) return () => undefined;
  const numbers = numbersOfInstances(events, instanceOf);
  const known = new Map<TraceEvent, number>();
  for (const event of events) {
    const number = numbers.get(instanceOf(event));
    if (number !== undefined) known.set(event, number);
  }
  const joined = joinOtherHops(events, known);
  return (event) => known.get(event) ?? joined.get(event);
}

function numbersOfInstances(
  events: readonly TraceEvent[],
  instanceOf: (event: TraceEvent) => KnownInstance | undefined,
): Map<KnownInstance | undefined, number> {
  const instances = new Set<KnownInstance>();
  const keys = new Set<string>();
  for (const event of events) {
    const instance = instanceOf(event);
    if (instance === undefined) continue;
    instances.add(instance);
    keys.add(instance.keyName);
  }
  const numbers = new Map<KnownInstance | undefined, number>();
  for (const instance of instances) numbers.set(instance, keys.size === 1 ? instance.ordinal : numbers.size + 1);
  return numbers;
}

function joinOtherHops(events: readonly TraceEvent[], known: ReadonlyMap<TraceEvent, number>): Map<TraceEvent, number> {
  const joined = new Map<TraceEvent, number>();
  const taken = new Set<string>();
  for (const [index, event] of events.entries()) {
    if (known.has(event) || groupKindOf(event) === undefined || event.time === undefined) continue;
    const partner = nearestPartner(events, index, known);
    const number = partner === undefined ? undefined : known.get(partner);
    if (number === undefined || partner === undefined) continue;
    const claim = `${stationKey(event)}/${event.probe ?? ''}/${partner.source.input}:${partner.source.line}`;
    if (taken.has(claim)) continue;
    taken.add(claim);
    joined.set(event, number);
  }
  return joined;
}

function nearestPartner(
  events: readonly TraceEvent[],
  index: number,
  known: ReadonlyMap<TraceEvent, number>,
): TraceEvent | undefined {
  const event = events[index];
  if (event?.time === undefined) return undefined;
  let best: TraceEvent | undefined;
  let bestGap = SAME_CALL_NS + 1;
  for (const step of [-1, 1] as const) {
    for (let at = index + step; ; at += step) {
      const other = events[at];
      if (other === undefined) break;
      const gap = Math.abs((other.time ?? Number.NaN) - event.time);
      if (gap >= bestGap) break;
      if (known.has(other) && isSameMessage(event, other)) {
        best = other;
        bestGap = gap;
        break;
      }
    }
  }
  return best;
}

/** The same message at another place of the same kernel. */
function isSameMessage(a: TraceEvent, b: TraceEvent): boolean {
  return (
    a.kind === b.kind &&
    a.lane === b.lane &&
    a.source.input === b.source.input &&
    a.prgi === b.prgi &&
    (a.pasid ?? 0) === (b.pasid ?? 0) &&
    (a.point !== b.point || a.probe !== b.probe) &&
    (a.pid === undefined || b.pid === undefined || a.pid === b.pid) &&
    (a.kind !== 'page-request' || a.isLast === b.isLast)
  );
}

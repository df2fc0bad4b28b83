import type { TraceEvent } from './event.ts';
import { type GroupMessageKind, isLowerSide } from './ladder.ts';
import type { Lane } from './lane.ts';

/** Names of devices that the events of each lane have. */
export function devicesByLane(events: readonly TraceEvent[]): ReadonlyMap<Lane, ReadonlySet<string>> {
  const devices = new Map<Lane, Set<string>>();
  for (const { lane, device } of events) {
    const names = devices.get(lane) ?? new Set<string>();
    if (device !== undefined) names.add(device);
    devices.set(lane, names);
  }
  return devices;
}

/** Undefined for what names no group: a note in a ladder. */
export function groupKindOf(event: TraceEvent): GroupMessageKind | undefined {
  if (event.prgi === undefined) return undefined;
  if (event.kind === 'page-request') return 'request';
  if (event.kind === 'page-response') return 'response';
  return event.kind === 'stop-marker' ? 'stop-marker' : undefined;
}

export function isGroupEvent(event: TraceEvent): boolean {
  return groupKindOf(event) !== undefined;
}

/** Lane, side and kind: several probes there see the same messages. */
export function stationKey(event: TraceEvent): string {
  return `${event.lane}/${isLowerSide(event.lane, event.point) ? 'lower' : 'upper'}/${event.kind}`;
}

export function probeKey(event: TraceEvent): string {
  return `${event.point}/${event.probe ?? ''}`;
}

/** Of the probes that see the same messages of a lane, the wire's, else the one that sees most. */
export function chosenProbes(events: readonly TraceEvent[]): ReadonlyMap<string, string> {
  const counts = new Map<string, Map<string, number>>();
  for (const event of events) {
    if (!isGroupEvent(event)) continue;
    const station = stationKey(event);
    const probes = counts.get(station) ?? new Map<string, number>();
    const probe = probeKey(event);
    probes.set(probe, (probes.get(probe) ?? 0) + (event.point === 'wire' ? events.length : 1));
    counts.set(station, probes);
  }
  const chosen = new Map<string, string>();
  for (const [station, probes] of counts) {
    const best = [...probes].reduce((a, b) => (b[1] > a[1] ? b : a));
    chosen.set(station, best[0]);
  }
  return chosen;
}

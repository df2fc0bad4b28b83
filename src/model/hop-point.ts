import type { EventKind } from './event.ts';
import type { ObservationPoint } from './lane.ts';

/** The point of observation that a hop (`host>driver`) stands for where nothing else is said; without a hop, that of its kind. */
export function pointOfHop(kind: EventKind, hop: string | undefined): ObservationPoint {
  switch (hop) {
    case 'host>driver':
    case 'driver>host':
      return 'core';
    case 'driver>vmm':
    case 'vmm>driver':
      return 'user';
    case undefined:
      return kind === 'page-request' || kind === 'page-response' || kind === 'fault' ? 'wire' : 'none';
    default:
      return 'wire';
  }
}

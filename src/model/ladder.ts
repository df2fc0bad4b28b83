import { assertUnreachable } from '../base/assert.ts';
import type { EventKind, LadderVerdict, ResponseCode, SourceLine } from './event.ts';
import type { Pasid, Prgi } from './ids.ts';
import { LANES, type Lane, type ObservationPoint } from './lane.ts';
import type { Nanoseconds } from './time.ts';

/** Messages that travel on a hop and carry a group's key. */
export type GroupMessageKind = 'request' | 'response' | 'stop-marker';

/**
 * One message on one hop of a ladder, or a note in one lane. A journey over several hops is several
 * messages with the same `instance`, in the order of travel.
 */
export type LadderMessage = GroupMessage | EpochMessage;

interface Crossing {
  readonly from: Lane;
  readonly to: Lane;
  /** When the sender was seen sending; absent: not observed. */
  readonly sentAt?: Nanoseconds;
  /** When the receiver was seen receiving; absent: not observed, or lost on the way. */
  readonly receivedAt?: Nanoseconds;
  readonly sentLine?: SourceLine;
  readonly receivedLine?: SourceLine;
  readonly device?: string;
  readonly pasid?: Pasid;
  readonly prgi?: Prgi;
}

export interface GroupMessage extends Crossing {
  readonly kind: GroupMessageKind;
  /** n of PRn and PSn. */
  readonly instance?: number;
  /** Name of the mdev or guest that the message belongs to. */
  readonly owner?: string;
  /** Requests only; a request without is not the last of its group. */
  readonly isLast?: boolean;
  /** Responses only. */
  readonly code?: ResponseCode;
  /** A response that the sender gave by itself, without one from above. */
  readonly isAutomatic?: boolean;
  /**
   * What the receiver did with a response. `accept` and `unknown` come with a message from the receiver
   * to the device at the same time; that one has the verdict `unknown` too where it is not known to exist.
   */
  readonly verdict?: LadderVerdict;
}

/**
 * What is no page request or response: (un)registration, attach, drain, overflow, …
 * `to` equal to `from`: seen in that lane only, at `sentAt`.
 */
export interface EpochMessage extends Crossing {
  readonly kind: 'epoch';
  readonly event: EventKind;
  /** What the word has in brackets: a drain's step, a number of lost events. */
  readonly detail?: string;
  /** Where a note of one lane was observed. */
  readonly point?: ObservationPoint;
}

/** Lanes from the device to the guest are numbered upwards. */
export function laneRank(lane: Lane): number {
  return LANES.indexOf(lane);
}

/**
 * Where in `lane` a message to or from `neighbour` is observed. Lane and point together say which hop
 * an event is of, and at which end of it.
 */
export function pointTowards(lane: Lane, neighbour: Lane): ObservationPoint {
  const isBelow = laneRank(neighbour) < laneRank(lane);
  switch (lane) {
    case 'device':
    case 'guest':
      return 'wire';
    case 'host':
      return isBelow ? 'wire' : 'core';
    case 'driver':
      return isBelow ? 'core' : 'user';
    case 'vmm':
      return isBelow ? 'user' : 'wire';
    default:
      return assertUnreachable(lane);
  }
}

/** True if an event of `lane` at `point` is of the hop on the device's side of the lane. */
export function isLowerSide(lane: Lane, point: ObservationPoint): boolean {
  switch (lane) {
    case 'device':
      return false;
    case 'host':
      return point === 'wire' || point === 'driver-op';
    case 'driver':
      return point === 'wire' || point === 'driver-op' || point === 'core';
    case 'vmm':
      return point !== 'wire';
    case 'guest':
      return true;
    default:
      return assertUnreachable(lane);
  }
}

/** The time that places a message in its ladder. */
export function startOf(message: LadderMessage): Nanoseconds | undefined {
  return message.sentAt ?? message.receivedAt;
}

/** Words of a ladder for what is no message, and the events that they stand for. */
export const LADDER_WORDS: readonly (readonly [word: string, kind: EventKind])[] = [
  ['reg', 'handler-registered'],
  ['unreg', 'handler-unregistered'],
  ['bind', 'pasid-bound'],
  ['unbind', 'pasid-unbound'],
  ['attach', 'device-attached'],
  ['detach', 'device-detached'],
  ['reset', 'device-reset'],
  ['drain', 'drain'],
  ['discard', 'partial-discarded'],
  ['overflow', 'queue-overflow'],
  ['refuse', 'request-refused'],
  ['refused', 'response-refused'],
  ['read', 'handler-read'],
  ['write', 'handler-write'],
  ['fault', 'fault'],
  ['error', 'iommu-error'],
  ['gap', 'capture-gap'],
  ['suppressed', 'suppressed'],
];

/** Where a note in one lane is observed, if nothing else is known. */
export function notePoint(lane: Lane, kind: EventKind): ObservationPoint {
  switch (kind) {
    case 'handler-registered':
    case 'handler-unregistered':
      return pointTowards(lane, lane === 'host' ? 'driver' : 'device');
    case 'response-refused':
      return lane === 'host' ? 'core' : pointTowards(lane, 'guest');
    case 'request-refused':
      return lane === 'host' ? 'wire' : pointTowards(lane, 'device');
    case 'handler-read':
    case 'handler-write':
      return 'user';
    default:
      return 'none';
  }
}

import type { TraceEvent } from '../model/event.ts';
import { type Pasid, type RequesterId, pasid as toPasid } from '../model/ids.ts';
import type { Bond } from './gaps.ts';
import type { OpenGroups } from './open-groups.ts';
import type { PageRequestGroup } from './page-request-group.ts';
import { LAST_OF_KEY } from './plain-groups.ts';
import { NONE } from './plain-messages.ts';
import type { PlainPairs } from './plain-pairs.ts';
import type { TableSizes } from './table-sizes.ts';

/** What is known of one key (requester, PASID or absent, PRGI). */
export class KeyState {
  readonly requester: Requester;
  readonly prgi: number;
  /** Instances opened so far. */
  count = 0;
  /** Those that the reporting task refused or answered itself, or that were never completed, so that no handler had them. */
  undelivered = 0;
  /** Those that the host answered itself after a handler had had them. */
  closedByHost = 0;
  /** Sealed and unanswered, oldest first. */
  readonly pending: PageRequestGroup[] = [];
  /** Closed by the host, as far as the capture tells, and not answered by their handler since (semantics §4). */
  readonly owed: PageRequestGroup[] = [];
  /** An answer that came while both `owner` and `accepted` could be meant: the place of a possible crossing. */
  crossing: Crossing | undefined;
  /** A stop marker with this key, not followed by a request. */
  stopMarker: TraceEvent | undefined;
  /** Slots of the plain group that is open, and of the one that was closed last; only `PlainPairs` touches them. */
  plainOpen = NONE;
  plainLast = NONE;
  /** Found once for plain groups. */
  bond: Bond | undefined;
  pasidState: PasidState | undefined;
  #last: PageRequestGroup | undefined;

  constructor(requester: Requester, prgi: number) {
    this.requester = requester;
    this.prgi = prgi;
  }

  /** The instance that was closed last. */
  get last(): PageRequestGroup | undefined {
    if (this.plainLast !== NONE) this.last = this.requester.plain?.objectOf(this.plainLast);
    return this.#last;
  }

  set last(group: PageRequestGroup | undefined) {
    this.closePlain(NONE);
    this.#last = group;
  }

  /** The gap that left the instance uncertain which was closed last; a plain one has none. */
  get lastGap(): TraceEvent | undefined {
    return this.plainLast === NONE ? this.#last?.gap : undefined;
  }

  /** The handler of the group still owes its answer. */
  owe(group: PageRequestGroup): void {
    this.owed.push(group);
    this.requester.sizes.owed += 1;
  }

  /** The plain group in `slot` was closed last. */
  closePlain(slot: number): void {
    if (this.plainLast !== NONE) this.requester.plain?.groups.release(this.plainLast, LAST_OF_KEY);
    this.plainLast = slot;
    this.#last = undefined;
  }
}

export interface Crossing {
  readonly owner: PageRequestGroup;
  readonly accepted: PageRequestGroup;
  readonly response: TraceEvent;
}

/** Requests that wait for their last one, by `collectingKey`: most kernels look at (requester, PRGI) alone (semantics §2). */
export interface Collecting {
  readonly members: Member[];
  /** Per PASID the first member that came while its key was pending, with the group that it met. */
  readonly reuses: { readonly request: TraceEvent; readonly earlier: PageRequestGroup }[];
}

export interface Member {
  readonly request: TraceEvent;
  /** Generation of the request's own PASID when it came. */
  readonly generation: number;
  /** A gap that may have taken the answer with which the kernel refused the request. */
  readonly gap: TraceEvent | undefined;
}

/** Per-PASID history of a requester. */
export interface PasidState {
  readonly pasid: number;
  generation: number;
  /** An end that no attach, bind or drain has followed yet. */
  hasEnded: boolean;
  /** Newest unregister, unbind, detach or drain. */
  lastEnd: TraceEvent | undefined;
  /** Time of the newest attach or bind, or soon after it: nothing from before it can be in flight then. */
  attachedAt: number | undefined;
  /** The capture shows it from an attach on, before which it had not ended in the capture. */
  isFirstLife: boolean;
  /** Time from which on nothing from before the newest drain can be in flight. */
  settledAt: number | undefined;
}

export interface Requester {
  /** `0000:01:00.0`; `01:00.0` while the segment is unknown; a platform or SMMU name; '' if the log names none. */
  name: string;
  isNamed: boolean;
  iommu: string | undefined;
  readonly requesterId: RequesterId | undefined;
  readonly keys: Map<number, KeyState>;
  readonly collecting: Map<number, Collecting>;
  readonly pasids: Map<number, PasidState>;
  /** Sealed and unanswered groups of all requesters, oldest first. */
  readonly open: OpenGroups;
  /** What there is of all requesters. */
  readonly sizes: TableSizes;
  /** Groups of all requesters that need no object; undefined where all have one. */
  readonly plain?: PlainPairs | undefined;
  /** Sealed and unanswered groups by PRGI. */
  readonly pendingByPrgi: Map<number, PageRequestGroup[]>;
  hasRequests: boolean;
}

/** Key of (PASID or absent, PRGI): an absent PASID and the 0 that prq_report prints for it are one (semantics §2). */
export function keyOf(pasid: number | undefined, prgi: number): number {
  return (pasid ?? 0) * 0x10000 + prgi;
}

export function prgiOfKey(key: number): number {
  return key % 0x10000;
}

export function keyState(requester: Requester, pasid: number | undefined, prgi: number): KeyState {
  const key = keyOf(pasid, prgi);
  const found = requester.keys.get(key);
  if (found !== undefined) return found;
  const created = new KeyState(requester, prgi);
  requester.sizes.keys += 1;
  requester.keys.set(key, created);
  return created;
}

export function pasidState(requester: Requester, pasid: number | undefined): PasidState {
  const number = pasid ?? 0;
  const found = requester.pasids.get(number);
  if (found !== undefined) return found;
  const created: PasidState = {
    pasid: number,
    generation: 0,
    hasEnded: false,
    lastEnd: undefined,
    attachedAt: undefined,
    isFirstLife: false,
    settledAt: undefined,
  };
  requester.sizes.pasids += 1;
  requester.pasids.set(number, created);
  return created;
}

/** The PASID of the group that an answer with this PRGI can be for; undefined where several can, or it has none. */
export function substreamOf(requester: Requester, prgi: number | undefined): Pasid | undefined {
  if (prgi === undefined) return undefined;
  const pending = new Set(requester.pendingByPrgi.get(prgi)?.map(({ pasid }) => pasid));
  if (pending.size > 0) {
    const [one] = pending;
    return pending.size > 1 || one === undefined ? undefined : toPasid(one);
  }
  if (requester.pasids.size > MOST_HOLDERS) return undefined;
  const [only, ...others] = [...requester.pasids.keys()].filter(
    (pasid) => (requester.keys.get(keyOf(pasid, prgi))?.count ?? 0) > 0,
  );
  return only === undefined || only === 0 || others.length > 0 ? undefined : toPasid(only);
}

/** Among more requesters nobody is looked for whose group an unnamed answer could be. */
export const MOST_HOLDERS = 64;

import type { TraceEvent } from '../model/event.ts';
import { busDeviceFunction, type Pasid, type RequesterId, requesterIdOfName, pasid as toPasid } from '../model/ids.ts';
import type { Bond } from './gaps.ts';
import { OpenGroups } from './open-groups.ts';
import type { PageRequestGroup } from './page-request-group.ts';
import { LAST_OF_KEY, NONE } from './plain-groups.ts';
import type { PlainPairs } from './plain-pairs.ts';

/** What is known of one key (requester, PASID or absent, PRGI). */
export class KeyState {
  readonly requester: Requester;
  readonly prgi: number;
  /** Instances opened so far. */
  count = 0;
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
  /** Time of the newest attach or bind: the capture shows the PASID from there on. */
  attachedAt: number | undefined;
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
    settledAt: undefined,
  };
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
const MOST_HOLDERS = 64;

/** Requesters with one requester id, by what else is known of them: device name, IOMMU, both or neither. */
interface SameRid {
  readonly bare: Set<Requester>;
  readonly named: Set<Requester>;
  readonly ofUnit: Set<Requester>;
  readonly complete: Set<Requester>;
}

/**
 * Finds the requester that an event names. `qi_submit` names IOMMU and requester id, `prq_report` the
 * device too, dev_fault the device only, kprobes nothing: those share one requester without a name.
 */
export class RequesterTable {
  readonly #byUnit = new Map<string, Map<number, Requester>>();
  readonly #byName = new Map<string, Requester>();
  readonly #byRid = new Map<RequesterId, SameRid>();
  readonly #all: Requester[] = [];
  /** Sealed and unanswered groups, oldest first. */
  readonly open = new OpenGroups();
  /** Set before the first event. */
  plain: PlainPairs | undefined;
  /** PCI segment of a unit's devices, known once one of them was named. */
  readonly #segments = new Map<string, string>();
  #lastUnit = '';
  #lastUnitMap: Map<number, Requester> | undefined;

  all(): readonly Requester[] {
    return this.#all;
  }

  of(event: TraceEvent): Requester {
    const requester = this.find(event) ?? this.#create(event);
    if (!requester.isNamed && event.device !== undefined) this.#name(requester, event.device);
    if (requester.iommu === undefined && event.iommu !== undefined) this.#join(requester, event.iommu);
    return requester;
  }

  /**
   * The requester of an answer: the one that it names. An answer that names none is for the one device whose group it
   * can be; where several have its key in flight, or none has, it stays without a device.
   */
  ofAnswer(event: TraceEvent): Requester {
    const namesNone = event.device === undefined && ridOf(event) === undefined && event.iommu === undefined;
    if (!namesNone || this.#byName.get('')?.hasRequests === true) return this.of(event);
    return this.#onlyHolder(event) ?? this.of(event);
  }

  #onlyHolder({ pasid, prgi }: TraceEvent): Requester | undefined {
    if (prgi === undefined || this.#all.length > MOST_HOLDERS) return undefined;
    const key = keyOf(pasid, prgi);
    const users = this.#all.filter(({ hasRequests, keys }) => hasRequests && (keys.get(key)?.count ?? 0) > 0);
    const holders = users.filter(({ keys }) => (keys.get(key)?.pending.length ?? 0) > 0);
    const [only, ...others] = holders.length > 0 ? holders : users;
    return others.length === 0 ? only : undefined;
  }

  /** The requester that the event names, if it was seen before. */
  find(event: TraceEvent): Requester | undefined {
    const rid = ridOf(event);
    if (event.iommu !== undefined && rid !== undefined) {
      const found = this.#unit(event.iommu).get(rid);
      if (found !== undefined) return found;
    }
    if (event.device !== undefined) return this.#byName.get(event.device) ?? this.#only(rid, event);
    if (rid !== undefined) return this.#only(rid, event);
    return this.#byName.get('');
  }

  /**
   * The one requester with this id that does not contradict the event; undefined if none or several. Looks at
   * two candidates at most, however many functions share the id.
   */
  #only(rid: RequesterId | undefined, event: TraceEvent): Requester | undefined {
    const known = rid === undefined ? undefined : this.#byRid.get(rid);
    if (known === undefined) return undefined;
    const candidates = [known.bare];
    if (event.device === undefined) candidates.push(known.named);
    if (event.iommu === undefined) candidates.push(known.ofUnit);
    if (event.device === undefined && event.iommu === undefined) candidates.push(known.complete);
    let only: Requester | undefined;
    for (const set of candidates) {
      for (const requester of set) {
        if (only !== undefined) return undefined;
        only = requester;
      }
    }
    return only;
  }

  /** Files the requester under what is known of it, having taken it from where it was. */
  #file(requester: Requester): void {
    if (requester.requesterId === undefined) return;
    let known = this.#byRid.get(requester.requesterId);
    if (known === undefined) {
      known = { bare: new Set(), named: new Set(), ofUnit: new Set(), complete: new Set() };
      this.#byRid.set(requester.requesterId, known);
    }
    for (const set of [known.bare, known.named, known.ofUnit]) set.delete(requester);
    const hasUnit = requester.iommu !== undefined;
    if (requester.isNamed) (hasUnit ? known.complete : known.named).add(requester);
    else (hasUnit ? known.ofUnit : known.bare).add(requester);
  }

  #unit(iommu: string): Map<number, Requester> {
    if (this.#lastUnit === iommu && this.#lastUnitMap !== undefined) return this.#lastUnitMap;
    let unit = this.#byUnit.get(iommu);
    if (unit === undefined) {
      unit = new Map();
      this.#byUnit.set(iommu, unit);
    }
    this.#lastUnit = iommu;
    this.#lastUnitMap = unit;
    return unit;
  }

  #create(event: TraceEvent): Requester {
    const rid = ridOf(event);
    const requester: Requester = {
      name: event.device ?? (rid === undefined ? '' : busDeviceFunction(rid)),
      isNamed: event.device !== undefined,
      iommu: undefined,
      requesterId: rid,
      keys: new Map(),
      collecting: new Map(),
      pasids: new Map(),
      open: this.open,
      plain: this.plain,
      pendingByPrgi: new Map(),
      hasRequests: false,
    };
    this.#all.push(requester);
    this.#file(requester);
    if (requester.isNamed || rid === undefined) this.#byName.set(requester.name, requester);
    return requester;
  }

  #name(requester: Requester, device: string): void {
    requester.name = device;
    requester.isNamed = true;
    this.#byName.set(device, requester);
    this.#file(requester);
    this.#learnSegment(requester);
  }

  /** `qi_submit` has no PCI segment; the unit's other devices give it (semantics §1). */
  #learnSegment(requester: Requester): void {
    if (requester.iommu === undefined || requester.requesterId === undefined) return;
    const known = this.#segments.get(requester.iommu);
    if (requester.isNamed && known === undefined) {
      const end = requester.name.length - ':00:00.0'.length;
      if (end <= 0) return;
      this.#segments.set(requester.iommu, requester.name.slice(0, end));
      for (const other of this.#unit(requester.iommu).values()) this.#learnSegment(other);
      return;
    }
    if (!requester.isNamed && known !== undefined)
      requester.name = `${known}:${busDeviceFunction(requester.requesterId)}`;
  }

  #join(requester: Requester, iommu: string): void {
    requester.iommu = iommu;
    this.#file(requester);
    if (requester.requesterId === undefined) return;
    this.#unit(iommu).set(requester.requesterId, requester);
    this.#learnSegment(requester);
  }
}

function ridOf(event: TraceEvent): RequesterId | undefined {
  return event.requester ?? (event.device === undefined ? undefined : requesterIdOfName(event.device));
}

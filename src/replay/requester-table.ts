import type { TraceEvent } from '../model/event.ts';
import { busDeviceFunction, type RequesterId, requesterIdOfName } from '../model/ids.ts';
import { OpenGroups } from './open-groups.ts';
import type { PlainPairs } from './plain-pairs.ts';
import { keyOf, MOST_HOLDERS, type Requester } from './requester.ts';
import { TableSizes } from './table-sizes.ts';

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
  readonly sizes = new TableSizes();
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
      sizes: this.sizes,
      plain: this.plain,
      pendingByPrgi: new Map(),
      hasRequests: false,
    };
    this.sizes.requesters += 1;
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

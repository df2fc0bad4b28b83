import type { TraceEvent } from '../model/event.ts';
import type { IommuUnit, ReplayContext } from './context.ts';
import { newGroup } from './new-group.ts';
import type { PageRequestGroup } from './page-request-group.ts';
import { isTracedLate } from './reporter.ts';
import {
  type Collecting,
  type KeyState,
  keyOf,
  keyState,
  type Member,
  pasidState,
  prgiOfKey,
  type Requester,
} from './requester.ts';
import { MAX_MEMBERS, MAX_WAITING } from './table-sizes.ts';
import type { UpperHops } from './upper-hops.ts';

/** Collects requests into groups and seals them (semantics §2 "Collecting", §3). */
export class RequestCollector {
  readonly #context: ReplayContext;
  readonly #upperHops: UpperHops;

  constructor(context: ReplayContext, upperHops: UpperHops) {
    this.#context = context;
    this.#upperHops = upperHops;
  }

  /**
   * A request that was not refused, as far as the capture shows: `gap` may have taken its refusal. Returns the
   * group it sealed, if it was the last of one.
   */
  add(requester: Requester, request: TraceEvent, gap: TraceEvent | undefined): PageRequestGroup | undefined {
    requester.hasRequests = true;
    if (request.privateData !== undefined) return this.#sealAlone(requester, request);
    if (!request.isLast) {
      this.#collect(requester, request, gap);
      return undefined;
    }
    return this.#seal(requester, request);
  }

  #collect(requester: Requester, request: TraceEvent, gap: TraceEvent | undefined): void {
    const prgi = request.prgi ?? 0;
    const place = collectingKey(request);
    const { sizes } = requester;
    if (sizes.waiting >= MAX_WAITING) this.#letGoAll();
    let collecting = requester.collecting.get(place);
    if (collecting !== undefined && collecting.members.length >= MAX_MEMBERS) {
      this.#letGo(requester, place);
      collecting = undefined;
    }
    if (collecting === undefined) {
      collecting = { members: [], reuses: [] };
      requester.collecting.set(place, collecting);
    }
    sizes.waiting += 1;
    collecting.members.push({ request, generation: pasidState(requester, request.pasid).generation, gap });
    if (gap !== undefined) return;
    const earlier = newestPending(requester, request.pasid, prgi);
    if (earlier === undefined) return;
    if (!collecting.reuses.some((each) => samePasid(each.request.pasid, request.pasid))) {
      collecting.reuses.push({ request, earlier });
    }
  }

  /**
   * The unit's first traced request, if it waits alone for this one of its key, which was refused: the answer that refused it was
   * traced before it, and the head of the capture cut that off (semantics §3.1, §5).
   */
  takeCutRefusal(requester: Requester, refused: TraceEvent, unit: IommuUnit): TraceEvent | undefined {
    const place = collectingKey(refused);
    const [member, ...others] = requester.collecting.get(place)?.members ?? NO_MEMBERS;
    if (member === undefined || others.length > 0 || unit.isSequenceComplete) return undefined;
    const { request } = member;
    const isFirst = request.time !== undefined && request.time === unit.firstRequestAt;
    if (!isFirst || !isTracedLate(request) || !samePasid(request.pasid, refused.pasid)) return undefined;
    if (this.#upperHops.handedOnAt(request) !== undefined) return undefined;
    requester.collecting.delete(place);
    requester.sizes.waiting -= 1;
    return request;
  }

  /** More than a device can have in flight: they are given up, and what follows begins anew. */
  #letGo(requester: Requester, place: number): void {
    for (const group of this.closePartial(requester, place, 'unknown')) {
      this.#context.emit({
        kind: 'group-closed',
        group,
        isOpenAtEnd: true,
        isAbandoned: false,
        unjudged: 'too-many',
      });
    }
    this.#context.gapAt = this.#context.now;
  }

  /** The same for all, where there are too many of all requesters together. */
  #letGoAll(): void {
    for (const requester of this.#context.requesters.all()) {
      for (const place of [...requester.collecting.keys()]) this.#letGo(requester, place);
    }
  }

  #seal(requester: Requester, last: TraceEvent): PageRequestGroup {
    const prgi = last.prgi ?? 0;
    const collected = requester.collecting.size === 0 ? undefined : requester.collecting.get(collectingKey(last));
    const group = this.#open(requester, last, prgi, undefined);
    if (collected !== undefined) {
      requester.collecting.delete(collectingKey(last));
      requester.sizes.waiting -= collected.members.length;
      for (const { request } of collected.members) {
        group.requests.push(request);
        this.#upperHops.moveTo(group, request);
      }
      group.strangers = strangersOf(requester, collected.members, last);
    }
    group.requests.push(last);
    this.#upperHops.moveTo(group, last);
    this.#observeReuse(group, collected, last);
    this.#markPending(requester, group, last);
    return group;
  }

  /** A last request that was taken for a refused one when it came: what it would have collected is not known any more. */
  sealLate(requester: Requester, request: TraceEvent): PageRequestGroup {
    const group = this.#open(requester, request, request.prgi ?? 0, undefined);
    group.requests.push(request);
    this.#markPending(requester, group, request);
    return group;
  }

  /** A request with private data is a group of its own, last or not (semantics §2). */
  #sealAlone(requester: Requester, request: TraceEvent): PageRequestGroup {
    const group = this.#open(requester, request, request.prgi ?? 0, request.privateData);
    group.requests.push(request);
    this.#markPending(requester, group, request);
    return group;
  }

  #open(requester: Requester, request: TraceEvent, prgi: number, privateData: string | undefined): PageRequestGroup {
    const key = keyState(requester, request.pasid, prgi);
    key.count += 1;
    key.stopMarker = undefined;
    return newGroup(requester, key, request.pasid, prgi, privateData);
  }

  #markPending(requester: Requester, group: PageRequestGroup, last: TraceEvent): void {
    const { key } = group;
    const pasid = pasidState(requester, group.pasid);
    group.state = 'pending';
    group.isSealed = true;
    group.sealedAt = this.#context.hasSeconds ? last.time : undefined;
    group.sealing = this.#context.nextSealing();
    group.generation = pasid.generation;
    this.#observeSharing(requester, group);
    key.pending.push(group);
    requester.open.add(group);
    const byPrgi = requester.pendingByPrgi.get(group.prgi);
    if (byPrgi === undefined) requester.pendingByPrgi.set(group.prgi, [group]);
    else byPrgi.push(group);
  }

  /** FL203: once per new instance and PASID of its members, at the first request that came while the key was pending. */
  #observeReuse(group: PageRequestGroup, collected: Collecting | undefined, last: TraceEvent): void {
    let isReported = false;
    for (const { request, earlier } of collected?.reuses ?? NO_REUSES) {
      isReported ||= samePasid(request.pasid, group.pasid);
      this.#context.emit({ kind: 'reuse-in-flight', earlier, request, later: group });
    }
    const earlier = isReported ? undefined : newestOf(group.key);
    if (earlier !== undefined) this.#context.emit({ kind: 'reuse-in-flight', earlier, request: last, later: group });
  }

  /** FL204; where strangers joined, FL205 stands for it. */
  #observeSharing(requester: Requester, group: PageRequestGroup): void {
    // Lines without a device may be of two functions.
    if (requester.name === '') return;
    const sharing = requester.pendingByPrgi.get(group.prgi) ?? [];
    if (sharing.length === group.key.pending.length) return;
    for (const earlier of sharing) {
      if (samePasid(earlier.pasid, group.pasid) || earlier.gap !== undefined) continue;
      if (hasStrangerOf(group, earlier.pasid) || hasStrangerOf(earlier, group.pasid)) continue;
      this.#context.emit({ kind: 'shared-in-flight', earlier, later: group });
      return;
    }
  }

  /** Ends what a requester was collecting, one row a PASID, because nothing was joined yet. */
  closePartial(
    requester: Requester,
    place: number,
    state: 'discarded' | 'hardware-finished' | 'unknown' | 'collecting',
  ): PageRequestGroup[] {
    const collecting = requester.collecting.get(place);
    requester.collecting.delete(place);
    requester.sizes.waiting -= collecting?.members.length ?? 0;
    const prgi = prgiOfKey(place);
    const groups = new Map<number, PageRequestGroup>();
    for (const member of collecting?.members ?? []) {
      const pasid = member.request.pasid ?? 0;
      let group = groups.get(pasid);
      if (group === undefined) {
        group = this.#open(requester, member.request, prgi, undefined);
        group.key.undelivered += 1;
        group.state = state;
        groups.set(pasid, group);
      }
      group.requests.push(member.request);
      group.generation = member.generation;
      group.gap ??= member.gap;
    }
    for (const { request, earlier } of collecting?.reuses ?? NO_REUSES) {
      const later = groups.get(request.pasid ?? 0);
      if (later !== undefined) this.#context.emit({ kind: 'reuse-in-flight', earlier, request, later });
    }
    return [...groups.values()];
  }
}

/**
 * Where a request waits for its last one: by the PRGI alone. By PASID and PRGI in the AMD driver up to 6.5, and in the kernels
 * up to 5.11 that print dev_fault (semantics §2, log-formats D.4).
 */
export function collectingKey(request: TraceEvent): number {
  const isByPasid = request.probe === 'iommu_handle_ppr_entry' || request.probe === 'dev_fault';
  return keyOf(isByPasid ? request.pasid : undefined, request.prgi ?? 0);
}

/** PASIDs compare with absence as 0, the number that prq_report prints for it. */
export function samePasid(one: number | undefined, other: number | undefined): boolean {
  return (one ?? 0) === (other ?? 0);
}

function newestPending(requester: Requester, pasid: number | undefined, prgi: number): PageRequestGroup | undefined {
  return newestOf(keyState(requester, pasid, prgi));
}

function newestOf({ pending }: KeyState): PageRequestGroup | undefined {
  for (let at = pending.length - 1; at >= 0; at -= 1) {
    const group = pending[at];
    if (group !== undefined && group.gap === undefined && group.privateData === undefined) return group;
  }
  return undefined;
}

function strangersOf(requester: Requester, members: readonly Member[], last: TraceEvent): TraceEvent[] {
  const current = pasidState(requester, last.pasid).generation;
  const strangers: TraceEvent[] = [];
  for (const { request, generation, gap } of members) {
    if (gap !== undefined) continue;
    if (!samePasid(request.pasid, last.pasid) || generation !== current) strangers.push(request);
  }
  return strangers;
}

function hasStrangerOf(group: PageRequestGroup, pasid: number | undefined): boolean {
  return group.strangers.some((stranger) => samePasid(stranger.pasid, pasid));
}

const NO_REUSES: Collecting['reuses'] = [];
const NO_MEMBERS: readonly Member[] = [];

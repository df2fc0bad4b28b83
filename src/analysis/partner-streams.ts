import type { Owner } from '../model/owner.ts';
import type { Requester } from '../replay/requester.ts';
import type { LaneJournal, Partners, StreamJournal } from './lane-journal.ts';
import { pageOf } from './upper-lane.ts';

/** Streams of one PASID of which nothing tells which are the same in the two lanes: they have no partners. */
export interface UndecidedStreams {
  readonly below: readonly StreamJournal[];
  readonly above: readonly StreamJournal[];
}

/**
 * Which streams of two lanes are the same. PASIDs are those of the owners file, or else the same numbers on both
 * sides; a guest calls its devices as it likes. Where several devices have a PASID of one number, pages that both lanes
 * saw decide, then the owners file, then the devices' names; what they leave open has no partner.
 */
export function partnersOf(
  base: LaneJournal,
  upper: LaneJournal,
  owners: readonly Owner[],
): { readonly partners: Partners; readonly undecided: readonly UndecidedStreams[] } {
  const lower = new Map<number, StreamJournal[]>();
  for (const stream of base.streams()) {
    const pasid = pasidAbove(stream, upper, owners);
    if (pasid === undefined) continue;
    const same = lower.get(pasid) ?? [];
    same.push(stream);
    lower.set(pasid, same);
  }
  const higher = new Map<number, StreamJournal[]>();
  for (const stream of upper.streams()) {
    const same = higher.get(stream.pasid) ?? [];
    same.push(stream);
    higher.set(stream.pasid, same);
  }
  const partners = new Map<StreamJournal, StreamJournal>();
  const undecided: UndecidedStreams[] = [];
  for (const [pasid, streams] of lower) {
    const rest = pairUp(streams, higher.get(pasid) ?? [], upper, owners, partners);
    if (rest.below.length > 0 && rest.above.length > 0) undecided.push(rest);
  }
  return { partners, undecided };
}

/** A guest has PASIDs of its own if the owners file says so, and then no others. */
function pasidAbove(stream: StreamJournal, upper: LaneJournal, owners: readonly Owner[]): number | undefined {
  const own = owners.filter((each) => each.owner === upper.laneName && each.guestPasid !== undefined);
  if (own.length === 0) return stream.pasid;
  return own.find((each) => isRowOf(each, stream))?.guestPasid;
}

function pairUp(
  lower: readonly StreamJournal[],
  higher: readonly StreamJournal[],
  upper: LaneJournal,
  owners: readonly Owner[],
  partners: Map<StreamJournal, StreamJournal>,
): UndecidedStreams {
  const below = new Set(lower);
  const above = new Set(higher);
  const pair = (one: StreamJournal, other: StreamJournal): void => {
    partners.set(one, other);
    below.delete(one);
    above.delete(other);
  };
  const pages = new Map([...lower, ...higher].map((stream) => [stream, pagesOf(stream)]));
  const common = (one: StreamJournal, other: StreamJournal): number => inBoth(pages.get(one), pages.get(other));
  for (const [one, other] of bestOfBoth(lower, higher, common)) pair(one, other);
  const { laneName } = upper;
  if (laneName !== undefined) {
    for (const stream of below) {
      const row = owners.find((each) => isRowOf(each, stream));
      if (row === undefined || row.owner === laneName) continue;
      // Another owner's PASID: if the lane has one of its own with this number, it shows that.
      if (owners.some((each) => each.owner === laneName && each.pasid === stream.pasid)) below.delete(stream);
    }
  }
  const isNamesake = (one: StreamJournal, other: StreamJournal): number =>
    one.requester.name === other.requester.name ? 1 : 0;
  if (below.size > 1 || above.size > 1) {
    for (const [one, other] of bestOfBoth([...below], [...above], isNamesake)) pair(one, other);
  }
  const [one, ...others] = below;
  const [other, ...more] = above;
  if (one !== undefined && other !== undefined && others.length === 0 && more.length === 0) pair(one, other);
  return { below: [...below], above: [...above] };
}

/** Pairs that score higher with each other than with anybody else. */
function bestOfBoth(
  lower: readonly StreamJournal[],
  higher: readonly StreamJournal[],
  score: (one: StreamJournal, other: StreamJournal) => number,
): [StreamJournal, StreamJournal][] {
  const best = (
    candidates: readonly StreamJournal[],
    of: (each: StreamJournal) => number,
  ): StreamJournal | undefined => {
    let found: StreamJournal | undefined;
    let most = 0;
    for (const each of candidates) {
      const own = of(each);
      if (own > most) [found, most] = [each, own];
      else if (own === most) found = undefined;
    }
    return found;
  };
  return lower.flatMap((one) => {
    const other = best(higher, (each) => score(one, each));
    if (other === undefined || best(lower, (each) => score(each, other)) !== one) return [];
    return [[one, other] as [StreamJournal, StreamJournal]];
  });
}

/** True if any page was seen in both lanes under the same key: where none was, addresses say nothing. */
export function haveSamePages(partners: Partners): boolean {
  for (const [one, other] of partners) if (inBoth(pagesOf(one), pagesOf(other)) > 0) return true;
  return false;
}

/** PRGI and page of each group: a message keeps both on its way. */
function pagesOf(stream: StreamJournal): Set<string> {
  const pages = new Set<string>();
  for (const [prgi, { groups }] of stream.keys) {
    for (const group of groups) {
      const page = pageOf(group);
      if (page !== undefined) pages.add(`${prgi}/${page}`);
    }
  }
  return pages;
}

function inBoth(one: ReadonlySet<string> = new Set(), other: ReadonlySet<string> = new Set()): number {
  let count = 0;
  for (const page of one) if (other.has(page)) count += 1;
  return count;
}

function isRowOf(row: Owner, { requester, pasid }: StreamJournal): boolean {
  return row.pasid === pasid && isDevice(row.device, requester);
}

/** A device whose PCI segment the capture does not show is known by the rest of its name. */
export function isDevice(name: string, requester: Requester): boolean {
  return (
    name === requester.name || (requester.name !== '' && !requester.isNamed && name.endsWith(`:${requester.name}`))
  );
}

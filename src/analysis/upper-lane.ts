import { addressOf, type TraceEvent } from '../model/event.ts';
import type { Owner } from '../model/owner.ts';
import { NS_PER_MS } from '../model/time.ts';
import { lastRequestOf, type PageRequestGroup } from '../replay/page-request-group.ts';
import { type ClockAlignment, toBase } from './clock-alignment.ts';
import type { LaneJournal } from './lane-journal.ts';

/** prq_report is written after the request was handed on, by a thread that may lose its CPU in between (semantics §3.1: seen up to 68 ms). */
const REPORT_SLACK_NS = 100 * NS_PER_MS;
/** Low bits of an address that some dialects print with the page. */
const PAGE_SHIFT = 12;
const PAGE_DIGITS = 3;
/** Hexadecimal digits that a number holds exactly. */
const SAFE_DIGITS = 13;

/** A lane above the base lane, and how its clock stands to the base's. */
export interface UpperLane {
  readonly journal: LaneJournal;
  readonly clock: ClockAlignment;
  /** Both lanes print the pages' addresses alike: a message keeps its page on the way. */
  readonly hasSamePages: boolean;
}

/** What an upper lane surely recorded, in nanoseconds of the base lane. */
export interface Coverage {
  readonly pasids: ReadonlySet<number>;
  readonly from: number;
  readonly to: number;
}

/**
 * The key's number in an upper lane. A guest has PASIDs of its own if the owners file says so, and then no others;
 * without, the numbers are the same on both sides. -1: none.
 */
export function upperKey(key: number, upper: LaneJournal, owners: readonly Owner[]): number {
  const pasid = pasidOf(key);
  const own = owners.filter((each) => each.owner === upper.laneName && each.guestPasid !== undefined);
  if (own.length === 0) return key;
  const guestPasid = own.find((each) => each.pasid === pasid)?.guestPasid;
  return guestPasid === undefined ? -1 : guestPasid * 0x10000 + (key % 0x10000);
}

export function pasidOf(key: number): number {
  return Math.floor(key / 0x10000);
}

/** First and last message of an upper lane, and its PASIDs. */
export function coverageOf(lane: UpperLane): Coverage {
  const pasids = new Set<number>();
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  const note = ({ time }: TraceEvent): void => {
    if (time === undefined) return;
    first = Math.min(first, time);
    last = Math.max(last, time);
  };
  for (const [key, { groups, answers }] of lane.journal.keys) {
    pasids.add(pasidOf(key));
    for (const group of groups) group.requests.forEach(note);
    for (const { event } of answers) note(event);
  }
  return { pasids, from: toBase(lane.clock, first).to, to: toBase(lane.clock, last).from };
}

/** Base time in the middle of what the clock allows. */
export function middle(lane: UpperLane, event: TraceEvent | undefined): number {
  const { from, to } = toBase(lane.clock, event?.time ?? 0);
  if (Number.isFinite(from) && Number.isFinite(to)) return (from + to) / 2;
  return Number.isFinite(from) ? from : to;
}

/** Earliest time at which the group's last request can have been handed on; undefined without a clock. */
export function sentFrom(group: PageRequestGroup): number | undefined {
  const last = lastRequestOf(group);
  if (last?.time === undefined || last.probe !== 'prq_report') return last?.time;
  const hop = group.upperHops.find((each) => each.kind === 'page-request' && each.isLast);
  return Math.max(last.time - REPORT_SLACK_NS, hop?.time ?? Number.NEGATIVE_INFINITY);
}

/** Page number of the group's last request; undefined where the log has no address. */
export function pageOf(group: PageRequestGroup): number | undefined {
  const last = lastRequestOf(group);
  if (last?.addressDigits === undefined) return undefined;
  const { addressDigits: digits, addressShift: shift } = last;
  const ofPage = shift === PAGE_SHIFT ? digits : shift === 0 ? digits.slice(0, -PAGE_DIGITS) || '0' : undefined;
  if (ofPage !== undefined && ofPage.length <= SAFE_DIGITS) return Number.parseInt(ofPage, 16);
  const address = addressOf(last);
  return address === undefined ? undefined : Number(address >> BigInt(PAGE_SHIFT));
}

/** True if any page was seen in both lanes under the same key: where none was, addresses say nothing. */
export function haveSamePages(base: LaneJournal, upper: LaneJournal, owners: readonly Owner[]): boolean {
  for (const [key, own] of base.keys) {
    const above = upper.keys.get(upperKey(key, upper, owners));
    if (above === undefined) continue;
    const pages = new Set(above.groups.map(pageOf));
    if (own.groups.some((group) => pageOf(group) !== undefined && pages.has(pageOf(group)))) return true;
  }
  return false;
}

import { addressOf, type TraceEvent } from '../model/event.ts';
import { NS_PER_MS } from '../model/time.ts';
import { lastRequestOf, type PageRequestGroup } from '../replay/page-request-group.ts';
import { type ClockAlignment, toBase } from './clock-alignment.ts';
import type { LaneJournal, Partners } from './lane-journal.ts';

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
  readonly partners: Partners;
  readonly clock: ClockAlignment;
  /** Both lanes print the pages' addresses alike: a message keeps its page on the way. */
  readonly hasSamePages: boolean;
}

/** What an upper lane surely recorded, in nanoseconds of the base lane. */
export interface Coverage {
  readonly from: number;
  readonly to: number;
}

/** First and last message of an upper lane. */
export function coverageOf(lane: UpperLane): Coverage {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  const note = ({ time }: TraceEvent): void => {
    if (time === undefined) return;
    first = Math.min(first, time);
    last = Math.max(last, time);
  };
  for (const { groups, answers } of lane.journal.keys()) {
    for (const group of groups) group.requests.forEach(note);
    for (const { event } of answers) note(event);
  }
  return { from: toBase(lane.clock, first).to, to: toBase(lane.clock, last).from };
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

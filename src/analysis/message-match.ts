import type { TraceEvent } from '../model/event.ts';
import { NS_PER_SECOND } from '../model/time.ts';
import type { PageRequestGroup } from '../replay/page-request-group.ts';
import { toBase } from './clock-alignment.ts';
import type { UpperAnswer, UpperGroup } from './journey.ts';
import { pageOf } from './upper-lane.ts';

/** Delays above this count alike when pairings are compared. */
const LONG_DELAY_NS = 10 * NS_PER_SECOND;

/** A page keeps its address on the way, as far as both lanes show it. */
export function canBeSamePage(sent: PageRequestGroup, received: UpperGroup): boolean {
  if (!received.lane.hasSamePages) return true;
  const page = pageOf(sent);
  const same = pageOf(received.group);
  return page === undefined || same === undefined || page === same;
}

/** Its success or failure stays on the way, and it arrives after it was given. */
export function canBeSameAnswer({ lane, answer }: UpperAnswer, below: TraceEvent): boolean {
  if (isSuccess(answer.event) !== isSuccess(below)) return false;
  if (below.time === undefined || answer.event.time === undefined) return true;
  return toBase(lane.clock, answer.event.time).from <= below.time;
}

export function delayCost(delay: number): number {
  return 0.4 * Math.min(1, Math.max(0, Math.abs(delay)) / LONG_DELAY_NS);
}

export function isSuccess(event: TraceEvent): boolean {
  return event.code === 'success';
}

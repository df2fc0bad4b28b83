import type { Lane } from '../model/lane.ts';
import { NS_PER_SECOND } from '../model/time.ts';

/** What one matched message says of the offset that turns the other lane's times into the base lane's. */
export interface OffsetBound {
  /** Time on the other lane's clock. */
  readonly at: number;
  /** `atLeast`: a request cannot arrive before it was sent. `atMost`: an answer cannot arrive before it was given. */
  readonly kind: 'atLeast' | 'atMost';
  readonly offset: number;
}

/**
 * Offset of a lane's clock against the base lane's, as an interval that may move with time:
 * base time = lane time + offset, offset in [low, high] + rate × lane time.
 */
export interface ClockAlignment {
  readonly source: 'stated' | 'common' | 'estimated';
  /** Nanoseconds at lane time 0; infinite where no message bounds that side. */
  readonly low: number;
  readonly high: number;
  /** Nanoseconds a nanosecond: how much faster the base clock runs. */
  readonly rate: number;
}

export const COMMON_CLOCK: ClockAlignment = { source: 'common', low: 0, high: 0, rate: 0 };

/** Trace clocks that read the processor's counter, which a guest may see as it is. */
const CPU_CLOCKS: ReadonlySet<string> = new Set(['x86-tsc', 'tsc2nsec']);

/**
 * Whether two lanes that declare a trace clock of one name can have one clock (semantics §7). Lanes of one kernel do, whichever
 * it is. A guest has clocks of its own but for the processor's counter, which its hypervisor may still shift: there some message
 * must have shown that it did not, `isSeen`.
 */
export function isOneClock(clock: string, one: Lane, other: Lane, isSeen: boolean): boolean {
  if (one !== 'guest' && other !== 'guest') return true;
  return one === other ? false : CPU_CLOCKS.has(clock) && isSeen;
}

/** Two clocks of one machine room differ by less than this rate (200 ppm); more is a mismatch of messages. */
const MAX_RATE = 200e-6;
/** Below this span a drift cannot be told from noise. */
const MIN_SPAN_FOR_DRIFT = 10 * NS_PER_SECOND;
const STEPS = 60;

/** Earliest and latest base time that a lane time can stand for. */
export function toBase(alignment: ClockAlignment, time: number): { readonly from: number; readonly to: number } {
  const drift = alignment.rate * time;
  return { from: time + alignment.low + drift, to: time + alignment.high + drift };
}

/**
 * The offsets that all bounds allow (semantics §7), with a drift rate only where no constant offset does.
 * Undefined: no offset and no believable drift satisfies them, or there is no bound at all (FL905).
 */
export function estimate(bounds: readonly OffsetBound[]): ClockAlignment | undefined {
  if (bounds.length === 0) return undefined;
  const constant = intervalAt(bounds, 0);
  if (constant.low <= constant.high) return { source: 'estimated', ...constant, rate: 0 };
  if (spanOf(bounds) < MIN_SPAN_FOR_DRIFT) return undefined;
  const rate = widestRate(bounds);
  const moved = intervalAt(bounds, rate);
  return moved.low <= moved.high ? { source: 'estimated', ...moved, rate } : undefined;
}

/** Nanoseconds between the first and the last bound; there may be too many to pass as arguments. */
function spanOf(bounds: readonly OffsetBound[]): number {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { at } of bounds) {
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  return last - first;
}

/** The interval's width is concave in the rate: a ternary search finds the widest. */
function widestRate(bounds: readonly OffsetBound[]): number {
  const width = (rate: number): number => {
    const { low, high } = intervalAt(bounds, rate);
    return high - low;
  };
  let from = -MAX_RATE;
  let to = MAX_RATE;
  for (let step = 0; step < STEPS; step += 1) {
    const left = from + (to - from) / 3;
    const right = to - (to - from) / 3;
    if (width(left) < width(right)) from = left;
    else to = right;
  }
  return (from + to) / 2;
}

function intervalAt(bounds: readonly OffsetBound[], rate: number): { readonly low: number; readonly high: number } {
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  for (const { at, kind, offset } of bounds) {
    const constant = offset - rate * at;
    if (kind === 'atLeast') low = Math.max(low, constant);
    else high = Math.min(high, constant);
  }
  return { low, high };
}

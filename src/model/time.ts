declare const brand: unique symbol;

/** Integer nanoseconds, relative to the epoch of the capture's clock; exact for 104 days. */
export type Nanoseconds = number & { readonly [brand]: 'Nanoseconds' };

export const nanoseconds = (value: number): Nanoseconds => value as Nanoseconds;

export const NS_PER_SECOND = 1_000_000_000;
export const NS_PER_MS = 1_000_000;

/**
 * What a clock's numbers mean. `seconds`: timeouts and latencies can be judged.
 * `ticks`: a raw count (`counter`, `x86-tsc`): only the order is known.
 * `steps`: the numbered steps of a ladder, a second of relative time each: only the order is known.
 * `none`: the lines carry no time.
 */
export type ClockUnit = 'seconds' | 'ticks' | 'steps' | 'none';

/**
 * A clock's origin and the digits that its lines print after the point. Times relative to it stay
 * exact in a `number` even for wall clocks.
 */
export interface ClockScale {
  readonly unit: ClockUnit;
  /** Whole seconds (or ticks) that relative time 0 stands for. */
  readonly epoch: number;
  /** 0 to 9. */
  readonly digits: number;
}

/** Seconds on the capture's clock with the digits that the capture has, e.g. `1234.567890`. */
export function formatTime(time: Nanoseconds, scale: ClockScale): string {
  if (scale.unit === 'ticks') return String(scale.epoch + time);
  const whole = Math.floor(time / NS_PER_SECOND);
  const fraction = time - whole * NS_PER_SECOND;
  const seconds = String(scale.epoch + whole);
  if (scale.digits === 0) return seconds;
  return `${seconds}.${String(fraction).padStart(9, '0').slice(0, scale.digits)}`;
}

/** A duration for people: `15 ns`, `1.25 ms`, `10 s`. */
export function formatDuration(ns: number): string {
  const size = Math.abs(ns);
  if (size < 1_000) return `${ns} ns`;
  if (size < NS_PER_MS) return `${trim(ns / 1_000)} µs`;
  if (size < NS_PER_SECOND) return `${trim(ns / NS_PER_MS)} ms`;
  return `${trim(ns / NS_PER_SECOND)} s`;
}

/** What is added to times, in seconds to the nanosecond: `+1.25 s`, `-50.101902 s`. */
export function formatOffset(ns: number): string {
  return `${ns < 0 ? '-' : '+'}${Number((Math.abs(ns) / NS_PER_SECOND).toFixed(9))} s`;
}

function trim(value: number): string {
  return String(Number.parseFloat(value.toPrecision(4)));
}

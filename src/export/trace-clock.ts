import { laneShift } from '../model/lane-shift.ts';
import type { Result } from '../model/result.ts';
import type { ClockUnit } from '../model/time.ts';

const NS_DIGITS = 9;
/** A ladder's steps have no length; a millisecond each can be looked at. */
const STEP_NS = 1_000_000n;

/** From the times of a result to nanoseconds on the clock of the lowest lane, as far as it is known. */
export class TraceClock {
  readonly #units: readonly ClockUnit[];
  readonly #shifts: readonly bigint[];

  constructor(result: Result, units: readonly ClockUnit[]) {
    this.#units = units;
    this.#shifts = result.inputs.map((input) => laneShift(input, result) ?? 0n);
  }

  /** Undefined where the line has no time. */
  nanoseconds(at: { readonly input: number; readonly time?: string }): bigint | undefined {
    if (at.time === undefined) return undefined;
    return clockNanoseconds(at.time, this.#units[at.input] ?? 'seconds') + (this.#shifts[at.input] ?? 0n);
  }
}

/** A printed time in nanoseconds of its clock; ticks are taken for nanoseconds, steps for milliseconds. */
export function clockNanoseconds(time: string, unit: ClockUnit): bigint {
  const [whole = '0', fraction = ''] = time.split('.');
  if (unit === 'ticks') return BigInt(whole);
  if (unit === 'steps') return BigInt(whole) * STEP_NS;
  const negative = whole.startsWith('-');
  const size = BigInt(whole.replace('-', '')) * 1_000_000_000n + BigInt(fraction.padEnd(NS_DIGITS, '0'));
  return negative ? -size : size;
}

import { BaseClock } from '../model/base-clock.ts';
import type { Result } from '../model/result.ts';
import { type ClockScale, type ClockUnit, NS_PER_SECOND } from '../model/time.ts';

const NS_DIGITS = 9;
/** A ladder's steps have no length; a millisecond each can be looked at. */
const STEP_NS = 1_000_000n;

/** From the times of a result to nanoseconds on the clock of the lowest lane, as far as it is known. */
export class TraceClock {
  readonly #inputs: Result['inputs'];
  readonly #scales: readonly ClockScale[];
  readonly #base: BaseClock;

  constructor({ inputs, clocks = [] }: Result, scales: readonly ClockScale[]) {
    this.#inputs = inputs;
    this.#scales = scales;
    this.#base = new BaseClock(clocks);
  }

  /** Undefined where the line has no time. */
  nanoseconds(at: { readonly input: number; readonly time?: string }): bigint | undefined {
    if (at.time === undefined) return undefined;
    const { unit, epoch } = this.#scales[at.input] ?? NO_SCALE;
    const time = clockNanoseconds(at.time, unit);
    const lane = this.#inputs[at.input];
    if (lane === undefined) return time;
    const sinceEpoch = Number(time - BigInt(epoch) * (unit === 'seconds' ? BigInt(NS_PER_SECOND) : 1n));
    return time + BigInt(this.#base.shiftAt(lane, sinceEpoch) ?? 0);
  }
}

const NO_SCALE: ClockScale = { unit: 'seconds', epoch: 0, digits: NS_DIGITS };

/** A printed time in nanoseconds of its clock; ticks are taken for nanoseconds, steps for milliseconds. */
export function clockNanoseconds(time: string, unit: ClockUnit): bigint {
  const [whole = '0', fraction = ''] = time.split('.');
  if (unit === 'ticks') return BigInt(whole);
  if (unit === 'steps') return BigInt(whole) * STEP_NS;
  const negative = whole.startsWith('-');
  const size = BigInt(whole.replace('-', '')) * 1_000_000_000n + BigInt(fraction.padEnd(NS_DIGITS, '0'));
  return negative ? -size : size;
}

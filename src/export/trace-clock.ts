import type { InputSummary, Result } from '../model/result.ts';
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
    this.#shifts = result.inputs.map((input) => shiftOf(input, result));
  }

  /** Undefined where the line has no time. */
  nanoseconds(at: { readonly input: number; readonly time?: string }): bigint | undefined {
    if (at.time === undefined) return undefined;
    return clockNanoseconds(at.time, this.#units[at.input] ?? 'seconds') + (this.#shifts[at.input] ?? 0n);
  }
}

/** The middle of what is known of a lane's offset; 0 where its clock stands alone. */
function shiftOf(input: InputSummary, { clocks = [] }: Result): bigint {
  const clock = clocks.find(({ lane, laneName }) => lane === input.lane && laneName === input.laneName);
  if (clock === undefined) return 0n;
  const low = clock.lowNs ?? clock.highNs ?? 0;
  const high = clock.highNs ?? low;
  return BigInt(Math.round((low + high) / 2));
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

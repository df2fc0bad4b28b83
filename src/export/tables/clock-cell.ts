import { type ClockScale, NS_PER_SECOND } from '../../model/time.ts';

/** What is known of the clock of an input. */
export type ScaleOf = (input: number) => ClockScale | undefined;

/** A time in nanoseconds (or ticks) of the capture's clock, as a number where that is exact. */
export function clockCell(time: number | undefined, scale: ClockScale | undefined): number | bigint | undefined {
  if (time === undefined || scale === undefined || scale.unit === 'none') return undefined;
  const unit = scale.unit === 'ticks' ? 1 : NS_PER_SECOND;
  const sum = scale.epoch * unit + time;
  return Number.isSafeInteger(sum) ? sum : BigInt(scale.epoch) * BigInt(unit) + BigInt(time);
}

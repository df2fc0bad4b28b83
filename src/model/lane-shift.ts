import type { InputSummary, Result } from './result.ts';

/**
 * What is added to a time of an input to have it on the clock of the lowest lane, in nanoseconds: the middle of what is known of
 * its lane's offset. Undefined where nothing is known: the lane's clock stands alone, or is the lowest lane's own.
 */
export function laneShift(input: InputSummary, { clocks = [] }: Result): bigint | undefined {
  const clock = clocks.find(({ lane, laneName }) => lane === input.lane && laneName === input.laneName);
  if (clock === undefined || (clock.lowNs === undefined && clock.highNs === undefined)) return undefined;
  const low = clock.lowNs ?? clock.highNs ?? 0;
  const high = clock.highNs ?? low;
  return BigInt(Math.round((low + high) / 2));
}

import { expect, test } from 'vitest';
import { TraceClock } from '../../src/export/trace-clock.ts';
import { BaseClock } from '../../src/model/base-clock.ts';
import type { ClockOffset } from '../../src/model/result.ts';
import { sampleResult } from '../report/sample-result.ts';

const GUEST = { lane: 'guest', laneName: 'vm1' } as const;
const DRIFTING: ClockOffset = { ...GUEST, source: 'estimated', lowNs: 1_000, highNs: 5_000, ratePpm: 100 };

test('the latest offset is taken, and what the clock drifted since its epoch', () => {
  const clock = new BaseClock([DRIFTING]);
  expect(clock.shiftAt(GUEST, 0)).toBe(5_000);
  expect(clock.shiftAt(GUEST, 2e9)).toBe(5_000 + 200_000);
  expect(clock.shiftAt({ lane: 'host' }, 2e9)).toBeUndefined();
  expect(new BaseClock([{ ...GUEST, source: 'estimated', lowNs: 7 }]).shiftAt(GUEST, 0)).toBe(7);
  expect(new BaseClock([{ ...GUEST, source: 'estimated' }]).shiftAt(GUEST, 0)).toBeUndefined();
});

test('an exported time has the same clock', () => {
  const [input] = sampleResult().inputs;
  if (input === undefined) throw new Error('no input');
  const result = sampleResult({ inputs: [input, { ...input, ...GUEST }], clocks: [DRIFTING] });
  const scales = [
    { unit: 'seconds', epoch: 100, digits: 6 },
    { unit: 'seconds', epoch: 100, digits: 6 },
  ] as const;
  const clock = new TraceClock(result, scales);
  expect(clock.nanoseconds({ input: 0, time: '102.000000' })).toBe(102_000_000_000n);
  expect(clock.nanoseconds({ input: 1, time: '102.000000' })).toBe(102_000_205_000n);
  expect(clock.nanoseconds({ input: 1 })).toBeUndefined();
});

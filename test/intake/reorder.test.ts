import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_TIME, ReorderBuffer } from '../../src/intake/reorder.ts';
import { newEvent, type TraceEvent } from '../../src/model/event.ts';
import { nanoseconds } from '../../src/model/time.ts';

function at(time: number | undefined, sequence: number): TraceEvent {
  const event = newEvent('fault', 'fake', 'none');
  event.time = time === undefined ? undefined : nanoseconds(time);
  event.sequence = sequence;
  return event;
}

function order(
  times: readonly (number | undefined)[],
  windowNs: number,
  capacity: number,
): { out: TraceEvent[]; late: number[] } {
  const buffer = new ReorderBuffer<TraceEvent>(windowNs, capacity);
  const out: TraceEvent[] = [];
  const late = times.map((time, index) => {
    const backwards = buffer.push(at(time, index), time ?? NO_TIME);
    if (buffer.isFull) out.push(...buffer.release());
    return backwards;
  });
  out.push(...buffer.release(true));
  return { out, late };
}

test('what is out of order within the window and the capacity comes out as a stable sort', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { maxLength: 200 }), (jitter) => {
      const times = jitter.map((delay, index) => index * 10 - delay);
      const { out, late } = order(times, 40, 4);
      const sorted = times.map((time, index) => at(time, index)).sort((a, b) => (a.time ?? 0) - (b.time ?? 0));
      expect(out.map((event) => event.sequence)).toEqual(sorted.map((event) => event.sequence));
      expect(late.every((backwards) => backwards === 0)).toBe(true);
    }),
    { seed: 20_261_123, numRuns: 500 },
  );
});

test('what runs back by more than the window is late and stands behind what is older than the window', () => {
  const { out, late } = order([100, 200, 50, 201, 60, 160], 50, 100);
  expect(out.map((event) => event.time)).toEqual([100, 50, 60, 160, 200, 201]);
  expect(late).toEqual([0, 0, 150, 0, 141, 0]);
});

test('beyond the capacity an event that is younger than the window can be late too', () => {
  const { out, late } = order([1, 2, 3, 4, 1], 1000, 2);
  expect(out.map((event) => event.sequence)).toEqual([0, 1, 4, 2, 3]);
  expect(late).toEqual([0, 0, 0, 0, 3]);
});

test('events without a time keep their order', () => {
  const { out } = order([undefined, undefined, undefined, undefined, undefined], 10, 1);
  expect(out.map((event) => event.sequence)).toEqual([0, 1, 2, 3, 4]);
});

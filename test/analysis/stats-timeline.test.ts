import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StatsTimeline } from '../../src/analysis/stats-timeline.ts';

describe('timeline of stats', () => {
  test('depth of two groups that overlap', () => {
    const timeline = new StatsTimeline();
    timeline.cover(0);
    timeline.addGroup(100, 700, true);
    timeline.addGroup(300, 900, true);
    timeline.cover(1000);
    const [step] = timeline.depths(1);
    expect(step?.mean).toBeCloseTo(1.2);
    expect(timeline.steps).toEqual([expect.objectContaining({ groups: 2, answers: 2, rise: 0 })]);
  });

  test('a group that stays open is in flight to the end, not beyond', () => {
    const timeline = new StatsTimeline();
    timeline.cover(0);
    timeline.addGroup(500, undefined, false);
    timeline.cover(1000);
    expect(timeline.depths(1)).toEqual([{ mean: 0.5, peak: 1 }]);
  });

  test('any order gives the same sums, in bounded memory, and the mean depth is exact', () => {
    const group = fc.record({ sealed: fc.nat(10_000_000), flight: fc.nat(3_000_000) });
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 60 }), (groups) => {
        const timeline = new StatsTimeline();
        for (const { sealed, flight } of groups) timeline.addGroup(sealed, sealed + flight, true);
        expect(timeline.steps.length).toBeLessThanOrEqual(4096);
        expect(timeline.steps.reduce((sum, step) => sum + step.groups, 0)).toBe(groups.length);
        expect(timeline.steps.reduce((sum, step) => sum + step.answers, 0)).toBe(groups.length);
        expect(timeline.steps.reduce((sum, step) => sum + step.rise, 0)).toBe(0);
        const [all] = timeline.depths(timeline.steps.length);
        const flightNs = groups.reduce((sum, { flight }) => sum + flight, 0);
        const spanNs = timeline.last - (timeline.start ?? 0);
        expect(all?.mean ?? 0).toBeCloseTo(spanNs === 0 ? 0 : flightNs / spanNs, 6);
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});

import { describe, expect, test } from 'vitest';
import { registry } from '../../parsers/registry.ts';
import { collectStats } from '../../src/analysis/stats.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import type { Capture } from '../../src/store/capture.ts';
import { fixturePaths, inputsOf, readTwice } from './read-fixture.ts';

const PATHS = fixturePaths(['pri/pri-intel-handler-7.2.13', 'amd-vi', 'ladder']);

/** Going from mark to mark, from before the first row and back. */
function walk({ marks, events }: Capture, severity: 'error' | 'warning' | 'note') {
  const there: number[] = [];
  for (let mark = marks.next(-1, severity, 1); mark !== undefined; mark = marks.next(mark.row, severity, 1))
    there.push(mark.row);
  const back: number[] = [];
  for (let mark = marks.next(events.count, severity, -1); mark !== undefined; mark = marks.next(mark.row, severity, -1))
    back.push(mark.row);
  return { there, back };
}

describe('findings and the events that they rest on', () => {
  for (const path of PATHS) {
    test(path, async () => {
      const { capture } = await readTwice([path]);
      const { events, findings, marks } = capture;
      const rowsOf = (input: number, line: number): number[] =>
        Array.from({ length: events.count }, (_, row) => row).filter((row) => {
          const event = events.view(row);
          return event?.input === input && event.line === line;
        });
      for (const severity of ['error', 'warning', 'note'] as const) {
        const rows = findings.flatMap(({ evidence: [first], severity: own }) =>
          first === undefined || own !== severity ? [] : rowsOf(first.input, first.line).slice(0, 1),
        );
        const expected = [...new Set(rows)].sort((a, b) => a - b);
        const { there, back } = walk(capture, severity);
        expect(there).toEqual(expected);
        expect(back).toEqual(expected.toReversed());
        expect(marks.count(severity, 0, events.count)).toBe(rows.length);
      }
      for (const [finding, { evidence }] of findings.entries()) {
        for (const { input, line, role } of evidence) {
          for (const row of rowsOf(input, line))
            expect(marks.of(row)).toContainEqual(expect.objectContaining({ row, finding, role }));
        }
      }
    });
  }
});

describe('latencies by device and PASID are those of stats', () => {
  for (const path of PATHS) {
    test(path, async () => {
      const { capture } = await readTwice([path]);
      const filter = { isCounted: () => true, isTimed: false };
      const { stats } = await collectStats(inputsOf([path]), registry, filter, { limits: DEFAULT_LIMITS });
      const { groups } = capture;
      const streams = capture.streams.map(({ minRow, maxRow, device, pasid, ...rest }) => {
        if (rest.latency !== undefined) {
          expect(minRow === undefined ? undefined : groups.view(minRow)?.latencyNs).toBe(rest.latency.minNs);
          expect(maxRow === undefined ? undefined : groups.view(maxRow)?.latencyNs).toBe(rest.latency.maxNs);
        }
        return { ...rest, ...(device !== '' && { device }), ...(pasid !== undefined && { pasid }) };
      });
      const expected = stats.streams.map(({ groupsPerSecond: _, ...stream }) => ({
        ...stream,
        latency: stream.latency,
      }));
      const name = ({ device, pasid, lane }: { device?: string; pasid?: number; lane: string }): string =>
        `${device}/${pasid}/${lane}`;
      const byName = (a: Parameters<typeof name>[0], b: Parameters<typeof name>[0]): number =>
        name(a) < name(b) ? -1 : 1;
      expect(streams.sort(byName)).toEqual(expected.sort(byName));
    });
  }

  test('the timeline peaks where stats do', async () => {
    const path = 'pri/pri-intel-handler-7.2.13/h02-answered-twice.txt';
    const { capture } = await readTwice([path]);
    const { span } = capture.timeline;
    expect(span).toBeDefined();
    if (span === undefined) return;
    const columns = capture.timeline.columns(span.from, span.to, 40, capture.marks);
    expect(columns.reduce((sum, column) => sum + column.events, 0)).toBe(
      capture.events.count - capture.timeline.firstRow,
    );
    expect(Math.max(...columns.map(({ maxDepth }) => maxDepth))).toBe(3);
    expect(columns.reduce((sum, column) => sum + column.errors, 0)).toBe(3);
    expect(columns.reduce((sum, column) => sum + column.warnings, 0)).toBe(1);
  });
});

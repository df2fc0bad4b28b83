import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Marks } from '../../src/store/marks.ts';
import { Timeline } from '../../src/store/timeline.ts';
import { type RandomRows, randomRows } from './arbitrary-rows.ts';

const NO_MARKS = new Marks([]);

/** The time whose place a row takes: the latest so far. */
function placesInTime({ rows }: RandomRows): readonly number[] {
  let latest = Number.NEGATIVE_INFINITY;
  return rows.map(({ time }) => {
    latest = Math.max(latest, time ?? latest);
    return latest;
  });
}

/** In flight before the first row and after each row. */
function depths({ rows, instances }: RandomRows): readonly number[] {
  const changes = rows.map(() => 0);
  const change = (row: number, by: number): void => {
    changes[row] = (changes[row] ?? 0) + by;
  };
  for (const { isSealed, requests, response } of instances) {
    const [sealed] = requests.slice(-1).map((request) => rows.indexOf(request));
    if (!isSealed || sealed === undefined) continue;
    change(sealed, 1);
    if (response !== undefined) change(Math.max(sealed, rows.indexOf(response)), -1);
  }
  const after: number[] = [0];
  for (const by of changes) after.push((after.at(-1) ?? 0) + by);
  return after;
}

function built(random: RandomRows, firstRow = 0): Timeline {
  const timeline = new Timeline(random.events, random.groups, firstRow);
  while (timeline.step());
  return timeline;
}

describe('the timeline', () => {
  test('its columns are the sums of their rows, at any zoom', () => {
    fc.assert(
      fc.property(
        randomRows(),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.integer({ min: 1, max: 60 }),
        (random, zooms, count) => {
          const timeline = built(random);
          const { span } = timeline;
          expect(span !== undefined).toBe(random.rows.some(({ time }) => time !== undefined));
          if (span === undefined) return;
          const places = placesInTime(random);
          const after = depths(random);
          for (const [a, b] of zooms) {
            const length = span.to - span.from;
            const from = span.from + Math.floor(length * Math.min(a, b));
            const to = span.from + Math.ceil(length * Math.max(a, b));
            const columns = timeline.columns(from, to, count, NO_MARKS);
            expect(columns.length).toBe(count);
            for (const [index, column] of columns.entries()) {
              const isLast = index === count - 1;
              const own = random.rows.flatMap((event, row) => {
                const place = places[row] ?? 0;
                return place >= column.from && (isLast ? place <= to : place < column.to) ? [{ event, row }] : [];
              });
              const kinds = own.map(({ event }) => event.kind);
              const depth = after.slice(own[0]?.row ?? column.row, (own.at(-1)?.row ?? column.row - 1) + 2);
              expect(column).toMatchObject({
                events: own.length,
                requests: kinds.filter((kind) => kind === 'page-request').length,
                responses: kinds.filter((kind) => kind === 'page-response').length,
                faults: kinds.filter((kind) => kind === 'fault').length,
                iommuErrors: kinds.filter((kind) => kind === 'iommu-error' || kind === 'queue-overflow').length,
                gaps: kinds.filter((kind) => kind === 'capture-gap').length,
                minDepth: Math.min(...depth),
                maxDepth: Math.max(...depth),
              });
            }
          }
        },
      ),
      { numRuns: 150, seed: 11 },
    );
  });

  test('a timeline that followed the rows is that of all rows', () => {
    fc.assert(
      fc.property(randomRows(200, 8), fc.integer({ min: 0, max: 300 }), (random, firstRow) => {
        const first = Math.min(firstRow, random.rows.length);
        const timeline = built(random, first);
        const late = new Timeline(random.events, random.groups, first);
        // Asked before all is summed up, and in between.
        for (let step = 0; late.step(); step += 1) {
          if (step % 3 === 0 && late.span !== undefined) late.columns(late.span.from, late.span.to, 5, NO_MARKS);
        }
        const { span } = timeline;
        expect(late.span).toEqual(span);
        if (span === undefined) return;
        expect(late.columns(span.from, span.to, 17, NO_MARKS)).toEqual(
          timeline.columns(span.from, span.to, 17, NO_MARKS),
        );
      }),
      { numRuns: 60, seed: 12 },
    );
  });

  test('a gap reaches from the last event of its CPU to its mark', () => {
    fc.assert(
      fc.property(randomRows(), (random) => {
        const timeline = built(random);
        const expected = random.rows.flatMap((event, row) => {
          if (event.kind !== 'capture-gap' || event.time === undefined) return [];
          const { time, cpu } = event;
          const before = random.rows
            .slice(Math.max(0, row - 4096), row)
            .findLast((other) => other.cpu === cpu && other.time !== undefined && other.time <= time);
          return [{ row, from: before?.time ?? time, to: time, lost: undefined }];
        });
        expect(timeline.gaps).toEqual(expected);
      }),
      { numRuns: 60, seed: 13 },
    );
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newEvent, type TraceEvent } from '../../src/model/event.ts';
import { nanoseconds } from '../../src/model/time.ts';
import { CHUNK_ROWS } from '../../src/store/chunked-table.ts';
import { EventIndex } from '../../src/store/event-index.ts';
import { StoreWriter } from '../../src/store/store-writer.ts';

interface Draft {
  readonly input: number;
  /** To the line before of the same input; now and then lines stand out of order. */
  readonly lines: number;
  /** undefined: no time. */
  readonly step: number | undefined;
}

const draft: fc.Arbitrary<Draft> = fc.record({
  input: fc.nat(2),
  lines: fc.oneof({ weight: 12, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.integer({ min: -40, max: 0 }) }),
  step: fc.oneof(
    { weight: 12, arbitrary: fc.nat(50) },
    { weight: 1, arbitrary: fc.integer({ min: -300, max: 0 }) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  ),
});

/** Few drafts, so often that they fill some chunks. */
const table = fc
  .tuple(fc.array(draft, { minLength: 1, maxLength: 200 }), fc.integer({ min: 1, max: 2 * CHUNK_ROWS + 100 }))
  .map(([drafts, count]) => {
    const writer = new StoreWriter();
    const lines = [1, 1, 1];
    let time = 0;
    const rows = Array.from({ length: count }, (_, row): TraceEvent => {
      const { input, lines: more, step } = drafts[row % drafts.length] ?? { input: 0, lines: 1, step: 0 };
      time += step ?? 0;
      const line = Math.max(1, (lines[input] ?? 1) + more);
      lines[input] = line;
      const event = newEvent('page-request', 'test', 'wire');
      event.source = { input, line, offset: line * 10, text: '' };
      event.time = step === undefined ? undefined : nanoseconds(time);
      return event;
    });
    writer.addEvents(rows);
    return { rows, index: new EventIndex(writer.events), lastLine: Math.max(...lines), lastTime: time };
  });

/** The first row of the line nearest to this one, on one side of it. */
function nearest(rows: readonly TraceEvent[], input: number, line: number, side: 1 | -1): number | undefined {
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [row, { source }] of rows.entries()) {
    const distance = (source.line - line) * side;
    if (source.input !== input || distance < 0 || distance >= least) continue;
    best = row;
    least = distance;
  }
  return best;
}

const share = fc.double({ min: -0.1, max: 1.1, noNaN: true });

test('a row by its line is that of a look at all rows', () => {
  fc.assert(
    fc.property(table, fc.array(fc.tuple(fc.nat(3), share), { minLength: 1, maxLength: 12 }), (rows, asked) => {
      for (const [input, at] of asked) {
        const line = Math.round(rows.lastLine * at);
        expect(rows.index.rowOfLine(input, line)).toBe(nearest(rows.rows, input, line, 1));
        expect(rows.index.rowUpToLine(input, line)).toBe(nearest(rows.rows, input, line, -1));
      }
    }),
    { seed: 41, numRuns: 25 },
  );
});

test('a row by its time is the first one that is not before it', () => {
  fc.assert(
    fc.property(
      table,
      fc.array(fc.tuple(share, share), { minLength: 1, maxLength: 12 }),
      ({ rows, index, lastTime }, asked) => {
        for (const [at, after] of asked) {
          const time = Math.round(lastTime * at);
          const from = Math.max(0, Math.round(rows.length * after));
          const first = rows.findIndex((event, row) => row >= from && (event.time ?? Number.NaN) >= time);
          expect(index.rowAtTime(time, from)).toBe(first < 0 ? rows.length : first);
        }
      },
    ),
    { seed: 42, numRuns: 25 },
  );
});

test('the index is right while the table grows', () => {
  const writer = new StoreWriter();
  const index = new EventIndex(writer.events);
  const rows: TraceEvent[] = [];
  for (let row = 0; row < CHUNK_ROWS + 50; row += 1) {
    const event = newEvent('page-request', 'test', 'wire');
    event.source = { input: 0, line: row + 1, offset: row, text: '' };
    event.time = nanoseconds(row * 10);
    rows.push(event);
    writer.addEvents([event]);
    if (row % 4001 !== 0 && row < CHUNK_ROWS - 2) continue;
    expect([index.rowAtTime(row * 10), index.rowOfLine(0, row + 1), index.rowAtTime(row * 10 + 1)]).toEqual([
      row,
      row,
      row + 1,
    ]);
  }
});

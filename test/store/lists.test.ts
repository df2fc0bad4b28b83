import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filterTest } from '../../src/filter/compile.ts';
import type { Filter } from '../../src/filter/filter.ts';
import { fieldsOf } from '../../src/filter/print.ts';
import { factsOfEvent } from '../../src/filter/row-facts.ts';
import { toEventRow } from '../../src/format/event-row.ts';
import { eventRows, GROUP_SORTS, groupRows, isProvisional, type RowSource } from '../../src/store/capture-rows.ts';
import type { RowList } from '../../src/store/row-list.ts';
import { arbitraryFilter, WORDS } from '../filter/arbitrary-filter.ts';
import { type RandomRows, randomRows } from './arbitrary-rows.ts';

const SCALE = { unit: 'seconds', epoch: 0, digits: 9 } as const;

function sourceOf({ writer, events, groups }: RandomRows): RowSource {
  return {
    tables: writer.events,
    events,
    groups,
    context: { scaleOf: () => SCALE, words: WORDS, inputName: () => 'trace.txt', findingsAt: () => [] },
    rankOf: () => 0,
  };
}

function allOf(list: RowList): readonly number[] {
  while (!list.isComplete) list.advance(0);
  return Array.from({ length: list.count }, (_, index) => list.rowAt(index) ?? -1);
}

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, row) => row);

describe('filters', () => {
  test('one on columns takes what one on rows takes', () => {
    fc.assert(
      fc.property(randomRows(60, 2), arbitraryFilter, (random, filter) => {
        fc.pre(!isProvisional(filter));
        const onRows = filterTest(filter, 'event', WORDS);
        const expected = numbers(random.rows.length).filter((row) => {
          const event = random.rows[row];
          return event !== undefined && onRows(factsOfEvent(toEventRow(event, SCALE), 'trace.txt', WORDS));
        });
        expect(allOf(eventRows(sourceOf(random), filter))).toEqual(expected);
      }),
      { numRuns: 300, seed: 31 },
    );
  });

  test('! takes the others, a blank takes what both take, | what either takes', () => {
    fc.assert(
      fc.property(randomRows(60, 2), arbitraryFilter, arbitraryFilter, (random, one, other) => {
        const source = sourceOf(random);
        const rows = (filter: Filter): ReadonlySet<number> => new Set(allOf(eventRows(source, filter)));
        const [first, second] = [rows(one), rows(other)];
        const all = numbers(random.rows.length);
        expect(rows({ kind: 'not', of: one })).toEqual(new Set(all.filter((row) => !first.has(row))));
        expect(rows({ kind: 'and', parts: [one, other] })).toEqual(
          new Set(all.filter((row) => first.has(row) && second.has(row))),
        );
        expect(rows({ kind: 'or', parts: [one, other] })).toEqual(
          new Set(all.filter((row) => first.has(row) || second.has(row))),
        );
        // Filtering once more changes nothing.
        const test = filterTest(one, 'event', WORDS);
        for (const row of first) {
          const view = random.events.view(row);
          if (view !== undefined && !isProvisional(one))
            expect(test(factsOfEvent(view, 'trace.txt', WORDS))).toBe(true);
        }
        expect(rows({ kind: 'and', parts: [one, one] })).toEqual(first);
      }),
      { numRuns: 200, seed: 32 },
    );
  });

  test('a list that was begun early has the same rows in the end', () => {
    fc.assert(
      fc.property(randomRows(80, 3), arbitraryFilter, (random, filter) => {
        const source = sourceOf(random);
        const list = eventRows(source, filter);
        const expected = allOf(eventRows(source, filter));
        let seen = 0;
        while (!list.isComplete) {
          list.advance(0);
          expect(list.count).toBeGreaterThanOrEqual(seen);
          seen = list.count;
          expect(list.scanned).toBeLessThanOrEqual(random.rows.length);
        }
        expect(allOf(list)).toEqual(expected);
        for (const [index, row] of expected.entries()) expect(list.indexOf(row)).toBe(index);
        for (const row of numbers(random.rows.length)) {
          const index = list.indexOf(row);
          expect(list.rowAt(index) ?? random.rows.length).toBeGreaterThanOrEqual(row);
          expect(list.rowAt(index - 1) ?? -1).toBeLessThan(row);
        }
      }),
      { numRuns: 100, seed: 33 },
    );
  });
});

describe('sorted instances', () => {
  test('are all there, in order, and found by their row', () => {
    fc.assert(
      fc.property(randomRows(80, 3), fc.constantFrom(...GROUP_SORTS), fc.boolean(), (random, sort, isDescending) => {
        const source = sourceOf(random);
        const { groups } = random;
        const keyOf = (row: number): number => {
          if (sort === 'latency') return groups.latencyOf(row);
          return sort === 'start' ? (groups.startEventOf(row) ?? 0) : GROUP_STATE_ORDER.indexOf(groups.stateOf(row));
        };
        const list = groupRows(source, { sort, isDescending });
        const expected = numbers(groups.count).toSorted((a, b) => {
          const [first, second] = [keyOf(a), keyOf(b)];
          if (Number.isNaN(first) || Number.isNaN(second)) {
            if (Number.isNaN(first) !== Number.isNaN(second)) return Number.isNaN(first) ? 1 : -1;
          } else if (first !== second) return isDescending ? second - first : first - second;
          return (groups.startEventOf(a) ?? 0) - (groups.startEventOf(b) ?? 0) || a - b;
        });
        expect(allOf(list)).toEqual(expected);
        for (const [index, row] of expected.entries()) expect(list.indexOf(row)).toBe(index);
      }),
      { numRuns: 100, seed: 34 },
    );
  });

  test('with a filter are those that pass it', () => {
    fc.assert(
      fc.property(randomRows(80, 2), arbitraryFilter, fc.constantFrom(...GROUP_SORTS), (random, filter, sort) => {
        fc.pre([...fieldsOf(filter)].every((field) => GROUP_FIELDS.has(field)));
        const source = sourceOf(random);
        const passing = new Set(allOf(groupRows(source, { filter, sort: 'start' })));
        const rest = new Set(allOf(groupRows(source, { filter: { kind: 'not', of: filter }, sort })));
        expect(numbers(random.groups.count).filter((row) => passing.has(row) === rest.has(row))).toEqual([]);
        const all = allOf(groupRows(source, { sort }));
        expect(allOf(groupRows(source, { filter, sort }))).toEqual(all.filter((row) => passing.has(row)));
      }),
      { numRuns: 150, seed: 35 },
    );
  });
});

const GROUP_FIELDS = new Set(['device', 'pasid', 'prgi', 'line', 'lane', 'file', 'verdict', 'latency']);
const GROUP_STATE_ORDER = [
  'collecting',
  'pending',
  'answered',
  'auto-answered',
  'refused',
  'discarded',
  'hardware-finished',
  'dropped',
  'unknown',
];

import { describe, expect, test } from 'vitest';
import { type RowSearch, searchRows } from '../../src/ui/search-rows.ts';

const TEXTS = ['alpha', 'beta', 'Gamma', 'beta two', 'delta'];

function search(pattern: string, from: number, step: 1 | -1, more: Partial<RowSearch> = {}) {
  return searchRows({
    count: TEXTS.length,
    from,
    step,
    pattern,
    signal: new AbortController().signal,
    textAt: (row) => TEXTS[row] ?? '',
    onProgress: () => undefined,
    ...more,
  });
}

describe('search', () => {
  test.each([
    ['forward', 'beta', 0, 1, { row: 1, isWrapped: false }],
    ['to the next one', 'beta', 1, 1, { row: 3, isWrapped: false }],
    ['over the end', 'alpha', 2, 1, { row: 0, isWrapped: true }],
    ['backward', 'beta', 3, -1, { row: 1, isWrapped: false }],
    ['over the start', 'delta', 0, -1, { row: 4, isWrapped: true }],
    ['small letters find capitals', 'gamma', 0, 1, { row: 2, isWrapped: false }],
    ['capitals find themselves alone', 'BETA', 0, 1, undefined],
    ['the row of the cursor comes last', 'alpha', 0, 1, { row: 0, isWrapped: true }],
    ['a pattern is no expression', 'b.ta', 0, 1, undefined],
  ] as const)('%s', async (_, pattern, from, step, found) => {
    expect(await search(pattern, from, step)).toEqual(found);
  });

  test('texts that have to be waited for', async () => {
    expect(await search('beta', 1, 1, { textAt: (row) => Promise.resolve(TEXTS[row] ?? '') })).toEqual({
      row: 3,
      isWrapped: false,
    });
  });

  test('a quicker way is taken, and goes round too', async () => {
    const asked: number[] = [];
    const find: RowSearch['find'] = async (matches, from, step) => {
      asked.push(from);
      for (let row = from + step; row >= 0 && row < TEXTS.length; row += step)
        if (matches(TEXTS[row] ?? '')) return row;
      return undefined;
    };
    expect(await search('alpha', 2, 1, { find })).toEqual({ row: 0, isWrapped: true });
    expect(await search('delta', 2, -1, { find })).toEqual({ row: 4, isWrapped: true });
    expect(asked).toEqual([2, -1, 2, 5]);
  });

  test('it ends when it is told to', async () => {
    const control = new AbortController();
    let looked = 0;
    const found = await search('nothing', 0, 1, {
      count: 1e9,
      signal: control.signal,
      textAt: () => {
        looked += 1;
        if (looked === 1000) control.abort();
        return '';
      },
    });
    expect(found).toBeUndefined();
    expect(looked).toBeLessThan(1e7);
  });
});

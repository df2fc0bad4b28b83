import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commonStart, completionAt } from '../../src/filter/complete.ts';
import { parseFilter } from '../../src/filter/parse.ts';
import { WORDS } from './arbitrary-filter.ts';

const VALUES: Readonly<Record<string, readonly string[]>> = {
  device: ['0000:01:00.0', '0000:01:00.1', 'a "b" \\ c'],
  pasid: ['1', '12'],
  task: ['irq/24', 'kworker/u8:1'],
};
const valuesOf = (field: string): readonly string[] => VALUES[field] ?? [];
const at = (text: string, subject: 'event' | 'group' = 'event') => {
  const place = text.indexOf('_');
  return completionAt(text.replace('_', ''), place, subject, WORDS, valuesOf);
};

describe('completion of a filter', () => {
  test.each([
    ['dev_', 0, ['device=']],
    ['pasid=3 DEV_', 8, ['device=']],
    ['la_', 0, ['latency=', 'lane=', 'last=']],
    ['!(prgi_', 2, ['prgi=']],
    ['device=_', 7, ['0000:01:00.0', '0000:01:00.1', '"a \\"b\\" \\\\ c"']],
    ['device=0000:01:00.0,_', 20, ['0000:01:00.0', '0000:01:00.1', '"a \\"b\\" \\\\ c"']],
    ['kind=page-re_', 5, ['page-request', 'page-response']],
    ['id!=FL2_', 4, ['FL201']],
    ['verdict=Cr_', 8, ['crossed-response']],
    ['last=_|pasid=1', 5, ['yes', 'no']],
    ['pasid>=1_', 7, ['1', '12']],
    ['nosuch=_', 7, []],
    ['zzz_', 0, []],
  ])('%s', (text, from, words) => {
    expect(at(text)).toEqual({ from, words });
  });

  test('offers only what instances have where instances are filtered', () => {
    expect(at('kin_', 'group').words).toEqual([]);
    expect(at('kind=_', 'group').words).toEqual([]);
    expect(at('stat_', 'group').words).toEqual(['state=']);
  });

  test('what is offered gives a filter that can be read', () => {
    const begun = fc.constantFrom(
      '',
      'd',
      'k',
      'kind=',
      'pasid=1 ',
      '(lane=host | t',
      'task=',
      'verdict=',
      'state!=',
      '!st',
    );
    fc.assert(
      fc.property(begun, fc.nat(), fc.nat(), (text, which, then) => {
        const first = completionAt(text, text.length, 'event', WORDS, valuesOf);
        const word = first.words[which % Math.max(1, first.words.length)] ?? '';
        let filter = text.slice(0, first.from) + word;
        if (word.endsWith('=')) {
          const second = completionAt(filter, filter.length, 'event', WORDS, valuesOf);
          filter += second.words[then % Math.max(1, second.words.length)] ?? 'any';
        }
        const closed = filter + ')'.repeat(filter.split('(').length - filter.split(')').length);
        expect(parseFilter(closed, 'event', WORDS).problem, closed).toBeUndefined();
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  test('what all words begin with', () => {
    expect(commonStart(['page-request', 'page-response'])).toBe('page-re');
    expect(commonStart(['a', 'b'])).toBe('');
    expect(commonStart([])).toBe('');
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Filter, FilterSubject } from '../../src/filter/filter.ts';
import { parseFilter } from '../../src/filter/parse.ts';
import { printFilter } from '../../src/filter/print.ts';
import { arbitraryFilter, WORDS } from './arbitrary-filter.ts';

function compare(field: string, operator: '=' | '>', ...values: string[]): Filter {
  return { kind: 'compare', field, operator, values };
}

describe('what is typed is read', () => {
  const cases: readonly (readonly [string, Filter])[] = [
    ['', { kind: 'all' }],
    ['  ', { kind: 'all' }],
    ['pasid=3', compare('pasid', '=', '3')],
    ['pasid == 3', compare('pasid', '=', '3')],
    ['PASID:3', compare('pasid', '=', '3')],
    ['device=0000:00:0a.0', compare('device', '=', '0000:00:0a.0')],
    ['latency>1ms', compare('latency', '>', '1ms')],
    ['kind=page-response, drain', compare('kind', '=', 'page-response', 'drain')],
    ['task="a b|(c)\\"\\\\"', compare('task', '=', 'a b|(c)"\\')],
    ['hop=device>host', compare('hop', '=', 'device>host')],
    [
      'pasid=1 prgi=2 | pasid=3',
      {
        kind: 'or',
        parts: [
          { kind: 'and', parts: [compare('pasid', '=', '1'), compare('prgi', '=', '2')] },
          compare('pasid', '=', '3'),
        ],
      },
    ],
    [
      'pasid=1 & (prgi=2 || !prgi=3)',
      {
        kind: 'and',
        parts: [
          compare('pasid', '=', '1'),
          { kind: 'or', parts: [compare('prgi', '=', '2'), { kind: 'not', of: compare('prgi', '=', '3') }] },
        ],
      },
    ],
    ['((pasid=1))', compare('pasid', '=', '1')],
    ['!!last=yes', { kind: 'not', of: { kind: 'not', of: compare('last', '=', 'yes') } }],
  ];
  for (const [text, filter] of cases) {
    test(text, () => {
      expect(parseFilter(text, 'event', WORDS)).toEqual({ filter });
    });
  }

  test('what is printed is read back as it was', () => {
    fc.assert(
      fc.property(arbitraryFilter, (filter) => {
        expect(parseFilter(printFilter(filter), 'event', WORDS)).toEqual({ filter });
      }),
      { numRuns: 500, seed: 21 },
    );
  });
});

describe('an error points at its place', () => {
  const cases: readonly (readonly [string, string, string, FilterSubject?])[] = [
    ['pasd=3', '^^^^', 'there is no field pasd'],
    ['kind=fault', '^^^^', 'groups have no kind', 'group'],
    ['pasid', '     ^', 'pasid is compared with nothing'],
    ['pasid 3', '      ^', 'pasid is compared with nothing'],
    ['pasid=', '      ^', 'pasid has no value here'],
    ['pasid=(3)', '      ^', 'pasid has no value here'],
    ['pasid=3,', '        ^', 'pasid has no value here'],
    ['pasid=three', '      ^^^^^', 'three is not a number'],
    ['pasid=1,two,3', '        ^^^', 'two is not a number'],
    ['pasid>1,2', '        ^', '> compares with one value'],
    ['latency>1', '        ^', '1 is not a duration'],
    ['time>noon', '     ^^^^', 'noon is not a time'],
    ['address=here', '        ^^^^', 'here is not an address'],
    ['last=maybe', '     ^^^^^', 'maybe is neither yes nor no'],
    ['kind>fault', '    ^', 'kind has no order'],
    ['kind=falt', '     ^^^^', 'there is no kind falt'],
    ['id=FL999', '   ^^^^^', 'there is no id FL999'],
    ['verdict=cross', '        ^^^^^', 'there is no verdict cross'],
    ['(pasid=3', '^', 'there is no ) for this ('],
    ['pasid=3)', '       ^', 'there is no ( for this )'],
    ['pasid=3 |', '         ^', 'something is missing here'],
    ['| pasid=3', '^', 'a comparison begins with the name of a field'],
    ['!', ' ^', 'something is missing here'],
    ['task="abc', '     ^^^^', 'there is no " at the end of this'],
    ['=3', '^', 'a comparison begins with the name of a field'],
  ];
  for (const [text, mark, message, subject = 'event'] of cases) {
    test(text, () => {
      const { problem } = parseFilter(text, subject, WORDS);
      expect(problem?.message).toBe(message);
      const { at = -1, length = -1 } = problem ?? {};
      expect(' '.repeat(at) + '^'.repeat(Math.max(1, length))).toBe(mark);
    });
  }

  test('a near word is offered', () => {
    expect(parseFilter('pasd=3', 'event', WORDS).problem?.hint).toMatch(
      /^Did you mean pasid\? There are kind, device, /,
    );
    expect(parseFilter('kind=falt', 'event', WORDS).problem?.hint).toMatch(/^Did you mean fault\? /);
    expect(parseFilter('kind=fault', 'group', WORDS).problem?.hint).toMatch(/^They have device, pasid, /);
  });

  test('no text is too much for it, and every problem lies in the text', () => {
    const words = fc.constantFrom(
      'pasid',
      'kind',
      '=',
      '>',
      '(',
      ')',
      '!',
      '|',
      '&',
      ' ',
      '"',
      '\\',
      ',',
      '3',
      'fault',
      '*',
      '\0',
      '😀',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(words, { maxLength: 30 }).map((parts) => parts.join('')),
          fc.string(),
        ),
        (text) => {
          const { filter, problem } = parseFilter(text, 'event', WORDS);
          expect((filter === undefined) !== (problem === undefined)).toBe(true);
          if (problem === undefined) return;
          expect(problem.at).toBeGreaterThanOrEqual(0);
          expect(problem.length).toBeGreaterThanOrEqual(0);
          expect(problem.at + problem.length).toBeLessThanOrEqual(text.length);
        },
      ),
      { numRuns: 2000, seed: 22 },
    );
    expect(parseFilter('!'.repeat(4000), 'event', WORDS).problem?.message).toBe(
      'too many parentheses and ! inside each other',
    );
    expect(parseFilter('a'.repeat(5000), 'event', WORDS).problem?.message).toBe('the filter is too long');
  });
});

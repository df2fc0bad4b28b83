import { describe, expect, test } from 'vitest';
import { parseDuration } from '../../src/base/duration.ts';
import { UsageError } from '../../src/base/errors.ts';
import { suggest } from '../../src/base/suggest.ts';
import { parseLabelledFile } from '../../src/cli/lane-label.ts';
import {
  choiceOption,
  countOption,
  durationOption,
  listOption,
  pasidOption,
  secondsOption,
} from '../../src/cli/option-values.ts';
import { formatOption } from '../../src/cli/output-target.ts';

/** Message and hint of the UsageError that `action` throws. */
function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof UsageError) return `${error.message}\n${error.hint ?? ''}`;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('lane labels', () => {
  test.each([
    ['trace.txt', { path: 'trace.txt', lane: 'host' }],
    ['-', { path: '-', lane: 'host' }],
    ['guest=a.txt', { path: 'a.txt', lane: 'guest' }],
    ['vmm=-', { path: '-', lane: 'vmm' }],
    ['driver=d=e.txt', { path: 'd=e.txt', lane: 'driver' }],
    ['guest:vm3=a.txt', { path: 'a.txt', lane: 'guest', laneName: 'vm3' }],
    ['./a=b', { path: './a=b', lane: 'host' }],
    ['/tmp/guest=b', { path: '/tmp/guest=b', lane: 'host' }],
    ['guest=./x=y', { path: './x=y', lane: 'guest' }],
    ['2026=log.txt', { path: '2026=log.txt', lane: 'host' }],
  ])('%s', (argument, expected) => {
    expect(parseLabelledFile(argument)).toEqual(expected);
  });

  test.each([
    [
      'gest=a.txt',
      /^unknown lane 'gest' in 'gest=a.txt'\nDid you mean guest=\? .*write a path that contains '=' as \.\/gest=a\.txt/,
    ],
    ['device=a.txt', /^unknown lane 'device'/],
    ['guest=', /^no file behind 'guest='/],
    ['guest:=a.txt', /^'guest:=a.txt' is not a label/],
    ['host:vm3=a.txt', /^'host:vm3=a.txt' is not a label\nOnly guests have names/],
  ])('%s is refused', (argument, expected) => {
    expect(refusal(() => parseLabelledFile(argument))).toMatch(expected);
  });
});

describe('option values', () => {
  test.each([
    ['10s', 10_000_000_000],
    ['100ms', 100_000_000],
    ['1.5s', 1_500_000_000],
    ['250 us', 250_000],
    ['250µs', 250_000],
    ['2m', 120_000_000_000],
    ['1h', 3_600_000_000_000],
    ['5ns', 5],
    ['10', undefined],
    ['s', undefined],
    ['-1s', undefined],
    ['1e3s', undefined],
    ['1 fortnight', undefined],
    ['', undefined],
  ])('duration %j', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  test('a duration of nothing, or without a unit, is refused with the form', () => {
    const form = 'Give a number with a unit, like 10s, 100ms, 250us or 1.5s.';
    expect(refusal(() => durationOption('--timeout')('10'))).toBe(`--timeout 10: not a duration\n${form}`);
    expect(refusal(() => durationOption('--slow')('0ms'))).toBe('--slow 0ms: no time at all\nGive a duration above 0.');
  });

  test('counts, PASIDs, lists, times and choices', () => {
    expect(countOption('--storm', 1)('12')).toBe(12);
    expect(refusal(() => countOption('--storm', 1)('0'))).toMatch(/^--storm 0: not a count/);
    expect(refusal(() => countOption('--max-unread', 0)('1.5'))).toMatch(/^--max-unread 1.5: not a count/);
    expect(pasidOption('0x10,7', [1])).toEqual([1, 16, 7]);
    expect(refusal(() => pasidOption('0x100000'))).toMatch(/^--pasid 0x100000: not a PASID/);
    expect(refusal(() => pasidOption('1,,2'))).toMatch(/not a PASID/);
    expect(listOption('a, b', ['c'])).toEqual(['c', 'a', 'b']);
    expect(secondsOption('--from')('15.08')).toBe(15.08);
    expect(refusal(() => secondsOption('--to')('noon'))).toMatch(/^--to noon: not a time/);
    const failOn = choiceOption('--fail-on', ['error', 'warning', 'note', 'never']);
    expect(failOn('note')).toBe('note');
    expect(refusal(() => failOn('warn'))).toBe(
      '--fail-on warn: unknown value\nDid you mean warning? Choose error, warning, note or never.',
    );
  });

  test('formats: a name, a name with a path, and one of them at most on standard output', () => {
    const parse = formatOption(['text', 'json', 'jsonl']);
    expect(parse('json=out=1.json', parse('text'))).toEqual([
      { format: 'text' },
      { format: 'json', path: 'out=1.json' },
    ]);
    expect(refusal(() => parse('jsn'))).toMatch(/^--format jsn: unknown value\nDid you mean json\? /);
    expect(refusal(() => parse('json='))).toMatch(/^--format json=: no path/);
    expect(refusal(() => parse('json', parse('text')))).toBe(
      '--format text and --format json both want standard output\nGive one of them a file: --format json=FILE.',
    );
    expect(refusal(() => parse('json=-', parse('text')))).toMatch(/both want standard output/);
    expect(refusal(() => parse('json=./out/../a', parse('text=a')))).toBe(
      '--format text and --format json both go to ./out/../a\nGive each its own file.',
    );
  });

  test('suggestions are near, or there is none', () => {
    const rules = ['FL201', 'FL102', 'crossed-response'];
    expect(suggest('FL210', rules)).toBe('FL201');
    expect(suggest('crosed-respone', rules)).toBe('crossed-response');
    expect(suggest('fl-102', rules)).toBe('FL102');
    expect(suggest('something-else', rules)).toBeUndefined();
    expect(suggest('', rules)).toBeUndefined();
  });
});

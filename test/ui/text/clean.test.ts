import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { toAscii } from '../../../src/ui/text/ascii.ts';
import { clean, clip, fitText, fitTextRight, skip, widthOf } from '../../../src/ui/text/clean.ts';
import { clipLine, fitLine, line, lineWidth, span, spread, textOf } from '../../../src/ui/text/line.ts';
import { wrapText } from '../../../src/ui/text/wrap.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '\x1b',
        '\x9b',
        '\u202e',
        '\u200d',
        '\u0301',
        'a',
        'z',
        '日',
        '👩',
        '\u{1f3fd}',
        '\u1100',
        '\u1161',
        '…',
      ),
    )
    .map((parts) => parts.join('')),
);
const width = fc.integer({ min: 1, max: 40 });

describe('text of a log on a screen', () => {
  test.each([
    ['plain text', 'plain text'],
    ['a\tb', 'a b'],
    ['\x1b[31mred', '\\x1b[31mred'],
    ['\x9b31m', '\\x9b31m'],
    ['\u202eabc', '\\u{202e}abc'],
    ['a\u200db', 'a\\u{200d}b'],
    ['e\u0301', 'e\u0301'],
    ['e\u0301\u0301\u0301', 'e\u0301\u0301\\u{301}'],
    ['\u0301x', '\\u{301}x'],
    ['日本', '日本'],
    ['\ue000', '\\u{e000}'],
    ['👩🏽', '👩\\u{1f3fd}'],
    ['🇩🇪', '\\u{1f1e9}\\u{1f1ea}'],
    ['☀\ufe0f', '☀\\u{fe0f}'],
  ])('%j is shown as %j', (text, shown) => {
    expect(clean(text)).toBe(shown);
  });

  test('half a surrogate pair is no character', () => {
    expect(clean(`a${String.fromCharCode(0xd800)}b`)).toBe('a\ufffdb');
  });

  test('nothing that commands a terminal is left, and cleaning again changes nothing', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = clean(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u);
        expect(clean(shown)).toBe(shown);
      }),
      { seed: 3310, numRuns: 2000 },
    );
  });

  test('fitted text has its width, also in ASCII', () => {
    fc.assert(
      fc.property(anyText, width, (text, columns) => {
        for (const fitted of [fitText(text, columns), fitTextRight(text, columns)]) {
          expect(stringWidth(fitted)).toBe(columns);
          expect(toAscii(fitted)).toMatch(/^[\x20-\x7e]*$/);
          expect(toAscii(fitted)).toHaveLength(columns);
        }
      }),
      { seed: 3311, numRuns: 2000 },
    );
  });

  test('what is cut has a mark', () => {
    expect(clip('abcdef', 4)).toBe('abc…');
    expect(clip('abcd', 4)).toBe('abcd');
    expect(clip('日本語', 5)).toBe('日本…');
    expect(clip('日本語', 4)).toBe('日…');
    expect(skip('abcdef', 2)).toBe('…def');
    expect(skip('ab', 2)).toBe('');
    expect(skip('abc', 0)).toBe('abc');
    expect(textOf(clipLine(line('abc', span('def', 'error'), 'ghi'), 5))).toBe('abcd…');
    expect(textOf(clipLine(line('abc', span('def', 'error'), 'ghi'), 6))).toBe('abcde…');
    expect(textOf(clipLine(line('abc', 'def'), 6))).toBe('abcdef');
    expect(textOf(clipLine(line('abc', 'def', ''), 6))).toBe('abcdef');
  });

  test('lines never exceed their width', () => {
    fc.assert(
      fc.property(fc.array(anyText), width, (texts, columns) => {
        const whole = line(...texts);
        expect(lineWidth(clipLine(whole, columns))).toBeLessThanOrEqual(columns);
        expect(lineWidth(fitLine(whole, columns))).toBe(columns);
        expect(lineWidth(spread(whole, line('end'), columns + 4))).toBe(columns + 4);
      }),
      { seed: 3312, numRuns: 1000 },
    );
  });

  test('wrapped text loses nothing but blanks, and fits', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 8, max: 40 }), (text, columns) => {
        const lines = wrapText(text, columns, '  ');
        for (const each of lines) expect(widthOf(each)).toBeLessThanOrEqual(columns);
        const letters = (value: string): string => value.replaceAll(/\s/g, '');
        expect(letters(lines.join(''))).toBe(letters(text.split('\n').map(clean).join('')));
      }),
      { seed: 3313, numRuns: 1000 },
    );
    expect(wrapText('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrapText('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
  });
});

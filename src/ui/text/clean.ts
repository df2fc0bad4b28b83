import stringWidth from 'string-width';
import { sanitise } from '../../base/text.ts';

/** ASCII and the signs of the UI: a column each, and nothing to escape. */
const PLAIN = /^[\x20-\x7e…✗✓─│╭╮╰╯╲╱╳▶◀▸▾→←↑↓↳·×µ░▁-█]*$/;
/**
 * What terminals draw in different widths, or not at all: format, private, unassigned and surrogate code points,
 * variation selectors, regional indicators, skin tones, and the joining parts of Hangul.
 */
const UNSTEADY =
  /[\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Variation_Selector}\p{Regional_Indicator}\p{Emoji_Modifier}\p{Me}\p{Mc}\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\u3164\uffa0]/gu;
/** Marks without a character to stand on, and more of them than writing has. */
const STRAY_MARKS = /(^|[^\p{L}\p{N}\p{M}])(\p{Mn}+)|(\p{Mn}{2})(\p{Mn}+)/gu;

/**
 * Text of a log such that it has the same width in every terminal and commands none: control characters, what directs
 * writing, and what terminals disagree on are shown as `\xNN` or `\u{NNNN}`. Applying it twice changes nothing.
 */
export function clean(text: string): string {
  if (PLAIN.test(text)) return text;
  return sanitise(text)
    .replace(UNSTEADY, escaped)
    .replace(STRAY_MARKS, (_, before: string | undefined, stray: string | undefined, kept: string, more: string) =>
      stray === undefined
        ? `${kept}${[...more].map(escaped).join('')}`
        : `${before}${[...stray].map(escaped).join('')}`,
    );
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** Columns that clean text takes. */
export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** Clean text in at most `width` columns; `…` at its end says that it was cut. */
export function clip(text: string, width: number): string {
  const shown = clean(text);
  if (shown.length <= width && PLAIN.test(shown)) return shown;
  if (widthOf(shown) <= width) return shown;
  if (width <= 0) return '';
  return `${start(shown, width - 1)}…`;
}

/** Clean text in exactly `width` columns, cut or filled with blanks. */
export function fitText(text: string, width: number): string {
  const shown = clip(text, width);
  return shown + ' '.repeat(Math.max(0, width - widthOf(shown)));
}

/** The same with the blanks in front: for numbers. */
export function fitTextRight(text: string, width: number): string {
  const shown = clip(text, width);
  return ' '.repeat(Math.max(0, width - widthOf(shown))) + shown;
}

/** Clean text without its first `columns` columns; `…` stands for what is left out. */
export function skip(text: string, columns: number): string {
  const shown = clean(text);
  if (columns <= 0) return shown;
  if (PLAIN.test(shown)) return shown.length <= columns ? '' : `…${shown.slice(columns + 1)}`;
  const cut = start(shown, columns + 1).length;
  return cut >= shown.length ? '' : `…${shown.slice(cut)}`;
}

/** The longest beginning that takes at most `width` columns. */
function start(text: string, width: number): string {
  if (PLAIN.test(text)) return text.slice(0, width);
  let used = 0;
  let end = 0;
  for (const { segment } of SEGMENTER.segment(text)) {
    used += widthOf(segment);
    if (used > width) break;
    end += segment.length;
  }
  return text.slice(0, end);
}

const SEGMENTER = new Intl.Segmenter('en', { granularity: 'grapheme' });

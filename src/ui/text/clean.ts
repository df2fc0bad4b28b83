import stringWidth from 'string-width';
import { sanitise } from '../../base/text.ts';

/** ASCII and the signs of the UI: a column each, and nothing to escape. */
const PLAIN = /^[\x20-\x7e…✗✓─│╭╮╰╯╲╱╳▶◀▸▾→←↑↓↳·×µ░▁-█]*$/;
/** As `sanitise`, faster for what the UI itself draws. */
export function clean(text: string): string {
  return PLAIN.test(text) ? text : sanitise(text);
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

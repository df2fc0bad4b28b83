import { widthOf } from './clean.ts';

/** What stands for the signs of the UI where the terminal's character set is not UTF-8. One column for one. */
const SIGNS: ReadonlyMap<string, string> = new Map([
  ['…', '~'],
  ['✗', 'x'],
  ['✓', 'v'],
  ['─', '-'],
  ['│', '|'],
  ['┤', '|'],
  ['├', '|'],
  ['╭', '.'],
  ['╮', '.'],
  ['╰', "'"],
  ['╯', "'"],
  ['╲', '\\'],
  ['╱', '/'],
  ['╳', 'X'],
  ['▶', '>'],
  ['◀', '<'],
  ['▸', '+'],
  ['▾', '-'],
  ['→', '>'],
  ['←', '<'],
  ['↑', '^'],
  ['↓', 'v'],
  ['↳', '>'],
  ['·', '.'],
  ['×', 'x'],
  ['µ', 'u'],
  ['–', '-'],
  ['’', "'"],
  ['░', ':'],
  ['▁', '.'],
  ['▂', '.'],
  ['▃', ':'],
  ['▄', ':'],
  ['▅', '|'],
  ['▆', '|'],
  ['▇', '#'],
  ['█', '#'],
  ['▏', '|'],
  ['▎', '|'],
  ['▍', '|'],
  ['▌', '#'],
  ['▋', '#'],
  ['▊', '#'],
  ['▉', '#'],
]);

const NOT_ASCII = /[^\x20-\x7e]\p{Mn}*/gu;

/** Clean text in ASCII, as wide as before. */
export function toAscii(text: string): string {
  return text.replace(NOT_ASCII, (character) => SIGNS.get(character) ?? '?'.repeat(widthOf(character)));
}

import type { Wrapping } from '../../src/model/parser.ts';

const BACKSLASH = '\\';
/** A backslash in front of what Markdown would take as markup. */
const ESCAPED = /\\([\\`*_{}[\]<>()#+.!|~-])/g;
const ENTITY = /&(?:lt|gt|amp|quot|nbsp|#39|#x27);/g;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&amp;', '&'],
  ['&quot;', '"'],
  ['&nbsp;', ' '],
  ['&#39;', "'"],
  ['&#x27;', "'"],
]);
const CODE_SPAN = /^([-*] )?`+ ?(.*?) ?`+$/;
const NO_BREAK_SPACE = '\u00a0';
/** Blanks without a width, and marks of the byte order. */
const NO_WIDTH = /[\u200b-\u200d\u2060\ufeff]/g;
const BREAK = /\s*<br ?\/?>$/;
/** `* ` of a list or a comment in C. */
const BULLET = /^[*\u2022] +(?=\S)/;
const BOLD = /^(\*{1,3}|_{2})(?=[^\s*])(.*?)\1$/;
/** Quotation marks inside come in pairs. */
const QUOTED = /^"((?:[^"]*"[^"]*")*[^"]*)"[.,]?$/;
const TYPOGRAPHIC = /[\u201c\u201d\u201e]/g;
/** Of both; costs nothing on Latin text. */
const BEYOND_LATIN = /[\u200b-\u200d\u2060\ufeff\u201c\u201d\u201e]/;
const STAR = 42;
const BULLET_MARK = 0x2022;
const UNDERLINE = 95;
const QUOTE = 34;

/**
 * Markdown's backslashes, lists, emphasis and code spans, the entities of HTML, and the blanks and quotation marks of web
 * pages.
 */
export const markup: Wrapping = {
  name: 'markup',
  description: 'escaped for Markdown or HTML',
  samples: [
    '\\[   13.047851\\] DMAR: DRHD: handling fault status reg 2',
    '`[   13.047851] DMAR: DRHD: handling fault status reg 2`',
    '&lt;3&gt;[   13.047851] DMAR: DRHD: handling fault status reg 2',
  ],
  unwrap(line: string): string {
    let text = line;
    if (text.includes('&')) text = text.replace(ENTITY, (entity) => ENTITIES.get(entity) ?? entity);
    if (text.includes(BACKSLASH)) text = text.replace(ESCAPED, '$1');
    if (text.includes(NO_BREAK_SPACE)) text = text.replaceAll(NO_BREAK_SPACE, ' ');
    if (BEYOND_LATIN.test(text)) text = text.replace(NO_WIDTH, '').replace(TYPOGRAPHIC, '"');
    if (text.includes('`')) text = text.replace(CODE_SPAN, '$2');
    if (text.endsWith('>')) text = text.replace(BREAK, '');
    const first = text.charCodeAt(0);
    if (first === STAR || first === BULLET_MARK) text = text.replace(BULLET, '').replace(BOLD, '$2');
    else if (first === UNDERLINE) text = text.replace(BOLD, '$2');
    else if (first === QUOTE) text = text.replace(QUOTED, '$1');
    return text;
  },
};

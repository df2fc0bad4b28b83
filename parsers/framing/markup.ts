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

/** Markdown's backslashes and code spans, the entities of HTML, and the no-break blanks of web pages. */
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
    if (text.includes('`')) text = text.replace(CODE_SPAN, '$2');
    return text;
  },
};

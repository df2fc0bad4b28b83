import type { NameKind } from './pseudonyms.ts';

/** A piece of a line that may have to be replaced; what stands between pieces is blanks and punctuation. */
export interface Token {
  readonly start: number;
  readonly text: string;
  readonly kind: 'hex' | 'bare-hex' | 'number' | 'word' | Exclude<NameKind, 'task' | 'host' | 'name'>;
}

const PATTERN = new RegExp(
  [
    // Escape sequences of a terminal and PCI addresses stay.
    '(?<keep>\\x1b\\[[0-9;?]*[ -/]*[@-~]|(?<![\\w.:])(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7](?![\\w.]))',
    '(?<mail>[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+)',
    '(?<path>[a-z][a-z0-9+.-]*://[^\\s"\'<>]+|(?<![\\w)\\]}>./~])(?:~|\\.{1,2})?(?:/[^\\s/:;,\'"()<>[\\]{}=|]+)+/?)',
    '(?<mac>(?<![\\w:])(?:[0-9a-f]{2}[:-]){5,7}[0-9a-f]{2}(?![\\w:]))',
    '(?<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})',
    '(?<ip>(?<![\\w.])\\d{1,3}(?:\\.\\d{1,3}){3}(?![\\w.])|(?<![\\w:])(?:(?:[0-9a-f]{1,4}:){5,7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}|::[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){1,6})(?![\\w:]))',
    '(?<hex>(?<!\\w)0x[0-9a-f]+(?![\\w]))',
    '(?<word>[\\w$\\u0080-\\uffff](?:[\\w.$\\u0080-\\uffff-]*[\\w$\\u0080-\\uffff])?)',
  ].join('|'),
  'gi',
);

const NUMBER = /^\d+(?:[.-]\d+)*$/;
const BARE_HEX = /^(?=.*\d)(?=.*[a-f])[0-9a-f]{5,16}$/i;
const LONG_HEX = /^(?=.*\d)[0-9a-f]{17,}$/i;

/** The pieces of a line, in order. */
export function tokensOf(line: string): Token[] {
  const tokens: Token[] = [];
  for (const { groups = {}, index: start } of line.matchAll(PATTERN)) {
    const { mail, path, mac, id, ip, hex, word } = groups;
    if (mail !== undefined) tokens.push({ start, text: mail, kind: 'mail' });
    else if (path !== undefined) tokens.push({ start, text: path, kind: 'path' });
    else if (mac !== undefined) tokens.push({ start, text: mac, kind: 'mac' });
    else if (id !== undefined) tokens.push({ start, text: id, kind: 'id' });
    else if (ip !== undefined) tokens.push({ start, text: ip, kind: 'ip' });
    else if (hex !== undefined) tokens.push({ start, text: hex, kind: hex.length > 18 ? 'id' : 'hex' });
    else if (word !== undefined) tokens.push({ start, text: word, kind: wordKind(word) });
  }
  return tokens;
}

function wordKind(word: string): Token['kind'] {
  if (NUMBER.test(word)) return 'number';
  if (LONG_HEX.test(word)) return 'id';
  return BARE_HEX.test(word) ? 'bare-hex' : 'word';
}

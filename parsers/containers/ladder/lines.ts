/** One physical line of a ladder, made comparable column by column with its neighbours. */
export interface LadderLine {
  /** 0-based row of the text. */
  readonly row: number;
  /** Byte offset of the line in the input. */
  readonly offset: number;
  /** As it stands, without its line end. */
  readonly raw: string;
  /** Quote marks and comments blanked, tabs expanded, line drawing turned to ASCII. */
  readonly text: string;
}

/** Splits at any line end; offsets count UTF-8 bytes. */
export function splitLadder(text: string): LadderLine[] {
  const lines: LadderLine[] = [];
  let offset = 0;
  let from = 0;
  while (from < text.length) {
    const newline = text.indexOf('\n', from);
    const end = newline < 0 ? text.length : newline;
    const raw = text.slice(from, end);
    const withoutReturn = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    lines.push({ row: lines.length, offset, raw: withoutReturn, text: normalise(withoutReturn) });
    offset += Buffer.byteLength(raw) + 1;
    from = end + 1;
  }
  return lines;
}

const TAB_STOP = 8;
/** Mail quotes, and the marks of a diff hunk's context are not part of the drawing. */
const QUOTE = /^(?:>\s?)+/;
const COMMENT = /;.*$/;

function normalise(raw: string): string {
  const unquoted = raw.replace(QUOTE, (marks) => ' '.repeat(marks.length)).replace(/^\uFEFF/, '');
  return toAscii(expandTabs(unquoted)).replace(COMMENT, '').trimEnd();
}

function expandTabs(text: string): string {
  if (!text.includes('\t')) return text;
  let out = '';
  for (const character of text) {
    out += character === '\t' ? ' '.repeat(TAB_STOP - (out.length % TAB_STOP)) : character;
  }
  return out;
}

/** Each character that draws, and the ASCII character that means the same. */
const DRAWN: ReadonlyMap<string, string> = new Map([
  ...pairs('-', '─━═╌╍┄┈—–−='),
  ...pairs('|', '│┃║┆┊¦'),
  ...pairs('>', '→▶►▷⟶⇒➜'),
  ...pairs('<', '←◀◄◁⟵⇐'),
  ...pairs('.', '╭╮┌┐'),
  ...pairs("'", '╰╯└┘`’‘´'),
  ...pairs('\\', '╲⟍'),
  ...pairs('/', '╱⟋'),
  ...pairs('X', '╳'),
  ...pairs('x', '✗✕×'),
  ...pairs(' ', '\u00a0'),
]);

function pairs(ascii: string, drawn: string): [string, string][] {
  return [...drawn].map((character) => [character, ascii]);
}

function toAscii(text: string): string {
  let out = '';
  for (const character of text) out += DRAWN.get(character) ?? character;
  return out;
}

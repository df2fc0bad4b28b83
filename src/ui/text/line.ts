import { clean, clip, widthOf } from './clean.ts';

/** What a piece of text means; `theme.ts` says how that looks. Never the only carrier of its meaning. */
export type StyleName =
  | 'strong'
  | 'faint'
  | 'title'
  | 'error'
  | 'warning'
  | 'note'
  | 'good'
  | 'evidence'
  | 'match'
  | 'bar'
  | 'key';

export interface Span {
  readonly text: string;
  readonly style?: StyleName;
  /** Of the cursor's row: drawn inverse, beside the mark that the row itself begins with. */
  readonly isSelected?: true;
}

/** One row of the screen. */
export interface Line {
  readonly spans: readonly Span[];
  /** The cursor stands here: its blanks at the end are drawn too. */
  readonly isSelected?: true;
}

export const EMPTY_LINE: Line = { spans: [] };

export function span(text: string, style?: StyleName): Span {
  return style === undefined ? { text } : { text, style };
}

export function line(...parts: readonly (Span | string)[]): Line {
  return { spans: parts.map((part) => (typeof part === 'string' ? { text: part } : part)) };
}

export function selected({ spans }: Line): Line {
  return { spans: spans.map((each) => ({ ...each, isSelected: true })), isSelected: true };
}

export function textOf({ spans }: Line): string {
  return spans.map(({ text }) => text).join('');
}

export function lineWidth({ spans }: Line): number {
  return spans.reduce((sum, { text }) => sum + widthOf(clean(text)), 0);
}

/** The line in at most `width` columns, with `…` where something was cut. */
export function clipLine(of: Line, width: number): Line {
  const spans = of.spans.map((each) => ({ ...each, text: clean(each.text) }));
  if (lineWidth({ spans }) <= width) return { ...of, spans };
  const kept: Span[] = [];
  let room = width;
  for (const each of spans) {
    const needed = widthOf(each.text);
    if (needed >= room) {
      if (room > 0) kept.push({ ...each, text: clip(`${each.text} `, room) });
      break;
    }
    kept.push(each);
    room -= needed;
  }
  return { ...of, spans: kept };
}

/** The line cut or filled to exactly `width` columns. */
export function fitLine(of: Line, width: number): Line {
  const cut = clipLine(of, width);
  const blanks = width - lineWidth(cut);
  if (blanks <= 0) return cut;
  const padding = { text: ' '.repeat(blanks), ...(of.isSelected === true && { isSelected: true as const }) };
  return { ...cut, spans: [...cut.spans, padding] };
}

/** Two texts at the ends of a row; the left one gives way. */
export function spread(left: Line, right: Line, width: number): Line {
  const rightWidth = Math.min(width, lineWidth(right));
  const gap = right.spans.length === 0 ? 0 : 1;
  const before = fitLine(left, Math.max(0, width - rightWidth - gap));
  return { spans: [...before.spans, { text: ' '.repeat(gap) }, ...clipLine(right, rightWidth).spans] };
}

export function isSameLine(one: Line, other: Line): boolean {
  if (one === other) return true;
  if (one.spans.length !== other.spans.length) return false;
  return one.spans.every((each, index) => isSameSpan(each, other.spans[index]));
}

function isSameSpan(one: Span, other: Span | undefined): boolean {
  return one.text === other?.text && one.style === other.style && one.isSelected === other.isSelected;
}

import type { Severity } from '../model/finding.ts';
import type { Span, StyleName } from './text/line.ts';

/** Properties of Ink's `<Text>`. Colours are those of a terminal with 16. */
export interface TextLook {
  readonly color?: string;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly underline?: boolean;
  readonly inverse?: boolean;
}

const LOOKS: Readonly<Record<StyleName, TextLook>> = {
  strong: { bold: true },
  faint: { dimColor: true },
  title: { bold: true },
  error: { color: 'red', bold: true },
  warning: { color: 'yellow' },
  note: { color: 'cyan' },
  good: { color: 'green' },
  evidence: { color: 'magenta' },
  match: { underline: true, bold: true },
  bar: { color: 'blue' },
  key: { bold: true },
};

export function lookOf(style: StyleName | undefined, hasColour: boolean): TextLook {
  if (style === undefined) return {};
  const look = LOOKS[style];
  if (hasColour || look.color === undefined) return look;
  const { color: _, ...rest } = look;
  return rest;
}

/** The shape that stands before the word of a severity. */
const SHAPES: Readonly<Record<Severity, string>> = { error: '✗', warning: '!', note: 'i' };

export function shapeOf(severity: Severity): string {
  return SHAPES[severity];
}

/** `✗ error`: shape, word and colour. */
export function severitySpan(severity: Severity): Span {
  return { text: `${SHAPES[severity]} ${severity.padEnd(7)}`, style: severity };
}

/** Two columns before a row: what its lines are for the findings. */
export function markSpan(mark: { readonly severity: Severity; readonly isAccused: boolean } | undefined): Span {
  if (mark === undefined) return { text: '  ' };
  return mark.isAccused
    ? { text: `${SHAPES[mark.severity]} `, style: mark.severity }
    : { text: '· ', style: 'evidence' };
}

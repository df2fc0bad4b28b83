import { fitText, fitTextRight } from '../text/clean.ts';
import { type Line, line, type Span, span } from '../text/line.ts';

/** A column of a table; columns that are not wanted have no width. */
export interface Column {
  readonly title: string;
  readonly width: number;
  readonly isRight?: true;
}

/** The titles above a table, each over its column. */
export function titleLine(columns: readonly Column[], lead: number): Line {
  return line(' '.repeat(lead), span(columns.map((column) => cellText(column, column.title)).join(''), 'faint'));
}

/** A cell with the blank behind it; empty where the column has no room. */
export function cellText({ width, isRight }: Column, text: string): string {
  if (width <= 0) return '';
  return `${isRight === true ? fitTextRight(text, width) : fitText(text, width)} `;
}

export function cells(columns: readonly Column[], texts: readonly string[]): Span {
  return { text: columns.map((column, index) => cellText(column, texts[index] ?? '')).join('') };
}

/** Sum of the widths, with the blanks behind them. */
export function tableWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, { width }) => sum + (width > 0 ? width + 1 : 0), 0);
}

import { EMPTY_LINE, type Line, line, span } from '../text/line.ts';
import { wrapText } from '../text/wrap.ts';
import { bodyRows, hasPanes, type ViewContext } from './view.ts';

/** Rows in which a line is shown as a whole, with the rule above them. */
const ROWS = 4;

/** Rows at the bottom of a view that show the line under the cursor as a whole; none in a small terminal. */
export function wholeLineRows({ size }: ViewContext): number {
  return hasPanes(size) ? ROWS : 0;
}

/** The line under the cursor, wrapped; what does not fit ends with a mark. `used`: rows of the view above it. */
export function wholeLine(text: string, title: string, used: number, context: ViewContext): readonly Line[] {
  const rows = wholeLineRows(context);
  if (rows === 0) return [];
  const { columns } = context.size;
  const blank = Array.from({ length: Math.max(0, bodyRows(context.size) - rows - used) }, () => EMPTY_LINE);
  const rule = line(span(`── ${title} ${'─'.repeat(Math.max(0, columns - title.length - 4))}`, 'faint'));
  const parts = wrapText(text, columns);
  const shown = parts.slice(0, rows - 1);
  if (parts.length > shown.length) shown[shown.length - 1] = `${(shown.at(-1) ?? '').slice(0, columns - 1)}…`;
  return [...blank, rule, ...shown.map((part) => line(part))];
}

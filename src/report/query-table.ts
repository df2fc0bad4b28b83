import { plural, sanitise } from '../base/text.ts';

/** Columns that are wider are cut, with a mark. */
const WIDEST = 60;

/** The answer to a query as a table for a person: numbers at the right, null as a dash. */
export function* queryTable(columns: readonly string[], rows: readonly (readonly unknown[])[]): Generator<string> {
  const cells = rows.map((row) => columns.map((_, index) => cellOf(row[index])));
  const isNumeric = columns.map((_, index) =>
    rows.every((row) => row[index] === null || typeof row[index] === 'number' || /^-?\d+$/.test(String(row[index]))),
  );
  const widths = columns.map((name, index) => {
    return Math.min(WIDEST, Math.max(name.length, ...cells.map((row) => row[index]?.length ?? 0)));
  });
  const line = (texts: readonly string[], isHead: boolean): string => {
    const padded = texts.map((text, index) => {
      const width = widths[index] ?? 0;
      const shown = text.length > width ? `${text.slice(0, width - 1)}…` : text;
      return isNumeric[index] === true && !isHead ? shown.padStart(width) : shown.padEnd(width);
    });
    return `${padded.join('  ').trimEnd()}\n`;
  };
  yield line(columns.map(sanitise), true);
  yield `${widths.map((width) => '-'.repeat(width)).join('  ')}\n`;
  for (const row of cells) yield line(row, false);
  yield `${plural(rows.length, 'row')}\n`;
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '-';
  return sanitise(typeof value === 'string' ? value : JSON.stringify(value));
}

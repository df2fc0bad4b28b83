import Papa from 'papaparse';

/** The header line of a CSV. */
export function csvHeader(columns: readonly string[]): string {
  return `${Papa.unparse([[...columns]], { newline: '\n' })}\n`;
}

/**
 * One CSV line; absent fields are empty cells. Text that a spreadsheet would run as a formula is defused
 * with an apostrophe: names of tasks come from a log.
 */
export function csvLine(row: Readonly<Record<string, unknown>>, columns: readonly string[]): string {
  const cells = columns.map((column) => row[column]);
  return `${Papa.unparse([cells], { newline: '\n', escapeFormulae: true })}\n`;
}

/** A whole table of columns whose names may repeat. */
export function* csvTable(columns: readonly string[], rows: readonly (readonly unknown[])[]): Generator<string> {
  yield csvHeader(columns);
  for (const row of rows) yield `${Papa.unparse([[...row]], { newline: '\n', escapeFormulae: true })}\n`;
}

import { Duplex } from 'node:stream';
import type { Container } from '../../src/model/parser.ts';
import type { TableMapping } from '../../src/model/table-mapping.ts';
import { ROW_FIELDS } from '../decode/exported-row.ts';
import { csvRecords } from './csv-records.ts';

/** Cells of one table as one line of `faultlog events --format jsonl`. */
type RowWriter = (cells: readonly string[], line: number) => string;
type CsvParser = (text: string) => readonly string[];

const NO_MAPPING: TableMapping = { columns: {} };
/** So many columns of the export make a header; a table of something else may have a `kind` and a `line` as well. */
const MIN_COLUMNS = 4;

/** `faultlog events --format csv`, recognised by its header. */
export const eventTable: Container = {
  name: 'csv-events',
  description: 'events that faultlog exported as CSV',
  matches(head) {
    const names = headerOf(head);
    return names.includes('kind') && names.filter((name) => ROW_FIELDS.has(name)).length >= MIN_COLUMNS;
  },
  decoder: () => decoderOf(NO_MAPPING),
};

/** The table of another tool, recognised by the columns that the configuration names. */
export function mappedTable(mapping: TableMapping): Container {
  const wanted = Object.values(mapping.columns);
  return {
    name: 'csv-table',
    description: 'a CSV table of events with the columns that the configuration names',
    matches(head) {
      const names = headerOf(head);
      return wanted.every((column) => names.includes(column));
    },
    decoder: () => decoderOf(mapping),
  };
}

/** Names of the columns, by a plain split: enough to recognise a table. */
function headerOf(head: Uint8Array): readonly string[] {
  const end = head.indexOf(10);
  const [line = ''] = new TextDecoder().decode(head.subarray(0, end < 0 ? head.length : end)).split('\r');
  return line.split(/[,;\t]/).map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
}

/** Gives as many lines as it takes; papaparse is loaded with the first byte. */
function decoderOf(mapping: TableMapping): Duplex {
  return Duplex.from(async function* (chunks: AsyncIterable<Uint8Array>) {
    const { default: Papa } = await import('papaparse');
    let delimiter = '';
    const parse: CsvParser = (text) => {
      const result = Papa.parse<string[]>(text, { delimiter, newline: '\n' });
      if (delimiter === '') delimiter = result.meta.delimiter;
      return result.data.length === 1 ? (result.data[0] ?? []) : result.data.flat();
    };
    let writeRow: RowWriter | undefined;
    for await (const records of csvRecords(chunks)) {
      let out = '';
      for (const { text, line, lines } of records) {
        if (text.trim() !== '') {
          const cells = parse(text);
          if (writeRow === undefined) writeRow = rowWriter(cells, mapping);
          else out += writeRow(cells, line);
        }
        out += '\n'.repeat(lines);
      }
      yield Buffer.from(out);
    }
  });
}

function rowWriter(header: readonly string[], mapping: TableMapping): RowWriter {
  const fieldOf = new Map(Object.entries(mapping.columns).map(([field, column]) => [column, field]));
  const names = header.map((name) => name.trim());
  const fields = names.map((name) => (fieldOf.size === 0 ? name : fieldOf.get(name)));
  const fixed = Object.entries(mapping.fixed ?? {});
  return (cells, line) => {
    const row: Record<string, unknown> = { ...Object.fromEntries(fixed), dialect: 'csv' };
    if (cells.length !== header.length) {
      return damaged(`line ${line}, column 1: ${cells.length} cells, the header has ${header.length}`, cells);
    }
    for (const [index, field] of fields.entries()) {
      const cell = plainText(cells[index] ?? '');
      if (field === undefined || cell === '' || !ROW_FIELDS.has(field)) continue;
      const value = cellValue(field, mapping.values?.[field]?.[cell.trim()] ?? cell);
      if (value === undefined) {
        return damaged(`line ${line}, column ${index + 1} (${names[index]}): ${cell} is no value of ${field}`, cells);
      }
      row[field] = value;
    }
    return JSON.stringify(row);
  };
}

/** A row that the dialect of events does not take: it is counted as unread, and shown with this text. */
function damaged(problem: string, cells: readonly string[]): string {
  return JSON.stringify({ kind: 'damaged', dialect: 'csv', problem, cells });
}

/** Undoes what keeps a spreadsheet from running a cell. */
function plainText(cell: string): string {
  return /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}

const NUMBER = /^-?(?:\d+|0x[0-9a-f]+)$/i;
const ADDRESS = /^(?:0x)?([0-9a-f]{1,16})$/i;
const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['false', false],
  ['0', false],
  ['no', false],
]);

function cellValue(field: string, cell: string): unknown {
  switch (ROW_FIELDS.get(field)) {
    case 'flag':
      return FLAGS.get(cell.trim().toLowerCase());
    case 'count':
    case 'integer':
      return NUMBER.test(cell.trim()) ? Number(cell) : undefined;
    default:
      if (field !== 'address') return cell;
      return ADDRESS.test(cell.trim())
        ? cell
            .trim()
            .toLowerCase()
            .replace(/^(?:0x)?/, '0x')
        : undefined;
  }
}

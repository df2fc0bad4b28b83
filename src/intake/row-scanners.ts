import { EventRows } from '../model/event-rows.ts';
import type {
  Dialect,
  Framing,
  LineBlock,
  LineScanner,
  RecordFormat,
  RecordScanner,
  RowDialect,
} from '../model/parser.ts';
import type { RowScanners } from './row-lines.ts';

export interface RowReading {
  readonly framing: Framing;
  readonly scanners: RowScanners;
  /** By the number of their form. */
  readonly dialects: readonly Dialect[];
}

/** The rows of lines of `framing`; undefined where they are not read from bytes. `kept`: how many are kept, a power of two. */
export function rowsFor(
  framing: Framing | undefined,
  dialects: readonly Dialect[],
  kept: number,
): EventRows | undefined {
  if (framing?.prefixScanner === undefined || dialects.length === 0) return undefined;
  return new EventRows(
    readersOf(dialects).flatMap(({ reader }) => reader.forms),
    kept,
  );
}

/** How lines of `framing` are read into `rows`. */
export function rowReadingOf(
  framing: Framing | undefined,
  dialects: readonly Dialect[],
  rows: EventRows | undefined,
): RowReading | undefined {
  if (framing?.prefixScanner === undefined || rows === undefined) return undefined;
  const payloads: (LineScanner | undefined)[] = new Array(256).fill(undefined);
  const ofForms: Dialect[] = [];
  for (const { dialect, reader } of readersOf(dialects)) {
    const scanner = reader.scanner(rows, ofForms.length);
    for (const _ of reader.forms) ofForms.push(dialect);
    if (reader.initial !== undefined) payloads[reader.initial] = either(payloads[reader.initial], scanner);
    else for (const [initial, first] of payloads.entries()) payloads[initial] = either(first, scanner);
  }
  return { framing, dialects: ofForms, scanners: { rows, prefix: framing.prefixScanner(rows), payloads } };
}

/** The rows of the records of one input, and how those of an event are put into them. `kept`: as of `rowsFor`. */
export interface RecordRowsReading {
  readonly rows: EventRows;
  /** By the number of their form. */
  readonly dialects: readonly Dialect[];
  scannerOf(dialect: Dialect, event: RecordFormat): RecordScanner | undefined;
}

export function recordRowsFor(dialects: readonly Dialect[], kept: number): RecordRowsReading {
  const readers = readersOf(dialects);
  const rows = new EventRows(
    readers.flatMap(({ reader }) => reader.forms),
    kept,
  );
  const ofForms = readers.flatMap(({ dialect, reader }) => reader.forms.map(() => dialect));
  return {
    rows,
    dialects: ofForms,
    scannerOf: (dialect, event) => dialect.rows?.recordScanner?.(event, rows, ofForms.indexOf(dialect)),
  };
}

/** Those that look at one name first. */
function readersOf(
  dialects: readonly Dialect[],
): readonly { readonly dialect: Dialect; readonly reader: RowDialect }[] {
  const readers = dialects.flatMap((dialect) =>
    dialect.rows === undefined ? [] : [{ dialect, reader: dialect.rows }],
  );
  return readers.sort((a, b) => Number(a.reader.initial === undefined) - Number(b.reader.initial === undefined));
}

function either(first: LineScanner | undefined, second: LineScanner): LineScanner {
  return first === undefined ? second : new FirstOf(first, second);
}

class FirstOf implements LineScanner {
  readonly #first: LineScanner;
  readonly #second: LineScanner;

  constructor(first: LineScanner, second: LineScanner) {
    this.#first = first;
    this.#second = second;
  }

  scan(block: LineBlock, from: number, at: number): number {
    const end = this.#first.scan(block, from, at);
    return end >= 0 ? end : this.#second.scan(block, from, at);
  }
}

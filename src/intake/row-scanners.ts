import { EventRows } from '../model/event-rows.ts';
import type { Dialect, Framing, LineScanner, RowDialect } from '../model/parser.ts';
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
    readersOf(dialects).map(({ form }) => form),
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
  for (const [number, reader] of readersOf(dialects).entries()) payloads[reader.initial] = reader.scanner(rows, number);
  return { framing, dialects, scanners: { rows, prefix: framing.prefixScanner(rows), payloads } };
}

function readersOf(dialects: readonly Dialect[]): readonly RowDialect[] {
  return dialects.map(({ rows }) => rows).filter((reader): reader is RowDialect => reader !== undefined);
}

import { EventRows } from '../model/event-rows.ts';
import type { Dialect, Framing, LineScanner, RowDialect } from '../model/parser.ts';
import type { RowScanners } from './row-lines.ts';

export interface RowReading {
  readonly framing: Framing;
  readonly scanners: RowScanners;
  /** By the number of their form. */
  readonly dialects: readonly Dialect[];
}

/** How lines of `framing` are read from bytes; undefined if they are not. `capacity` is that of the rows, a power of two. */
export function rowReadingOf(
  framing: Framing | undefined,
  dialects: readonly Dialect[],
  capacity: number,
): RowReading | undefined {
  if (framing?.prefixScanner === undefined || dialects.length === 0) return undefined;
  const readers = dialects.map(({ rows }) => rows).filter((reader): reader is RowDialect => reader !== undefined);
  const rows = new EventRows(
    readers.map(({ form }) => form),
    capacity,
  );
  const payloads: (LineScanner | undefined)[] = new Array(256).fill(undefined);
  for (const [number, reader] of readers.entries()) payloads[reader.initial] = reader.scanner(rows, number);
  return { framing, dialects, scanners: { rows, prefix: framing.prefixScanner(rows), payloads } };
}

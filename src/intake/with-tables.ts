import type { ParserRegistry } from '../model/parser.ts';
import type { TableMapping } from '../model/table-mapping.ts';

/** The parsers with tables of other tools in front: their columns are named, other containers are guessed. */
export function withTables(parsers: ParserRegistry, tables: readonly TableMapping[] = []): ParserRegistry {
  const { tableContainer } = parsers;
  if (tableContainer === undefined || tables.length === 0) return parsers;
  return { ...parsers, containers: [...tables.map((table) => tableContainer(table)), ...(parsers.containers ?? [])] };
}

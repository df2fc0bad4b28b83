import { type ColumnType, TABLES, type TableName } from './schema.ts';

const SQL_TYPES: Readonly<Record<ColumnType, string>> = {
  STRING: 'VARCHAR',
  INT32: 'INTEGER',
  INT64: 'BIGINT',
  BOOLEAN: 'BOOLEAN',
};

/**
 * The statement that makes a view of a table's files in DuckDB, with `host` and `capture` from the names of their folders.
 * What an older file does not have is null; without files the view is empty and has the same columns.
 */
export function viewOf(table: TableName, files: readonly string[]): string {
  const columns = TABLES[table].map(({ name, type }) => `CAST(${name} AS ${SQL_TYPES[type]}) AS ${name}`);
  const none = TABLES[table].map(({ name, type }) => `CAST(NULL AS ${SQL_TYPES[type]}) AS ${name}`);
  const empty = `SELECT CAST(NULL AS VARCHAR) AS host, CAST(NULL AS VARCHAR) AS capture, ${none.join(', ')} WHERE false`;
  if (files.length === 0) return `CREATE VIEW ${table} AS ${empty}`;
  const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ');
  const parts = ['host', 'capture'].map((name) => `url_decode(CAST(${name} AS VARCHAR)) AS ${name}`);
  const read = `SELECT * FROM read_parquet([${list}], hive_partitioning = true, hive_types_autocast = false, union_by_name = true)`;
  return `CREATE VIEW ${table} AS SELECT ${[...parts, ...columns].join(', ')} FROM (${empty} UNION ALL BY NAME ${read})`;
}

import { UsageError } from '../base/errors.ts';

/** Rows of an answer, with the names of their columns. */
export interface QueryAnswer {
  readonly columns: readonly string[];
  /** JSON values; 64-bit integers that a number cannot hold are text. */
  readonly rows: readonly (readonly unknown[])[];
}

/** Runs statements and then a query on a DuckDB in memory. What DuckDB refuses is a UsageError with its own words. */
export async function askDuckDb(statements: readonly string[], sql: string): Promise<QueryAnswer> {
  const { DuckDBInstance, DuckDBTypeId } = await loadDuckDb();
  const instance = await DuckDBInstance.create(':memory:', { autoinstall_known_extensions: 'false' });
  const connection = await instance.connect();
  try {
    for (const statement of statements) await connection.run(statement);
    const reader = await connection.runAndReadAll(sql);
    const isWhole = reader.columnTypes().map(({ typeId }) => {
      return typeId === DuckDBTypeId.BIGINT || typeId === DuckDBTypeId.HUGEINT || typeId === DuckDBTypeId.UBIGINT;
    });
    const rows = reader
      .getRowsJson()
      .map((row) => row.map((value, index) => (isWhole[index] ? numberOf(value) : value)));
    return { columns: reader.deduplicatedColumnNames(), rows };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`the query failed: ${message.split('\n')[0]}`, hintOf(message), { cause });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** DuckDB gives whole numbers of 64 bits as text. */
function numberOf(value: unknown): unknown {
  const number = typeof value === 'string' ? Number(value) : undefined;
  return number !== undefined && Number.isSafeInteger(number) ? number : value;
}

function hintOf(message: string): string {
  const [, ...more] = message.split('\n').filter((line) => line.trim() !== '');
  const shown = more.map((line) => line.trim()).join(' ');
  return shown === ''
    ? 'The tables are groups, findings, coverage and events; faultlog query --help shows examples.'
    : shown;
}

async function loadDuckDb(): Promise<typeof import('@duckdb/node-api')> {
  try {
    return await import('@duckdb/node-api');
  } catch (cause) {
    throw new UsageError(
      'DuckDB is not installed',
      'It is an optional part, 70 MB: npm install @duckdb/node-api where faultlog is installed, or read the tables of faultlog export --format parquet=DIR with any tool.',
      { cause },
    );
  }
}

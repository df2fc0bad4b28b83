import { zstdCompressSync } from 'node:zlib';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { VERSION } from '../../base/version.ts';
import { type Column, TABLES, TABLES_VERSION, type TableName, type TableRow } from './schema.ts';

/** Rows of a row group: what is kept in memory. */
const GROUP_ROWS = 32_768;

/** Takes the bytes of a file piece by piece. */
export type ByteSink = (bytes: Uint8Array) => void;

type Cell = string | number | bigint | boolean | null;

/** Writes one table as Parquet (ZSTD), a row group at a time: memory does not grow with the rows. */
export class TableWriter {
  readonly #columns: readonly Column[];
  readonly #cells: Cell[][];
  readonly #parquet: ParquetWriter;
  readonly #bytes: SinkWriter;
  /** Rows that are not written yet. */
  #rows = 0;

  constructor(table: TableName, sink: ByteSink) {
    this.#columns = TABLES[table];
    this.#cells = this.#columns.map(() => []);
    this.#bytes = new SinkWriter(sink);
    this.#parquet = new ParquetWriter({
      writer: this.#bytes,
      schema: [{ name: table, num_children: this.#columns.length }, ...this.#columns.map(schemaElement)],
      codec: 'ZSTD',
      compressors: { ZSTD: (input) => zstdCompressSync(input) },
      createdBy: `faultlog ${VERSION}`,
      kvMetadata: [{ key: 'faultlog.tables', value: String(TABLES_VERSION) }],
    });
  }

  add(row: TableRow): void {
    for (const [index, { name, type }] of this.#columns.entries()) {
      const value = row[name];
      this.#cells[index]?.push(value === undefined ? null : type === 'INT64' ? toBigInt(value) : value);
    }
    this.#rows += 1;
    if (this.#rows === GROUP_ROWS) this.#flush();
  }

  finish(): void {
    if (this.#rows > 0) this.#flush();
    this.#parquet.finish();
    this.#bytes.flush();
  }

  #flush(): void {
    const columnData = this.#columns.map(({ name }, index) => ({ name, data: this.#cells[index] ?? [] }));
    this.#parquet.write({ columnData, rowGroupSize: this.#rows });
    this.#bytes.flush();
    for (const cells of this.#cells) cells.length = 0;
    this.#rows = 0;
  }
}

/** Gives on what was written after each row group. */
class SinkWriter extends ByteWriter {
  readonly #sink: ByteSink;

  constructor(sink: ByteSink) {
    super(1 << 20);
    this.#sink = sink;
  }

  flush(): void {
    if (this.index > 0) this.#sink(this.getBytes());
    this.index = 0;
  }
}

function schemaElement({ name, type }: Column) {
  const common = { name, repetition_type: 'OPTIONAL' } as const;
  return type === 'STRING'
    ? ({ ...common, type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const)
    : ({ ...common, type } as const);
}

function toBigInt(value: string | number | bigint | boolean): bigint {
  return typeof value === 'bigint' ? value : BigInt(value);
}

import { zstdCompressSync } from 'node:zlib';
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer';
import { VERSION } from '../../base/version.ts';
import { type Cell, type Cells, type ColumnData, cellsOf } from './cells.ts';
import { type Column, type ColumnName, TABLES, TABLES_VERSION, type TableName, type TableRow } from './schema.ts';

/** Rows of a row group: what is kept in memory. */
const GROUP_ROWS = 32_768;

/** Takes the bytes of a file piece by piece. */
export type ByteSink = (bytes: Uint8Array) => void;

/** How each column of a table is read from a thing that is a row of it. */
export type RowReader<Table extends TableName, Thing> = {
  readonly [Name in ColumnName<Table>]: (thing: Thing) => Cell | undefined;
};

/** Writes one table as Parquet (ZSTD), a row group at a time: memory does not grow with the rows. */
export class TableWriter<Table extends TableName = TableName> {
  readonly #columns: readonly Column[];
  readonly #cells: readonly Cells[];
  readonly #parquet: ParquetWriter;
  readonly #bytes: SinkWriter;
  /** Rows that are not written yet. */
  #rows = 0;

  constructor(table: Table, sink: ByteSink) {
    this.#columns = TABLES[table];
    this.#cells = this.#columns.map(({ type }) => cellsOf(type, GROUP_ROWS));
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

  add(row: TableRow<Table>): void {
    const cells: Readonly<Record<string, Cell | undefined>> = row;
    for (const [index, { name }] of this.#columns.entries()) this.#cells[index]?.push(cells[name]);
    this.#endRow();
  }

  /** What adds a row for a thing, without an object for the row. */
  adder<Thing>(reader: RowReader<Table, Thing>): (thing: Thing) => void {
    const cells = this.#cells;
    const byName = new Map<string, (thing: Thing) => Cell | undefined>(Object.entries(reader));
    const read = this.#columns.map(({ name }) => byName.get(name));
    return (thing) => {
      for (let index = 0; index < read.length; index += 1) cells[index]?.push(read[index]?.(thing));
      this.#endRow();
    };
  }

  finish(): void {
    if (this.#rows > 0) this.#flush();
    this.#parquet.finish();
    this.#bytes.flush();
  }

  #endRow(): void {
    this.#rows += 1;
    if (this.#rows === GROUP_ROWS) this.#flush();
  }

  #flush(): void {
    const columnData = this.#columns.map((column, index) => columnSource(column, this.#cells[index]?.take() ?? []));
    this.#parquet.write({ columnData, rowGroupSize: this.#rows });
    this.#bytes.flush();
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

function columnSource({ name, type, isSought = false }: Column, data: ColumnData): ColumnSource {
  const isNumber = type === 'INT32' || type === 'INT64';
  // The writer has no limits of numbers as 64 bits.
  const statistics = isSought && (type !== 'INT64' || data instanceof BigInt64Array);
  return { name, data, statistics, ...(isNumber && { encoding: 'DELTA_BINARY_PACKED' }) };
}

function schemaElement({ name, type }: Column) {
  const common = { name, repetition_type: 'OPTIONAL' } as const;
  return type === 'STRING'
    ? ({ ...common, type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const)
    : ({ ...common, type } as const);
}

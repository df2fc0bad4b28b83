import { zstdCompressSync } from 'node:zlib';
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer';
import { VERSION } from '../../base/version.ts';
import { type Cell, type Cells, type ColumnData, cellsOf } from './cells.ts';
import { type Column, type ColumnName, TABLES, TABLES_VERSION, type TableName, type TableRow } from './schema.ts';

/**
 * Rows of a row group: what is kept in memory. The writer makes arrays of so many values for every column; above 128 KiB the engine
 * keeps each in pages of its own, and getting and clearing those took a third of what writing takes.
 */
const GROUP_ROWS = 16_000;

/** Takes the bytes of a file piece by piece. */
export type ByteSink = (bytes: Uint8Array) => void;

/** How each column of a table is read from a thing that is a row of it, or what it is for all things. */
export type RowReader<Table extends TableName, Thing> = {
  readonly [Name in ColumnName<Table>]: ((thing: Thing) => Cell | undefined) | Cell | undefined;
};

/** Cells that all rows of one kind have; they are filled in when rows of another kind follow. */
interface Constants {
  readonly columns: readonly { readonly cells: Cells; readonly cell: Cell | undefined }[];
  rows: number;
}

/** A column whose cells are read from each thing. */
interface Varying<Thing> {
  readonly cells: Cells;
  read(thing: Thing): Cell | undefined;
}

/** Writes one table as Parquet (ZSTD), a row group at a time: memory does not grow with the rows. */
export class TableWriter<Table extends TableName = TableName> {
  readonly #columns: readonly Column[];
  readonly #cells: readonly Cells[];
  readonly #parquet: ParquetWriter;
  readonly #bytes: SinkWriter;
  /** Rows that are not written yet. */
  #rows = 0;
  /** Of the newest rows. */
  #constants: Constants | undefined;

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
    this.#fillConstants(undefined);
    const cells: Readonly<Record<string, Cell | undefined>> = row;
    for (const [index, { name }] of this.#columns.entries()) this.#cells[index]?.push(cells[name]);
    this.#endRow();
  }

  /** What adds a row for a thing, without an object for the row. */
  adder<Thing>(reader: RowReader<Table, Thing>): (thing: Thing) => void {
    const byName = new Map<string, RowReader<Table, Thing>[ColumnName<Table>]>(Object.entries(reader));
    const narrow: Varying<Thing>[] = [];
    const wide: Varying<Thing>[] = [];
    const plain: Varying<Thing>[] = [];
    const constant: { cells: Cells; cell: Cell | undefined }[] = [];
    for (const [index, cells] of this.#cells.entries()) {
      const { name = '', type } = this.#columns[index] ?? {};
      const read = byName.get(name);
      if (typeof read === 'function')
        (type === 'INT32' ? narrow : type === 'INT64' ? wide : plain).push({ cells, read });
      else constant.push({ cells, cell: read });
    }
    const own: Constants = { columns: constant, rows: 0 };
    return (thing) => {
      if (this.#constants !== own) this.#fillConstants(own);
      // One loop for each kind of cells: the engine knows then which `push` it is.
      for (const { cells, read } of narrow) cells.push(read(thing));
      for (const { cells, read } of wide) cells.push(read(thing));
      for (const { cells, read } of plain) cells.push(read(thing));
      own.rows += 1;
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

  /** For the rows so far; those that follow are of another kind. */
  #fillConstants(next: Constants | undefined): void {
    const { columns = [], rows = 0 } = this.#constants ?? {};
    for (const { cells, cell } of columns) cells.repeat(cell, rows);
    if (this.#constants !== undefined) this.#constants.rows = 0;
    this.#constants = next;
  }

  #flush(): void {
    this.#fillConstants(this.#constants);
    const columnData = this.#columns.map((column, index) => columnSource(column, this.#cells[index]?.take() ?? []));
    // A page a column: a row group has no more than the writer would put into one.
    this.#parquet.write({ columnData, rowGroupSize: this.#rows, pageSize: 0 });
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
  if (data instanceof BigInt64Array) return { name, data, statistics: isSought, encoding: 'PLAIN' };
  const isNumber = type === 'INT32' || type === 'INT64';
  // The writer has no limits of numbers as 64 bits.
  const statistics = isSought && type !== 'INT64';
  return { name, data, statistics, ...(isNumber && { encoding: 'DELTA_BINARY_PACKED' }) };
}

function schemaElement({ name, type }: Column) {
  const common = { name, repetition_type: 'OPTIONAL' } as const;
  return type === 'STRING'
    ? ({ ...common, type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const)
    : ({ ...common, type } as const);
}

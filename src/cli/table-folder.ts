import { createHash, randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TableWriter } from '../export/tables/parquet-writer.ts';
import type { TableName } from '../export/tables/schema.ts';
import { forgetUnfinished, keepUnfinished } from './output-target.ts';
import { UnwritableTables } from './unwritable-tables.ts';

const NAME_DIGITS = 16;

/** Which capture the rows are of: the folders `host=…/capture=…` that readers turn into columns. */
export interface Partition {
  readonly host: string;
  readonly capture: string;
}

/**
 * The tables of one capture in a folder: `TABLE/host=…/capture=…/HASH.parquet`. The name is a hash of the content, and what
 * the partition held before goes when the new file is in place: exporting a capture again changes nothing.
 */
export class TableFolder {
  readonly #shown: string;
  readonly #path: string;
  readonly #partition: Partition;
  readonly #open: Unfinished[] = [];

  constructor(cwd: string, shown: string, partition: Partition) {
    this.#shown = shown;
    this.#path = resolve(cwd, shown);
    this.#partition = partition;
  }

  /** Begins a table, which is there in the end even without rows. */
  open<Table extends TableName>(name: Table): TableWriter<Table> {
    const table = this.#failing(() => new OpenTable(name, this.#folderOf(name)));
    this.#open.push(table);
    return table.writer;
  }

  /** Puts the files of all open tables in place. */
  finish(): void {
    this.#failing(() => {
      for (const table of this.#open) table.finish();
    });
  }

  /** Leaves everything as it was. */
  abandon(): void {
    for (const table of this.#open) table.abandon();
  }

  #folderOf(name: TableName): string {
    const { host, capture } = this.#partition;
    return join(this.#path, name, `host=${encodeURIComponent(host)}`, `capture=${encodeURIComponent(capture)}`);
  }

  #failing<Value>(work: () => Value): Value {
    try {
      return work();
    } catch (cause) {
      this.abandon();
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new UnwritableTables(`${this.#shown}: tables cannot be written`, `${reason}.`, { cause });
    }
  }
}

interface Unfinished {
  finish(): void;
  abandon(): void;
}

class OpenTable<Table extends TableName> implements Unfinished {
  readonly writer: TableWriter<Table>;
  readonly #folder: string;
  readonly #beside: string;
  readonly #file: number;
  readonly #hash = createHash('sha256');

  constructor(name: Table, folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#beside = join(folder, `.${process.pid}.${randomBytes(4).toString('hex')}.tmp`);
    this.#file = openSync(this.#beside, 'w');
    keepUnfinished(this.#beside);
    this.writer = new TableWriter(name, (bytes) => {
      this.#hash.update(bytes);
      writeSync(this.#file, bytes);
    });
  }

  finish(): void {
    this.writer.finish();
    closeSync(this.#file);
    const name = `${this.#hash.digest('hex').slice(0, NAME_DIGITS)}.parquet`;
    const old = readdirSync(this.#folder).filter((each) => each.endsWith('.parquet'));
    if (old.includes(name)) rmSync(this.#beside);
    else renameSync(this.#beside, join(this.#folder, name));
    forgetUnfinished(this.#beside);
    for (const each of old) if (each !== name) rmSync(join(this.#folder, each), { force: true });
  }

  abandon(): void {
    rmSync(this.#beside, { force: true });
    forgetUnfinished(this.#beside);
  }
}

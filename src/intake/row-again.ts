import { UsageError } from '../base/errors.ts';
import type { RowScanners } from './row-lines.ts';

/** Scanners may look so far beyond a line. */
const SLACK = '\n'.padEnd(256, '\0');

/** Reads lines again that were read from bytes once, into the spare columns of the rows. */
export class RowAgain {
  readonly #path: string;
  readonly #scanners: RowScanners;

  constructor(path: string, scanners: RowScanners) {
    this.#path = path;
    this.#scanners = scanners;
  }

  /** Fills the columns, but for the time and the line's place. */
  read(text: string): void {
    const { rows, prefix, payloads } = this.#scanners;
    const bytes = Buffer.from(text + SLACK, 'latin1');
    const block = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
    const name = prefix.scan(block, 0, rows.spare);
    const payload = name < 0 ? undefined : payloads[bytes[name] ?? 0];
    if (payload === undefined || payload.scan(block, name, rows.spare) < 0) {
      throw new UsageError(`${this.#path} was changed while it was read`, 'Copy the file and analyse the copy.');
    }
  }
}

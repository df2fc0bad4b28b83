import { Transform } from 'node:stream';
import type { Container } from '../../src/model/parser.ts';
import { isWanted, JournalLines } from './journal-record.ts';
import { ascii, hasBytes } from './magic.ts';

const NEWLINE = 10;
const EQUALS = 61;
const LENGTH_BYTES = 8;
/** The longest field that is kept; nothing of interest is so long. */
const MAX_FIELD_BYTES = 1024 * 1024;
const STARTS = ['__CURSOR=', '__REALTIME_TIMESTAMP=', '_SOURCE_MONOTONIC_TIMESTAMP=', '_TRANSPORT=', '_BOOT_ID='];

/**
 * `journalctl -o export` (systemd.io/JOURNAL_EXPORT_FORMATS): `FIELD=VALUE` lines, an empty line behind each entry; a value
 * that is no text stands behind its name's line, with its length in eight bytes, little endian. Each entry becomes a line of
 * the kernel log, at the place of its message; the other lines become empty.
 */
export const journalExport: Container = {
  name: 'journal-export',
  description: 'the journal for export: journalctl -o export',
  matches: (head) => STARTS.some((start) => hasBytes(head, ascii(start))),
  decoder() {
    const entries = new ExportEntries();
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        done(null, entries.push(chunk));
      },
      flush(done) {
        done(null, entries.end());
      },
    });
  },
};

class ExportEntries {
  #pending = Buffer.alloc(0);
  /** Bytes of a value that is dropped. */
  #skipping = 0;
  readonly #entries = new JournalLines();
  #fields = new Map<string, string>();
  #lines = 0;
  #place = 0;
  #out: string[] = [];

  push(chunk: Buffer): Buffer | undefined {
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    let at = Math.min(this.#skipping, bytes.length);
    this.#skipping -= at;
    while (at < bytes.length) {
      const next = this.#takeField(bytes, at);
      if (next < 0) break;
      at = next;
    }
    if (at > bytes.length) this.#skipping = at - bytes.length;
    this.#pending = Buffer.from(bytes.subarray(at));
    return this.#take();
  }

  end(): Buffer | undefined {
    if (this.#pending.length > 0) this.#setField(this.#pending, 0, this.#pending.length);
    this.#endEntry();
    return this.#take();
  }

  /** Takes the field at `at`; gives the position behind it, or -1 if it is not complete. */
  #takeField(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(NEWLINE, at);
    if (end < 0) return bytes.length - at > MAX_FIELD_BYTES ? bytes.length : -1;
    if (end === at) {
      this.#lines += 1;
      this.#endEntry();
      return end + 1;
    }
    const equals = bytes.indexOf(EQUALS, at);
    if (equals >= 0 && equals < end) {
      this.#setField(bytes, at, end);
      return end + 1;
    }
    const value = end + 1 + LENGTH_BYTES;
    if (value > bytes.length) return -1;
    const length = Number(bytes.readBigUInt64LE(end + 1));
    if (length > MAX_FIELD_BYTES) return value + length + 1;
    if (value + length + 1 > bytes.length) return -1;
    this.#set(bytes.toString('latin1', at, end), bytes.toString('utf8', value, value + length));
    return value + length + 1;
  }

  #setField(bytes: Buffer, from: number, end: number): void {
    const equals = bytes.indexOf(EQUALS, from);
    if (equals < 0 || equals >= end) return;
    this.#set(bytes.toString('latin1', from, equals), bytes.toString('utf8', equals + 1, end));
  }

  #set(name: string, value: string): void {
    if (name === 'MESSAGE') this.#place = this.#lines;
    if (isWanted(name)) this.#fields.set(name, value);
    this.#lines += 1;
  }

  #endEntry(): void {
    const text = this.#fields.size === 0 ? '' : this.#entries.line(this.#fields);
    for (let index = 0; index < this.#lines; index += 1) this.#out.push(index === this.#place ? text : '');
    this.#fields = new Map();
    this.#lines = 0;
    this.#place = 0;
  }

  #take(): Buffer | undefined {
    if (this.#out.length === 0) return undefined;
    const text = `${this.#out.join('\n')}\n`;
    this.#out = [];
    return Buffer.from(text);
  }
}

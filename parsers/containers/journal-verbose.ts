import type { Container } from '../../src/model/parser.ts';
import { isWanted, JournalLines } from './journal-record.ts';
import { type LineRewriter, rewriting } from './line-rewriter.ts';

/** `Mon 2026-11-23 06:01:32.048251 UTC [s=…;i=…]` */
const HEADER = /^[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? \S+ \[s=[0-9a-f]+;/;
const FIELD = /^\s+([A-Z0-9_]+)=(.*)$/;
const SHOWN_HEAD = 2048;
/** Lines of one entry, at most. */
const MAX_ENTRY_LINES = 1000;

/**
 * `journalctl -o verbose` (systemd src/shared/logs-show.c, output_verbose): a line with the date and the cursor, then one
 * indented `FIELD=VALUE` a line. Each entry becomes a line of the kernel log, at the place of its message.
 */
export const journalVerbose: Container = {
  name: 'journal-verbose',
  description: 'the journal with all fields: journalctl -o verbose',
  matches(head) {
    const lines = Buffer.from(head.subarray(0, SHOWN_HEAD)).toString('utf8').split('\n');
    const first = lines.findIndex((line) => HEADER.test(line));
    return first >= 0 && lines.slice(0, first).every((line) => line.startsWith('-- ') || line.trim() === '');
  },
  decoder: () => rewriting(new VerboseLines()),
};

class VerboseLines implements LineRewriter {
  readonly #entries = new JournalLines();
  #fields = new Map<string, string>();
  #lines = 0;
  #place = 0;

  take(line: string, out: string[]): void {
    if (HEADER.test(line) || this.#lines > MAX_ENTRY_LINES) this.end(out);
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name !== undefined && value !== undefined && isWanted(name)) {
      if (name === 'MESSAGE') this.#place = this.#lines;
      this.#fields.set(name, value);
    }
    this.#lines += 1;
  }

  end(out: string[]): void {
    const text = this.#fields.size === 0 ? '' : this.#entries.line(this.#fields);
    for (let index = 0; index < this.#lines; index += 1) out.push(index === this.#place ? text : '');
    this.#fields = new Map();
    this.#lines = 0;
    this.#place = 0;
  }
}

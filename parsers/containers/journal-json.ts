import type { Container } from '../../src/model/parser.ts';
import { isWanted, JournalLines } from './journal-record.ts';
import { type LineRewriter, rewriting } from './line-rewriter.ts';

const SHOWN_HEAD = 4096;
/** Lines of one entry of `json-pretty`, at most. */
const MAX_ENTRY_LINES = 1000;
const RECORD_SEPARATOR = '\u001e';
const EVENT_DATA = 'data: ';

/**
 * `journalctl -o json` (an object a line), `json-pretty`, `json-seq` (RFC 7464) and `json-sse` (systemd
 * src/shared/logs-show.c, output_json). A field that is no valid UTF-8 is an array of its bytes. Each entry becomes a line of
 * the kernel log, at the place of its message; the other lines become empty.
 */
export const journalJson: Container = {
  name: 'journal-json',
  description: 'the journal as JSON: journalctl -o json, json-pretty, json-seq, json-sse',
  matches(head) {
    const text = Buffer.from(head.subarray(0, SHOWN_HEAD)).toString('utf8');
    if (!/^(?:\uFEFF|\u001e|data: |\[\s*)?\s*\{/.test(text)) return false;
    return /"(?:__CURSOR|__REALTIME_TIMESTAMP|_SOURCE_MONOTONIC_TIMESTAMP|_TRANSPORT)"\s*:/.test(text);
  },
  decoder: () => rewriting(new JournalJsonLines()),
};

class JournalJsonLines implements LineRewriter {
  /** Lines of an entry that is printed over several. */
  #entry: string[] = [];
  readonly #lines = new JournalLines();

  take(line: string, out: string[]): void {
    const text = bare(line);
    if (this.#entry.length === 0) {
      if (text.startsWith('{') && text !== '{') out.push(entryLine(text, this.#lines));
      else if (text === '{') this.#entry.push(line);
      else out.push('');
      return;
    }
    this.#entry.push(line);
    if (text === '}' || text === '},' || this.#entry.length > MAX_ENTRY_LINES) this.end(out);
  }

  end(out: string[]): void {
    if (this.#entry.length === 0) return;
    const lines = this.#entry;
    this.#entry = [];
    const place = Math.max(
      0,
      lines.findIndex((line) => line.includes('"MESSAGE"')),
    );
    const text = entryLine(lines.join('\n'), this.#lines);
    for (let index = 0; index < lines.length; index += 1) out.push(index === place ? text : '');
  }
}

function bare(line: string): string {
  const text = line.trim();
  if (text.startsWith(RECORD_SEPARATOR)) return text.slice(1);
  return text.startsWith(EVENT_DATA) ? text.slice(EVENT_DATA.length) : text;
}

/** The line for an entry; what is no JSON stays as it is, so that its text is at least searched. */
function entryLine(text: string, journal: JournalLines): string {
  let entry: unknown;
  try {
    entry = JSON.parse(text.replace(/,\s*$/, '').replace(RECORD_SEPARATOR, ''));
  } catch {
    return text.replaceAll('\n', ' ');
  }
  const fields = new Map<string, string>();
  if (typeof entry !== 'object' || entry === null) return '';
  for (const [name, value] of Object.entries(entry)) {
    const content = isWanted(name) ? contentOf(value) : undefined;
    if (content !== undefined) fields.set(name, content);
  }
  return journal.line(fields);
}

/** A string, the bytes of one, or the first of several values. */
function contentOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (!Array.isArray(value)) return undefined;
  const values: readonly unknown[] = value;
  const bytes = values.filter((byte) => typeof byte === 'number');
  return bytes.length === values.length ? Buffer.from(bytes).toString('utf8') : contentOf(values[0]);
}

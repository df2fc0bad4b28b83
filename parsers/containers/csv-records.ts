/** A record of a CSV text, which may span lines. */
export interface CsvRecord {
  /** Without its line end. */
  readonly text: string;
  /** 1-based line on which it starts. */
  readonly line: number;
  readonly lines: number;
}

/** A cell that is never closed must not collect the whole file. */
const MAX_RECORD_CHARS = 1024 * 1024;
const QUOTE = /"/g;

/** The records of a CSV text, those of a chunk together. Quotes are counted only; a parser reads the cells. */
export async function* csvRecords(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly CsvRecord[], void, void> {
  const decoder = new TextDecoder();
  const splitter = new RecordSplitter();
  for await (const chunk of chunks) yield splitter.push(decoder.decode(chunk, { stream: true }));
  yield splitter.push(decoder.decode());
  yield splitter.end();
}

class RecordSplitter {
  #rest = '';
  #open = '';
  #openLines = 0;
  #line = 1;

  push(text: string): readonly CsvRecord[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#take(line.endsWith('\r') ? line.slice(0, -1) : line));
  }

  end(): readonly CsvRecord[] {
    const last = this.#rest === '' ? [] : this.#take(this.#rest);
    this.#rest = '';
    return this.#openLines === 0 ? last : [...last, this.#close()];
  }

  #take(line: string): readonly CsvRecord[] {
    this.#open = this.#openLines === 0 ? line : `${this.#open}\n${line}`;
    this.#openLines += 1;
    const quotes = this.#open.includes('"') ? (this.#open.match(QUOTE)?.length ?? 0) : 0;
    return quotes % 2 === 1 && this.#open.length < MAX_RECORD_CHARS ? [] : [this.#close()];
  }

  #close(): CsvRecord {
    const record = { text: this.#open, line: this.#line, lines: this.#openLines };
    this.#line += this.#openLines;
    this.#open = '';
    this.#openLines = 0;
    return record;
  }
}

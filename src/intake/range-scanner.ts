import { NEWLINE } from '../base/scan.ts';
import type { EventRows } from '../model/event-rows.ts';
import type { ByteSource, Framing, ParserRegistry } from '../model/parser.ts';
import { candidateLines } from './block-lines.ts';
import { allNeedles, Dispatch, selectDialects } from './dispatch.ts';
import { LineReader } from './line-reader.ts';
import { NeedleSearch } from './needle-search.ts';
import { packRows, type RangePacket, type RangeReading } from './range-packet.ts';
import { TextPacker } from './range-texts.ts';
import { RowLines, type RowSink } from './row-lines.ts';
import { rowReadingOf, rowsFor } from './row-scanners.ts';

/** Rows of one range at most; further lines of theirs are given as text. */
const MAX_ROWS = 32_768;
const STEP_BYTES = 64 * 1024;

/** Reads ranges of the lines of one input. */
export class RangeScanner {
  readonly #reading: RangeReading;
  readonly #dispatch: Dispatch;
  readonly #search: NeedleSearch;
  readonly #framing: Framing | undefined;
  /** Filled anew for each range. */
  readonly #rows: EventRows | undefined;

  constructor(parsers: ParserRegistry, reading: RangeReading) {
    const probeNames = new Map(reading.probeNames.map((name) => [name, name]));
    this.#reading = reading;
    this.#dispatch = new Dispatch(selectDialects(parsers.dialects, reading.dialect), parsers.iommuWords, probeNames);
    this.#search = new NeedleSearch(allNeedles(parsers, probeNames));
    this.#framing = parsers.framings.find(({ name }) => name === reading.framing);
    this.#rows = rowsFor(this.#framing, this.#dispatch.rowDialects, MAX_ROWS);
  }

  /** Reads the lines that begin in [start, end); the last one must have a line end. */
  read(source: ByteSource, start: number, end: number): RangePacket {
    const first = start === 0 ? 0 : lineStartAt(source, start);
    const stop = lineStartAt(source, end);
    const sink = new Recorder();
    this.#rows?.forgetNames();
    const rows = rowReadingOf(this.#framing, this.#dispatch.rowDialects, this.#rows);
    const reader = new LineReader(
      (block) =>
        rows === undefined
          ? candidateLines(this.#search, (text, line, offset) => sink.line(text, line, offset))(block)
          : new RowLines(block, this.#search, rows.scanners, sink),
      this.#reading.maxLineBytes,
      undefined,
      { offset: first, line: 0 },
    );
    for (let at = first; at < stop; ) {
      const limit = stop - at;
      const taken = reader.fill((target) => source.read(target.subarray(0, limit), at));
      if (taken === 0) break;
      at += taken;
    }
    reader.end();
    const { scanners } = rows ?? {};
    return {
      lines: reader.lines + 1,
      bytes: reader.bytes,
      overlong: reader.overlong,
      rows: scanners === undefined ? new ArrayBuffer(0) : packRows(scanners.rows, sink.nextRow),
      rowCount: sink.nextRow,
      taskNames: [...(scanners?.rows.taskNames ?? [])],
      rowNames: [...(scanners?.rows.rowNames ?? [])],
      silentCount: sink.silentCount,
      texts: sink.texts.pack(),
    };
  }
}

class Recorder implements RowSink {
  readonly texts = new TextPacker();
  nextRow = 0;
  silentCount = 0;

  get isReady(): boolean {
    return this.nextRow < MAX_ROWS;
  }

  line(text: string, line: number, offset: number): void {
    this.texts.add({ text, line, offset, rowsBefore: this.nextRow, silentBefore: this.silentCount });
  }

  row(): void {
    this.nextRow += 1;
  }

  silent(): void {
    this.silentCount += 1;
  }
}

/** Start of the first line that begins at or behind `offset`; the end of the input if none does. */
export function lineStartAt(source: ByteSource, offset: number): number {
  if (offset >= source.sizeBytes) return source.sizeBytes;
  const bytes = Buffer.alloc(STEP_BYTES);
  for (let at = offset - 1; ; ) {
    const taken = source.read(bytes, at);
    if (taken === 0) return source.sizeBytes;
    const newline = bytes.subarray(0, taken).indexOf(NEWLINE);
    if (newline >= 0) return at + newline + 1;
    at += taken;
  }
}

import type { ParserRegistry } from '../model/parser.ts';
import { AddressMap } from './address-map.ts';
import type { RedactionKey } from './key.ts';
import { type Direction, LineRedactor } from './line-redactor.ts';
import { Pseudonyms } from './pseudonyms.ts';
import { splitLines } from './split-lines.ts';

/** What a redaction came to; complete when all pieces were taken. */
export interface Redaction {
  lines: number;
  /** Lines that no parser knows: public words and numbers are left of them. */
  unknownLines: number;
  /** Lines of which the analysis may see something else than before. */
  failedLines: number;
  /** Bytes of lines that are longer than the analysis reads. */
  droppedBytes: number;
  /** Different names that have one replacement in common. */
  isFull: boolean;
  /** The key, with the names of this text. */
  key: RedactionKey;
}

const MARK = '\uFEFF';
const PIECE = 65_536;

/** Redacts a text, or undoes it, line by line: as many lines come out as go in. */
export function redactText(
  bytes: AsyncIterable<Uint8Array>,
  parsers: ParserRegistry,
  key: RedactionKey,
  direction: Direction,
): { readonly outcome: Redaction; readonly pieces: AsyncIterable<string> } {
  const names = new Pseudonyms(key.names);
  const redactor = new LineRedactor(parsers, new AddressMap(key.secret), names, direction);
  const outcome: Redaction = { lines: 0, unknownLines: 0, failedLines: 0, droppedBytes: 0, isFull: false, key };
  return { outcome, pieces: pieces() };

  async function* pieces(): AsyncGenerator<string, void, void> {
    let piece = '';
    for await (const { text, end, dropped } of splitLines(bytes)) {
      outcome.lines += 1;
      outcome.droppedBytes += dropped;
      const start = outcome.lines === 1 && text.startsWith(MARK) ? MARK : '';
      // As long as it was, so that it is too long again.
      piece += `${start}${redactor.line(text.slice(start.length))}${'x'.repeat(Math.min(dropped, PIECE))}${end}`;
      if (piece.length >= PIECE) {
        yield piece;
        piece = '';
      }
    }
    yield piece;
    outcome.unknownLines = redactor.unknownLines;
    outcome.failedLines = redactor.failedLines;
    outcome.isFull = names.isFull;
    outcome.key = { ...key, names: names.known };
  }
}

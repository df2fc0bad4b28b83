import { DEFAULT_MAX_LINE_BYTES } from '../intake/line-reader.ts';

/** A line with what ends it: a newline, or nothing at the end of the input. */
export interface SplitLine {
  readonly text: string;
  readonly end: string;
  /** Bytes of the line that are left out, because it is longer than the analysis reads. */
  readonly dropped: number;
}

const NEWLINE = 10;

/** The lines of a text, of which only so much is kept as the analysis sees. */
export async function* splitLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<SplitLine, void, void> {
  let parts: Uint8Array[] = [];
  let kept = 0;
  let dropped = 0;
  const take = (part: Uint8Array): void => {
    const room = Math.max(0, DEFAULT_MAX_LINE_BYTES - kept);
    if (room > 0) parts.push(part.slice(0, room));
    kept += Math.min(part.length, room);
    dropped += Math.max(0, part.length - room);
  };
  const line = (end: string): SplitLine => {
    const split = { text: Buffer.concat(parts).toString('utf8'), end, dropped };
    parts = [];
    kept = 0;
    dropped = 0;
    return split;
  };
  for await (const chunk of bytes) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      take(chunk.subarray(from, at));
      yield line('\n');
      from = at + 1;
    }
    take(chunk.subarray(from));
  }
  if (kept > 0) yield line('');
}

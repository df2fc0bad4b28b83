import { Transform } from 'node:stream';

const NEWLINE = 10;
const MAX_PENDING_BYTES = 4 * 1024 * 1024;

/** Turns the lines of a container into log lines. Gives as many lines as it takes, so that line numbers stay. */
export interface LineRewriter {
  /** One line without its end; puts what is ready into `out`. */
  take(line: string, out: string[]): void;
  /** Puts the rest into `out`; called once. */
  end(out: string[]): void;
}

/** A stream that gives the lines that `rewriter` makes of those it gets. A line of more than 4 MiB is cut in pieces. */
export function rewriting(rewriter: LineRewriter): Transform {
  let pending = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const bytes = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      const out: string[] = [];
      let from = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
        rewriter.take(bytes.toString('utf8', from, end), out);
        from = end + 1;
      }
      if (bytes.length - from > MAX_PENDING_BYTES) {
        rewriter.take(bytes.toString('utf8', from), out);
        from = bytes.length;
      }
      pending = Buffer.from(bytes.subarray(from));
      done(null, asText(out));
    },
    flush(done) {
      const out: string[] = [];
      if (pending.length > 0) rewriter.take(pending.toString('utf8'), out);
      rewriter.end(out);
      done(null, asText(out));
    },
  });
}

function asText(lines: readonly string[]): Buffer | undefined {
  return lines.length === 0 ? undefined : Buffer.from(`${lines.join('\n')}\n`);
}

import type { Container } from '../../src/model/parser.ts';
import { type LineRewriter, rewriting } from './line-rewriter.ts';

const SHOWN_HEAD = 512;
const HEAD = /^\s*\{"type": ?"(?:attached_probes|printf|map|hist|time)"/;

/** `bpftrace -f json`: an object a line; what a program printed stands in those of type `printf`. Line numbers stay. */
export const bpftraceJson: Container = {
  name: 'bpftrace-json',
  description: 'what a bpftrace program printed, as JSON: bpftrace -f json',
  matches(head) {
    return HEAD.test(Buffer.from(head.subarray(0, SHOWN_HEAD)).toString('utf8'));
  },
  decoder: () => rewriting(new BpftraceLines()),
};

class BpftraceLines implements LineRewriter {
  take(line: string, out: string[]): void {
    out.push(printed(line));
  }

  end(): void {
    // Each line was given as it came.
  }
}

/** The text of a `printf` object, which may be several lines; they become one. */
function printed(line: string): string {
  if (!line.includes('"printf"')) return '';
  try {
    const { data } = JSON.parse(line);
    return typeof data === 'string' ? data.trimEnd().replaceAll(/[\r\n]+/g, ' ') : '';
  } catch {
    return line;
  }
}

import type { Container } from '../../src/model/parser.ts';
import { type LineRewriter, rewriting } from './line-rewriter.ts';

const SHOWN_HEAD = 512;
const TIME = /^\s*"time"\s*:\s*(?:([0-9.]+)|"([^"]*)")\s*,?\s*$/;
const MESSAGE = /^\s*"msg"\s*:\s*(".*")\s*,?\s*$/;

/**
 * `dmesg -J` (util-linux sys-utils/dmesg.c, print_record with json_output): an array of objects with a field a line, the
 * time in front of the message. Each object becomes a line of the kernel log, at the place of its message.
 */
export const dmesgJson: Container = {
  name: 'dmesg-json',
  description: 'the kernel log as JSON: dmesg -J',
  matches(head) {
    return /^\s*\{\s*"dmesg"\s*:\s*\[/.test(Buffer.from(head.subarray(0, SHOWN_HEAD)).toString('utf8'));
  },
  decoder: () => rewriting(new DmesgJsonLines()),
};

class DmesgJsonLines implements LineRewriter {
  #prefix = '';

  take(line: string, out: string[]): void {
    const time = TIME.exec(line);
    if (time !== null) {
      const [, seconds, date] = time;
      this.#prefix = seconds === undefined ? datePrefix(date ?? '') : `[${seconds.padStart(12)}] `;
    }
    const [, message] = MESSAGE.exec(line) ?? [];
    out.push(message === undefined ? '' : this.#prefix + textOf(message).replaceAll(/[\r\n]+/g, ' '));
    if (message !== undefined) this.#prefix = '';
  }

  end(): void {
    // Each line was given as it came.
  }
}

/** ISO 8601 as `dmesg --time-format=iso` prints it, everything else in brackets as `dmesg -T`. */
function datePrefix(date: string): string {
  return /^\d{4}-/.test(date) ? `${date} ` : `[${date}] `;
}

function textOf(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal.slice(1, -1);
  }
}

import { ownText } from '../../src/base/intern.ts';
import type { FramedLine } from '../../src/model/parser.ts';

/** What a prefix says. `length`: position of the time behind it. */
interface KnownPrefix {
  readonly text: string;
  readonly task: string | undefined;
  readonly pid: number | undefined;
  readonly cpu: number | undefined;
}

const SLOTS = 256;
const NOTHING: KnownPrefix = { text: '\n', task: undefined, pid: undefined, cpu: undefined };
/** Longer prefixes are read anew each time. */
const MAX_LENGTH = 120;

/**
 * Remembers what stands in front of the time, up to the last blank, for the tasks, CPUs and flags that come again and
 * again. Everything that is read from a prefix depends on the prefix alone, so a hit gives what reading it would.
 */
export class TaskPrefixCache {
  readonly #known: KnownPrefix[] = new Array(SLOTS).fill(NOTHING);

  /** Fills task, pid and CPU, and gives the position of the time, if the prefix of `line` is known; else -1. */
  find(line: string, open: number, out: FramedLine): number {
    const known = this.#known[slotOf(line, open)] ?? NOTHING;
    if (!line.startsWith(known.text)) return -1;
    out.task = known.task;
    out.pid = known.pid;
    out.cpu = known.cpu;
    return known.text.length;
  }

  /** Keeps what was read into `out` from the first `length` characters of `line`. */
  keep(line: string, open: number, length: number, out: FramedLine): void {
    if (length > MAX_LENGTH) return;
    const text = ownText(line.slice(0, length));
    this.#known[slotOf(line, open)] = { text, task: out.task, pid: out.pid, cpu: out.cpu };
  }
}

/** By digits of the pid and the CPU, and by flags, where the columns usually are. */
function slotOf(line: string, open: number): number {
  return (
    (line.charCodeAt(open + 3) +
      8 * line.charCodeAt(open + 2) +
      3 * line.charCodeAt(open + 9) +
      16 * line.charCodeAt(17) +
      32 * line.charCodeAt(18) +
      5 * line.charCodeAt(13)) &
    (SLOTS - 1)
  );
}

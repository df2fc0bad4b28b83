import { endOfDecimal, isDigit, SPACE, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { scanOwnTime, startLogLine } from './log-text.ts';
import { setNoTime } from './scan-time.ts';

const OPEN = 91;
const CLOSE = 93;
const POINT = 46;
/** The kernel prints microseconds. */
const FRACTION = 6;

/**
 * Text without any prefix that is known: `dmesg -t`, a line pasted into a mail, `nocontext-info` of tracefs; also a kernel
 * line behind something that did not end its own line, as on a serial console, or behind a prefix that was cut:
 *
 *     [ANYTHING[SECONDS] ]TEXT
 *     [ANYTHING ]kernel: TEXT
 *
 * Takes every line, so it stands last.
 */
export const plain: Framing = {
  name: 'plain',
  kind: 'log',
  description: 'kernel log text or trace events without any prefix, or behind other text',
  samples: [
    'DMAR: DRHD: handling fault status reg 2',
    'qi_submit: page_grp_resp dmar0: 0x101000019 0x8 0x0 0x0',
    'labguest login: [   13.047851] DMAR: DRHD: handling fault status reg 2',
  ],
  parse(line: string, out: FramedLine): boolean {
    setNoTime(out);
    startLogLine(line, out);
    const stamp = lastStamp(line);
    out.payload = stamp < 0 ? behindWord(line) : scanOwnTime(line, stamp, out);
    return true;
  },
};

const KERNEL = /(?:^|\s)kernel(?:\[\d*\])?: +(?=\S)/;

/** Position behind `kernel: `, 0 where it does not stand. */
function behindWord(line: string): number {
  if (!line.includes('kernel')) return 0;
  const match = KERNEL.exec(line);
  return match === null ? 0 : match.index + match[0].length;
}

/** Position of the last `[SECONDS.MICROSECONDS]` behind other text, or -1. */
function lastStamp(line: string): number {
  for (let open = line.lastIndexOf('['); open > 0; open = line.lastIndexOf('[', open - 1)) {
    if (isStamp(line, open)) return open;
  }
  return -1;
}

/** `[SECONDS.MICROSECONDS] ` or the same with a caller behind it. */
function isStamp(line: string, open: number): boolean {
  const start = skipBlanks(line, open + 1);
  if (!isDigit(line.charCodeAt(start))) return false;
  const point = endOfDecimal(line, start);
  if (line.charCodeAt(point) !== POINT) return false;
  const end = endOfDecimal(line, point + 1);
  if (end - point - 1 !== FRACTION || line.charCodeAt(end) !== CLOSE) return false;
  const next = line.charCodeAt(end + 1);
  return next === SPACE || next === OPEN;
}

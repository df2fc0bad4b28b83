import { decimalValue, endOfDecimal, isDigit, SPACE, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { scanTime } from './scan-time.ts';

const OPEN = 91;
const CLOSE = 93;
const LESS = 60;
const GREATER = 62;

/**
 * The kernel log as `dmesg`, `dmesg -r`, `dmesg -x`, `dmesg -d` and a serial console print it
 * (kernel/printk/printk.c, print_prefix; util-linux sys-utils/dmesg.c):
 *
 *     [<LEVEL>|FACILITY:LEVEL:] [SECONDS [<DELTA>]][[CALLER]] TEXT
 *
 * CALLER (`T12` thread, `C3` CPU) with CONFIG_PRINTK_CALLER. The time is the kernel's local clock.
 */
export const dmesg: Framing = {
  name: 'dmesg',
  kind: 'log',
  description: 'kernel log with [seconds], as dmesg prints it, with or without level and caller',
  samples: [
    '[   13.047851] DMAR: DRHD: handling fault status reg 2',
    '<3>[   92.131170] IOMMU: dmar0: PRQ overflow detected',
    'kern  :err   : [   13.047851] DMAR: DRHD: handling fault status reg 2',
    '[   92.131170][  T803] IOMMU: dmar0: PRQ overflow detected',
    '[   92.131170][    C3] IOMMU: dmar0: PRQ overflow detected',
  ],
  parse(line: string, out: FramedLine): boolean {
    const open = behindLevel(line);
    if (line.charCodeAt(open) !== OPEN) return false;
    const time = skipBlanks(line, open + 1);
    const point = endOfDecimal(line, time);
    if (point === time || line.charCodeAt(point) !== 46) return false;
    let at = scanTime(line, time, out);
    if (line.charCodeAt(at) === SPACE && line.charCodeAt(at + 1) === LESS) at = line.indexOf('>', at) + 1;
    if (at <= 0 || line.charCodeAt(at) !== CLOSE) return false;
    out.cpu = undefined;
    out.pid = undefined;
    at = scanCaller(line, at + 1, out);
    out.task = undefined;
    out.eventName = undefined;
    out.payload = line.charCodeAt(at) === SPACE ? at + 1 : at;
    out.end = line.length;
    // A script's own lines may have such a time as well; they are bpftrace's.
    return !line.startsWith('faultlog ', out.payload);
  },
};

/** Position behind `<6>` or `kern  :info  : `, 0 if there is none. */
function behindLevel(line: string): number {
  if (line.charCodeAt(0) === LESS) {
    const end = endOfDecimal(line, 1);
    return end > 1 && line.charCodeAt(end) === GREATER ? end + 1 : 0;
  }
  const first = line.charCodeAt(0);
  if (first < 97 || first > 122) return 0;
  const open = line.indexOf(': [');
  if (open < 0 || open > LEVEL_WIDTH) return 0;
  const colon = line.indexOf(':');
  return colon < open ? open + 2 : 0;
}

/** `kern  :notice: ` and its like. */
const LEVEL_WIDTH = 20;

/** `[  T12]` or `[    C3]` at `from`, if it is there; gives the position behind it. */
function scanCaller(line: string, from: number, out: FramedLine): number {
  if (line.charCodeAt(from) !== OPEN) return from;
  const letter = skipBlanks(line, from + 1);
  const code = line.charCodeAt(letter);
  const end = endOfDecimal(line, letter + 1);
  if ((code !== 84 && code !== 67) || !isDigit(line.charCodeAt(letter + 1)) || line.charCodeAt(end) !== CLOSE)
    return from;
  const value = decimalValue(line, letter + 1, end);
  if (code === 67) out.cpu = value;
  else out.pid = value;
  return end + 1;
}

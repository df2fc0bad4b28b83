import { endOfDecimal, SPACE, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { scanMonth } from './calendar.ts';
import { behindCaller, behindKernel, behindLevel, startLogLine } from './log-text.ts';
import { scanTime, setNoTime } from './scan-time.ts';

const OPEN = 91;
const CLOSE = 93;
const LESS = 60;
const PLUS = 43;

/**
 * The kernel log as `dmesg`, `dmesg -r`, `dmesg -x`, `dmesg -d` and a serial console print it
 * (kernel/printk/printk.c, print_prefix; util-linux sys-utils/dmesg.c):
 *
 *     [<LEVEL>|FACILITY:LEVEL:] [SECONDS [<DELTA>]][[CALLER]] TEXT
 *
 * CALLER (`T12` thread, `C3` CPU) with CONFIG_PRINTK_CALLER; vendors have others, and write `SECONDSs` or
 * `SECONDS / DATE`. The time is the kernel's local clock. Instead of it `dmesg --time-format=delta` and `reltime` (also `-e`,
 * `-H`) print only the time since the line before, which is none.
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
    '[  +0.000458] DMAR: DRHD: handling fault status reg 2',
    '[    7.471032] [pid:134,cpu0,irq/13-arm-smmu]arm-smmu-v3 arm-smmu-v3.0.auto: event 0x07 received:',
  ],
  parse(line: string, out: FramedLine): boolean {
    const open = behindLevel(line);
    if (line.charCodeAt(open) !== OPEN) return false;
    const at = scanStamp(line, skipBlanks(line, open + 1), out);
    if (at <= 0 || line.charCodeAt(at) !== CLOSE) return false;
    startLogLine(line, out);
    out.payload = behindCaller(line, at + 1, out);
    // A script's own lines may have such a time as well; they are bpftrace's. Those of the journal name the host.
    return !line.startsWith('faultlog ', out.payload) && behindKernel(line, out.payload) < 0;
  },
};

/** `Nov23 05:20`, at the first line of each minute. */
const MINUTE = /^[A-Z][a-z][a-z][ 0-9][0-9] [0-9][0-9]:[0-9][0-9]$/;
const MINUTE_WIDTH = 11;

/** `SECONDS`, `SECONDS <DELTA>`, `<DELTA>`, `+DELTA` or a minute; gives the position behind it, or -1. */
function scanStamp(line: string, at: number, out: FramedLine): number {
  const first = line.charCodeAt(at);
  if (first === LESS) {
    setNoTime(out);
    return line.indexOf('>', at) + 1;
  }
  if (first === PLUS) {
    const end = scanTime(line, at + 1, out);
    if (out.digits < 0) return -1;
    setNoTime(out);
    return end;
  }
  if (scanMonth(line, at) >= 0) {
    setNoTime(out);
    return MINUTE.test(line.slice(at, at + MINUTE_WIDTH)) ? at + MINUTE_WIDTH : -1;
  }
  const point = endOfDecimal(line, at);
  if (point === at || line.charCodeAt(point) !== 46) return -1;
  const end = scanTime(line, at, out);
  if (line.charCodeAt(end) === SPACE && line.charCodeAt(end + 1) === LESS) return line.indexOf('>', end) + 1;
  if (line.startsWith('s]', end)) return end + 1;
  return line.startsWith(' / ', end) ? line.indexOf(']', end) : end;
}

import { SPACE, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { scanIsoTime } from './calendar.ts';
import { scanOwnTime, startLogLine } from './log-text.ts';
import { setNoTime } from './scan-time.ts';

const OPEN = 91;
const CLOSE = 93;
const MARK = '(XEN) ';
const DOMAIN = '(d';

/**
 * The console of Xen (`xl dmesg`, serial; xen/drivers/char/console.c, printk_start_of_line):
 *
 *     (XEN) [[TIME]] TEXT
 *     (dN) [[TIME]] TEXT      what domain N prints
 *
 * TIME with `console_timestamps`: `2026-11-23 05:20:40[.123]` (date, datems) or seconds since boot (boot, raw).
 */
export const xenConsole: Framing = {
  name: 'xen-console',
  kind: 'log',
  description: 'console of Xen: (XEN) …',
  samples: [
    '(XEN) [VT-D]DMAR: reason 05 - PTE Write access is not set',
    '(XEN) [2026-11-23 05:20:40.123] [VT-D]DMAR: reason 05 - PTE Write access is not set',
    '(XEN) [   13.047851] [VT-D]DMAR: reason 05 - PTE Write access is not set',
  ],
  parse(line: string, out: FramedLine): boolean {
    const start = behindMark(line);
    if (start < 0) return false;
    setNoTime(out);
    startLogLine(line, out);
    const text = skipBlanks(line, start);
    const end = line.charCodeAt(text) === OPEN ? scanIsoTime(line, text + 1, out) : -1;
    if (end > 0 && line.charCodeAt(end) === CLOSE) {
      out.clock = 'wall';
      out.payload = skipBlanks(line, end + 1);
      return true;
    }
    setNoTime(out);
    out.payload = scanOwnTime(line, text, out);
    return true;
  },
};

function behindMark(line: string): number {
  if (line.startsWith(MARK)) return MARK.length;
  if (!line.startsWith(DOMAIN)) return -1;
  const close = line.indexOf(')');
  return close > 2 && close < 8 && line.charCodeAt(close + 1) === SPACE ? close + 2 : -1;
}

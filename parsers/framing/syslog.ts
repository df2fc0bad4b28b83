import { decimalValue, endOfDecimal, SPACE, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { scanDigits, scanMonth, scanTimeOfDay, secondsOfDate, secondsOfYear } from './calendar.ts';
import { JOURNAL_HEADER_NEEDLES, journalHeader } from './journal-header.ts';
import { behindPriority, scanSender } from './log-text.ts';

/**
 * RFC 3164 §4.1, as rsyslog's traditional file format, busybox syslogd, `journalctl -o short` and `short-precise` write it:
 *
 *     [<PRI>]MONTH DAY [YEAR] HH:MM:SS[.FRACTION] [HOST] [FACILITY.LEVEL] kernel: [[SECONDS]] TEXT
 *
 * The year is missing (some daemons print it) and the zone is the machine's. Where the kernel's own time stands in the line,
 * that one counts.
 */
export const syslog: Framing = {
  name: 'syslog',
  kind: 'log',
  clock: 'yearless',
  description: "syslog (RFC 3164) and journalctl -o short, with or without the kernel's own time",
  samples: [
    'Nov 23 05:20:40 labguest kernel: DMAR: DRHD: handling fault status reg 2',
    'Nov 23 05:20:40 labguest kernel: [   13.047851] DMAR: DRHD: handling fault status reg 2',
    'Nov 23 06:01:32.048251 labguest kernel: DMAR: DRHD: handling fault status reg 2',
    'Nov 23 06:01:32 kernel: DMAR: DRHD: handling fault status reg 2',
    '<3>Nov 23 05:20:40 labguest kernel: DMAR: DRHD: handling fault status reg 2',
  ],
  needles: JOURNAL_HEADER_NEEDLES,
  header: journalHeader,
  parse(line: string, out: FramedLine): boolean {
    const start = behindPriority(line, 0);
    const month = scanMonth(line, start);
    if (month < 0 || line.charCodeAt(start + 3) !== SPACE) return false;
    const dayAt = skipBlanks(line, start + 4);
    const dayEnd = endOfDecimal(line, dayAt);
    if (dayEnd === dayAt || dayEnd - dayAt > 2 || line.charCodeAt(dayEnd) !== SPACE) return false;
    const day = decimalValue(line, dayAt, dayEnd);
    const year = line.charCodeAt(dayEnd + 5) === SPACE ? scanDigits(line, dayEnd + 1, 4) : Number.NaN;
    const end = scanTimeOfDay(line, Number.isNaN(year) ? dayEnd + 1 : dayEnd + 6, out);
    if (end < 0) return false;
    const seconds = Number.isNaN(year)
      ? secondsOfYear(month, day, out.seconds)
      : secondsOfDate(year, month, day, out.seconds);
    if (Number.isNaN(seconds)) return false;
    out.seconds = seconds;
    out.clock = Number.isNaN(year) ? 'yearless' : 'wall';
    scanSender(line, skipBlanks(line, end), out);
    return true;
  },
};

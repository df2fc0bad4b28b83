import { isDigit, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { scanIsoTime } from './calendar.ts';
import { behindPriority, scanSender } from './log-text.ts';

/**
 * Lines with a date of RFC 3339: rsyslog's RSYSLOG_FileFormat and RSYSLOG_ForwardFormat, `journalctl -o short-iso` and
 * `short-iso-precise`, QEMU's log with `-msg timestamp=on`:
 *
 *     [<PRI>]DATE[.FRACTION][ZONE] [HOST] kernel: [[SECONDS]] TEXT
 */
export const logIso: Framing = {
  name: 'log-iso',
  kind: 'log',
  clock: 'wall',
  description: 'log lines with an ISO 8601 date: rsyslog, journalctl -o short-iso',
  samples: [
    '2026-11-23T05:20:40.122002+00:00 labguest kernel: DMAR: DRHD: handling fault status reg 2',
    '2026-11-23T06:01:32+0000 labguest kernel: DMAR: DRHD: handling fault status reg 2',
    '2026-11-23 06:01:32 labguest kernel: [   13.047851] DMAR: DRHD: handling fault status reg 2',
  ],
  parse(line: string, out: FramedLine): boolean {
    const start = behindPriority(line, 0);
    if (!isDigit(line.charCodeAt(start))) return false;
    const end = scanIsoTime(line, start, out);
    if (end < 0 || isOfDmesg(line, start)) return false;
    const sender = skipBlanks(line, end);
    if (sender === end) return false;
    out.clock = 'wall';
    scanSender(line, sender, out);
    return true;
  },
};

/** `dmesg --time-format=iso` has a comma in front of the fraction. */
function isOfDmesg(line: string, start: number): boolean {
  return line.charCodeAt(start + 10) === 84 && line.charCodeAt(start + 19) === 44;
}

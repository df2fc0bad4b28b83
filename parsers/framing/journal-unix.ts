import { isDigit, SPACE, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { scanSender } from './log-text.ts';
import { scanTime } from './scan-time.ts';

/** Seconds since 1970 of dates from 2001 on have this many digits. */
const UNIX_DIGITS = 10;

/** `journalctl -o short-unix` (systemd src/shared/logs-show.c): `SECONDS.FRACTION HOST kernel: TEXT`, since 1970. */
export const journalUnix: Framing = {
  name: 'journal-unix',
  kind: 'log',
  clock: 'wall',
  description: 'journalctl -o short-unix',
  samples: ['1795413692.048251 labguest kernel: DMAR: DRHD: handling fault status reg 2'],
  parse(line: string, out: FramedLine): boolean {
    if (!isDigit(line.charCodeAt(0)) || line.charCodeAt(UNIX_DIGITS) !== 46) return false;
    const end = scanTime(line, 0, out);
    if (end < 0 || out.digits < 1 || line.charCodeAt(end) !== SPACE) return false;
    out.clock = 'wall';
    scanSender(line, skipBlanks(line, end), out);
    return true;
  },
};

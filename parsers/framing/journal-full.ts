import { SPACE, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { isWeekday, scanIsoTime } from './calendar.ts';
import { scanSender } from './log-text.ts';

/**
 * `journalctl -o short-full` and `with-unit` (systemd src/shared/logs-show.c; format_timestamp_style):
 *
 *     WEEKDAY YYYY-MM-DD HH:MM:SS[.FRACTION] ZONE HOST kernel: TEXT
 *
 * ZONE is a name (`CET`), which does not tell the offset: the time is taken as UTC.
 */
export const journalFull: Framing = {
  name: 'journal-full',
  kind: 'log',
  clock: 'wall',
  description: 'journalctl -o short-full, -o with-unit',
  samples: [
    'Mon 2026-11-23 06:01:32 UTC labguest kernel: DMAR: DRHD: handling fault status reg 2',
    'Mon 2026-11-23 06:01:32.048251 CET labguest kernel: DMAR: DRHD: handling fault status reg 2',
  ],
  parse(line: string, out: FramedLine): boolean {
    if (!isWeekday(line, 0) || line.charCodeAt(3) !== SPACE) return false;
    const end = scanIsoTime(line, 4, out);
    if (end < 0 || line.charCodeAt(end) !== SPACE) return false;
    const zone = skipBlanks(line, end);
    const behindZone = line.indexOf(' ', zone);
    if (behindZone < 0) return false;
    out.clock = 'wall';
    scanSender(line, skipBlanks(line, behindZone), out);
    return true;
  },
};

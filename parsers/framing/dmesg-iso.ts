import { isDigit, SPACE } from '../../src/base/scan.ts';
import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { scanIsoTime } from './calendar.ts';
import { behindCaller, behindLevel, startLogLine } from './log-text.ts';

const COMMA = 44;

/**
 * `dmesg --time-format=iso` (util-linux sys-utils/dmesg.c, TIMEFTM_ISO8601), also with `-x`:
 *
 *     [FACILITY:LEVEL:] DATE,FRACTION+ZONE [[CALLER]] TEXT
 *
 * The comma of the fraction tells it from what log daemons write.
 */
export const dmesgIso: Framing = {
  name: 'dmesg-iso',
  kind: 'log',
  clock: 'wall',
  description: 'kernel log with dates, as dmesg --time-format=iso prints it',
  samples: [
    '2026-11-23T05:20:40,155858+00:00 DMAR: DRHD: handling fault status reg 2',
    'kern  :err   : 2026-11-23T05:20:40,155858+00:00 DMAR: DRHD: handling fault status reg 2',
  ],
  parse(line: string, out: FramedLine): boolean {
    const start = behindLevel(line);
    if (!isDigit(line.charCodeAt(start)) || line.charCodeAt(start + ISO_SECONDS) !== COMMA) return false;
    const end = scanIsoTime(line, start, out);
    if (end < 0) return false;
    startLogLine(line, out);
    out.clock = 'wall';
    out.payload = behindCaller(line, line.charCodeAt(end) === SPACE ? end + 1 : end, out);
    return true;
  },
};

/** Length of `2026-11-23T05:20:40`. */
const ISO_SECONDS = 19;

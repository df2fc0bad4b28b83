import { decimalValue, endOfDecimal, isDigit, SPACE, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { isWeekday, scanDigits, scanMonth, scanTimeOfDay, secondsOfDate } from './calendar.ts';
import { monthOfNames } from './local-names.ts';
import { behindCaller, behindLevel, startLogLine } from './log-text.ts';
import { setNoTime } from './scan-time.ts';

const OPEN = 91;
const CLOSE = 93;
const LESS = 60;

/**
 * `dmesg -T` (util-linux sys-utils/dmesg.c, TIMEFTM_CTIME), also with `-x`, `-d`:
 *
 *     [FACILITY:LEVEL:] [WEEKDAY MONTH DAY HH:MM:SS YEAR [<DELTA>]][[CALLER]] TEXT
 *
 * Local time of the machine without its zone, taken as UTC; whole seconds. It drifts from the real time after a suspend.
 * The names of day and month are those of the user's language: those of a language that is not known give no time.
 */
export const dmesgCtime: Framing = {
  name: 'dmesg-ctime',
  kind: 'log',
  clock: 'wall',
  description: 'kernel log with dates, as dmesg -T prints it',
  samples: [
    '[Mon Nov 23 05:20:40 2026] DMAR: DRHD: handling fault status reg 2',
    'kern  :err   : [Mon Nov 23 05:20:40 2026] DMAR: DRHD: handling fault status reg 2',
    '[Mon Nov 23 05:20:40 2026 <    0.000458>] DMAR: DRHD: handling fault status reg 2',
  ],
  parse(line: string, out: FramedLine): boolean {
    const open = behindLevel(line);
    if (line.charCodeAt(open) !== OPEN) return false;
    let at = isWeekday(line, open + 1) ? scanCtime(line, open + 5, out) : scanForeign(line, open + 1, out);
    if (at < 0) return false;
    if (line.charCodeAt(at) === SPACE && line.charCodeAt(at + 1) === LESS) at = line.indexOf('>', at) + 1;
    if (at <= 0 || line.charCodeAt(at) !== CLOSE) return false;
    startLogLine(line, out);
    out.clock = 'wall';
    out.payload = behindCaller(line, at + 1, out);
    return true;
  },
};

/** Day's name; month and day, or day and month, in any letters; time, year. */
const FOREIGN =
  /^(\p{L}+)\.? +(?:([\p{L}\d]+)\.? +(\d{1,2})|(\d{1,2})\.? +([\p{L}\d]+)\.?) +(\d\d:\d\d:\d\d) +(\d{4})(?=[\] ])/u;
const LONGEST = 48;

/** A date in another language at `at`; gives the position behind it, or -1. */
function scanForeign(line: string, at: number, out: FramedLine): number {
  if (isDigit(line.charCodeAt(at)) || line.charCodeAt(at) === SPACE) return -1;
  const match = FOREIGN.exec(line.slice(at, at + LONGEST));
  if (match === null) return -1;
  const [all, weekday = '', name, dayBehind, dayBefore, nameBehind, time = '', year = ''] = match;
  const day = Number(dayBehind ?? dayBefore);
  const month = monthOfNames(weekday, name ?? nameBehind ?? '', day, Number(year));
  setNoTime(out);
  if (month !== undefined && scanTimeOfDay(time, 0, out) > 0) {
    out.seconds = secondsOfDate(Number(year), month, day, out.seconds);
  }
  return at + all.length;
}

/** `Nov 23 05:20:40 2026` at `at`; gives the position behind it, or -1. */
function scanCtime(line: string, at: number, out: FramedLine): number {
  const month = scanMonth(line, at);
  const dayAt = skipBlanks(line, at + 4);
  const dayEnd = endOfDecimal(line, dayAt);
  if (month < 0 || dayEnd === dayAt) return -1;
  const timeAt = skipBlanks(line, dayEnd);
  const timeEnd = scanTimeOfDay(line, timeAt, out);
  if (timeEnd < 0 || line.charCodeAt(timeEnd) !== SPACE) return -1;
  const year = scanDigits(line, timeEnd + 1, 4);
  out.seconds = secondsOfDate(year, month, decimalValue(line, dayAt, dayEnd), out.seconds);
  return Number.isNaN(out.seconds) ? -1 : timeEnd + 5;
}

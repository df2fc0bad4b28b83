import { endOfDecimal, SPACE, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { behindKernel, scanOwnTime, startLogLine } from './log-text.ts';
import { scanTime } from './scan-time.ts';

const OPEN = 91;
const CLOSE = 93;
const LESS = 60;

/**
 * `journalctl -o short-monotonic` and `short-delta` (systemd src/shared/logs-show.c):
 *
 *     [SECONDS[ <DELTA >]] [HOST] kernel: TEXT
 *
 * The time is CLOCK_MONOTONIC at which journald took the line in, some milliseconds after the kernel's own.
 */
export const journalMonotonic: Framing = {
  name: 'journal-monotonic',
  kind: 'log',
  description: 'journalctl -o short-monotonic, -o short-delta',
  samples: [
    '[   15.713198] labguest kernel: DMAR: DRHD: handling fault status reg 2',
    '[   15.713198 <    0.005567 >] labguest kernel: DMAR: DRHD: handling fault status reg 2',
  ],
  parse(line: string, out: FramedLine): boolean {
    if (line.charCodeAt(0) !== OPEN) return false;
    const start = skipBlanks(line, 1);
    const point = endOfDecimal(line, start);
    if (point === start || line.charCodeAt(point) !== 46) return false;
    let end = scanTime(line, start, out);
    if (line.charCodeAt(end) === SPACE && line.charCodeAt(end + 1) === LESS) end = line.indexOf('>', end) + 1;
    if (end <= 0 || line.charCodeAt(end) !== CLOSE) return false;
    const text = behindKernel(line, skipBlanks(line, end + 1));
    if (text < 0) return false;
    startLogLine(line, out);
    out.payload = scanOwnTime(line, skipBlanks(line, text), out);
    return true;
  },
};

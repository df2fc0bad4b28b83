import { endOfDecimal, SPACE, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { scanIsoTime } from './calendar.ts';
import { behindPriority, scanOwnTime, startLogLine } from './log-text.ts';

const DASH = 45;
const OPEN = 91;
const BACKSLASH = 92;
const CLOSE = 93;
const BYTE_ORDER_MARK = 0xfeff;

/**
 * RFC 5424 §6, as rsyslog's RSYSLOG_SyslogProtocol23Format and syslog-ng write it:
 *
 *     <PRI>1 DATE HOST PROGRAM PROCID MSGID STRUCTURED-DATA TEXT
 *
 * In front there may be the length of RFC 6587 (octet counting).
 */
export const syslog5424: Framing = {
  name: 'syslog-5424',
  kind: 'log',
  clock: 'wall',
  description: 'syslog (RFC 5424)',
  samples: [
    '<3>1 2026-11-23T05:20:40.122002+00:00 labguest kernel - - -  DMAR: DRHD: handling fault status reg 2',
    '<3>1 2026-11-23T05:20:40Z labguest kernel - - [origin ip="192.0.2.1"] DMAR: DRHD: handling fault status reg 2',
  ],
  parse(line: string, out: FramedLine): boolean {
    const count = endOfDecimal(line, 0);
    const start = count > 0 && line.charCodeAt(count) === SPACE ? count + 1 : 0;
    const version = behindPriority(line, start);
    if (version === start || line.charCodeAt(version) !== 49 || line.charCodeAt(version + 1) !== SPACE) return false;
    let at = version + 2;
    const hasTime = line.charCodeAt(at) !== DASH;
    if (hasTime) at = scanIsoTime(line, at, out);
    else {
      out.seconds = Number.NaN;
      at += 1;
    }
    if (at < 0 || line.charCodeAt(at) !== SPACE) return false;
    for (let word = 0; word < HEADER_WORDS; word += 1) {
      at = line.indexOf(' ', at + 1);
      if (at < 0) return false;
    }
    const data = behindStructuredData(line, at + 1);
    if (data < 0) return false;
    startLogLine(line, out);
    out.clock = 'wall';
    const text = skipBlanks(line, data);
    out.payload = scanOwnTime(line, line.charCodeAt(text) === BYTE_ORDER_MARK ? text + 1 : text, out);
    return true;
  },
};

/** Host, program, process, message id. */
const HEADER_WORDS = 4;

/** Position behind `-` or `[ID NAME="VALUE" …]…`, or -1; a value may hold `\]` and blanks. */
function behindStructuredData(line: string, from: number): number {
  if (line.charCodeAt(from) === DASH) return from + 1;
  if (line.charCodeAt(from) !== OPEN) return -1;
  for (let at = from + 1; at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === CLOSE && line.charCodeAt(at + 1) !== OPEN) return at + 1;
  }
  return -1;
}

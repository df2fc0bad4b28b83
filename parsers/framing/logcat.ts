import { endOfDecimal, isDigit, SPACE, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { scanDigits, scanIsoTime, scanTimeOfDay, secondsOfYear } from './calendar.ts';
import { scanOwnTime, startLogLine } from './log-text.ts';

const MINUS = 45;
const COLON = 58;
const SLASH = 47;
/** Blanks pad the tag. */
const TAG_WIDTH = 64;

/**
 * Android's `logcat -b kernel` and bug reports, formats threadtime and time (system/logging/liblog/logprint.cpp):
 *
 *     [YYYY-]MM-DD HH:MM:SS.FRACTION [UID] PID TID LEVEL TAG: TEXT
 *     [YYYY-]MM-DD HH:MM:SS.FRACTION LEVEL/TAG(PID): TEXT
 *
 * The tag of kernel lines is empty, `kernel`, or the message's own first word, which then is left to the text.
 */
export const logcat: Framing = {
  name: 'logcat',
  kind: 'log',
  clock: 'yearless',
  description: 'kernel lines of Android logcat (threadtime, time)',
  samples: [
    '11-23 05:20:40.155     0     0 E         : arm-smmu 15000000.iommu: Unhandled context fault: fsr=0x402, iova=0xfc401000, fsynr=0x60003, cbfrsynra=0x121, cb=38',
    '11-23 05:20:40.155     0     0 E arm-smmu 15000000.iommu: Unhandled context fault: fsr=0x402, iova=0xfc401000, fsynr=0x60003, cbfrsynra=0x121, cb=38',
    '11-23 05:20:40.155 E/kernel  (    0): [   13.047851] arm-smmu 15000000.iommu: Unhandled context fault: fsr=0x402, iova=0xfc401000, fsynr=0x60003, cbfrsynra=0x121, cb=38',
  ],
  parse(line: string, out: FramedLine): boolean {
    const behindTime = scanDate(line, out);
    if (behindTime < 0 || line.charCodeAt(behindTime) !== SPACE) return false;
    let at = skipBlanks(line, behindTime);
    if (isDigit(line.charCodeAt(at))) {
      while (isDigit(line.charCodeAt(at))) at = skipBlanks(line, endOfDecimal(line, at));
      if (!isLevel(line.charCodeAt(at)) || line.charCodeAt(at + 1) !== SPACE) return false;
      at = behindEmptyTag(line, skipBlanks(line, at + 1));
    } else {
      if (!isLevel(line.charCodeAt(at)) || line.charCodeAt(at + 1) !== SLASH) return false;
      const open = line.indexOf('(', at);
      const close = line.indexOf('): ', open);
      if (open < 0 || open > at + TAG_WIDTH || close < 0) return false;
      at = close + 3;
    }
    startLogLine(line, out);
    out.clock = line.charCodeAt(2) === MINUS ? 'yearless' : 'wall';
    out.payload = scanOwnTime(line, at, out);
    return true;
  },
};

function scanDate(line: string, out: FramedLine): number {
  if (line.charCodeAt(2) !== MINUS) {
    if (line.charCodeAt(4) !== MINUS || line.charCodeAt(10) !== SPACE) return -1;
    return scanIsoTime(line, 0, out);
  }
  if (line.charCodeAt(5) !== SPACE) return -1;
  const end = scanTimeOfDay(line, 6, out);
  if (end < 0) return -1;
  out.seconds = secondsOfYear(scanDigits(line, 0, 2) - 1, scanDigits(line, 3, 2), out.seconds);
  return Number.isNaN(out.seconds) ? -1 : end;
}

/** `V`, `D`, `I`, `W`, `E`, `F` or `S`. */
function isLevel(code: number): boolean {
  return code === 86 || code === 68 || code === 73 || code === 87 || code === 69 || code === 70 || code === 83;
}

/** Behind `: ` or `kernel  : `; a tag that is a part of the message stays. */
function behindEmptyTag(line: string, at: number): number {
  const end = line.startsWith('kernel', at) ? skipBlanks(line, at + 6) : at;
  return line.charCodeAt(end) === COLON ? skipBlanks(line, end + 1) : at;
}

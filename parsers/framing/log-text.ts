import { decimalValue, endOfDecimal, SPACE, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine } from '../../src/model/parser.ts';
import { scanTime } from './scan-time.ts';
import { scanVendorCaller } from './vendor-caller.ts';

const OPEN = 91;
const CLOSE = 93;
const COLON = 58;
const LESS = 60;
const GREATER = 62;
const SLASH = 47;

/** `kern  :notice: ` and its like. */
const LEVEL_WIDTH = 20;
const KERNEL = 'kernel:';
/** Host, facility and program name. */
const SENDER_WORDS = 3;
const SENDER_WIDTH = 320;

/** Position behind `<6>` or `kern  :info  : ` (`dmesg -r`, `dmesg -x`, RFC 3164 PRI), 0 if there is none. */
export function behindLevel(line: string): number {
  if (line.charCodeAt(0) === LESS) return behindPriority(line, 0);
  const first = line.charCodeAt(0);
  if (first < 97 || first > 122) return 0;
  const colon = line.indexOf(':');
  if (colon < 0 || colon > LEVEL_WIDTH) return 0;
  const second = line.indexOf(':', colon + 1);
  if (second < 0 || second > LEVEL_WIDTH || line.charCodeAt(second + 1) !== SPACE) return 0;
  for (let at = 0; at < second; at += 1) {
    const code = line.charCodeAt(at);
    if (code !== SPACE && code !== COLON && !(code >= 97 && code <= 122) && !(code >= 48 && code <= 57)) return 0;
  }
  return second + 2;
}

/** Position behind `<NUMBER>` at `at`, `at` if it is not there. */
export function behindPriority(line: string, at: number): number {
  if (line.charCodeAt(at) !== LESS) return at;
  const end = endOfDecimal(line, at + 1);
  return end > at + 1 && end <= at + 4 && line.charCodeAt(end) === GREATER ? end + 1 : at;
}

/**
 * Position of the text behind `[HOST ][FACILITY.LEVEL ]kernel: ` at `at`, -1 if that does not stand there.
 */
export function behindKernel(line: string, at: number): number {
  let word = at;
  for (let words = 0; words < SENDER_WORDS; words += 1) {
    if (line.startsWith('kernel: ', word)) return word + KERNEL.length + 1;
    if (line.startsWith('kernel[', word)) {
      const end = line.indexOf(']: ', word);
      return end > 0 && end < word + 20 ? end + 3 : -1;
    }
    const blank = line.indexOf(' ', word);
    if (blank < 0 || blank - at > SENDER_WIDTH) return -1;
    word = skipBlanks(line, blank);
  }
  return -1;
}

/**
 * What follows the date of a line that a log daemon wrote: `[HOST ]PROGRAM: TEXT`. Sets the payload: behind
 * `kernel: ` and the kernel's own time, which then replaces the daemon's; the lines of other programs whole.
 */
export function scanSender(line: string, at: number, out: FramedLine): void {
  startLogLine(line, out);
  const text = behindKernel(line, at);
  out.payload = text < 0 ? at : scanOwnTime(line, skipBlanks(line, text), out);
}

/** Reads `[SECONDS] ` at `at`, if it is there; gives the position of the text behind it. */
export function scanOwnTime(line: string, at: number, out: FramedLine): number {
  if (line.charCodeAt(at) !== OPEN) return at;
  const start = skipBlanks(line, at + 1);
  const point = endOfDecimal(line, start);
  if (point === start || line.charCodeAt(point) !== 46) return at;
  const seconds = out.seconds;
  const nanos = out.nanos;
  const digits = out.digits;
  const end = scanTime(line, start, out);
  if (end < 0 || line.charCodeAt(end) !== CLOSE) {
    out.seconds = seconds;
    out.nanos = nanos;
    out.digits = digits;
    return at;
  }
  out.clock = 'own';
  return behindCaller(line, end + 1, out);
}

/** Position of the text behind the kernel's time, whose bracket ends in front of `at`; reads the caller that may stand between. */
export function behindCaller(line: string, at: number, out: FramedLine): number {
  const caller = scanCaller(line, at, out);
  if (caller !== at) return line.charCodeAt(caller) === SPACE ? caller + 1 : caller;
  const text = scanVendorCaller(line, at, out);
  return text === at && line.charCodeAt(at) === SPACE ? at + 1 : text;
}

/** `[  T12]`, `[    C3]` or `[ T12/C3]` at `from`, if it is there; gives the position behind it. */
function scanCaller(line: string, from: number, out: FramedLine): number {
  if (line.charCodeAt(from) !== OPEN) return from;
  let at = skipBlanks(line, from + 1);
  let cpu: number | undefined;
  let pid: number | undefined;
  for (;;) {
    const code = line.charCodeAt(at);
    const end = endOfDecimal(line, at + 1);
    if ((code !== 84 && code !== 67) || end === at + 1) return from;
    if (code === 67) cpu = decimalValue(line, at + 1, end);
    else pid = decimalValue(line, at + 1, end);
    if (line.charCodeAt(end) === CLOSE) {
      out.cpu = cpu;
      out.pid = pid;
      return end + 1;
    }
    if (line.charCodeAt(end) !== SLASH) return from;
    at = end + 1;
  }
}

/** What every log framing fills in, beside the time. Called before `scanOwnTime`, which may know CPU and thread. */
export function startLogLine(line: string, out: FramedLine): void {
  out.cpu = undefined;
  out.pid = undefined;
  out.task = undefined;
  out.eventName = undefined;
  out.end = line.length;
}

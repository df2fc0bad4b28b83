import { decimalValue, endOfDecimal, isDigit, SPACE, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine } from '../../src/model/parser.ts';
import { scanTime } from './scan-time.ts';
import { TaskPrefixCache } from './task-prefix-cache.ts';
import { setTask } from './trace-event.ts';

const CLOSE = 93;
const OPEN_PARENTHESIS = 40;
const CLOSE_PARENTHESIS = 41;
const MINUS = 45;
const COLON = 58;

const prefixes = new TaskPrefixCache();

/** How far right the `[CPU]` column can start: instance name, comm, pid, tgid. */
const LAST_CPU_COLUMN = 160;
/** Flag characters that trace-cmd prints directly in front of a raw time (`d.h2.263593295376:`). */
const FLAGS = 5;

/**
 * Reads `COMM-PID [(TGID)] [CPU] [FLAGS] TIME:`, the shape that the `trace` file (kernel/trace/trace_output.c,
 * trace_print_context) and `trace-cmd report` share. A comm may contain everything, so each `[digits]` is
 * tried until the rest fits. Gives the position behind the colon, or -1.
 */
export function scanTaskLine(line: string, out: FramedLine): number {
  const open = line.indexOf('[');
  const known = prefixes.find(line, open, out);
  if (known >= 0) {
    const end = scanTime(line, known, out);
    if (end >= 0 && line.charCodeAt(end) === COLON) return end + 1;
  }
  return scanUnknownTaskLine(line, open, out);
}

function scanUnknownTaskLine(line: string, firstOpen: number, out: FramedLine): number {
  let open = firstOpen;
  while (open > 1 && open < LAST_CPU_COLUMN) {
    const close = endOfDecimal(line, open + 1);
    if (close > open + 1 && line.charCodeAt(close) === CLOSE) {
      const colon = scanFlagsAndTime(line, close + 1, out);
      if (colon >= 0) {
        // Here the time stands; with something else in front the line is not of this shape.
        if (!scanTask(line, open, out)) return -1;
        out.cpu = decimalValue(line, open + 1, close);
        const time = line.lastIndexOf(' ', colon - 1) + 1;
        if (time > close && isDigit(line.charCodeAt(time))) prefixes.keep(line, firstOpen, time, out);
        return colon;
      }
    }
    open = line.indexOf('[', open + 1);
  }
  return -1;
}

function scanFlagsAndTime(line: string, from: number, out: FramedLine): number {
  let at = skipBlanks(line, from);
  if (!isDigit(line.charCodeAt(at))) {
    const flags = at;
    at = endOfFlags(line, at);
    if (at === flags) return -1;
    if (line.charCodeAt(at) === COLON) at = flags + FLAGS;
    else if (line.charCodeAt(at) !== SPACE) return -1;
    at = skipBlanks(line, at);
  }
  const end = scanTime(line, at, out);
  return end >= 0 && line.charCodeAt(end) === COLON ? end + 1 : -1;
}

/** Flag characters are letters, digits, `.`, `#`; `-0x9` in `trace-cmd report -R`. */
function endOfFlags(line: string, from: number): number {
  let at = from;
  for (;;) {
    const code = line.charCodeAt(at);
    const isFlag =
      code === 46 ||
      code === 35 ||
      code === MINUS ||
      isDigit(code) ||
      (code >= 65 && code <= 90) ||
      (code >= 97 && code <= 122);
    if (!isFlag) return at;
    at += 1;
  }
}

/** Reads `COMM-PID [(TGID)]` in front of the CPU column. */
function scanTask(line: string, open: number, out: FramedLine): boolean {
  let end = blanksBefore(line, open);
  if (line.charCodeAt(end - 1) === CLOSE_PARENTHESIS) {
    let tgid = end - 2;
    while (tgid > 0 && isTgidCode(line.charCodeAt(tgid))) tgid -= 1;
    if (line.charCodeAt(tgid) !== OPEN_PARENTHESIS) return false;
    end = blanksBefore(line, tgid);
  }
  const pid = digitsBefore(line, end);
  if (pid === end || line.charCodeAt(pid - 1) !== MINUS) return false;
  out.pid = decimalValue(line, pid, end);
  setTask(line, 0, pid - 1, out);
  return true;
}

function isTgidCode(code: number): boolean {
  return code === SPACE || code === MINUS || isDigit(code);
}

/** First position of the run of blanks that ends at `end`. */
export function blanksBefore(line: string, end: number): number {
  let at = end;
  while (at > 0 && line.charCodeAt(at - 1) === SPACE) at -= 1;
  return at;
}

/** First position of the run of digits that ends at `end`. */
export function digitsBefore(line: string, end: number): number {
  let at = end;
  while (at > 0 && isDigit(line.charCodeAt(at - 1))) at -= 1;
  return at;
}

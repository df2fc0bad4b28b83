import { SliceInterner } from '../../src/base/intern.ts';
import { isDigit, SPACE, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine } from '../../src/model/parser.ts';
import { logTextStart } from '../decode/log-text-start.ts';

const COLON = 58;
const OPEN_PARENTHESIS = 40;
const PLUS = 43;

const names = new SliceInterner();
const tasks = new SliceInterner();
/** Never empty, so that no line without a name matches. */
let recentName = 'prq_report';
let olderName = 'qi_submit';

/**
 * Reads `NAME: PAYLOAD` at `at`. A line without a name (the function tracer's, `<stack trace>`) is framed
 * with `eventName` undefined. `trace-cmd report --ts-diff` puts `(+N)` in front of the name.
 */
export function scanEvent(line: string, at: number, out: FramedLine): void {
  let start = skipBlanks(line, at);
  if (line.charCodeAt(start) === OPEN_PARENTHESIS && line.charCodeAt(start + 1) === PLUS) {
    const close = line.indexOf(')', start);
    if (close >= 0) start = skipBlanks(line, close + 1);
  }
  out.end = line.length;
  const name = nameAt(line, start);
  out.eventName = name;
  if (name === undefined) {
    out.payload = start;
    return;
  }
  let payload = start + name.length + 1;
  while (line.charCodeAt(payload) === SPACE) payload += 1;
  out.payload = name === 'console' ? consoleText(line, payload) : payload;
}

/** The name in front of a colon at `start`; most lines have one of the last two. */
function nameAt(line: string, start: number): string | undefined {
  if (line.startsWith(recentName, start) && line.charCodeAt(start + recentName.length) === COLON) return recentName;
  if (line.startsWith(olderName, start) && line.charCodeAt(start + olderName.length) === COLON) return olderName;
  const colon = endOfName(line, start);
  if (colon === start || line.charCodeAt(colon) !== COLON) return undefined;
  const name = names.slice(line, start, colon);
  olderName = recentName;
  recentName = name;
  return name;
}

/** First position at or after `from` that no event name has. */
export function endOfName(line: string, from: number): number {
  let at = from;
  while (at < line.length && isNameCode(line.charCodeAt(at))) at += 1;
  return at;
}

function isNameCode(code: number): boolean {
  return (code >= 97 && code <= 122) || code === 95 || (code >= 65 && code <= 90) || isDigit(code) || code === 45;
}

/** The kernel's message in a `console` event: behind `msg=` of the `fields` and `-R` forms and behind a printk time. */
function consoleText(line: string, payload: number): number {
  const start = line.startsWith('msg=', payload) ? payload + 4 : payload;
  return logTextStart(line, start);
}

/** Longest comm that the kernel keeps (TASK_COMM_LEN - 1). */
const COMM_LENGTH = 15;

/**
 * Sets `task` from [from, end) of `line`: blanks around it cut off; `<...>` is no name. A longer text
 * than a comm with `: ` in it is `INSTANCE:   COMM` of trace-cmd.
 */
export function setTask(line: string, from: number, end: number, out: FramedLine): void {
  let start = skipBlanks(line, from);
  let stop = end;
  while (stop > start && line.charCodeAt(stop - 1) === SPACE) stop -= 1;
  if (stop - start > COMM_LENGTH) {
    const instance = line.indexOf(': ', start);
    if (instance >= 0 && instance < stop) start = skipBlanks(line, instance + 2);
  }
  const task = tasks.slice(line, start, stop);
  out.task = task === '<...>' || task === '' ? undefined : task;
}

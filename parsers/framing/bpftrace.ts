import { decimalValue, endOfDecimal, isDigit, SPACE, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine, Framing, HeaderFact } from '../../src/model/parser.ts';
import { scanTime, setNanoseconds, setNoTime } from './scan-time.ts';
import { setTask } from './trace-event.ts';

const COLON = 58;
const WORD = 'faultlog ';
/** A whole number of at least this many digits is `nsecs`, a smaller one seconds. */
const NSECS_DIGITS = 9;

/**
 * Lines that a bpftrace program prints in faultlog's own convention (log-formats C):
 *
 *     [TIME] [cpu=N] [comm=NAME] [pid=N] faultlog req|rsp …
 *
 * TIME is `nsecs`, seconds with a fraction, or `HH:MM:SS[.fraction]`, in brackets or not. The payload is what
 * stands behind `faultlog `, the event's name is `faultlog`.
 */
export const bpftrace: Framing = {
  name: 'bpftrace',
  kind: 'trace',
  description: 'lines of a bpftrace program: faultlog req …, faultlog rsp …',
  samples: [
    'faultlog req dev=0000:01:00.0 pasid=1 grpid=3 flags=0x7 perm=0x3 addr=0x100000',
    '31002649581 faultlog rsp dev=0000:01:00.0 pasid=1 grpid=3 code=0',
    '12:31:07.123456 cpu=1 comm=prilab-run pid=180 faultlog rsp dev=0000:01:00.0 pasid=1 grpid=3 code=0',
  ],
  needles: ['Lost '],
  parse(line: string, out: FramedLine): boolean {
    const word = line.indexOf(WORD);
    if (word < 0 || word > LAST_WORD_COLUMN) return false;
    if (word > 0 && line.charCodeAt(word - 1) !== SPACE) return false;
    setNoTime(out);
    out.cpu = undefined;
    out.task = undefined;
    out.pid = undefined;
    const start = skipBlanks(line, 0);
    const behindTime = start === word ? word : scanClock(line, start, out);
    if (behindTime < 0 || !scanContext(line, behindTime, word, out)) return false;
    out.eventName = 'faultlog';
    out.payload = skipBlanks(line, word + WORD.length);
    out.end = line.length;
    return true;
  },
  header: bpftraceHeader,
};

const LAST_WORD_COLUMN = 120;

/** A time in one of the three forms, with or without brackets; gives the position behind it. No time is fine. */
function scanClock(line: string, from: number, out: FramedLine): number {
  const bracket = line.charCodeAt(from) === 91;
  const start = bracket ? skipBlanks(line, from + 1) : from;
  if (!isDigit(line.charCodeAt(start))) return bracket ? -1 : from;
  const first = endOfDecimal(line, start);
  let end: number;
  if (line.charCodeAt(first) === COLON && isDigit(line.charCodeAt(first + 1))) end = scanTimeOfDay(line, start, out);
  else if (line.charCodeAt(first) === 46) end = scanTime(line, start, out);
  else end = scanWholeNumber(line, start, first, out);
  if (end < 0) return -1;
  if (bracket && line.charCodeAt(end) === 93) end += 1;
  if (line.charCodeAt(end) === COLON) end += 1;
  return line.charCodeAt(end) === SPACE ? end : -1;
}

function scanWholeNumber(line: string, start: number, end: number, out: FramedLine): number {
  if (end - start >= NSECS_DIGITS) setNanoseconds(line, start, end, out);
  else {
    out.seconds = decimalValue(line, start, end);
    out.nanos = 0;
    out.digits = 0;
  }
  return end;
}

/** `HH:MM:SS[.fraction]` as seconds of the day. */
function scanTimeOfDay(line: string, start: number, out: FramedLine): number {
  const hours = endOfDecimal(line, start);
  const minutes = endOfDecimal(line, hours + 1);
  if (line.charCodeAt(minutes) !== COLON) return -1;
  const secondsStart = minutes + 1;
  const seconds = endOfDecimal(line, secondsStart);
  if (seconds === secondsStart) return -1;
  const end = scanTime(line, secondsStart, out);
  if (out.digits < 0) out.digits = 0;
  out.seconds += 3600 * decimalValue(line, start, hours) + 60 * decimalValue(line, hours + 1, minutes);
  return end;
}

/** `cpu=`, `comm=` and `pid=` between the time and the word; anything else is not this framing. */
function scanContext(line: string, from: number, word: number, out: FramedLine): boolean {
  let at = skipBlanks(line, from);
  while (at < word) {
    if (line.startsWith('comm=', at)) {
      const next = nextKey(line, at + 5, word);
      setTask(line, at + 5, next, out);
      at = skipBlanks(line, next);
      continue;
    }
    const isCpu = line.startsWith('cpu=', at);
    if (!isCpu && !line.startsWith('pid=', at)) return false;
    const end = endOfDecimal(line, at + 4);
    if (end === at + 4) return false;
    if (isCpu) out.cpu = decimalValue(line, at + 4, end);
    else out.pid = decimalValue(line, at + 4, end);
    at = skipBlanks(line, end);
  }
  return at === word;
}

/** Where a comm ends, which may contain blanks: in front of the next key, or of the word. */
function nextKey(line: string, from: number, word: number): number {
  for (const key of [' pid=', ' cpu=']) {
    const at = line.indexOf(key, from);
    if (at >= 0 && at < word) return at;
  }
  return word;
}

/** `Attaching 2 probes...`, and `Lost 12 events` of a full perf buffer. */
function bpftraceHeader(line: string): HeaderFact | undefined {
  if (line.startsWith('Attaching ') || line.startsWith('Attached ')) return { kind: 'comment' };
  if (!line.startsWith('Lost ')) return undefined;
  const end = endOfDecimal(line, 5);
  if (end === 5 || !line.startsWith(' events', end)) return undefined;
  return { kind: 'lost', cpu: undefined, lost: decimalValue(line, 5, end) };
}

import { isDigit } from '../../src/base/scan.ts';
import type { EventRows } from '../../src/model/event-rows.ts';
import { type FramedLine, type LineBlock, type LineScanner, newFramedLine } from '../../src/model/parser.ts';

const SLOT_BITS = 12;
const SLOTS = 1 << SLOT_BITS;
/** Longer prefixes are left to the text. */
const MAX_LENGTH = 120;
const SHORTEST_LENGTH = 16;
/** Enough of a line for its prefix and the name of its event. */
const HEAD_LENGTH = 240;
const MAX_CPU = 0xffff;
/** What stands 12 bytes in front of the CPU must be of the line. */
const FIRST_COLUMN = 13;

const NEWLINE = 10;
const SPACE = 32;
const POINT = 46;
const COLON = 58;
const OPEN = 91;
const GREATER = 62;
const BAR = 124;

/** A prefix up to the time, as the 32-bit words of its bytes; the last one ends with it. */
interface KnownPrefix {
  readonly length: number;
  readonly words: Int32Array;
  readonly task: number;
  readonly pid: number;
  readonly cpu: number;
}

const NOTHING: KnownPrefix = { length: 0, words: new Int32Array(0), task: 0, pid: 0, cpu: 0 };

/**
 * Reads `COMM-PID [CPU] FLAGS SECONDS.MICROSECONDS: ` from bytes. What stands in front of the time comes again and again: it
 * is read once as text, by the framing itself, and then recognised by its bytes. Everything else is left to the text.
 */
export class TaskPrefixRows implements LineScanner {
  readonly #rows: EventRows;
  readonly #parse: (line: string, out: FramedLine) => boolean;
  readonly #known: KnownPrefix[] = new Array(SLOTS).fill(NOTHING);
  readonly #framed = newFramedLine();
  /** Where the `[` of the CPU stood last. */
  #column = FIRST_COLUMN;

  constructor(rows: EventRows, parse: (line: string, out: FramedLine) => boolean) {
    this.#rows = rows;
    this.#parse = parse;
  }

  scan(block: LineBlock, from: number, at: number): number {
    const { bytes, view } = block;
    if (bytes[from + this.#column] !== OPEN && !this.#findColumn(bytes, from)) return -1;
    const slot = slotOf(view, from + this.#column);
    let known = this.#known[slot] ?? NOTHING;
    if (!isPrefixAt(known, view, from)) {
      known = this.#learn(bytes, from);
      if (known === NOTHING) return -1;
      this.#known[slot] = known;
    }
    const rows = this.#rows;
    rows.task[at] = known.task;
    rows.pid[at] = known.pid;
    rows.cpu[at] = known.cpu;
    return scanTime(bytes, from + known.length, rows, at);
  }

  #findColumn(bytes: Uint8Array, from: number): boolean {
    for (let column = 1; column < MAX_LENGTH; column += 1) {
      const byte = bytes[from + column];
      if (byte === NEWLINE) return false;
      if (byte === OPEN) {
        if (column >= FIRST_COLUMN) this.#column = column;
        return column >= FIRST_COLUMN;
      }
    }
    return false;
  }

  /** What the text of the line says of its prefix; NOTHING where that is not plain. */
  #learn(bytes: Buffer, from: number): KnownPrefix {
    const first = bytes[from];
    if (first === GREATER || first === BAR || first === 0) return NOTHING;
    const newline = bytes.indexOf(NEWLINE, from);
    const end = Math.min(newline < 0 ? bytes.length : newline, from + HEAD_LENGTH);
    const line = bytes.toString('latin1', from, end);
    const framed = this.#framed;
    framed.clock = 'own';
    if (!this.#parse(line, framed) || framed.eventName === undefined || framed.digits !== 6) return NOTHING;
    const { pid, cpu } = framed;
    const length = startOfTime(line, framed);
    if (length < SHORTEST_LENGTH || length > MAX_LENGTH || !isPlain(line, length)) return NOTHING;
    if (pid === undefined || pid > 0x7fffffff || cpu === undefined || cpu > MAX_CPU) return NOTHING;
    const task = this.#rows.addTask(framed.task);
    if (task < 0) return NOTHING;
    return { length, words: wordsOf(line.slice(0, length)), task, pid, cpu };
  }
}

/** Where the time stands that was read from `SECONDS.MICROSECONDS: NAME: `; -1 if it stands in any other way. */
function startOfTime(line: string, { eventName = '', payload, seconds, nanos }: FramedLine): number {
  const name = line.lastIndexOf(`: ${eventName}: `, payload);
  const start = line.lastIndexOf(' ', name - 1) + 1;
  if (name < 0 || start <= 0) return -1;
  const time = line.slice(start, name);
  return time === `${seconds}.${String(nanos / 1000).padStart(6, '0')}` ? start : -1;
}

/** Only printable ASCII, which means the same in every encoding. */
function isPlain(line: string, length: number): boolean {
  for (let at = 0; at < length; at += 1) {
    const code = line.charCodeAt(at);
    if (code < SPACE || code > 126) return false;
  }
  return true;
}

function wordsOf(prefix: string): Int32Array {
  const bytes = Buffer.from(prefix, 'latin1');
  const words = new Int32Array(Math.ceil(bytes.length / 4));
  for (let index = 0; index < words.length - 1; index += 1) words[index] = bytes.readInt32LE(index * 4);
  words[words.length - 1] = bytes.readInt32LE(bytes.length - 4);
  return words;
}

function isPrefixAt({ length, words }: KnownPrefix, view: DataView, from: number): boolean {
  const whole = words.length - 1;
  if (whole < 0 || from + length > view.byteLength) return false;
  for (let index = 0; index < whole; index += 1) {
    if (view.getInt32(from + index * 4, true) !== words[index]) return false;
  }
  return view.getInt32(from + length - 4, true) === words[whole];
}

/** By the end of the comm, the pid, the CPU and the flags, where these columns usually are. */
function slotOf(view: DataView, open: number): number {
  const task = view.getInt32(open - 12, true) ^ (view.getInt32(open - 8, true) << 1);
  const cpuAndFlags = view.getInt32(open + 2, true) ^ (view.getInt32(open + 6, true) << 2);
  return (Math.imul(task, 0x9e3779b1) ^ Math.imul(cpuAndFlags, 0x85ebca6b)) >>> (32 - SLOT_BITS);
}

/** Reads `SECONDS.MICROSECONDS: ` and gives the position behind it; -1 for all other times. */
function scanTime(bytes: Uint8Array, from: number, rows: EventRows, at: number): number {
  let seconds = 0;
  let point = from;
  for (; ; point += 1) {
    const code = bytes[point] ?? 0;
    if (!isDigit(code)) break;
    seconds = seconds * 10 + (code - 48);
  }
  if (bytes[point] !== POINT || point === from || point > from + 12) return -1;
  let micros = 0;
  const end = point + 7;
  for (let digit = point + 1; digit < end; digit += 1) {
    const code = bytes[digit] ?? 0;
    if (!isDigit(code)) return -1;
    micros = micros * 10 + (code - 48);
  }
  if (bytes[end] !== COLON || bytes[end + 1] !== SPACE) return -1;
  rows.seconds[at] = seconds;
  rows.nanos[at] = micros * 1000;
  return end + 2;
}

import { SliceInterner } from '../../src/base/intern.ts';
import { skipBlanks } from '../../src/base/scan.ts';
import type { RecordField } from '../../src/model/parser.ts';
import { hexDigits, newWord64, readInteger, signed } from './word64.ts';

/**
 * Arguments of a probe, by the meaning of their name. A number is NaN where the line does not have it.
 * Reused for every line: copy what must last.
 */
export interface ProbeArguments {
  pasid: number;
  prgi: number;
  flags: number;
  perm: number;
  code: number;
  count: number;
  /** Signed. */
  ret: number;
  addressDigits: string | undefined;
  /** A name, where the argument is a string; pointers say nothing. */
  device: string | undefined;
}

/** What an argument's name means; 0 is nothing. */
export const PASID = 1;
export const PRGI = 2;
export const FLAGS = 3;
export const PERM = 4;
export const CODE = 5;
export const COUNT = 6;
export const RET = 7;
export const ADDRESS = 8;
export const DEVICE = 9;

const devices = new SliceInterner();
const word = newWord64();
const QUOTE = 34;

export function newProbeArguments(): ProbeArguments {
  return {
    pasid: Number.NaN,
    prgi: Number.NaN,
    flags: Number.NaN,
    perm: Number.NaN,
    code: Number.NaN,
    count: Number.NaN,
    ret: Number.NaN,
    addressDigits: undefined,
    device: undefined,
  };
}

/** Reads ` name=value` pairs in [from, end) into `out`, after clearing it. Unknown names are passed over. */
export function readArguments(text: string, from: number, end: number, out: ProbeArguments): void {
  clearArguments(out);
  let at = skipBlanks(text, from);
  while (at < end) {
    const equals = text.indexOf('=', at);
    if (equals < 0 || equals >= end) return;
    const valueEnd = endOfValue(text, equals + 1, end);
    const meaning = meaningOf(text, at, equals);
    if (meaning === DEVICE) readDevice(text, equals + 1, valueEnd, out);
    else if (meaning !== 0 && readInteger(text, equals + 1, word) === valueEnd) store(meaning, out);
    at = skipBlanks(text, valueEnd);
  }
}

/** What the argument of a recorded event means; undefined for one that only its text tells, 0 for nothing. */
export function meaningOfField({ name, kind }: RecordField): number | undefined {
  const meaning = meaningOf(`${name}=`, 0, name.length);
  if (meaning === DEVICE) return undefined;
  return kind === 'number' ? meaning : 0;
}

/** Stores the value of an argument by what it means. */
export function storeArgument(meaning: number, low: number, high: number, out: ProbeArguments): void {
  word.lo = low;
  word.hi = high;
  store(meaning, out);
}

export function clearArguments(out: ProbeArguments): void {
  out.pasid = Number.NaN;
  out.prgi = Number.NaN;
  out.flags = Number.NaN;
  out.perm = Number.NaN;
  out.code = Number.NaN;
  out.count = Number.NaN;
  out.ret = Number.NaN;
  out.addressDigits = undefined;
  out.device = undefined;
}

/** Meaning of the name in [from, equals), by its length first. */
export function meaningOf(text: string, from: number, equals: number): number {
  switch (equals - from) {
    case 3:
      if (text.startsWith('ret=', from)) return RET;
      if (text.startsWith('tag=', from)) return PRGI;
      return text.startsWith('dev=', from) ? DEVICE : 0;
    case 4:
      if (text.startsWith('perm=', from)) return PERM;
      if (text.startsWith('addr=', from)) return ADDRESS;
      if (text.startsWith('code=', from) || text.startsWith('resp=', from)) return CODE;
      if (text.startsWith('prgi=', from) || text.startsWith('stag=', from)) return PRGI;
      return text.startsWith('ssid=', from) ? PASID : 0;
    case 5:
      if (text.startsWith('pasid=', from)) return PASID;
      if (text.startsWith('grpid=', from)) return PRGI;
      if (text.startsWith('flags=', from)) return FLAGS;
      if (text.startsWith('count=', from)) return COUNT;
      return text.startsWith('group=', from) || text.startsWith('index=', from) ? PRGI : 0;
    case 6:
      if (text.startsWith('status=', from)) return CODE;
      return text.startsWith('device=', from) ? DEVICE : 0;
    case 7:
      return text.startsWith('address=', from) ? ADDRESS : 0;
    default:
      return 0;
  }
}

/** Behind a quoted string, or at the next blank. */
function endOfValue(text: string, from: number, end: number): number {
  if (text.charCodeAt(from) === QUOTE) {
    const close = text.indexOf('"', from + 1);
    if (close >= 0 && close < end) return close + 1;
  }
  const blank = text.indexOf(' ', from);
  return blank < 0 || blank > end ? end : blank;
}

/** A value of more than 32 bits is a pointer (`group=0xffff…`), but for addresses and negative return values. */
function store(meaning: number, out: ProbeArguments): void {
  if (meaning === ADDRESS) out.addressDigits = hexDigits(word);
  else if (meaning === RET) out.ret = signed(word);
  else if (word.hi !== 0) return;
  else if (meaning === PASID) out.pasid = word.lo;
  else if (meaning === PRGI) out.prgi = word.lo;
  else if (meaning === FLAGS) out.flags = word.lo;
  else if (meaning === PERM) out.perm = word.lo;
  else if (meaning === CODE) out.code = word.lo;
  else out.count = word.lo;
}

function readDevice(text: string, from: number, end: number, out: ProbeArguments): void {
  const isQuoted = text.charCodeAt(from) === QUOTE;
  const start = isQuoted ? from + 1 : from;
  const stop = isQuoted && end > start && text.charCodeAt(end - 1) === QUOTE ? end - 1 : end;
  // The kernel prints `(fault)` for a string that it could not read.
  if (stop === start || text.startsWith('0x', start) || text.startsWith('(', start)) return;
  out.device = devices.slice(text, start, stop);
}

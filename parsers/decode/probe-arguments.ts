import { skipBlanks } from '../../src/base/scan.ts';
import { NameCache } from './name-cache.ts';
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

type NumberArgument = 'pasid' | 'prgi' | 'flags' | 'perm' | 'code' | 'count' | 'ret' | 'address' | 'device';

/** Accepted names, by their first letter. */
const NAMES: ReadonlyMap<number, readonly (readonly [key: string, argument: NumberArgument])[]> = new Map(
  Object.entries({
    a: [['addr=', 'address'] as const, ['address=', 'address'] as const],
    c: [['code=', 'code'] as const, ['count=', 'count'] as const],
    d: [['dev=', 'device'] as const, ['device=', 'device'] as const],
    f: [['flags=', 'flags'] as const],
    g: [['grpid=', 'prgi'] as const, ['group=', 'prgi'] as const],
    i: [['index=', 'prgi'] as const],
    p: [['pasid=', 'pasid'] as const, ['perm=', 'perm'] as const, ['prgi=', 'prgi'] as const],
    r: [['ret=', 'ret'] as const, ['resp=', 'code'] as const],
    s: [['status=', 'code'] as const, ['ssid=', 'pasid'] as const, ['stag=', 'prgi'] as const],
    t: [['tag=', 'prgi'] as const],
  }).map(([letter, names]) => [letter.charCodeAt(0), names]),
);

const devices = new NameCache();
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
  clear(out);
  let at = skipBlanks(text, from);
  while (at < end) {
    const argument = readOne(text, at, end, out);
    at = skipBlanks(text, argument);
  }
}

function clear(out: ProbeArguments): void {
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

/** Reads the pair at `at` and gives the position behind it. */
function readOne(text: string, at: number, end: number, out: ProbeArguments): number {
  for (const [key, argument] of NAMES.get(text.charCodeAt(at)) ?? NONE) {
    if (!text.startsWith(key, at)) continue;
    const value = at + key.length;
    const valueEnd = endOfValue(text, value, end);
    if (argument === 'device') readDevice(text, value, valueEnd, out);
    else if (readInteger(text, value, word) === valueEnd) store(argument, out);
    return valueEnd;
  }
  const equals = text.indexOf('=', at);
  const blank = text.indexOf(' ', at);
  if (equals < 0 || (blank >= 0 && blank < equals)) return blank < 0 ? end : blank;
  return endOfValue(text, equals + 1, end);
}

const NONE: readonly (readonly [string, NumberArgument])[] = [];

/** Behind a quoted string, or at the next blank. */
function endOfValue(text: string, from: number, end: number): number {
  if (text.charCodeAt(from) === QUOTE) {
    const close = text.indexOf('"', from + 1);
    if (close >= 0 && close < end) return close + 1;
  }
  const blank = text.indexOf(' ', from);
  return blank < 0 || blank > end ? end : blank;
}

function store(argument: NumberArgument, out: ProbeArguments): void {
  if (argument === 'address') {
    out.addressDigits = hexDigits(word);
    return;
  }
  if (argument === 'device') return;
  // A value of more than 32 bits is a pointer (`group=0xffff…`), or a negative return value.
  if (argument === 'ret') out.ret = signed(word);
  else if (word.hi === 0) out[argument] = word.lo;
}

function readDevice(text: string, from: number, end: number, out: ProbeArguments): void {
  const isQuoted = text.charCodeAt(from) === QUOTE;
  const start = isQuoted ? from + 1 : from;
  const stop = isQuoted && end > start && text.charCodeAt(end - 1) === QUOTE ? end - 1 : end;
  if (stop === start || text.startsWith('0x', start)) return;
  out.device = devices.take(text, start, stop);
}

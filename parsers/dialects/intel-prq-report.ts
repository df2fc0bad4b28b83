/*
 * Trace event intel_iommu:prq_report, printed by drivers/iommu/intel/{svm.c,prq.c} with the format of
 * drivers/iommu/intel/trace.h (Linux 7.3; include/trace/events/intel_iommu.h until 5.19). Since 5.12..5.14.
 *
 *     prq_report: dmar0/0000:01:00.0 seq# 5: rid=0x100 addr=0x101 rw--l pasid=0x1 index=0x2
 *
 * trace-cmd and perf cannot call the decoder in its print format and show the record's fields instead:
 *
 *     prq_report: [FAILED TO PARSE] dw0=4311744769 dw1=1052695 dw2=0 dw3=0 seq=0x7 iommu=dmar0 dev=0000:01:00.0 buff=
 *
 * The log cannot tell when the request came (it is traced after it was handed on), nor requests that
 * were refused, nor, in the text form, whether a PASID was present (`pasid=0x0`).
 */
import { SliceInterner } from '../../src/base/intern.ts';
import { endOfHex, hexDigit, isDigit, skipBlanks } from '../../src/base/scan.ts';
import { newEvent, type TraceEvent } from '../../src/model/event.ts';
import { pasid, prgi, requesterId } from '../../src/model/ids.ts';
import type { Dialect, FramedLine, RecordFields } from '../../src/model/parser.ts';
import { accessOf, isStopMarker } from '../decode/access.ts';
import { endOfWord, fieldAt, readField } from '../decode/fields.ts';
import { NamePairCache } from '../decode/name-pair-cache.ts';
import { fieldsOfPerfTrace } from '../decode/perf-trace-fields.ts';
import { prqReportRows } from '../decode/prq-report-rows.ts';
import { decodePageRequest, hasPrivateData, isPageRequest } from '../decode/vtd-page-request.ts';
import { hexDigits, newWord64, readHex, unsigned, type Word64 } from '../decode/word64.ts';

const NAME = 'intel-prq-report';

export const intelPrqReport: Dialect = {
  name: NAME,
  description: 'Intel VT-d page requests (trace event prq_report)',
  source: 'drivers/iommu/intel/trace.h, prq.c (Linux 7.3), since 5.14',
  samples: [
    {
      line: 'prq_report: dmar15/0000:6a:01.0 seq# 12: rid=0x6a08 addr=0x7f2b3c4d5 rw--l pasid=0x2 index=0x1f',
      gives: 'page-request',
    },
    {
      line: 'prq_report: dmar0/0000:00:02.0 seq# 3: rid=0x10 addr=0x5566 r---- pasid=0x1 index=0x4 private=0xdeadbeef/0x1',
      gives: 'page-request',
    },
    {
      line: 'prq_report: dmar0/0000:01:00.0 seq# 9: rid=0x100 addr=0x0 ----l pasid=0x3 index=0x0',
      gives: 'stop-marker',
    },
    {
      line: 'prq_report: [FAILED TO PARSE] dw0=4311744769 dw1=1052695 dw2=0 dw3=0 seq=0x7 iommu=dmar0 dev=0000:01:00.0 buff=',
      gives: 'page-request',
    },
    {
      line: 'prq_report: dw0=0x101000101 (4311744769) dw1=0x101017 (1052695) dw2=0x0 (0) dw3=0x0 (0) seq=0x7 (7) iommu=dmar0 dev=0000:01:00.0',
      gives: 'page-request',
    },
    {
      line: 'prq_report: dw0: 4311744769, dw1: 1052695, seq: 7, iommu: "dmar0", dev: "0000:01:00.0", buff: ""',
      gives: 'page-request',
    },
  ],
  needles: ['prq_report'],
  eventNames: ['prq_report'],
  kind: 'trace',
  rows: prqReportRows(NAME),
  binaryFor: () => ({ fields: ['dw0', 'dw1', 'dw2', 'dw3', 'seq', 'iommu', 'dev'], parse: parseRecord }),
  parse,
};

const names = new NamePairCache();
const iommus = new SliceInterner();
const devices = new SliceInterner();

function parse(line: string, framed: FramedLine): TraceEvent | undefined {
  const at = skipBlanks(line, framed.payload);
  if (line.charCodeAt(at) === OPENING_BRACKET || line.startsWith('dw0=', at)) return parseFields(line, at, framed.end);
  if (line.startsWith('dw0: ', at)) return parsePerfTrace(line.slice(at, framed.end));
  return parseText(line, at, framed.end);
}

function parsePerfTrace(text: string): TraceEvent | undefined {
  const fields = fieldsOfPerfTrace(text, ['dw0', 'dw1', 'dw2', 'dw3', 'seq']);
  return fields === undefined ? undefined : parseFields(fields, 0, fields.length);
}

const OPENING_BRACKET = 91;
/** Bit of the letter `l`, above those of the access mask. */
const LAST = 16;

/** Position behind the number that was read last. */
let cursor = 0;

function parseText(line: string, start: number, end: number): TraceEvent | undefined {
  const namesEnd = line.indexOf(' ', start);
  if (namesEnd < 0 || !line.startsWith('seq# ', namesEnd + 1)) return undefined;
  const sequence = readDecimalAt(line, namesEnd + 6);
  if (sequence < 0 || !line.startsWith(': rid=0x', cursor)) return undefined;
  const requester = readHexAt(line, cursor + 8);
  if (requester < 0 || requester > 0xffff || !line.startsWith(' addr=0x', cursor)) return undefined;

  const addressStart = cursor + 8;
  const addressEnd = endOfHex(line, addressStart);
  if (addressEnd === addressStart || addressEnd - addressStart > MAX_PAGE_DIGITS) return undefined;
  const letters = readLetters(line, addressEnd);
  if (letters < 0 || !line.startsWith(' pasid=0x', addressEnd + 6)) return undefined;
  const pasidValue = readHexAt(line, addressEnd + 15);
  if (pasidValue < 0 || pasidValue > 0xfffff || !line.startsWith(' index=0x', cursor)) return undefined;
  const index = readHexAt(line, cursor + 9);
  if (index < 0 || index > 0x1ff || cursor > end) return undefined;

  const isLast = (letters & LAST) !== 0;
  // pasid=0x0 may be "no PASID", and without one the bits of a stop marker are a request.
  const kind = isStopMarker(letters, isLast, pasidValue !== 0) ? 'stop-marker' : 'page-request';
  const event = newEvent(kind, NAME, 'wire');
  if (!readPrivateData(line, cursor, end, event)) return undefined;
  const pair = names.take(line, start, namesEnd, requester);
  if (pair === undefined) return undefined;
  event.probe = 'prq_report';
  event.iommu = pair.first;
  event.device = pair.second;
  event.requester = requesterId(requester);
  event.pasid = pasid(pasidValue);
  event.prgi = prgi(index);
  event.addressDigits = line.slice(addressStart, addressEnd);
  event.addressShift = 12;
  event.access = accessOf(letters);
  event.isLast = isLast;
  event.sequence = sequence;
  return event;
}

/** Bits 63:12 of an address. */
const MAX_PAGE_DIGITS = 13;

/** Value of the hexadecimal digits at `from`, -1 if there are none. */
function readHexAt(line: string, from: number): number {
  let at = from;
  let value = 0;
  for (; at < line.length; at += 1) {
    const digit = hexDigit(line.charCodeAt(at));
    if (digit < 0) break;
    value = value * 16 + digit;
  }
  cursor = at;
  return at === from ? -1 : value;
}

/** Like `readHexAt` for decimal digits. */
function readDecimalAt(line: string, from: number): number {
  let at = from;
  let value = 0;
  for (; at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    if (!isDigit(code)) break;
    value = value * 10 + (code - 48);
  }
  cursor = at;
  return at === from ? -1 : value;
}

/** Bits of a blank and the five letters `rwxpl` behind it (1, 2, 4, 8, 16), or -1 if they are not these. */
function readLetters(line: string, blank: number): number {
  if (line.charCodeAt(blank) !== 32) return -1;
  const r = letterBit(line.charCodeAt(blank + 1), 114, 1);
  const w = letterBit(line.charCodeAt(blank + 2), 119, 2);
  const x = letterBit(line.charCodeAt(blank + 3), 120, 4);
  const p = letterBit(line.charCodeAt(blank + 4), 112, 8);
  const l = letterBit(line.charCodeAt(blank + 5), 108, LAST);
  // A -1 sets the sign.
  return r | w | x | p | l;
}

function letterBit(code: number, letter: number, bit: number): number {
  if (code === letter) return bit;
  return code === DASH ? 0 : -1;
}

const DASH = 45;

/** Reads the private data behind the index, if there is any. False if what follows is neither that nor blank. */
function readPrivateData(line: string, from: number, end: number, event: TraceEvent): boolean {
  if (from >= end) return true;
  if (!line.startsWith(' private=0x', from)) return isEndOfText(line, from, end);
  const slash = readHex(line, from + 11, high);
  if (slash < 0 || !line.startsWith('/0x', slash)) return false;
  const stop = readHex(line, slash + 3, low);
  if (stop < 0 || !isEndOfText(line, stop, end)) return false;
  event.privateData = `0x${hexDigits(high)}/0x${hexDigits(low)}`;
  return true;
}

function isEndOfText(line: string, at: number, end: number): boolean {
  const code = line.charCodeAt(at);
  return at >= end || code === 32 || code === 13;
}

const high = newWord64();
const low = newWord64();

const dw0 = newWord64();
const dw1 = newWord64();
const sequence = newWord64();

/** The record's fields in any order and radix. Only dw0 and dw1 must be there. */
function parseFields(line: string, start: number, end: number): TraceEvent | undefined {
  if (!readField(line, 'dw0=', start, end, dw0) || !readField(line, 'dw1=', start, end, dw1)) return undefined;
  if (!isPageRequest(dw0)) return undefined;
  const event = decodePageRequest(dw0, dw1, NAME);
  event.probe = 'prq_report';
  if (hasPrivateData(dw0)) {
    const hasWords = readField(line, 'dw2=', start, end, high) && readField(line, 'dw3=', start, end, low);
    if (hasWords) event.privateData = `0x${hexDigits(high)}/0x${hexDigits(low)}`;
  }
  if (readField(line, 'seq=', start, end, sequence)) event.sequence = unsigned(sequence);
  const iommu = fieldAt(line, 'iommu=', start, end);
  if (iommu >= 0) event.iommu = iommus.slice(line, iommu, endOfWord(line, iommu, end));
  const device = fieldAt(line, 'dev=', start, end);
  if (device >= 0) event.device = devices.slice(line, device, endOfWord(line, device, end));
  return event;
}

function parseRecord(record: RecordFields): TraceEvent | undefined {
  takeWord(record, 0, dw0);
  takeWord(record, 1, dw1);
  if (!isPageRequest(dw0)) return undefined;
  const event = decodePageRequest(dw0, dw1, NAME);
  event.probe = 'prq_report';
  if (hasPrivateData(dw0)) {
    takeWord(record, 2, high);
    takeWord(record, 3, low);
    event.privateData = `0x${hexDigits(high)}/0x${hexDigits(low)}`;
  }
  takeWord(record, 4, sequence);
  event.sequence = unsigned(sequence);
  event.iommu = record.text(5);
  event.device = record.text(6);
  return event;
}

function takeWord(record: RecordFields, index: number, out: Word64): void {
  out.lo = record.low(index);
  out.hi = record.high(index);
}

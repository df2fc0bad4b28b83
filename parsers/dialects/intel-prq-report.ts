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
import { endOfDecimal, endOfHex, hexValue, skipBlanks } from '../../src/base/scan.ts';
import { newEvent, type TraceEvent } from '../../src/model/event.ts';
import { pasid, prgi, requesterId } from '../../src/model/ids.ts';
import type { Dialect, FramedLine } from '../../src/model/parser.ts';
import { accessOf, isStopMarker } from '../decode/access.ts';
import { endOfWord, fieldAt, readField } from '../decode/fields.ts';
import { NameCache } from '../decode/name-cache.ts';
import { decodePageRequest, hasPrivateData, isPageRequest } from '../decode/vtd-page-request.ts';
import { hexDigits, newWord64, readHex, unsigned } from '../decode/word64.ts';

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
  ],
  needles: ['prq_report'],
  eventNames: ['prq_report'],
  kind: 'trace',
  parse,
};

const iommus = new NameCache();
const devices = new NameCache();

function parse(line: string, framed: FramedLine): TraceEvent | undefined {
  const at = skipBlanks(line, framed.payload);
  const first = line.charCodeAt(at);
  if (first === OPENING_BRACKET || line.startsWith('dw0=', at)) return parseFields(line, at, framed.end);
  return parseText(line, at, framed.end);
}

function parseText(line: string, start: number, end: number): TraceEvent | undefined {
  const slash = line.indexOf('/', start);
  if (slash < 0) return undefined;
  const deviceEnd = line.indexOf(' ', slash);
  if (deviceEnd < 0 || !line.startsWith('seq# ', deviceEnd + 1)) return undefined;

  const sequenceStart = deviceEnd + 6;
  const sequenceEnd = endOfDecimal(line, sequenceStart);
  if (sequenceEnd === sequenceStart || !line.startsWith(': rid=0x', sequenceEnd)) return undefined;
  const requesterEnd = endOfHex(line, sequenceEnd + 8);
  const requester = hexValue(line, sequenceEnd + 8, requesterEnd);
  if (!(requester <= 0xffff) || !line.startsWith(' addr=0x', requesterEnd)) return undefined;

  const addressStart = requesterEnd + 8;
  const addressEnd = endOfHex(line, addressStart);
  if (addressEnd === addressStart || addressEnd - addressStart > 13) return undefined;
  const letters = readLetters(line, addressEnd + 1);
  if (letters < 0 || !line.startsWith(' pasid=0x', addressEnd + 6)) return undefined;

  const pasidEnd = endOfHex(line, addressEnd + 15);
  const pasidValue = hexValue(line, addressEnd + 15, pasidEnd);
  if (!(pasidValue <= 0xfffff) || !line.startsWith(' index=0x', pasidEnd)) return undefined;
  const indexEnd = endOfHex(line, pasidEnd + 9);
  const index = hexValue(line, pasidEnd + 9, indexEnd);
  if (!(index <= 0x1ff) || indexEnd > end) return undefined;

  const isLast = (letters & LAST) !== 0;
  // pasid=0x0 may be "no PASID", and without one the bits of a stop marker are a request.
  const kind = isStopMarker(letters, isLast, pasidValue !== 0) ? 'stop-marker' : 'page-request';
  const event = newEvent(kind, NAME, 'wire');
  if (!readPrivateData(line, indexEnd, end, event)) return undefined;
  event.probe = 'prq_report';
  event.iommu = iommus.take(line, start, slash);
  event.device = devices.take(line, slash + 1, deviceEnd);
  event.requester = requesterId(requester);
  event.pasid = pasid(pasidValue);
  event.prgi = prgi(index);
  event.addressDigits = line.slice(addressStart, addressEnd);
  event.addressShift = 12;
  event.access = accessOf(letters);
  event.isLast = isLast;
  event.sequence = sequenceOf(line, sequenceStart, sequenceEnd);
  return event;
}

const OPENING_BRACKET = 91;
const DASH = 45;
const LAST = 16;
/** `r`, `w`, `x`, `p`, `l`, in the order of their bits. */
const LETTER_CODES = [114, 119, 120, 112, 108];

/** Bits of the five letters at `from` (1 r, 2 w, 4 x, 8 p, 16 l), or -1 if they are not these. */
function readLetters(line: string, from: number): number {
  if (line.charCodeAt(from - 1) !== 32) return -1;
  let bits = 0;
  for (let index = 0; index < 5; index += 1) {
    const code = line.charCodeAt(from + index);
    if (code === LETTER_CODES[index]) bits |= 1 << index;
    else if (code !== DASH) return -1;
  }
  return bits;
}

/** Reads the private data behind the index, if there is any. False if what follows is neither that nor blank. */
function readPrivateData(line: string, from: number, end: number, event: TraceEvent): boolean {
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

function sequenceOf(line: string, from: number, end: number): number {
  let value = 0;
  for (let at = from; at < end; at += 1) value = value * 10 + line.charCodeAt(at) - 48;
  return value;
}

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
  if (iommu >= 0) event.iommu = iommus.take(line, iommu, endOfWord(line, iommu, end));
  const device = fieldAt(line, 'dev=', start, end);
  if (device >= 0) event.device = devices.take(line, device, endOfWord(line, device, end));
  return event;
}

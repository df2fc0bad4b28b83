/*
 * Trace event intel_iommu:qi_submit, one record for each descriptor that drivers/iommu/intel/dmar.c puts into
 * the invalidation queue (Linux 7.3; format in drivers/iommu/intel/trace.h). Since 5.12..5.14.
 *
 *     qi_submit: page_grp_resp dmar0: 0x101000019 0x14 0x0 0x0
 *
 * Page responses travel in this queue; a drain shows as a fence and two invalidations. The log cannot tell
 * the PCI segment of the requester, responses that the hardware gives by itself, nor whether
 * the hardware took the descriptor (dmesg does, for errors).
 */
import { SliceInterner } from '../../src/base/intern.ts';
import { skipBlanks } from '../../src/base/scan.ts';
import { type DrainStep, newEvent, type TraceEvent } from '../../src/model/event.ts';
import { pasid, requesterId } from '../../src/model/ids.ts';
import {
  type Dialect,
  type DialectResult,
  type FramedLine,
  type RecordFields,
  SILENT,
} from '../../src/model/parser.ts';
import { endOfWord, fieldAt, readField } from '../decode/fields.ts';
import { pageResponseRows } from '../decode/page-response-rows.ts';
import { fieldsOfPerfTrace } from '../decode/perf-trace-fields.ts';
import {
  decodePageGroupResponse,
  decodePageStreamResponse,
  isFence,
  isWholeDeviceTlb,
  isWholeIotlb,
  QI_DEVICE_TLB,
  QI_IOTLB,
  QI_PAGE_GROUP_RESPONSE,
  QI_PAGE_STREAM_RESPONSE,
  QI_PASID_DEVICE_TLB,
  QI_PASID_IOTLB,
  QI_WAIT,
} from '../decode/vtd-invalidation.ts';
import { newWord64, readHex, type Word64 } from '../decode/word64.ts';

const NAME = 'intel-qi-submit';

export const intelQiSubmit: Dialect = {
  name: NAME,
  description: 'Intel VT-d page responses and drains (trace event qi_submit)',
  source: 'drivers/iommu/intel/trace.h, dmar.c (Linux 7.3), since 5.14',
  samples: [
    { line: 'qi_submit: page_grp_resp dmar15: 0x26a081019 0xf8 0x0 0x0', gives: 'page-response' },
    { line: 'qi_submit: inv_wait dmar15: 0x200000045 0x0 0x0 0x0', gives: 'drain' },
    { line: 'qi_submit: p_iotlb_inv dmar15: 0x200010026 0x0 0x0 0x0', gives: 'drain' },
    { line: 'qi_submit: p_dev_tlb_inv dmar15: 0x6a0000026a088008 0x7ffffffffffff800 0x0 0x0', gives: 'drain' },
    { line: 'qi_submit: dev_tlb_inv dmar0: 0x10000000003 0x7ffffffffffff001 0x0 0x0', gives: 'drain' },
    { line: 'qi_submit: iotlb_inv dmar2: 0x800f2 0xf9a00005 0x0 0x0', gives: 'silent' },
    { line: 'qi_submit: pc_inv dmar0: 0x2000a0017 0x0 0x0 0x0', gives: 'silent' },
    { line: 'qi_submit: qw0=0x900e2 (590050) qw1=0x0 (0) qw2=0x0 (0) qw3=0x0 (0) iommu=dmar0', gives: 'drain' },
    { line: 'qi_submit: qw0: 4311744537, qw1: 20, iommu: "dmar0"', gives: 'page-response' },
  ],
  needles: ['qi_submit'],
  eventNames: ['qi_submit'],
  kind: 'trace',
  rows: pageResponseRows(NAME, isOfInterest),
  binaryFor: () => ({ fields: ['qw0', 'qw1', 'qw2', 'qw3', 'iommu'], parse: parseRecord }),
  parse,
};

const iommus = new SliceInterner();
const qw0 = newWord64();
const qw1 = newWord64();
const qw2 = newWord64();
const qw3 = newWord64();

function parse(line: string, framed: FramedLine): DialectResult {
  const start = skipBlanks(line, framed.payload);
  if (line.startsWith('qw0=', start)) return parseFields(line, start, framed.end);
  if (line.startsWith('qw0: ', start)) return parsePerfTrace(line.slice(start, framed.end));
  const typeEnd = line.indexOf(' ', start);
  if (typeEnd < 0) return undefined;
  const colon = line.indexOf(': 0x', typeEnd);
  if (colon < 0) return undefined;
  let at = readHex(line, colon + 4, qw0);
  if (at < 0) return undefined;
  if (!isOfInterest(qw0)) return SILENT;
  at = readWord(line, at, qw1);
  at = readWord(line, at, qw2);
  at = readWord(line, at, qw3);
  if (at < 0 || at > framed.end) return undefined;
  return decode(iommus.slice(line, typeEnd + 1, colon));
}

/** Reads ` 0x…` at `from`; -1 if it is not there, or if `from` is -1. */
function readWord(line: string, from: number, out: Word64): number {
  return from >= 0 && line.startsWith(' 0x', from) ? readHex(line, from + 3, out) : -1;
}

/** The record's fields, as the trace option `fields` and `trace-cmd report -R` print them. */
function parseFields(line: string, start: number, end: number): DialectResult {
  const hasWords =
    readField(line, 'qw0=', start, end, qw0) &&
    readField(line, 'qw1=', start, end, qw1) &&
    readField(line, 'qw2=', start, end, qw2) &&
    readField(line, 'qw3=', start, end, qw3);
  const iommu = fieldAt(line, 'iommu=', start, end);
  if (!hasWords || iommu < 0) return undefined;
  return decode(iommus.slice(line, iommu, endOfWord(line, iommu, end)));
}

function parsePerfTrace(text: string): DialectResult {
  const fields = fieldsOfPerfTrace(text, ['qw0', 'qw1', 'qw2', 'qw3']);
  return fields === undefined ? undefined : parseFields(fields, 0, fields.length);
}

function parseRecord(record: RecordFields): DialectResult {
  takeWord(record, 0, qw0);
  if (!isOfInterest(qw0)) return SILENT;
  takeWord(record, 1, qw1);
  takeWord(record, 2, qw2);
  takeWord(record, 3, qw3);
  return decode(record.text(4));
}

function takeWord(record: RecordFields, index: number, out: Word64): void {
  out.lo = record.low(index);
  out.hi = record.high(index);
}

/** Sorts out by the first word alone what can only be silent: most of a busy queue. */
function isOfInterest(word: Word64): boolean {
  switch (word.lo & 15) {
    case QI_PAGE_GROUP_RESPONSE:
    case QI_PAGE_STREAM_RESPONSE:
    case QI_DEVICE_TLB:
    case QI_PASID_DEVICE_TLB:
      return true;
    case QI_WAIT:
      return isFence(word);
    case QI_IOTLB:
    case QI_PASID_IOTLB:
      return isWholeIotlb(word);
    default:
      return false;
  }
}

/** The symbol in front is made from the type bits (print_symbolic), so the bits alone decide. */
function decode(iommu: string): DialectResult {
  const event = isOfInterest(qw0) ? decodeDescriptor() : undefined;
  if (event === undefined) return SILENT;
  event.probe = 'qi_submit';
  event.iommu = iommu;
  return event;
}

function decodeDescriptor(): TraceEvent | undefined {
  switch (qw0.lo & 15) {
    case QI_PAGE_GROUP_RESPONSE:
      return decodePageGroupResponse(qw0, qw1, qw2, qw3, NAME);
    case QI_PAGE_STREAM_RESPONSE:
      return decodePageStreamResponse(qw0, qw1, NAME);
    case QI_WAIT:
      return drain('fence');
    case QI_IOTLB:
      return drain('iotlb');
    case QI_PASID_IOTLB: {
      const event = drain('iotlb');
      event.pasid = pasid(qw0.hi & 0xfffff);
      return event;
    }
    case QI_DEVICE_TLB: {
      if (!isWholeDeviceTlb(qw1, 0)) return undefined;
      const event = drain('device-tlb');
      event.requester = requesterId(qw0.hi & 0xffff);
      return event;
    }
    case QI_PASID_DEVICE_TLB: {
      if (!isWholeDeviceTlb(qw1, 11)) return undefined;
      const event = drain('device-tlb');
      event.requester = requesterId(qw0.lo >>> 16);
      event.pasid = pasid(qw0.hi & 0xfffff);
      return event;
    }
    default:
      return undefined;
  }
}

function drain(step: DrainStep): TraceEvent {
  const event = newEvent('drain', NAME, 'none');
  event.drainStep = step;
  return event;
}

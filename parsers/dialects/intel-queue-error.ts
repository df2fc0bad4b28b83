/*
 * Errors of the VT-d invalidation queue: drivers/iommu/intel/dmar.c, qi_dump_fault and qi_check_fault (Linux 7.3).
 * Since 5.12..5.14; before, one line `VT-d detected invalid descriptor`.
 *
 *     DMAR: VT-d detected Invalidation Time-out Error: SID 100
 *
 * Page responses travel in this queue: a rejected one never reached the device. The log cannot tell the unit, nor
 * which of the descriptors in flight a time-out belongs to.
 */
import { newEvent, type TraceEvent } from '../../src/model/event.ts';
import { busDeviceFunction, requesterId } from '../../src/model/ids.ts';
import { type Dialect, type DialectResult, type FramedLine, SILENT } from '../../src/model/parser.ts';
import { decodePageGroupResponse, QI_PAGE_GROUP_RESPONSE } from '../decode/vtd-invalidation.ts';
import { newWord64, readHex } from '../decode/word64.ts';

const NAME = 'intel-queue-error';

export const intelQueueError: Dialect = {
  name: NAME,
  description: 'Intel VT-d invalidation queue errors (dmesg, DMAR)',
  source: 'drivers/iommu/intel/dmar.c (Linux 7.3), since 5.14; older line since 2.6.28',
  samples: [
    { line: 'DMAR: VT-d detected Invalidation Queue Error: Reason f', gives: 'iommu-error' },
    { line: 'DMAR: VT-d detected Invalidation Time-out Error: SID 100', gives: 'iommu-error' },
    { line: 'DMAR: VT-d detected Invalidation Completion Error: SID 100', gives: 'iommu-error' },
    { line: 'DMAR: VT-d detected invalid descriptor: low=10000000003, high=7ffffffffffff001', gives: 'iommu-error' },
    { line: 'DMAR: VT-d detected invalid descriptor: qw0 = 10000000003, qw1 = 7ffffffffffff001', gives: 'iommu-error' },
    { line: 'DMAR: QI HEAD: Page Group Response qw0 = 0x101000019, qw1 = 0x14', gives: 'iommu-error' },
    { line: 'DMAR: QI HEAD: UNKNOWN qw0 = 0x0, qw1 = 0x0', gives: 'silent' },
    { line: 'DMAR: QI PRIOR: IOTLB Invalidation qw0 = 0x700e2, qw1 = 0x0', gives: 'silent' },
    { line: 'DMAR: Invalidation Time-out Error (ITE) cleared', gives: 'silent' },
  ],
  needles: ['DMAR:', 'VT-d detected '],
  kind: 'log',
  parse,
};

function parse(line: string, framed: FramedLine): DialectResult {
  const detected = line.indexOf('VT-d detected ', framed.payload);
  if (detected >= 0) return parseDetected(line.slice(detected, framed.end).trimEnd());
  if (line.indexOf('DMAR', framed.payload) < 0) return undefined;
  const payload = line.slice(framed.payload, framed.end);
  const dumped = DUMP.exec(payload);
  if (dumped !== null) return parseDump(dumped);
  return CLEARED.test(payload) ? SILENT : undefined;
}

/** Error, then reason or source id. */
const DETECTED =
  /^VT-d detected (?:Invalidation (Queue|Time-out|Completion) Error: (?:Reason|SID) ([0-9a-f]+)|invalid descriptor: )/;
const DUMP = /\bQI (HEAD|PRIOR): .*?qw0 = 0x([0-9a-f]+), qw1 = 0x([0-9a-f]+)/;
const CLEARED = /Invalidation (?:Queue|Time-out|Completion) Error \((?:IQE|ITE|ICE)\) cleared/;

function parseDetected(text: string): TraceEvent | undefined {
  const match = DETECTED.exec(text);
  if (match === null) return undefined;
  const event = newEvent('iommu-error', NAME, 'none');
  event.probe = 'qi_check_fault';
  event.vendorReason = text;
  switch (match[1]) {
    case 'Queue':
      event.reason = 'invalidation-queue-error';
      return event;
    case 'Time-out':
      event.reason = 'invalidation-time-out';
      break;
    case 'Completion':
      event.reason = 'invalidation-completion-error';
      break;
    default:
      event.reason = 'invalid-descriptor';
      return event;
  }
  const sourceId = Number.parseInt(match[2] ?? '', 16) & 0xffff;
  if (sourceId === NOT_REPORTED) return event;
  const requester = requesterId(sourceId);
  event.requester = requester;
  event.device = busDeviceFunction(requester);
  return event;
}

/** What a unit gives for the source id that it cannot tell (VT-d, IQERCD_REG). */
const NOT_REPORTED = 0xffff;

const qw0 = newWord64();
const qw1 = newWord64();

/** The descriptor at the head is the one that a queue error rejects; only a page response concerns the replay. */
function parseDump(match: RegExpExecArray): DialectResult {
  const [text, place, first = '', second = ''] = match;
  if (readHex(first, 0, qw0) < 0 || readHex(second, 0, qw1) < 0) return undefined;
  if (place !== 'HEAD' || (qw0.lo & 15) !== QI_PAGE_GROUP_RESPONSE) return SILENT;
  const event = decodePageGroupResponse(qw0, qw1, NO_WORD, NO_WORD, NAME);
  event.kind = 'iommu-error';
  event.point = 'none';
  // The line shows two of four words, so private data is unknown.
  event.privateData = undefined;
  event.probe = 'qi_dump_fault';
  event.reason = 'page-group-response-at-queue-head';
  event.vendorReason = text;
  return event;
}

const NO_WORD = newWord64();

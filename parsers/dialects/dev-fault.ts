/*
 * Trace events iommu:dev_fault and iommu:dev_page_response, never in mainline: SVA patch series of 2017 to 2021
 * (V1 by Jacob Pan, V2 and V3 by Jean-Philippe Brucker), shipped by openEuler 5.10
 * (openeuler-mirror/kernel bbf3b39e, include/trace/events/iommu.h).
 *
 *     dev_fault: IOMMU:0000:76:00.0 type=2 reason=0 addr=0x000000002321c000 fetch=0x0 pasid=1 group=138 flags=3 prot=1
 *     dev_page_response: IOMMU:0000:76:00.0 code=0 pasid=1 group=138
 *
 * Printed after the handler returned, so a fast answer may stand before its request. V1 has `last=` in place
 * of `flags=`, and so cannot tell whether a PASID was present.
 */
import { skipBlanks } from '../../src/base/scan.ts';
import { decodeKernelCode } from '../../src/model/code.ts';
import { newEvent, type TraceEvent } from '../../src/model/event.ts';
import { pasid, prgi, requesterIdOfName } from '../../src/model/ids.ts';
import { type Dialect, type DialectResult, type FramedLine, SILENT } from '../../src/model/parser.ts';
import { accessOf, isStopMarker } from '../decode/access.ts';
import { UNRECOVERABLE_REASONS } from '../decode/iommu-fault.ts';

const NAME = 'dev-fault';

export const devFault: Dialect = {
  name: NAME,
  description:
    'page requests and responses of the SVA patches and openEuler (trace events dev_fault, dev_page_response)',
  source: 'include/trace/events/iommu.h (openEuler 5.10, bbf3b39e; SVA patch series V1 to V3)',
  samples: [
    {
      line: 'dev_fault: IOMMU:0000:76:00.0 type=2 reason=0 addr=0x000000002321c000 fetch=0x0000000000000000 pasid=1 group=138 flags=3 prot=1',
      gives: 'page-request',
    },
    {
      line: 'dev_fault: IOMMU:0000:76:00.0 type=2 reason=0 addr=0x0000ffff12344000 pasid=1 group=4 last=1 prot=3',
      gives: 'page-request',
    },
    {
      line: 'dev_fault: IOMMU:0000:76:00.0 type=1 reason=6 addr=0x0000000012345000 fetch=0x0000000000000000 pasid=0 group=0 flags=2 prot=2',
      gives: 'fault',
    },
    { line: 'dev_page_response: IOMMU:0000:76:00.0 code=0 pasid=1 group=138', gives: 'page-response' },
    {
      line: 'dev_page_response: IOMMU:0000:76:00.0 code=1 addr=0x0000ffff12344000 pasid=1 group=4',
      gives: 'page-response',
    },
    {
      line: 'sva_invalidate: IOMMU:0000:76:00.0 type=2 flags=0x00000001 granu=0 size=1 pasid=1 addr=0x0000000012345000',
      gives: 'silent',
    },
  ],
  needles: ['dev_fault', 'dev_page_response', 'sva_invalidate'],
  eventNames: ['dev_fault', 'dev_page_response', 'sva_invalidate'],
  kind: 'trace',
  parse,
};

function parse(line: string, framed: FramedLine): DialectResult {
  const payload = line.slice(skipBlanks(line, framed.payload), framed.end);
  switch (framed.eventName) {
    case 'dev_fault':
      return parseFault(payload);
    case 'dev_page_response':
      return parseResponse(payload);
    default:
      return payload.startsWith('IOMMU:') ? SILENT : undefined;
  }
}

const FAULT = new RegExp(
  [
    '^IOMMU:(?<device>\\S+) type=(?<type>\\d+) reason=(?<reason>\\d+) addr=0x(?<address>[0-9a-f]+)',
    '(?: fetch=0x[0-9a-f]+)? pasid=(?<pasid>-?\\d+) group=(?<prgi>-?\\d+)',
    '(?: last=(?<last>\\d+)| flags=(?<flags>[0-9a-f]+)) prot=(?<prot>\\d+)',
  ].join(''),
);

const PASID_VALID = 1;
/** Of a page request. */
const LAST_PAGE = 2;
/** Of an unrecoverable fault. */
const ADDRESS_VALID = 2;

function parseFault(payload: string): TraceEvent | undefined {
  const fields = FAULT.exec(payload)?.groups;
  if (fields === undefined) return undefined;
  const { device = '', address, flags } = fields;
  const flagBits = flags === undefined ? undefined : Number.parseInt(flags, 16);
  const pasidValue = Number(fields.pasid);
  const hasPasid = pasidValue >= 0 && (flagBits === undefined || (flagBits & PASID_VALID) !== 0);
  const prot = Number(fields.prot);
  const isRequest = fields.type === '2';
  const isLast = isRequest && (flagBits === undefined ? fields.last === '1' : (flagBits & LAST_PAGE) !== 0);

  const event = newEvent(kindOf(isRequest, isStopMarker(prot, isLast, hasPasid)), NAME, 'core');
  event.probe = 'dev_fault';
  event.device = device;
  event.requester = requesterIdOfName(device);
  if (hasPasid) event.pasid = pasid(pasidValue);
  event.access = accessOf(prot);
  if (!isRequest) {
    if (flagBits === undefined || (flagBits & ADDRESS_VALID) !== 0) event.addressDigits = address;
    event.reason = UNRECOVERABLE_REASONS[Number(fields.reason)] ?? `reason-${fields.reason}`;
    return event;
  }
  event.addressDigits = address;
  event.prgi = prgi(Number(fields.prgi));
  event.isLast = isLast;
  return event;
}

function kindOf(isRequest: boolean, isMarker: boolean): 'page-request' | 'stop-marker' | 'fault' {
  if (!isRequest) return 'fault';
  return isMarker ? 'stop-marker' : 'page-request';
}

/** Device, code, PASID, PRGI. */
const RESPONSE = /^IOMMU:(\S+) code=(\d+)(?: addr=0x[0-9a-f]+)? pasid=(-?\d+) group=(\d+)/;

function parseResponse(payload: string): TraceEvent | undefined {
  const match = RESPONSE.exec(payload);
  if (match === null) return undefined;
  const [, device = '', code, pasidText, group] = match;
  const event = newEvent('page-response', NAME, 'core');
  event.probe = 'dev_page_response';
  event.device = device;
  event.requester = requesterIdOfName(device);
  if (Number(pasidText) >= 0) event.pasid = pasid(Number(pasidText));
  event.prgi = prgi(Number(group));
  const decoded = decodeKernelCode(Number(code));
  event.code = decoded.code;
  event.rawCode = decoded.rawCode;
  return event;
}

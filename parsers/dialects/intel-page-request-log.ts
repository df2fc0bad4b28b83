/*
 * What the VT-d page request thread says in the kernel log: drivers/iommu/intel/prq.c (Linux 7.3), intel/svm.c
 * until 6.12, intel-svm.c until 5.8. These lines have no `DMAR:` prefix.
 *
 *     IOMMU: dmar15: Page request in Privilege Mode
 *     dmar15: Invalid page request: 2000026a080101 7f2b3c4d50ff
 *
 * The first line gives the cause and is left out where requester or PASID are unknown; the second has the first
 * two words of the descriptor. The log cannot tell whether an answer went out: Invalid if it was the last of its group.
 */
import { type Continuation, newEvent, type TraceEvent } from '../../src/model/event.ts';
import type { Dialect, DialectResult, FramedLine } from '../../src/model/parser.ts';
import { decodeOldPageRequest, decodePageRequest, isPageRequest } from '../decode/vtd-page-request.ts';
import { newWord64, readHex } from '../decode/word64.ts';

const NAME = 'intel-page-request-log';

export const intelPageRequestLog: Dialect = {
  name: NAME,
  description: 'Intel VT-d refused page requests and queue overflows (dmesg)',
  source: 'drivers/iommu/intel/prq.c (Linux 7.3), intel/svm.c, intel-svm.c, since 4.4',
  samples: [
    { line: 'IOMMU: dmar15: Page request without PASID', gives: 'request-refused' },
    { line: 'IOMMU: dmar15: Address is not canonical', gives: 'request-refused' },
    { line: 'IOMMU: dmar15: Page request in Privilege Mode', gives: 'request-refused' },
    { line: 'IOMMU: dmar15: Execution request not supported', gives: 'request-refused' },
    { line: 'dmar15: Invalid page request: 2000026a080101 7f2b3c4d50ff', gives: 'request-refused' },
    { line: 'Unexpected page request in Privilege Mode', gives: 'request-refused' },
    { line: 'dmar0: Page request without PASID: 01000001 0010100f', gives: 'request-refused' },
    { line: 'dmar0: Page request for invalid PASID 5: 501000101 0010100f', gives: 'request-refused' },
    { line: 'IOMMU: dmar15: PRQ overflow detected', gives: 'queue-overflow' },
    { line: 'IOMMU: dmar15: PRQ overflow cleared', gives: 'queue-overflow' },
    { line: 'IOMMU: dmar15: Failed to allocate page request queue', gives: 'iommu-error' },
  ],
  needles: ['age request', 'PRQ overflow', 'not canonical', 'Execution request', 'iopf queue'],
  kind: 'log',
  parse,
};

function parse(line: string, framed: FramedLine): DialectResult {
  const isCandidate = MARKS.some((mark) => line.indexOf(mark, framed.payload) >= 0);
  if (!isCandidate) return undefined;
  const payload = line.slice(framed.payload, framed.end).trimEnd();
  return parseDescriptor(payload) ?? parseStatement(payload);
}

/** One of these is in every line of this dialect. */
const MARKS = ['age request', 'PRQ overflow', 'not canonical', 'Execution request', 'iopf queue'];

/** Unit, cause, first word, second word. */
const DESCRIPTOR =
  /(?:^|\s)(\S+): (Invalid page request|Page request without PASID|Page request for invalid PASID \d+): ([0-9a-f]{8,16}) ([0-9a-f]{8,16})$/;

const qw0 = newWord64();
const qw1 = newWord64();

function parseDescriptor(payload: string): DialectResult {
  const match = DESCRIPTOR.exec(payload);
  if (match === null) return undefined;
  const [, iommu, cause = '', first = '', second = ''] = match;
  if (readHex(first, 0, qw0) < 0 || readHex(second, 0, qw1) < 0) return undefined;
  const isCurrent = isPageRequest(qw0) || cause === 'Invalid page request';
  const event = isCurrent ? decodePageRequest(qw0, qw1, NAME) : decodeOldPageRequest(qw0, qw1, NAME);
  event.kind = 'request-refused';
  event.probe = 'prq_event_thread';
  event.iommu = iommu;
  event.vendorReason = cause;
  if (cause.startsWith('Page request without')) event.reason = 'no-pasid';
  if (cause.startsWith('Page request for invalid')) event.reason = 'unknown-pasid';
  return cause === 'Invalid page request' ? afterCause(event) : event;
}

/** The kernel prints the cause, if it has one, on the line before. */
function afterCause(refused: TraceEvent): Continuation {
  return {
    kind: 'continuation',
    dialect: NAME,
    iommu: refused.iommu,
    join(cause) {
      cause.requester = refused.requester;
      cause.pasid = refused.pasid;
      cause.prgi = refused.prgi;
      cause.addressDigits = refused.addressDigits;
      cause.addressShift = refused.addressShift;
      cause.access = refused.access;
      cause.isLast = refused.isLast;
      return 'complete';
    },
    alone: refused,
  };
}

/** Unit, statement. */
const UNIT = /IOMMU: (\S+): (.+)$/;

const CAUSES: ReadonlyMap<string, string> = new Map([
  ['Page request without PASID', 'no-pasid'],
  ['Address is not canonical', 'not-canonical'],
  ['Page request in Privilege Mode', 'privileged'],
  ['Execution request not supported', 'execute'],
]);
/** 5.10.y prints these without a unit, and no descriptor after them. */
const CAUSES_ALONE: ReadonlyMap<string, string> = new Map([
  ['Unexpected page request in Privilege Mode', 'privileged'],
  ['Execution request not supported', 'execute'],
]);
const FAILURES: ReadonlyMap<string, string> = new Map([
  ['Failed to allocate page request queue', 'page-request-queue-not-set-up'],
  ['Failed to create IRQ vector for page request queue', 'page-request-queue-not-set-up'],
  ['Failed to request IRQ for page request queue', 'page-request-queue-not-set-up'],
  ['Failed to allocate iopf queue', 'page-request-queue-not-set-up'],
]);

function parseStatement(payload: string): TraceEvent | undefined {
  const match = UNIT.exec(payload);
  if (match === null) {
    for (const [text, reason] of CAUSES_ALONE) {
      if (payload.endsWith(text)) return statement('request-refused', undefined, reason, text);
    }
    return undefined;
  }
  const [, iommu, text = ''] = match;
  const cause = CAUSES.get(text);
  if (cause !== undefined) {
    const event = statement('request-refused', iommu, cause, text);
    event.isFragment = true;
    return event;
  }
  if (text === 'PRQ overflow detected') return statement('queue-overflow', iommu, 'detected', text);
  if (text === 'PRQ overflow cleared') return statement('queue-overflow', iommu, 'cleared', text);
  const failure = FAILURES.get(text);
  return failure === undefined ? undefined : statement('iommu-error', iommu, failure, text);
}

function statement(
  kind: 'request-refused' | 'queue-overflow' | 'iommu-error',
  iommu: string | undefined,
  reason: string,
  text: string,
): TraceEvent {
  const event = newEvent(kind, NAME, kind === 'request-refused' ? 'wire' : 'none');
  event.probe = 'prq_event_thread';
  event.iommu = iommu;
  event.reason = reason;
  event.vendorReason = text;
  return event;
}

/*
 * What the IOMMU core says about faults in the kernel log: drivers/iommu/io-pgfault.c (Linux 7.3) and
 * iommu_page_response in iommu.c (5.3 to 6.8); the time-out of a never merged series (Pan, Raj: `iommu.prq_timeout`).
 *
 *     prilab 0000:01:00.0: iopf with pasid 1 aborted
 *
 * The log cannot tell which group was meant. `no pending PRQ` names no key at all.
 */
import { newEvent, type TraceEvent } from '../../src/model/event.ts';
import { pasid, prgi } from '../../src/model/ids.ts';
import { type Dialect, type DialectResult, type FramedLine, SILENT } from '../../src/model/parser.ts';
import { DEV_PREFIX, setDevice } from '../decode/log-prefix.ts';

const NAME = 'iommu-core-log';

export const iommuCoreLog: Dialect = {
  name: NAME,
  description: 'refused page responses and aborted groups (dmesg, IOMMU core)',
  source: 'drivers/iommu/io-pgfault.c (Linux 7.3), iommu.c (5.3 to 6.8)',
  samples: [
    { line: 'prilab 0000:01:00.0: no pending PRQ, drop response', gives: 'response-refused' },
    { line: 'prilab 0000:01:00.0: iopf with pasid 1 aborted', gives: 'page-response' },
    {
      line: 'iommu: Page response time expired!, pasid 3 gid 7 exp 4294951234 now 4294953777',
      gives: 'iommu-error',
    },
    { line: 'idxd 0000:6a:01.0: no pending PRQ, stop timer', gives: 'silent' },
    {
      line: 'idxd 0000:6a:01.0: iopf (pasid 3) without domain attached or handler installed',
      gives: 'silent',
    },
  ],
  needles: ['no pending PRQ', 'iopf with pasid', 'iopf (pasid', 'Page response time expired'],
  kind: 'log',
  parse,
};

function parse(line: string, framed: FramedLine): DialectResult {
  if (line.indexOf('no pending PRQ', framed.payload) >= 0)
    return parseNoPending(line.slice(framed.payload, framed.end));
  if (line.indexOf('iopf with pasid ', framed.payload) >= 0)
    return parseAborted(line.slice(framed.payload, framed.end));
  if (WITHOUT_HANDLER.test(line.slice(framed.payload, framed.end))) return SILENT;
  if (line.indexOf('Page response time expired', framed.payload) >= 0) {
    return parseExpired(line.slice(framed.payload, framed.end));
  }
  return undefined;
}

/** Linux 6.9 and 6.10; the line of the abort follows it. */
const WITHOUT_HANDLER = /iopf \(pasid -?\d+\) without domain attached or handler installed/;

const NO_PENDING = new RegExp(`${DEV_PREFIX}no pending PRQ, (?<action>drop response|stop timer)`);

function parseNoPending(payload: string): DialectResult {
  const fields = NO_PENDING.exec(payload)?.groups;
  if (fields === undefined) return undefined;
  if (fields.action === 'stop timer') return SILENT;
  const event = newEvent('response-refused', NAME, 'core');
  event.probe = 'iommu_page_response';
  setDevice(event, fields.device ?? '');
  event.reason = 'nothing-pending';
  event.vendorReason = 'no pending PRQ, drop response';
  return event;
}

const ABORTED = new RegExp(`${DEV_PREFIX}iopf with pasid (?<pasid>\\d+) aborted`);

/** The handler did not take the group: the core answers it with a failure at once. */
function parseAborted(payload: string): TraceEvent | undefined {
  const fields = ABORTED.exec(payload)?.groups;
  if (fields === undefined) return undefined;
  const event = newEvent('page-response', NAME, 'core');
  event.probe = 'iommu_report_device_fault';
  setDevice(event, fields.device ?? '');
  event.pasid = pasid(Number(fields.pasid));
  event.code = 'response-failure';
  event.reason = 'aborted';
  return event;
}

const EXPIRED = /Page response time expired!, pasid (-?\d+) gid (\d+) exp \d+ now \d+/;

/** A warning only: nothing is sent to the device. */
function parseExpired(payload: string): TraceEvent | undefined {
  const match = EXPIRED.exec(payload);
  if (match === null) return undefined;
  const event = newEvent('iommu-error', NAME, 'none');
  event.probe = 'iommu_page_response';
  if (Number(match[1]) >= 0) event.pasid = pasid(Number(match[1]));
  event.prgi = prgi(Number(match[2]));
  event.reason = 'page-response-time-expired';
  event.vendorReason = match[0];
  return event;
}

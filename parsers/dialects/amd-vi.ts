/*
 * Event log and page request messages of AMD-Vi: drivers/iommu/amd/iommu.c, ppr.c, init.c (Linux 7.3;
 * drivers/iommu/amd_iommu.c until 5.7).
 *
 *     nvme 0000:01:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x000f address=0xfffe1000 flags=0x0020]
 *
 * The prefix names the faulting device for IO_PAGE_FAULT, the IOMMU for all others. 4.9 to 4.18 print the event
 * on the line behind `AMD-Vi: Event logged [`, 5.0 no `AMD-Vi:`. `domain=` is a PASID where the GN flag is set. The log cannot tell
 * page requests that were taken; until 6.5 not even an overflow of their log.
 */
import { newEvent, type TraceEvent } from '../../src/model/event.ts';
import { pasid, prgi, requesterId } from '../../src/model/ids.ts';
import { type Dialect, type DialectResult, type FramedLine, SILENT } from '../../src/model/parser.ts';
import { AMD_EVENTS, FLAG_GN, ioPageFaultAccess, ioPageFaultReason, pprAccess } from '../decode/amd-event.ts';
import { newFault, newIommuError, payloadOf, setDevice } from '../decode/log-prefix.ts';
import { nextLine } from '../decode/next-line.ts';

const NAME = 'amd-vi';

export const amdVi: Dialect = {
  name: NAME,
  description: 'AMD-Vi event log and page request messages (dmesg)',
  source: 'drivers/iommu/amd/iommu.c, ppr.c, init.c (Linux 7.3), since 4.15 at least',
  samples: [
    {
      line: 'nvme 0000:01:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x000f address=0xfffe1000 flags=0x0020]',
      gives: 'fault',
    },
    {
      line: 'AMD-Vi: Event logged [IO_PAGE_FAULT device=01:00.0 domain=0x0000 address=0x0000000000000000 flags=0x0000]',
      gives: 'fault',
    },
    {
      line: 'iommu ivhd0: AMD-Vi: Event logged [ILLEGAL_DEV_TABLE_ENTRY device=0000:06:00.0 pasid=0x00000 address=0x135300000 flags=0x0080]',
      gives: 'fault',
    },
    {
      line: 'pci 0000:00:00.2: AMD-Vi: Event logged [INVALID_PPR_REQUEST device=0000:61:00.0 pasid=0x00002 address=0x7f2b3c4d5000 flags=0x0200 tag=0x21f]',
      gives: 'request-refused',
    },
    {
      line: 'iommu ivhd0: AMD-Vi: Event logged [IOTLB_INV_TIMEOUT device=63:00.0 address=0x42b5b01a0]',
      gives: 'iommu-error',
    },
    { line: 'AMD-Vi: Event logged [Device not attached to domain properly]', gives: 'fault' },
    { line: 'AMD-Vi:   device=0000:01:00.0 domain=0x0000', gives: 'continuation' },
    { line: 'AMD-Vi: DTE[0]: 7d90000000000003', gives: 'silent' },
    { line: 'AMD-Vi: Event logged [', gives: 'silent' },
    {
      line: 'IO_PAGE_FAULT device=01:00.0 domain=0x0012 address=0x00000000bea106c0 flags=0x0010]',
      gives: 'fault',
    },
    {
      line: 'pci 0000:00:00.2: INVALID_DEVICE_REQUEST device=00:14.0 pasid=0x00000 address=0x00000000fee00000 flags=0x0a00]',
      gives: 'fault',
    },
    { line: 'AMD-Vi: Completion-Wait loop timed out', gives: 'iommu-error' },
    { line: 'AMD-Vi: IOMMU PPR log restarting', gives: 'queue-overflow' },
    { line: 'AMD-Vi: IOMMU Event log restarting', gives: 'iommu-error' },
    { line: 'AMD-Vi: Invalid PASID : 0x7, device : 0x6108', gives: 'request-refused' },
    {
      line: 'AMD-Vi: PPR logged [Request ignored due to GN=0 (device=0000:61:00.0 pasid=0x00000 address=0x7f2b3c4d5000 flags=0x0004 tag=0x21f]',
      gives: 'request-refused',
    },
  ],
  needles: [
    'AMD-Vi',
    'Event logged [',
    'IO_PAGE_FAULT ',
    'ILLEGAL_DEV_TABLE_ENTRY ',
    'INVALID_DEVICE_REQUEST ',
    'INVALID_PPR_REQUEST ',
    'IOTLB_INV_TIMEOUT ',
    'ILLEGAL_COMMAND_ERROR ',
    '_HARDWARE_ERROR ',
  ],
  kind: 'log',
  parse,
};

function parse(line: string, framed: FramedLine): DialectResult {
  const isCandidate = MARKS.some((mark) => line.indexOf(mark, framed.payload) >= 0);
  if (!isCandidate || line.indexOf('(XEN)') >= 0) return undefined;
  const payload = payloadOf(line, framed.payload, framed.end);
  return parseEvent(payload) ?? parsePpr(payload) ?? parseStatement(payload);
}

/** One of these is in every line of this dialect; the last in an event without any prefix. */
const MARKS = ['AMD-Vi', 'Event logged [', ' address=0x'];

/** Driver and device where they are printed, then the event's name and its fields. */
const EVENT =
  /(?:(?:^|\s)([^\s:]+) ([^\s]+): )?(?:AMD-Vi: )?(?:Event logged )?\[?(?<![A-Z_])([A-Z][A-Z_]{5,})(?: ((?:device|domain|address|type|vmg_tag|event)\b.*)| event\[0\].*|\]?$)/;
const DETACHED = /(?:^|\s)Event logged \[Device not attached to domain properly\]/;
const DETACHED_DEVICE = /AMD-Vi:\s+device=(\S+) domain=0x[0-9a-f]+$/;

function parseEvent(payload: string): DialectResult {
  const match = EVENT.exec(payload);
  const known = match === null ? undefined : AMD_EVENTS.get(match[3] ?? '');
  if (match !== null && known !== undefined) return event(match, known.kind, known.reason);
  if (DETACHED.test(payload)) {
    const fault = newFault(NAME, 'amd_iommu_report_page_fault', undefined);
    fault.reason = 'device-not-attached';
    fault.vendorReason = 'Device not attached to domain properly';
    fault.isFragment = true;
    return fault;
  }
  const device = DETACHED_DEVICE.exec(payload)?.[1];
  if (device === undefined) return undefined;
  return nextLine(NAME, 'complete', (fault) => {
    setDevice(fault, device);
  });
}

function event(match: RegExpExecArray, kind: 'fault' | 'request-refused' | 'iommu-error', reason: string): TraceEvent {
  const [, , prefixDevice, name = '', rest = ''] = match;
  const fields = fieldsOf(rest);
  const flags = number(fields.flags ?? fields.flags_rmp);
  const result = newEvent(kind, NAME, kind === 'iommu-error' ? 'none' : 'wire');
  result.probe = 'iommu_print_event';
  result.vendorReason = flags === undefined ? name : `${name} flags=${fields.flags ?? fields.flags_rmp}`;
  result.reason = reason;
  result.addressDigits = hexDigitsOf(fields.address ?? fields.gpa ?? fields.spa);
  if (fields.device !== undefined) setDevice(result, fields.device);
  if (name === 'IO_PAGE_FAULT' || name.startsWith('RMP_')) {
    if (fields.device === undefined && prefixDevice !== undefined) setDevice(result, prefixDevice);
  } else result.iommu = prefixDevice;
  const pasidValue = number(fields.pasid);
  if (pasidValue !== undefined && kind !== 'iommu-error') setPasid(result, pasidValue, flags);
  if (name === 'IO_PAGE_FAULT' && flags !== undefined) setIoPageFault(result, number(fields.domain), flags);
  if (name === 'INVALID_PPR_REQUEST') setTag(result, number(fields.tag));
  return result;
}

function fieldsOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/(\w+)=((?:0x)?[0-9a-f:.]+)/g)];
  return Object.fromEntries(pairs.map((pair): [string, string] => [pair[1] ?? '', pair[2] ?? '']));
}

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** The field is printed always; 0 without the GN flag is the absence of a PASID. */
function setPasid(event: TraceEvent, value: number, flags: number | undefined): void {
  const hasPasid = value !== 0 || (flags !== undefined && (flags & (FLAG_GN | FLAG_PPR_GN)) !== 0);
  if (hasPasid) event.pasid = pasid(value);
}

/** GN in the flags of INVALID_PPR_REQUEST. */
const FLAG_PPR_GN = 0x200;

function setIoPageFault(event: TraceEvent, domain: number | undefined, flags: number): void {
  if (domain !== undefined && (flags & FLAG_GN) !== 0) event.pasid = pasid(domain);
  event.access = ioPageFaultAccess(flags);
  event.reason = ioPageFaultReason(flags);
}

/** Bits 8:0 are the PRGI, bit 9 says last. */
function setTag(event: TraceEvent, tag: number | undefined): void {
  if (tag === undefined) return;
  event.prgi = prgi(tag & 0x1ff);
  event.isLast = (tag & 0x200) !== 0;
}

/** Cause, fields. */
const PPR = /PPR logged \[(Request ignored due to GN=0|Invalid request format) \((device=.*)\]/;
/** PASID, device id. */
const BAD_PASID = /Invalid PASID : 0x([0-9a-f]+), device : 0x([0-9a-f]+)/;

/** The digits of `0x…`; undefined for a number that was cut off. */
function hexDigitsOf(value: string | undefined): string | undefined {
  return value === undefined ? undefined : /^0x([0-9a-f]+)$/i.exec(value)?.[1];
}

function parsePpr(payload: string): TraceEvent | undefined {
  const logged = PPR.exec(payload);
  if (logged !== null) {
    const fields = fieldsOf(logged[2] ?? '');
    const result = newEvent('request-refused', NAME, 'wire');
    result.probe = 'iommu_call_iopf_notifier';
    if (fields.device !== undefined) setDevice(result, fields.device);
    setPasid(result, number(fields.pasid) ?? 0, undefined);
    result.addressDigits = hexDigitsOf(fields.address);
    result.access = pprAccess(number(fields.flags) ?? 0);
    setTag(result, number(fields.tag));
    result.reason = logged[1] === 'Invalid request format' ? 'invalid-format' : 'no-pasid';
    result.vendorReason = logged[1];
    return result;
  }
  const refused = BAD_PASID.exec(payload);
  if (refused === null) return undefined;
  const result = newEvent('request-refused', NAME, 'wire');
  result.probe = 'ppr_is_valid';
  result.pasid = pasid(Number.parseInt(refused[1] ?? '', 16));
  result.requester = requesterId(Number.parseInt(refused[2] ?? '', 16) & 0xffff);
  result.reason = 'unknown-pasid';
  result.vendorReason = refused[0];
  return result;
}

/** Text, reason. */
const ERRORS: readonly (readonly [text: RegExp, reason: string])[] = [
  [/Completion-Wait loop timed out/, 'completion-wait-timeout'],
  [/IOMMU (?:Event|event) log (?:overflow|restarting)/, 'event-log-overflow'],
  [/IOMMU GA [Ll]og (?:overflow|restarting)/, 'guest-apic-log-overflow'],
  [/No event written to event log/, 'no-event-written'],
  [/Unknown PPR request received/, 'unknown-page-request-type'],
];
const PPR_OVERFLOW = /IOMMU PPR log (?:overflow|restarting)/;
const FOLLOWING = /(?:DTE|CMD)\[\d\]: [0-9a-f]+|Control Reg : 0x|Processing IOMMU|Event logged \[$/;

function parseStatement(payload: string): DialectResult {
  const overflow = PPR_OVERFLOW.exec(payload);
  if (overflow !== null) {
    const result = newEvent('queue-overflow', NAME, 'none');
    result.probe = 'amd_iommu_restart_log';
    result.reason = 'detected';
    result.vendorReason = overflow[0];
    return result;
  }
  for (const [pattern, reason] of ERRORS) {
    const match = pattern.exec(payload);
    if (match !== null) return newIommuError(NAME, undefined, reason, match[0]);
  }
  return FOLLOWING.test(payload) ? SILENT : undefined;
}

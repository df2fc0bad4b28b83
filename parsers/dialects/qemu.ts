/*
 * Trace events and errors of QEMU's emulated IOMMUs: hw/i386/trace-events, intel_iommu.c, hw/virtio/trace-events,
 * hw/riscv/trace-events, hw/arm/trace-events (QEMU 10.2.2), as the backend `log` prints them.
 *
 *     vtd_inv_desc invalidate desc type page group response high 0xf8 low 0x26a081019
 *     qemu-system-x86_64: vtd_iommu_translate: detected translation failure (dev=01:00:00, iova=0x7ffde000)
 *
 * What a guest wrote or was told: give the input a lane (`vmm=`). There is no event for a VT-d page request.
 */
import type { Continuation, TraceEvent } from '../../src/model/event.ts';
import { requesterId } from '../../src/model/ids.ts';
import { type Dialect, type DialectResult, type FramedLine, SILENT } from '../../src/model/parser.ts';
import { newFault, payloadOf, setDevice } from '../decode/log-prefix.ts';
import { riscvFaultReason } from '../decode/riscv-fault.ts';
import { smmuReasonOfName } from '../decode/smmu-event.ts';
import { vtdFaultReason } from '../decode/vtd-fault-reason.ts';
import { decodePageGroupResponse, QI_PAGE_GROUP_RESPONSE } from '../decode/vtd-invalidation.ts';
import { newWord64, readHex } from '../decode/word64.ts';

const NAME = 'qemu';

export const qemu: Dialect = {
  name: NAME,
  description: 'trace events and errors of QEMU’s emulated IOMMUs',
  source: 'hw/*/trace-events, hw/i386/intel_iommu.c (QEMU 10.2.2), since 7.2',
  samples: [
    {
      line: 'vtd_inv_desc invalidate desc type page group response high 0xf8 low 0x26a081019',
      gives: 'page-response',
    },
    { line: 'vtd_inv_desc invalidate desc type wait high 0x0 low 0x200000025', gives: 'silent' },
    { line: 'vtd_dmar_fault sid 0x20 fault 5 addr 0x12345000 write 1', gives: 'fault' },
    {
      line: 'qemu-system-x86_64: vtd_iommu_translate: detected translation failure (dev=01:00:00, iova=0x7ffde000)',
      gives: 'fault',
    },
    {
      line: 'qemu-system-x86_64: vtd_iova_to_slpte: detected slpte permission error (iova=0x7ffde000, level=0x3, slpte=0x0, write=0)',
      gives: 'silent',
    },
    {
      line: 'virtio_iommu_report_fault FAULT reason=2 flags=257 endpoint=32 address =0x12345040',
      gives: 'fault',
    },
    {
      line: 'qemu-system-x86_64: vtd_process_page_group_response_desc: invalid page group response desc: hi=0xf8, lo=0x26a080819 (reserved nonzero)',
      gives: 'iommu-error',
    },
    { line: 'smmuv3_record_event SMMU_EVT_F_TRANSLATION sid=0x20', gives: 'fault' },
    { line: 'riscv_iommu_flt riscv-iommu: fault 0001:00.0 reason: 0xd iova: 0x12345040', gives: 'fault' },
    { line: 'amdvi_page_fault error: page fault accessing guest physical address 0x12345040', gives: 'fault' },
  ],
  needles: [
    'vtd_inv_desc',
    'vtd_dmar_fault',
    'vtd_iommu_translate',
    'vtd_iova_to_',
    'vtd_process_page_group',
    'virtio_iommu_report_fault',
    'smmuv3_record_event',
    'riscv_iommu_',
    'amdvi_page_fault',
  ],
  kind: 'log',
  parse,
};

type Reader = (fields: Record<string, string>) => DialectResult;

/** Each trace event's text, and what it says. */
const EVENTS: readonly (readonly [mark: string, pattern: RegExp, read: Reader])[] = [
  [
    'vtd_inv_desc ',
    /invalidate desc type (?<type>.+?) high 0x(?<high>[0-9a-f]+) low 0x(?<low>[0-9a-f]+)/,
    invalidation,
  ],
  [
    'vtd_dmar_fault ',
    /sid 0x(?<sid>[0-9a-f]+) fault (?<code>\d+) addr 0x(?<address>[0-9a-f]+) write (?<write>[01])/,
    vtdFault,
  ],
  [
    'vtd_iommu_translate: ',
    /detected translation failure(?: \(dev=(?<device>[0-9a-f]{2}:[0-9a-f]{2}:[0-9a-f]{2}),.*?iova=0x(?<address>[0-9a-f]+)\))?/,
    translationFailure,
  ],
  [
    'virtio_iommu_report_fault ',
    /FAULT reason=(?<reason>\d+) flags=(?<flags>\d+) endpoint=(?<endpoint>\d+) address =0x(?<address>[0-9a-f]+)/,
    virtioFault,
  ],
  ['smmuv3_record_event ', /smmuv3_record_event (?:SMMU_EVT_)?(?<name>\w+) sid=(?<sid>0x[0-9a-f]+)/, smmuEvent],
  [
    'riscv_iommu_flt ',
    /fault (?<bus>[0-9a-f]{4}):(?<slot>[0-9a-f]{2}\.\d+) reason: 0x(?<cause>[0-9a-f]+) iova: 0x(?<address>[0-9a-f]+)/,
    riscvFault,
  ],
  [
    'vtd_process_page_group_response_desc: ',
    /(?<text>invalid page group response desc: hi=(?:0x)?(?<high>[0-9a-f]+), lo=(?:0x)?(?<low>[0-9a-f]+).*?)\s*$/,
    invalidResponse,
  ],
  ['amdvi_page_fault ', /physical address 0x(?<address>[0-9a-f]+)/, amdFault],
];
/** Details of a failure that another line counts, and events of other descriptors. */
const DETAILS = /\b(?:vtd_iova_to_[sf]lpte|vtd_frr_new|riscv_iommu_(?:pri|ats_prgr))\b/;

function parse(line: string, framed: FramedLine): DialectResult {
  for (const [mark, pattern, read] of EVENTS) {
    const at = line.indexOf(mark, framed.payload);
    if (at < 0) continue;
    const fields = pattern.exec(payloadOf(line, at, framed.end))?.groups;
    return fields === undefined ? undefined : read(fields);
  }
  const isCandidate = line.indexOf('vtd_', framed.payload) >= 0 || line.indexOf('riscv_iommu_', framed.payload) >= 0;
  return isCandidate && DETAILS.test(line.slice(framed.payload, framed.end)) ? SILENT : undefined;
}

const qw0 = newWord64();
const qw1 = newWord64();
const NO_WORD = newWord64();

function invalidation(fields: Record<string, string>): DialectResult {
  if (readHex(fields.low ?? '', 0, qw0) < 0 || readHex(fields.high ?? '', 0, qw1) < 0) return undefined;
  if (fields.type !== 'page group response' || (qw0.lo & 15) !== QI_PAGE_GROUP_RESPONSE) return SILENT;
  const event = decodePageGroupResponse(qw0, qw1, NO_WORD, NO_WORD, NAME);
  event.privateData = undefined;
  event.probe = 'vtd_inv_desc';
  return event;
}

/** A guest's answer that QEMU threw away. */
function invalidResponse(fields: Record<string, string>): DialectResult {
  if (readHex(fields.low ?? '', 0, qw0) < 0 || readHex(fields.high ?? '', 0, qw1) < 0) return undefined;
  const event = decodePageGroupResponse(qw0, qw1, NO_WORD, NO_WORD, NAME);
  event.kind = 'iommu-error';
  event.point = 'none';
  event.privateData = undefined;
  event.probe = 'vtd_process_page_group_response_desc';
  event.reason = 'invalid-descriptor';
  event.vendorReason = fields.text;
  return event;
}

function vtdFault(fields: Record<string, string>): TraceEvent {
  const event = newFault(NAME, 'vtd_dmar_fault', undefined);
  event.requester = requesterId(Number.parseInt(fields.sid ?? '', 16) & 0xffff);
  event.addressDigits = fields.address;
  event.access = fields.write === '1' ? 'w' : 'r';
  event.reason = vtdFaultReason(Number(fields.code));
  // The message on stderr may follow.
  event.isFragment = true;
  return event;
}

/** `dev=` is bus, device and function with colons throughout. It repeats what was traced. */
function translationFailure(fields: Record<string, string>): Continuation {
  const alone = newFault(NAME, 'vtd_iommu_translate', undefined);
  const [bus, slot, fn] = (fields.device ?? '').split(':');
  if (fn !== undefined) setDevice(alone, `${bus}:${slot}.${Number.parseInt(fn, 16)}`);
  alone.addressDigits = fields.address;
  alone.reason = 'translation-failure';
  return {
    kind: 'continuation',
    dialect: NAME,
    iommu: undefined,
    join(event) {
      const isSame = event.requester === alone.requester && event.addressDigits === alone.addressDigits;
      if (event.probe !== 'vtd_dmar_fault' || !isSame) return undefined;
      event.device = alone.device;
      return 'complete';
    },
    alone,
  };
}

/** Flags: 1 read, 2 write, 4 execute (virtio 1.3, 5.13.7). */
function virtioFault(fields: Record<string, string>): TraceEvent {
  const event = newFault(NAME, 'virtio_iommu_report_fault', undefined);
  const endpoint = Number(fields.endpoint);
  const flags = Number(fields.flags);
  if (endpoint <= 0xffff) event.requester = requesterId(endpoint);
  else event.device = `EP ${endpoint}`;
  event.addressDigits = fields.address;
  event.reason = ['unknown-fault', 'domain-fault', 'page-fault'][Number(fields.reason)] ?? 'unknown-fault';
  const letters = `${flags & 1 ? 'r' : ''}${flags & 2 ? 'w' : ''}${flags & 4 ? 'x' : ''}`;
  if (letters !== '') event.access = letters;
  return event;
}

function smmuEvent(fields: Record<string, string>): TraceEvent {
  const event = newFault(NAME, 'smmuv3_record_event', undefined);
  event.device = fields.sid;
  event.reason = smmuReasonOfName(fields.name ?? '');
  event.vendorReason = fields.name;
  return event;
}

/** `bus:device.function`, the bus with four digits. */
function riscvFault(fields: Record<string, string>): TraceEvent {
  const event = newFault(NAME, 'riscv_iommu_flt', undefined);
  setDevice(event, `${fields.bus?.slice(2)}:${fields.slot}`);
  event.addressDigits = fields.address;
  event.reason = riscvFaultReason(Number.parseInt(fields.cause ?? '', 16));
  return event;
}

function amdFault(fields: Record<string, string>): TraceEvent {
  const event = newFault(NAME, 'amdvi_page_fault', undefined);
  event.addressDigits = fields.address;
  event.reason = 'page-fault';
  return event;
}

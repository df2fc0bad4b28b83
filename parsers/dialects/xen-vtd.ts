/*
 * VT-d faults as Xen prints them: xen/drivers/passthrough/vtd/iommu.c, iommu_page_fault_do_one and
 * parse_event_log_entry (Xen 4.19).
 *
 *     (XEN) [VT-D]DMAR:[DMA Write] Request device [0000:65:00.0] fault addr 1200000000
 *     (XEN) [VT-D]DMAR: reason 05 - PTE Write access is not set
 *
 * The reason is on a line of its own, in hexadecimal. Xen has no page requests.
 */
import type { TraceEvent } from '../../src/model/event.ts';
import { type Dialect, type DialectResult, type FramedLine, SILENT } from '../../src/model/parser.ts';
import { NOT_CUT, newFault, payloadOf, setDevice } from '../decode/log-prefix.ts';
import { nextLine } from '../decode/next-line.ts';
import { vtdFaultReason } from '../decode/vtd-fault-reason.ts';

const NAME = 'xen-vtd';

export const xenVtd: Dialect = {
  name: NAME,
  description: 'Intel VT-d faults on the Xen console',
  source: 'xen/drivers/passthrough/vtd/iommu.c (Xen 4.19), since 4.2 at least',
  samples: [
    { line: '[VT-D]DMAR:[DMA Write] Request device [0000:65:00.0] fault addr 1200000000', gives: 'fault' },
    {
      line: '(XEN) [VT-D]DMAR:[DMA Read] Request device [00:02.0] fault addr 9f000000, iommu reg = ffff82c3ffd54000',
      gives: 'fault',
    },
    {
      line: '(XEN) [VT-D]iommu.c:830: DMAR:[DMA Write] Request device [00:1f.2] fault addr deadb000, iommu reg = ffff82c3fff57000',
      gives: 'fault',
    },
    {
      line: '(XEN) [VT-D]iommu.c:676: iommu_fault:DMA Read: 0:1d.1 addr 7d2ce000 REASON 6 iommu->reg = ffff828bfff54000',
      gives: 'fault',
    },
    { line: '(XEN) DMAR:[fault reason 05h] PTE Write access is not set', gives: 'continuation' },
    { line: '(XEN) [VT-D]INTR-REMAP: Request device [0000:f0:1f.0] fault index 0', gives: 'fault' },
    { line: '(XEN) [VT-D]DMAR: reason 05 - PTE Write access is not set', gives: 'continuation' },
    { line: '(XEN) [VT-D]iommu.c:885: iommu_fault_status: Primary Pending Fault', gives: 'silent' },
  ],
  needles: ['[VT-D]', ':[fault reason '],
  kind: 'log',
  parse,
};

/** Until 4.4 with the place in the source, and the message's second line without any mark. */
const RECORD = new RegExp(
  [
    '\\[VT-D\\]\\s?(?:\\w+\\.c:\\d+:(?:d\\S+)? ?)?(?:DMAR:\\s?\\[(?<type>DMA Read|DMA Write)\\]|(?<other>INTR-REMAP|UNKNOWN):) Request device ',
    `\\[(?<device>(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7])\\] fault (?:addr|index)(?: (?<address>[0-9a-f]+)${NOT_CUT})?`,
  ].join(''),
);
/** Of 3.3 and 3.4: access, bus, slot, function, address, reason. */
const OLD_RECORD =
  /\[VT-D\]\S+ iommu_fault:(DMA Read|DMA Write): ([0-9a-f]{1,2}):([0-9a-f]{1,2})\.([0-7]) addr ([0-9a-f]+) REASON ([0-9a-f]+) iommu->reg/;
/** Code, text. */
const REASON = /\[VT-D\]\s?(?:DMAR|INTR-REMAP|UNKNOWN): reason ([0-9a-f]{2}) - (.*)$/;
const OLD_REASON = /(?:DMAR|INTR-REMAP):\[fault reason ([0-9a-f]{2})h\] (.*)$/;
const STATUS = /\[VT-D\].*(?:iommu_fault_status: |iommu_page_fault: iommu->reg)/;

function parse(line: string, framed: FramedLine): DialectResult {
  const isCandidate =
    line.indexOf('[VT-D]', framed.payload) >= 0 || line.indexOf(':[fault reason ', framed.payload) >= 0;
  if (!isCandidate) return undefined;
  const payload = payloadOf(line, framed.payload, framed.end);
  const fields = RECORD.exec(payload)?.groups;
  if (fields !== undefined) return parseRecord(fields);
  const old = OLD_RECORD.exec(payload);
  if (old !== null) return parseOldRecord(old);
  const reason = REASON.exec(payload) ?? OLD_REASON.exec(payload);
  if (reason === null) return STATUS.test(payload) ? SILENT : undefined;
  const [, code = '', text = ''] = reason;
  return nextLine(NAME, 'complete', (event) => {
    event.reason = vtdFaultReason(Number.parseInt(code, 16));
    event.vendorReason = text;
  });
}

function parseRecord(fields: Record<string, string>): TraceEvent {
  const event = newFault(NAME, 'iommu_page_fault_do_one', undefined);
  setDevice(event, fields.device ?? '');
  event.isFragment = true;
  if (fields.other === 'INTR-REMAP') return event;
  if (fields.type !== undefined) event.access = fields.type === 'DMA Read' ? 'r' : 'w';
  event.addressDigits = fields.address;
  return event;
}

function parseOldRecord([, type, bus = '', slot = '', fn, address, code = '']: RegExpExecArray): TraceEvent {
  const event = newFault(NAME, 'iommu_page_fault_do_one', undefined);
  setDevice(event, `${bus.padStart(2, '0')}:${slot.padStart(2, '0')}.${fn}`);
  event.access = type === 'DMA Read' ? 'r' : 'w';
  event.addressDigits = address;
  event.reason = vtdFaultReason(Number.parseInt(code, 16));
  return event;
}

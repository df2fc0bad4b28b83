/*
 * VT-d fault records: drivers/iommu/intel/dmar.c, dmar_fault and dmar_fault_do_one (Linux 7.3; drivers/iommu/dmar.c
 * until 5.8, drivers/pci/dmar.c until 3.1), and the page table dump of intel/iommu.c after them (since 5.16).
 *
 *     DMAR: [DMA Write PASID 0x1] Request device [0000:01:00.0] fault addr 0x101000 [fault reason 0x71] SM: Present bit in first-level paging entry is clear
 *
 * The kernel reads one of the two type bits: a blocked page request is printed as `DMA Write`, an AtomicOp as
 * `DMA Read`. The log cannot tell the unit, before 7.2 the segment, and of the address only the page. At most
 * ten lines in five seconds are printed, of all units together.
 */
import { newEvent, type TraceEvent } from '../../src/model/event.ts';
import { pasid, requesterId } from '../../src/model/ids.ts';
import { type Dialect, type DialectResult, type FramedLine, SILENT } from '../../src/model/parser.ts';
import { NOT_CUT } from '../decode/log-prefix.ts';
import { nextLine } from '../decode/next-line.ts';
import { isReasonTextCut, vtdFaultReason } from '../decode/vtd-fault-reason.ts';

const NAME = 'intel-dmar-fault';

export const intelDmarFault: Dialect = {
  name: NAME,
  description: 'Intel VT-d fault records (dmesg, DMAR)',
  source: 'drivers/iommu/intel/dmar.c (Linux 7.3), since 2.6.27',
  samples: [
    {
      line: 'DMAR: [DMA Write PASID 0x1] Request device [0000:01:00.0] fault addr 0x101000 [fault reason 0x71] SM: Present bit in first-level paging entry is clear',
      gives: 'fault',
    },
    {
      line: 'DMAR: [DMA Read NO_PASID] Request device [00:04.0] fault addr 0x7f001000 [fault reason 0x06] PTE Read access is not set',
      gives: 'fault',
    },
    {
      line: 'DMAR: [DMA Read NO_PASID] Request device [0x6a:0x01.0] fault addr 0x7f001000 [fault reason 0x06] PTE Read access is not set',
      gives: 'fault',
    },
    {
      line: 'DMAR: [DMA Read] Request device [02:00.0] PASID ffffffff fault addr 791dd000 [fault reason 02] Present bit in context entry is clear',
      gives: 'fault',
    },
    {
      line: 'DMAR: [DMA Write] Request device [00:02.0] fault addr 7ee29000 [fault reason 12] non-zero reserved fields in PTE',
      gives: 'fault',
    },
    { line: 'dmar: DMAR:[DMA Read] Request device [02:00.0] fault addr a0c58000', gives: 'fault' },
    { line: 'dmar: INTR-REMAP: Request device [[42:00.1] fault index b0', gives: 'fault' },
    {
      line: 'DMAR: [INTR-REMAP] Request device [f0:1f.0] fault index 0x0 [fault reason 0x25] Blocked a compatibility format interrupt request',
      gives: 'fault',
    },
    { line: 'DMAR: DRHD: handling fault status reg 2', gives: 'silent' },
    { line: 'DMAR: DRHD: handling fault status reg 3', gives: 'suppressed' },
    { line: 'DMAR:[fault reason 02] Present bit in context entry is clear', gives: 'continuation' },
    { line: 'INTR-REMAP:[fault reason 34] Present field in the IRTE entry is clear', gives: 'continuation' },
    { line: 'DMAR: Dump dmar0 table entries for IOVA 0x7f001000', gives: 'silent' },
    { line: 'DMAR: pte level: 2, pte value: 0x0000000000000000', gives: 'silent' },
  ],
  needles: ['DMAR:', 'DRHD:', 'Request device', 'INTR-REMAP:'],
  kind: 'log',
  parse,
  isCut: ({ reason, vendorReason }) =>
    reason !== undefined && vendorReason !== undefined && isReasonTextCut(reason, vendorReason),
};

function parse(line: string, framed: FramedLine): DialectResult {
  if (line.indexOf('[VT-D]', framed.payload) >= 0) return undefined;
  if (line.indexOf('Request device', framed.payload) >= 0) return parseRecord(line.slice(framed.payload, framed.end));
  const status = line.indexOf('DRHD: handling fault status reg ', framed.payload);
  if (status >= 0) return parseStatus(line.slice(status, framed.end));
  const start = line.indexOf('DMAR:', framed.payload);
  if (start >= 0) return parseFollowing(line.slice(start, framed.end));
  const interrupt = line.indexOf('INTR-REMAP:', framed.payload);
  return interrupt < 0 ? undefined : parseFollowing(line.slice(interrupt, framed.end));
}

/** Interrupts without brackets, the device in two, until 3.15. Who copies a screen by hand mixes up colons and points. */
const RECORD = new RegExp(
  [
    '(?:\\[(?<type>DMA Read|DMA Write|INTR-REMAP)(?: NO_PASID| PASID (?<pasid>0x[0-9a-f]+))?\\]|INTR-REMAP:) ?Request device ?',
    '\\[\\[?(?<segment>[0-9a-f]{4,8}:)?(?:0x)?(?<bus>[0-9a-f]{2})[:.](?:0x)?(?<slot>[01][0-9a-f])[:.](?<fn>[0-7])\\]',
    `(?: PASID (?<oldPasid>[0-9a-f]+))? fault(?: (?:addr|index)\\b(?: +(?:0x)?(?<address>[0-9a-f]+)${NOT_CUT})?|$)`,
    '(?:,? *\\[fault reason (?<reason>0x[0-9a-f]+|\\d+)\\] ?(?<text>.*))?',
  ].join(''),
);

function parseRecord(payload: string): TraceEvent | undefined {
  const fields = RECORD.exec(payload)?.groups;
  if (fields === undefined) return undefined;
  const { type = '', segment = '', bus = '', slot = '', fn = '', address, reason, text = '' } = fields;
  const event = newEvent('fault', NAME, 'wire');
  event.probe = 'dmar_fault';
  event.device = `${segment}${bus}:${slot}.${fn}`;
  event.requester = requesterId((Number.parseInt(bus, 16) << 8) | (Number.parseInt(slot, 16) << 3) | Number(fn));
  const pasidValue = Number.parseInt(fields.pasid ?? fields.oldPasid ?? '', 16);
  if (pasidValue <= MAX_PASID) event.pasid = pasid(pasidValue);
  if (type.startsWith('DMA')) {
    event.access = type === 'DMA Read' ? 'r' : 'w';
    event.addressDigits = address;
  }
  if (reason === undefined) event.isFragment = true;
  else setReason(event, reason, text);
  return event;
}

/** Decimal until 5.11, hexadecimal with 0x since 5.12..5.14. */
function setReason(event: TraceEvent, code: string, text: string): void {
  event.reason = vtdFaultReason(code.startsWith('0x') ? Number(code) : Number.parseInt(code, 10));
  if (text !== '') event.vendorReason = text.trimEnd();
}

/** ffffffff, printed where there is none, lies above. */
const MAX_PASID = 0xfffff;

const STATUS = /reg (?:0x)?([0-9a-f]+)/;
/** Fault status register, bit 0: the fault recording registers overflowed (VT-d 5.10, 11.4.7.1). */
const PRIMARY_FAULT_OVERFLOW = 1;

function parseStatus(text: string): DialectResult {
  const match = STATUS.exec(text);
  if (match === null) return undefined;
  if ((Number.parseInt(match[1] ?? '', 16) & PRIMARY_FAULT_OVERFLOW) === 0) return SILENT;
  const event = newEvent('suppressed', NAME, 'none');
  event.probe = 'dmar_fault';
  event.reason = 'fault-recording-overflow';
  event.vendorReason = text.trimEnd();
  return event;
}

/** Code, text. */
const REASON_ALONE = /^(?:DMAR|INTR-REMAP): ?\[fault reason (\d+)\] ?(.*)/;

/** Lines that follow a record: the reason on a line of its own (until 4.x), or the walk through the tables. */
function parseFollowing(text: string): DialectResult {
  const reason = REASON_ALONE.exec(text);
  if (reason === null) return TABLE_DUMP.test(text) ? SILENT : undefined;
  return nextLine(NAME, 'complete', (event) => {
    setReason(event, reason[1] ?? '', reason[2] ?? '');
  });
}

const TABLE_DUMP = new RegExp(
  [
    '^DMAR: ?(?:',
    [
      'Dump \\S+ table entries for IOVA',
      '(?:root|context|pasid directory|pasid) table is not present',
      '(?:legacy|scalable) mode page table is not present',
      '(?:scalable mode )?(?:root|context|pasid dir) entry: ',
      'pasid table entry\\[\\d+\\]: ',
      'pte level: \\d+, pte value: ',
      'page table not present at level \\d+',
    ].join('|'),
    ')',
  ].join(''),
);

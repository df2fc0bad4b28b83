/*
 * Context and global faults of SMMUv1 and v2: drivers/iommu/arm/arm-smmu/arm-smmu.c (Linux 7.3), arm-smmu-nvidia.c and
 * qcom_iommu.c with the same texts, Xen's xen/drivers/passthrough/arm/smmu.c, and the longer form of Qualcomm's Android kernels.
 *
 *     arm-smmu 16c0000.iommu: Unhandled context fault: fsr=0x402, iova=0x00000000, fsynr=0x1, cbfrsynra=0x1900, cb=0
 *
 * The log has never a PASID or a group, even for a stalled transaction; before 5.3 no stream id.
 */
import type { Continuation, TraceEvent } from '../../src/model/event.ts';
import { type Dialect, type DialectResult, type FramedLine, SILENT } from '../../src/model/parser.ts';
import { newFault, newIommuError, payloadOf } from '../decode/log-prefix.ts';
import { smmuContextReason, smmuV2Access } from '../decode/smmu-v2-fault.ts';

const NAME = 'arm-smmu';

export const armSmmu: Dialect = {
  name: NAME,
  description: 'Arm SMMUv2 context and global faults (dmesg, Xen)',
  source: 'drivers/iommu/arm/arm-smmu/arm-smmu.c, qcom_iommu.c (Linux 7.3), since 4.15 at least',
  samples: [
    {
      line: 'arm-smmu 16c0000.iommu: Unhandled context fault: fsr=0x402, iova=0x00000000, fsynr=0x1, cbfrsynra=0x1900, cb=0',
      gives: 'fault',
    },
    {
      line: 'qcom-iommu-ctx 1e24000.iommu-ctx: Unhandled context fault: fsr=0x2, iova=0x0000000000001000, fsynr=0x11, cb=4',
      gives: 'fault',
    },
    {
      line: '(XEN) smmu: /axi/smmu@fd800000: Unhandled context fault: iova=0xf9890000, fsynr=0x3, cb=0',
      gives: 'fault',
    },
    { line: 'arm-smmu 16c0000.iommu: FSR    = 00000402 [Format=2 TF], SID=0x1900', gives: 'silent' },
    {
      line: 'arm-smmu 5000000.iommu: Blocked unknown Stream ID 0x800; boot with "arm-smmu.disable_bypass=0" to allow, but this may have security implications',
      gives: 'fault',
    },
    { line: 'arm-smmu 5000000.iommu: Unexpected global fault, this could be serious', gives: 'fault' },
    {
      line: 'arm-smmu 5000000.iommu: \tGFSR 0x80000002, GFSYNR0 0x00000000, GFSYNR1 0x00000410, GFSYNR2 0x00000000',
      gives: 'continuation',
    },
    { line: 'arm-smmu 15000000.apps-smmu: Unhandled arm-smmu context fault from a600000.dwc3!', gives: 'fault' },
    { line: 'arm-smmu 15000000.apps-smmu: FAR    = 0x00000000fa001000', gives: 'continuation' },
    { line: 'FAR    = 0x00000000fa001000', gives: 'continuation' },
    {
      line: 'arm-smmu 12000000.iommu: Unhandled context fault: iova=0x17fe0fe00, fsynr=0x220003, cb=21, sid=17(0x11 - AFI), pgd=25bec9003, pud=25bec9003, pmd=235086003, pte=0',
      gives: 'fault',
    },
    { line: 'arm-smmu: Unhandled context fault: iova=0x1fffff000, SID=0x5a1', gives: 'fault' },
    { line: 'arm-smmu 15000000.apps-smmu: SID=0x40', gives: 'continuation' },
    { line: 'arm-smmu 5000000.iommu: TLB sync timed out -- SMMU may be deadlocked', gives: 'iommu-error' },
  ],
  needles: ['arm-smmu', 'smmu: ', 'context fault', 'FAR    = 0x', 'FSR    = 0x', 'FSYNR0    = 0x'],
  kind: 'log',
  parse,
  isCut: ({ vendorReason }) => vendorReason?.endsWith(',') === true,
};

/** Unit, text; Xen prints the unit's path in the device tree. */
const PREFIX =
  /(?:^|[\s\]])(?:smmu: (\/\S+)|(?!\(XEN\))[^\s:]+ (?=\S*\d)(\S+)): \s*((?:Unhandled|Blocked|Unexpected|GFSR|FSR|FSYNR|FAR|PAR|TTBR|SCTLR|CBAR|MAIR|TLB|SID=|SSD=|Client info|context bank|soft|hard|SOFTWARE|ATOS).*)$/;
/** Without its prefix, as people shorten it; with the driver alone. */
const BARE = /(?:^|\s)(?:arm-smmu: )?(Unhandled context fault: (?=.*\biova=0x).*)$/;
/** A register as Qualcomm's kernels print it, without the prefix. */
const BARE_REGISTER = /^(?:FAR|FSR|FSYNR0) {4}= 0x[0-9a-f]+(?: \[[A-Z |]*\])?$/;
const MARKS = ['context fault', 'global fault', 'Stream ID', 'GFSR', 'FSR ', 'FSYNR', 'TLB sync timed out'];
const VENDOR_MARKS = [
  ...['FAR ', 'PAR ', 'TTBR', 'SCTLR', 'CBAR', 'MAIR0', 'SID=', 'Client info'],
  ...['context bank#', 'iova-to-phys', 'TABLE WALK', 'ATOS'],
];

function parse(line: string, framed: FramedLine): DialectResult {
  const { payload } = framed;
  if (line.indexOf('arm-smmu-v3', payload) >= 0) return undefined;
  const isCandidate =
    MARKS.some((mark) => line.indexOf(mark, payload) >= 0) ||
    VENDOR_MARKS.some((mark) => line.indexOf(mark, payload) >= 0);
  if (!isCandidate) return undefined;
  const message = payloadOf(line, payload, framed.end);
  const match = PREFIX.exec(message);
  if (match === null) return parseContextFault(undefined, BARE.exec(message)?.[1] ?? '') ?? parseBareRegister(message);
  const [, path, unit, text = ''] = match;
  const iommu = unit ?? path ?? '';
  return parseContextFault(iommu, text) ?? parseGlobalFault(iommu, text) ?? parseFollowing(iommu, text);
}

function parseContextFault(iommu: string | undefined, text: string): TraceEvent | undefined {
  if (text.startsWith('Unhandled context fault:')) {
    const fields = Object.fromEntries(
      [...text.matchAll(/(\w+)=(?:0x|\d+\(0x)([0-9a-f]+)/gi)].map((pair): [string, string] => [
        pair[1] ?? '',
        pair[2] ?? '',
      ]),
    );
    const event = newFault(NAME, 'arm_smmu_context_fault', iommu);
    event.addressDigits = fields.iova;
    event.vendorReason = text;
    const stream = fields.cbfrsynra ?? fields.sid ?? fields.SID;
    if (stream !== undefined) event.device = streamName(stream);
    // Qualcomm's kernels, which begin with the address, have it on a line of its own, some lines below.
    else if (fields.fsr !== undefined && text.startsWith('Unhandled context fault: iova=')) event.isFragment = true;
    if (fields.fsr !== undefined) setStatus(event, fields.fsr);
    event.reason ??= 'context-fault';
    const syndrome = fields.fsynr ?? fields.fsynr0;
    if (syndrome !== undefined) event.access = smmuV2Access(Number.parseInt(syndrome, 16));
    return event;
  }
  const device = /^Unhandled arm-smmu context fault from ([^\s!]+)/.exec(text)?.[1];
  if (device === undefined) return undefined;
  const event = newFault(NAME, 'arm_smmu_context_fault', iommu);
  event.device = device;
  event.reason = 'context-fault';
  event.isFragment = true;
  return event;
}

/** The low 16 bits of CBFRSYNRA and GFSYNR1 are the stream id. */
function streamName(digits: string): string {
  return `0x${(Number.parseInt(digits, 16) & 0xffff).toString(16)}`;
}

function setStatus(event: TraceEvent, digits: string): void {
  const status = Number.parseInt(digits, 16);
  event.reason = smmuContextReason(status);
  event.isStall = (status & STALLED) !== 0;
}

/** FSR.SS. */
const STALLED = 1 << 30;

function parseGlobalFault(iommu: string, text: string): DialectResult {
  const blocked = /^Blocked unknown Stream ID 0x([0-9a-f]+)/.exec(text);
  if (blocked !== null) {
    const event = newFault(NAME, 'arm_smmu_global_fault', iommu);
    event.device = `0x${blocked[1]}`;
    event.reason = 'unknown-stream-id';
    event.vendorReason = blocked[0];
    return event;
  }
  if (text.startsWith('Unexpected global fault')) {
    const event = newFault(NAME, 'arm_smmu_global_fault', iommu);
    event.reason = 'global-fault';
    event.vendorReason = 'Unexpected global fault';
    event.isFragment = true;
    return event;
  }
  const syndrome = /^GFSR 0x[0-9a-f]+, GFSYNR0 0x[0-9a-f]+, GFSYNR1 0x([0-9a-f]+), GFSYNR2/.exec(text);
  if (syndrome !== null) {
    return following(iommu, (event) => {
      if (event.reason !== 'global-fault') return undefined;
      event.device = streamName(syndrome[1] ?? '');
      event.vendorReason = text;
      return 'complete';
    });
  }
  return text.startsWith('TLB sync timed out') ? newIommuError(NAME, iommu, 'tlb-sync-timeout', text) : undefined;
}

function following(iommu: string | undefined, join: Continuation['join']): Continuation {
  return { kind: 'continuation', dialect: NAME, iommu, join };
}

/** Name, value. */
const REGISTER = /^(FAR|FSR|FSYNR0)\s+= (?:0x)?([0-9a-f]+)\b(?! \[.*(?:Format|S1CBNDX)=)/;
const STREAM = /^(?:SSD=0x[0-9a-f]+ )?SID=0x([0-9a-f]+)$/;
/** What repeats a record's registers in words, or says nothing about the fault. */
const REPEATS =
  /^(?:FSR\s+= [0-9a-f]{8} \[|FSYNR0 = [0-9a-f]{8} \[|PAR|TTBR|SCTLR|CBAR|MAIR|FSYNR1|Client info|Unhandled \w+ context fault|context bank#|soft iova-to-phys|hard iova-to-phys|SOFTWARE TABLE WALK FAILED|ATOS generated)/;

function parseBareRegister(text: string): DialectResult {
  return BARE_REGISTER.test(text) ? parseFollowing(undefined, text) : undefined;
}

function parseFollowing(iommu: string | undefined, text: string): DialectResult {
  const stream = STREAM.exec(text)?.[1];
  if (stream !== undefined) {
    return following(iommu, (event) => {
      if (event.kind !== 'fault' || event.device !== undefined) return undefined;
      event.device = streamName(stream);
      return 'complete';
    });
  }
  const register = REGISTER.exec(text);
  if (register === null) return REPEATS.test(text) ? SILENT : undefined;
  const [, name, digits = ''] = register;
  return following(iommu, (event) => {
    // A fault with its registers on the first line repeats them, also in front of it.
    if (event.kind !== 'fault' || event.vendorReason !== undefined) return undefined;
    if (name === 'FAR') event.addressDigits = digits;
    else if (name === 'FSR') setStatus(event, digits);
    else event.access = smmuV2Access(Number.parseInt(digits, 16));
    return name === 'FSYNR0' ? 'complete' : 'open';
  });
}

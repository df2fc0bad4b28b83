import { describe, expect, it } from 'vitest';
import { callbacksSuppressed } from '../../../parsers/dialects/callbacks-suppressed.ts';
import { intelDmarFault } from '../../../parsers/dialects/intel-dmar-fault.ts';
import { intelPageRequestLog } from '../../../parsers/dialects/intel-page-request-log.ts';
import { intelQueueError } from '../../../parsers/dialects/intel-queue-error.ts';
import { iommuCoreLog } from '../../../parsers/dialects/iommu-core-log.ts';
import { fieldsOf, joinLines, read } from './harness.ts';

describe('DMAR fault records (log-formats B.1.2)', () => {
  const base = { kind: 'fault', device: '6a:01.0', requester: 0x6a08, addressDigits: '7f2b3c4d5000' };

  it.each([
    [
      '4.15 to 5.3: decimal reason, no PASID',
      '[DMA Read] Request device [6a:01.0] fault addr 7f2b3c4d5000 [fault reason 12] non-zero reserved fields in PTE',
      { ...base, access: 'r', reason: 'reserved-fields-in-pte', vendorReason: 'non-zero reserved fields in PTE' },
    ],
    [
      '5.4 to 5.11: ffffffff is no PASID',
      '[DMA Write] Request device [6a:01.0] PASID ffffffff fault addr 7f2b3c4d5000 [fault reason 05] PTE Write access is not set',
      { ...base, access: 'w', reason: 'write-access-not-set', vendorReason: 'PTE Write access is not set' },
    ],
    [
      '5.4 to 5.11: hexadecimal PASID, decimal reason above the first table',
      '[DMA Write] Request device [6a:01.0] PASID 1f fault addr 7f2b3c4d5000 [fault reason 71] SM: PRE field in Context-Entry is clear',
      {
        ...base,
        access: 'w',
        pasid: 0x1f,
        reason: 'sm-pre-clear-in-context-entry',
        vendorReason: 'SM: PRE field in Context-Entry is clear',
      },
    ],
    [
      '5.14: device in hexadecimal with 0x',
      '[DMA Read NO_PASID] Request device [0x6a:0x01.0] fault addr 0x7f2b3c4d5000 [fault reason 0x06] PTE Read access is not set',
      { ...base, access: 'r', reason: 'read-access-not-set', vendorReason: 'PTE Read access is not set' },
    ],
    [
      '5.15 to 7.0: hexadecimal reason',
      '[DMA Write PASID 0x2] Request device [6a:01.0] fault addr 0x7f2b3c4d5000 [fault reason 0x59] SM: Present bit in PASID Table Entry is clear',
      {
        ...base,
        access: 'w',
        pasid: 2,
        reason: 'sm-present-bit-clear-in-pasid-table-entry',
        vendorReason: 'SM: Present bit in PASID Table Entry is clear',
      },
    ],
    [
      '7.2: with the segment',
      '[DMA Write NO_PASID] Request device [0001:6a:01.0] fault addr 0x7f2b3c4d5000 [fault reason 0x71] SM: Present bit in first-level paging entry is clear',
      {
        ...base,
        device: '0001:6a:01.0',
        access: 'w',
        reason: 'sm-first-level-entry-not-present',
        vendorReason: 'SM: Present bit in first-level paging entry is clear',
      },
    ],
  ])('%s', (_, payload, event) => {
    expect(read(intelDmarFault, `DMAR: ${payload}`)).toEqual(event);
  });

  it.each([
    ['cut within', 'fault addr ffff88W'],
    ['shortened', 'fault addr 0x7f2b... [fault reason 0x06] PTE Read access is not set'],
    ['left out', 'fault addr XXXX PTE Read access is not set'],
  ])('has no address where it is %s', (_, text) => {
    const event = read(intelDmarFault, `DMAR: [DMA Read NO_PASID] Request device [6a:01.0] ${text}`);
    expect(event).toMatchObject({ kind: 'fault', device: '6a:01.0', access: 'r' });
    expect(event).not.toHaveProperty('addressDigits');
  });

  it('reads an interrupt of 3.15 and before: two lines, the device in two brackets', () => {
    const event = joinLines(intelDmarFault, [
      'dmar: DRHD: handling fault status reg 502',
      'dmar: INTR-REMAP: Request device [[42:00.1] fault index b0',
      'INTR-REMAP:[fault reason 34] Present field in the IRTE entry is clear',
    ]);
    expect(fieldsOf(event)).toEqual({
      kind: 'fault',
      device: '42:00.1',
      requester: 0x4201,
      reason: 'irte-not-present',
      vendorReason: 'Present field in the IRTE entry is clear',
    });
  });

  it('keeps an address of 0, which is a value', () => {
    const line =
      'DMAR: [DMA Write] Request device [00:14.0] PASID ffffffff fault addr 0 [fault reason 05] PTE Write access is not set';
    expect(read(intelDmarFault, line)).toMatchObject({ addressDigits: '0', requester: 0xa0 });
  });

  it.each(['fault index 0 [fault reason 37]', 'fault index 0x0 [fault reason 0x25]'])(
    'reads INTR-REMAP: %s',
    (tail) => {
      expect(
        read(
          intelDmarFault,
          `DMAR: [INTR-REMAP] Request device [f0:1f.0] ${tail} Blocked a compatibility format interrupt request`,
        ),
      ).toEqual({
        kind: 'fault',
        device: 'f0:1f.0',
        requester: 0xf0f8,
        reason: 'compatibility-interrupt-blocked',
        vendorReason: 'Blocked a compatibility format interrupt request',
      });
    },
  );

  it('joins the reason that stands on the next line', () => {
    const event = joinLines(intelDmarFault, [
      'dmar: DMAR:[DMA Read] Request device [02:00.0] fault addr a0c58000 ',
      'DMAR:[fault reason 02] Present bit in context entry is clear',
    ]);
    expect(fieldsOf(event)).toEqual({
      kind: 'fault',
      device: '02:00.0',
      requester: 0x200,
      access: 'r',
      addressDigits: 'a0c58000',
      reason: 'present-bit-clear-in-context-entry',
      vendorReason: 'Present bit in context entry is clear',
    });
  });

  it.each([
    ['2', 'silent'],
    ['202', 'silent'],
    ['c0000', 'silent'],
  ])('says nothing of fault status %s', (status, expected) => {
    expect(read(intelDmarFault, `DMAR: DRHD: handling fault status reg ${status}`)).toBe(expected);
  });

  it.each(['1', '3', '103'])('tells of lost fault records at fault status %s', (status) => {
    expect(read(intelDmarFault, `DMAR: DRHD: handling fault status reg ${status}`)).toEqual({
      kind: 'suppressed',
      reason: 'fault-recording-overflow',
      vendorReason: `DRHD: handling fault status reg ${status}`,
    });
  });

  it.each([
    'DMAR: Dump dmar0 table entries for IOVA 0x7f001000',
    'DMAR: root table is not present',
    'DMAR: root entry: 0x0000000002b25001',
    'DMAR: scalable mode root entry: hi 0x0000000000000000, low 0x0000000002b25001',
    'DMAR: context table is not present',
    'DMAR: context entry: hi 0x0000000000000102, low 0x0000000002b26001',
    'DMAR: legacy mode page table is not present',
    'DMAR: pasid directory table is not present',
    'DMAR: pasid dir entry: 0x0000000002b28001',
    'DMAR: pasid table is not present',
    'DMAR: pasid table entry[0]: 0x0000000002b29001',
    'DMAR: scalable mode page table is not present',
    'DMAR: pte level: 4, pte value: 0x0000000002b2a023',
    'DMAR: page table not present at level 3',
  ])('says nothing of a table dump: %s', (line) => {
    expect(read(intelDmarFault, line)).toBe('silent');
  });

  it.each([
    'DMAR: Host address width 39',
    'DMAR: [DMA Write] Request device [zz:00.0] fault addr 0',
    'DMAR: [DMA Write] Request device [00:',
    'Dump of registers',
  ])('leaves unread: %s', (line) => {
    expect(read(intelDmarFault, line)).toBe('unread');
  });
});

describe('invalidation queue errors (log-formats B.1.3)', () => {
  it.each([
    ['VT-d detected Invalidation Queue Error: Reason f', { reason: 'invalidation-queue-error' }],
    [
      'VT-d detected Invalidation Time-out Error: SID 6a08',
      { reason: 'invalidation-time-out', device: '6a:01.0', requester: 0x6a08 },
    ],
    [
      'VT-d detected Invalidation Completion Error: SID 100',
      { reason: 'invalidation-completion-error', device: '01:00.0', requester: 0x100 },
    ],
    ['VT-d detected invalid descriptor: low=9, high=8', { reason: 'invalid-descriptor' }],
    ['VT-d detected invalid descriptor: qw0 = 9, qw1 = 8', { reason: 'invalid-descriptor' }],
  ])('%s', (text, fields) => {
    expect(read(intelQueueError, `DMAR: ${text}`)).toEqual({ kind: 'iommu-error', vendorReason: text, ...fields });
  });

  it('decodes a page response at the head of the queue', () => {
    expect(read(intelQueueError, 'DMAR: QI HEAD: Page Group Response qw0 = 0x26a081019, qw1 = 0xf8')).toEqual({
      kind: 'iommu-error',
      requester: 0x6a08,
      pasid: 2,
      prgi: 31,
      code: 'invalid-request',
      reason: 'page-group-response-at-queue-head',
      vendorReason: 'QI HEAD: Page Group Response qw0 = 0x26a081019, qw1 = 0xf8',
    });
  });

  it.each([
    'DMAR: QI HEAD: UNKNOWN qw0 = 0x0, qw1 = 0x0',
    'DMAR: QI HEAD: Device-TLB Invalidation qw0 = 0x10000000003, qw1 = 0x7ffffffffffff001',
    'DMAR: QI PRIOR: Page Group Response qw0 = 0x26a081019, qw1 = 0xf8',
    'DMAR: Invalidation Queue Error (IQE) cleared',
    'DMAR: Invalidation Time-out Error (ITE) cleared',
    'DMAR: Invalidation Completion Error (ICE) cleared',
  ])('says nothing of %s', (line) => {
    expect(read(intelQueueError, line)).toBe('silent');
  });
});

describe('page request lines (log-formats B.2)', () => {
  it.each([
    ['Page request without PASID', 'no-pasid'],
    ['Address is not canonical', 'not-canonical'],
    ['Page request in Privilege Mode', 'privileged'],
    ['Execution request not supported', 'execute'],
  ])('reads the cause "%s" as the first part of a refusal', (text, reason) => {
    expect(read(intelPageRequestLog, `IOMMU: dmar3: ${text}`)).toEqual({
      kind: 'request-refused',
      iommu: 'dmar3',
      reason,
      vendorReason: text,
      isFragment: true,
    });
  });

  it('decodes the descriptor', () => {
    expect(read(intelPageRequestLog, 'dmar15: Invalid page request: 2000026a080101 7f2b3c4d50ff')).toEqual({
      kind: 'request-refused',
      iommu: 'dmar15',
      requester: 0x6a08,
      pasid: 2,
      prgi: 31,
      addressDigits: '7f2b3c4d5',
      addressShift: 12,
      access: 'rwp',
      isLast: true,
      vendorReason: 'Invalid page request',
    });
  });

  it('joins the cause and the descriptor of one unit', () => {
    const event = joinLines(intelPageRequestLog, [
      'IOMMU: dmar15: Page request in Privilege Mode',
      'dmar15: Invalid page request: 2000026a080101 7f2b3c4d50ff',
    ]);
    expect(event.also?.map((line) => line.line)).toEqual([2]);
    expect(fieldsOf(event)).toEqual({
      kind: 'request-refused',
      iommu: 'dmar15',
      requester: 0x6a08,
      pasid: 2,
      prgi: 31,
      addressDigits: '7f2b3c4d5',
      addressShift: 12,
      access: 'rwp',
      isLast: true,
      reason: 'privileged',
      vendorReason: 'Page request in Privilege Mode',
    });
  });

  it('has no PASID where the descriptor has none', () => {
    expect(read(intelPageRequestLog, 'dmar0: Invalid page request: 01000001 00101009')).toEqual({
      kind: 'request-refused',
      iommu: 'dmar0',
      requester: 0x100,
      prgi: 1,
      addressDigits: '101',
      addressShift: 12,
      access: 'r',
      vendorReason: 'Invalid page request',
    });
  });

  it('reads the 256-bit words of 5.3 to 5.11', () => {
    expect(read(intelPageRequestLog, 'dmar0: Page request for invalid PASID 5: 501000101 0010100f')).toMatchObject({
      requester: 0x100,
      pasid: 5,
      prgi: 1,
      access: 'rw',
      isLast: true,
      reason: 'unknown-pasid',
    });
  });

  it('reads the 128-bit words of 5.0 and before', () => {
    // PRGI 4, bus 1, PASID 5, last, PASID present; page 0x101, device and function 08, write, read.
    expect(
      read(intelPageRequestLog, 'dmar0: Page request for invalid PASID 5: 20000000100005c 00101083'),
    ).toMatchObject({
      requester: 0x108,
      pasid: 5,
      prgi: 4,
      addressDigits: '101',
      access: 'rw',
      isLast: true,
      reason: 'unknown-pasid',
    });
  });

  it.each([
    ['Unexpected page request in Privilege Mode', 'privileged'],
    ['Execution request not supported', 'execute'],
  ])('reads 5.10.y: %s', (text, reason) => {
    expect(read(intelPageRequestLog, text)).toEqual({ kind: 'request-refused', reason, vendorReason: text });
  });

  it.each([
    ['PRQ overflow detected', 'queue-overflow', 'detected'],
    ['PRQ overflow cleared', 'queue-overflow', 'cleared'],
    ['Failed to allocate page request queue', 'iommu-error', 'page-request-queue-not-set-up'],
    ['Failed to create IRQ vector for page request queue', 'iommu-error', 'page-request-queue-not-set-up'],
    ['Failed to allocate iopf queue', 'iommu-error', 'page-request-queue-not-set-up'],
    ['Failed to request IRQ for page request queue', 'iommu-error', 'page-request-queue-not-set-up'],
  ])('reads "%s"', (text, kind, reason) => {
    expect(read(intelPageRequestLog, `IOMMU: dmar0: ${text}`)).toEqual({
      kind,
      iommu: 'dmar0',
      reason,
      vendorReason: text,
    });
  });
});

describe('the core (log-formats B.7)', () => {
  it('reads a dropped response', () => {
    expect(read(iommuCoreLog, 'prilab 0000:01:00.0: no pending PRQ, drop response')).toEqual({
      kind: 'response-refused',
      device: '0000:01:00.0',
      requester: 0x100,
      reason: 'nothing-pending',
      vendorReason: 'no pending PRQ, drop response',
    });
  });

  it('reads an aborted group as a response of the core, without a PRGI', () => {
    expect(read(iommuCoreLog, 'prilab 0000:01:00.0: iopf with pasid 12 aborted')).toEqual({
      kind: 'page-response',
      device: '0000:01:00.0',
      requester: 0x100,
      pasid: 12,
      code: 'response-failure',
      reason: 'aborted',
    });
  });

  it('reads the time-out of the unmerged series', () => {
    const text = 'Page response time expired!, pasid 3 gid 7 exp 4294951234 now 4294953777';
    expect(read(iommuCoreLog, `iommu: ${text}`)).toEqual({
      kind: 'iommu-error',
      pasid: 3,
      prgi: 7,
      reason: 'page-response-time-expired',
      vendorReason: text,
    });
  });
});

describe('suppressed messages', () => {
  it('counts them', () => {
    expect(read(callbacksSuppressed, 'dmar_fault: 2930 callbacks suppressed')).toEqual({
      kind: 'suppressed',
      reason: 'dmar_fault',
      lost: 2930,
    });
  });

  it.each([
    'msm_gpu_fault_handler',
    'a6xx_fault_handler',
    'kgsl_iommu_fault_handler',
    'tegra30_mc_handle_irq',
    '__arm_smmu_cmdq_issue_cmd',
  ])('knows %s', (name) => {
    expect(read(callbacksSuppressed, `${name}: 7 callbacks suppressed`)).toEqual({
      kind: 'suppressed',
      reason: name,
      lost: 7,
    });
  });

  it.each(['net_ratelimit: 12 callbacks suppressed', 'nvme_keep_alive_work: 3 callbacks suppressed'])(
    'leaves other drivers alone: %s',
    (line) => {
      expect(read(callbacksSuppressed, line)).toBe('unread');
    },
  );
});

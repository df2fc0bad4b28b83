import { describe, expect, it } from 'vitest';
import { armSmmu } from '../../../parsers/dialects/arm-smmu.ts';
import { armSmmuV3 } from '../../../parsers/dialects/arm-smmu-v3.ts';
import { fieldsOf, joinLines, read } from './harness.ts';

const V3 = 'arm-smmu-v3 arm-smmu-v3.0.auto:';

describe('SMMUv3 events over several lines (log-formats B.4.1)', () => {
  const words = (id: string, word1: string) => [
    `${V3} event 0x${id} received:`,
    `${V3} \t0x00007600000018${id}`,
    `${V3} \t0x${word1}`,
    `${V3} \t0x000000002321c000`,
    `${V3} \t0x0000000000000000`,
  ];
  const fault = {
    kind: 'fault',
    iommu: 'arm-smmu-v3.0.auto',
    device: '0x7600',
    pasid: 1,
    reason: 'translation',
    vendorReason: 'event 0x10',
    addressDigits: '2321c000',
  };

  it('decodes the raw words: a stalled read', () => {
    const event = joinLines(armSmmuV3, words('10', '000002088000008a'));
    expect(event.also).toHaveLength(4);
    expect(fieldsOf(event)).toEqual({ ...fault, access: 'r', isStall: true, prgi: 0x8a, isLast: true });
  });

  it("reads Xen's driver, and a word that was copied in halves", () => {
    const event = joinLines(armSmmuV3, [
      '(XEN) SMMUv3: /smmuv3@9050000: event 0x10 received:',
      '(XEN) SMMUv3: /smmuv3@9050000:  0x00000020 00000010',
      '(XEN) SMMUv3: /smmuv3@9050000:  0x0000020800000000',
      '(XEN) SMMUv3: /smmuv3@9050000:  0x000000002321c000',
      '(XEN) SMMUv3: /smmuv3@9050000:  0x0000000000000000',
    ]);
    expect(fieldsOf(event)).toEqual({
      kind: 'fault',
      iommu: '/smmuv3@9050000',
      device: '0x20',
      reason: 'translation',
      vendorReason: 'event 0x10',
      addressDigits: '2321c000',
      access: 'r',
    });
  });

  it.each([
    ['0000020000000000', 'w'],
    ['0000020800000000', 'r'],
    ['0000020c00000000', 'rx'],
    ['0000020200000000', 'wp'],
  ])('reads the access of word 1 = %s', (word1, access) => {
    expect(fieldsOf(joinLines(armSmmuV3, words('10', word1)))).toEqual({ ...fault, access });
  });

  it.each([
    ['10', 'translation'],
    ['11', 'address-size'],
    ['12', 'access-flag'],
    ['13', 'permission'],
  ])('names event 0x%s', (id, reason) => {
    expect(joinLines(armSmmuV3, words(id, '0000020800000000')).reason).toBe(reason);
  });

  it.each([
    ['02', 'bad-stream-id'],
    ['03', 'stream-table-entry-fetch'],
    ['04', 'bad-stream-table-entry'],
    ['06', 'stream-disabled'],
    ['08', 'bad-substream-id'],
    ['09', 'context-descriptor-fetch'],
    ['0a', 'bad-context-descriptor'],
    ['25', 'virtual-machine-structure-fetch'],
  ])('has no address and no access in event 0x%s', (id, reason) => {
    const event = joinLines(armSmmuV3, words(id, '000002088000008a'));
    expect([event.reason, event.addressDigits, event.access, event.isStall]).toEqual([
      reason,
      undefined,
      undefined,
      false,
    ]);
  });

  it('takes the client from the decoded lines of 6.14 and later', () => {
    const event = joinLines(armSmmuV3, [
      ...words('10', '000002088000008a'),
      `${V3} event: F_TRANSLATION client: 0000:76:00.0 sid: 0x7600 ssid: 0x1 iova: 0x2321c000 ipa: 0x0`,
      `${V3} unpriv data read s1 "Input address caused fault" stall stag: 0x8a`,
    ]);
    expect(event.also).toHaveLength(6);
    expect(fieldsOf(event)).toEqual({
      ...fault,
      device: '0000:76:00.0',
      requester: 0x7600,
      vendorReason: 'F_TRANSLATION',
      access: 'r',
      isStall: true,
      prgi: 0x8a,
      isLast: true,
    });
  });

  it('reads the decoded lines alone', () => {
    const event = joinLines(armSmmuV3, [
      `${V3} event: F_PERMISSION client: 0000:76:00.0 sid: 0x7600 ssid: 0x0 iova: 0x2321c000 ipa: 0x0`,
      `${V3} priv inst write s2 "Stage 1 translation table fetch" ttd_read stag: 0x0`,
    ]);
    expect(fieldsOf(event)).toEqual({
      kind: 'fault',
      iommu: 'arm-smmu-v3.0.auto',
      device: '0000:76:00.0',
      requester: 0x7600,
      addressDigits: '2321c000',
      access: 'wxp',
      reason: 'permission',
      vendorReason: 'F_PERMISSION',
    });
  });

  it.each([
    [
      `${V3} event: C_BAD_STREAMID client: (unassigned sid) sid: 0x900 ssid: 0x0`,
      { device: '0x900', reason: 'bad-stream-id', vendorReason: 'C_BAD_STREAMID' },
    ],
    [
      `${V3} event: F_STE_FETCH client: 0000:01:00.0 sid: 0x100 ssid: 0x0 fetch_addr: 0x1000`,
      { device: '0000:01:00.0', requester: 0x100, reason: 'stream-table-entry-fetch', vendorReason: 'F_STE_FETCH' },
    ],
    [
      `${V3} event: UNKNOWN client: 0000:01:00.0 sid: 0x100 ssid: 0x3`,
      { device: '0000:01:00.0', requester: 0x100, pasid: 3, reason: 'unknown-event', vendorReason: 'UNKNOWN' },
    ],
  ])('needs no second line: %s', (line, fields) => {
    expect(read(armSmmuV3, line)).toEqual({ kind: 'fault', iommu: 'arm-smmu-v3.0.auto', ...fields });
  });
});

describe('SMMUv3 page requests', () => {
  const refused = {
    kind: 'request-refused',
    iommu: 'arm-smmu-v3.0.auto',
    device: '0x7600',
    pasid: 1,
    prgi: 31,
    isLast: true,
    addressDigits: '000000002321c000',
    access: 'rw',
    reason: 'pri-not-supported',
    vendorReason: 'unexpected PRI request received',
  };
  const line = `${V3} \tsid 0x00007600.0x00001: [31L] unprivileged RW access at iova 0x000000002321c000`;

  it('reads both lines as one, and the second alone', () => {
    expect(fieldsOf(joinLines(armSmmuV3, [`${V3} unexpected PRI request received:`, line]))).toEqual(refused);
    expect(read(armSmmuV3, line)).toEqual(refused);
  });

  it('reads privileged, not last, without letters, without substream', () => {
    expect(
      read(armSmmuV3, `${V3} \tsid 0x00007600.0x00000: [31] privileged  access at iova 0x000000002321c000`),
    ).toMatchObject({ prgi: 31, access: 'p' });
    expect(
      read(armSmmuV3, `${V3} \tsid 0x00007600.0x00000: [31] privileged  access at iova 0x000000002321c000`),
    ).not.toHaveProperty('pasid');
  });
});

describe('SMMUv3 errors', () => {
  it.each([
    ['EVTQ overflow detected -- events lost', 'queue-overflow', 'detected'],
    ['PRIQ overflow detected -- requests lost', 'queue-overflow', 'detected'],
    ['unexpected global error reported (0x00000001), this could be serious', 'iommu-error', 'global-error'],
    ['device has entered Service Failure Mode!', 'iommu-error', 'service-failure-mode'],
    ['GERROR MSI write aborted', 'iommu-error', 'msi-write-aborted'],
    ['PRIQ MSI write aborted', 'iommu-error', 'msi-write-aborted'],
    ['EVTQ MSI write aborted', 'iommu-error', 'msi-write-aborted'],
    ['CMDQ MSI write aborted', 'iommu-error', 'msi-write-aborted'],
    ['PRIQ write aborted -- events may have been lost', 'iommu-error', 'queue-write-aborted'],
    ['EVTQ write aborted -- events may have been lost', 'iommu-error', 'queue-write-aborted'],
    ['CMDQ error (cons 0x0100055c): No error', 'iommu-error', 'command-queue-error'],
    ['CMDQ error (cons 0x0100055c): Illegal command', 'iommu-error', 'illegal-command'],
    ['CMDQ error (cons 0x0100055c): Abort on command fetch', 'iommu-error', 'command-fetch-abort'],
    ['CMDQ error (cons 0x0100055c): ATC invalidate timeout', 'iommu-error', 'atc-invalidation-timeout'],
    ['CMDQ error (cons 0x0100055c): Unknown', 'iommu-error', 'command-queue-error'],
    ['CMD_SYNC timeout', 'iommu-error', 'command-sync-timeout'],
    ['CMD_SYNC timeout at 0x0000007f [hwprod 0x00000080, hwcons 0x0000007e]', 'iommu-error', 'command-sync-timeout'],
  ])('%s', (text, kind, reason) => {
    expect(read(armSmmuV3, `${V3} ${text}`)).toEqual({
      kind,
      iommu: 'arm-smmu-v3.0.auto',
      reason,
      vendorReason: text,
    });
  });

  it.each(['skipping command in error state:', 'retrying command fetch'])('says nothing of "%s"', (text) => {
    expect(read(armSmmuV3, `${V3} ${text}`)).toBe('silent');
  });
});

const V2 = 'arm-smmu 16c0000.iommu:';

describe('SMMUv3 without its unit', () => {
  it.each([
    ['unexpected global error reported (0x00000001), this could be serious', 'global-error'],
    ['CMDQ error (cons 0x01000022): Illegal command', 'illegal-command'],
  ])('reads %s', (text, reason) => {
    expect(read(armSmmuV3, `arm-smmu-v3: ${text}`)).toEqual({ kind: 'iommu-error', reason, vendorReason: text });
  });

  it('reads no sentence about an event', () => {
    const sentence = '#  or: arm-smmu-v3: event 0x10 received: ... C_BAD_STE / F_TRANSLATION';
    expect(read(armSmmuV3, sentence)).toBe('unread');
  });
});

describe('SMMUv2 (log-formats B.5)', () => {
  it.each([
    [
      '5.3 and later',
      'fsr=0x402, iova=0x00001000, fsynr=0x11, cbfrsynra=0x1900, cb=0',
      { device: '0x1900', access: 'w', reason: 'translation' },
    ],
    ['before 5.3', 'fsr=0x8, iova=0x00001000, fsynr=0x1, cb=0', { access: 'r', reason: 'permission' }],
    ['qcom', 'fsr=0x2, iova=0x0000000000001000, fsynr=0x61, cb=4', { access: 'rxp', reason: 'translation' }],
    [
      'stalled',
      'fsr=0x40000004, iova=0x00001000, fsynr=0x1, cb=0',
      { access: 'r', reason: 'access-flag', isStall: true },
    ],
    ['Xen', 'iova=0x00001000, fsynr=0x1, cb=0', { access: 'r', reason: 'context-fault' }],
  ])('reads the context fault, %s', (_, registers, fields) => {
    const digits = /iova=0x(\w+)/.exec(registers)?.[1];
    expect(read(armSmmu, `${V2} Unhandled context fault: ${registers}`)).toEqual({
      kind: 'fault',
      iommu: '16c0000.iommu',
      addressDigits: digits,
      vendorReason: `Unhandled context fault: ${registers}`,
      ...fields,
    });
  });

  it.each([
    [1, 'translation'],
    [2, 'access-flag'],
    [3, 'permission'],
    [4, 'external-abort'],
    [5, 'tlb-match-conflict'],
    [6, 'tlb-lock'],
    [7, 'address-size'],
    [8, 'unsupported-upstream-transaction'],
    [31, 'context-fault'],
  ])('names bit %i of FSR', (bit, reason) => {
    const status = (2 ** bit).toString(16);
    expect(read(armSmmu, `${V2} Unhandled context fault: fsr=0x${status}, iova=0x0, fsynr=0x1, cb=0`)).toMatchObject({
      reason,
    });
  });

  it.each([
    'FSR    = 00000402 [Format=2 TF], SID=0x1900',
    'FSYNR0 = 00000001 [S1CBNDX=0 PLVL=1]',
    'soft iova-to-phys=0x0000000000000000',
    'SOFTWARE TABLE WALK FAILED! Looks like a600000.usb accessed an unmapped address!',
    'hard iova-to-phys (ATOS)=0x0000000000000000',
    'hard iova-to-phys (ATOS) failed',
  ])('says nothing of "%s"', (text) => {
    expect(read(armSmmu, `${V2} ${text}`)).toBe('silent');
  });

  it('reads a blocked stream', () => {
    const text =
      'Blocked unknown Stream ID 0x800; boot with "arm-smmu.disable_bypass=0" to allow, but this may have security implications';
    expect(read(armSmmu, `${V2} ${text}`)).toEqual({
      kind: 'fault',
      iommu: '16c0000.iommu',
      device: '0x800',
      reason: 'unknown-stream-id',
      vendorReason: 'Blocked unknown Stream ID 0x800',
    });
  });

  it('reads a global fault with its registers', () => {
    const registers = 'GFSR 0x80000002, GFSYNR0 0x00000000, GFSYNR1 0x04100800, GFSYNR2 0x00000000';
    const event = joinLines(armSmmu, [`${V2} Unexpected global fault, this could be serious`, `${V2} \t${registers}`]);
    expect(fieldsOf(event)).toEqual({
      kind: 'fault',
      iommu: '16c0000.iommu',
      device: '0x800',
      reason: 'global-fault',
      vendorReason: registers,
    });
  });

  it('reads the registers of Android kernels', () => {
    const event = joinLines(armSmmu, [
      'arm-smmu 15000000.apps-smmu: Unhandled arm-smmu context fault from a600000.dwc3!',
      'arm-smmu 15000000.apps-smmu: FAR    = 0x00000000fa001000',
      'arm-smmu 15000000.apps-smmu: PAR    = 0x0000000000000000',
      'arm-smmu 15000000.apps-smmu: FSR    = 0x00000402 [TF W ]',
      'arm-smmu 15000000.apps-smmu: FSYNR0    = 0x1d0013',
    ]);
    expect(fieldsOf(event)).toEqual({
      kind: 'fault',
      iommu: '15000000.apps-smmu',
      device: 'a600000.dwc3',
      addressDigits: '00000000fa001000',
      access: 'w',
      reason: 'translation',
    });
  });

  it('reads the registers of Android kernels without a prefix', () => {
    const event = joinLines(armSmmu, [
      'arm-smmu 15000000.apps-smmu: Unhandled arm-smmu context fault from a600000.dwc3!',
      'FAR    = 0x00000000fa001000',
      'FSR    = 0x40000402 [TF R SS ]',
      'FSYNR0    = 0x1d0003',
    ]);
    expect(fieldsOf(event)).toEqual({
      kind: 'fault',
      iommu: '15000000.apps-smmu',
      device: 'a600000.dwc3',
      addressDigits: '00000000fa001000',
      access: 'r',
      isStall: true,
      reason: 'translation',
    });
  });

  it('reads a TLB time-out', () => {
    const text = 'TLB sync timed out -- SMMU may be deadlocked';
    expect(read(armSmmu, `${V2} ${text}`)).toEqual({
      kind: 'iommu-error',
      iommu: '16c0000.iommu',
      reason: 'tlb-sync-timeout',
      vendorReason: text,
    });
  });
});

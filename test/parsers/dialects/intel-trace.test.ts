import { describe, expect, it } from 'vitest';
import { intelCacheTag } from '../../../parsers/dialects/intel-cache-tag.ts';
import { intelPrqReport } from '../../../parsers/dialects/intel-prq-report.ts';
import { intelQiSubmit } from '../../../parsers/dialects/intel-qi-submit.ts';
import { addressOf } from '../../../src/model/event.ts';
import { parseEvent, read } from './harness.ts';

describe('prq_report (log-formats A.2.1)', () => {
  it('reads every field of the text', () => {
    expect(
      read(
        intelPrqReport,
        'prq_report: dmar15/0000:6a:01.0 seq# 12: rid=0x6a08 addr=0x7f2b3c4d5 rw--l pasid=0x2 index=0x1f',
      ),
    ).toEqual({
      kind: 'page-request',
      iommu: 'dmar15',
      device: '0000:6a:01.0',
      requester: 0x6a08,
      pasid: 2,
      prgi: 31,
      addressDigits: '7f2b3c4d5',
      addressShift: 12,
      access: 'rw',
      isLast: true,
      sequence: 12,
    });
  });

  it('gives the address in bytes', () => {
    const line = 'prq_report: dmar0/0000:01:00.0 seq# 0: rid=0x100 addr=0xfffffffffffff r---- pasid=0x1 index=0x0';
    expect(addressOf(parseEvent(intelPrqReport, line))).toBe(0xfffffffffffff000n);
  });

  it.each([
    ['r----', 'r', false],
    ['-w---', 'w', false],
    ['--x--', 'x', false],
    ['---p-', 'p', false],
    ['rwxpl', 'rwxp', true],
    ['r-x-l', 'rx', true],
    ['-----', undefined, false],
  ])('reads the letters %s', (letters, access, isLast) => {
    const event = parseEvent(
      intelPrqReport,
      `prq_report: dmar0/0000:01:00.0 seq# 0: rid=0x100 addr=0x1 ${letters} pasid=0x1 index=0x0`,
    );
    expect([event.kind, event.access, event.isLast]).toEqual(['page-request', access, isLast]);
  });

  it('keeps pasid=0x0, which may be the absence of a PASID, and takes no stop marker from it', () => {
    const line = 'prq_report: dmar0/0000:01:00.0 seq# 0: rid=0x100 addr=0x0 ----l pasid=0x0 index=0x0';
    expect(read(intelPrqReport, line)).toMatchObject({ kind: 'page-request', pasid: 0, isLast: true });
  });

  it('reads private data as part of the identity', () => {
    const line =
      'prq_report: dmar0/0000:00:02.0 seq# 3: rid=0x10 addr=0x5566 r---- pasid=0x1 index=0x4 private=0xdeadbeef/0x1';
    expect(read(intelPrqReport, line)).toMatchObject({ privateData: '0xdeadbeef/0x1', access: 'r' });
  });

  it('reads the record fields that trace-cmd prints', () => {
    expect(
      read(
        intelPrqReport,
        'prq_report: [FAILED TO PARSE] dw0=10368844033 dw1=139823672021247 dw2=0 dw3=0 seq=0xc iommu=dmar15 dev=0000:6a:01.0 buff=ARRAY[00, 00]',
      ),
    ).toEqual({
      kind: 'page-request',
      iommu: 'dmar15',
      device: '0000:6a:01.0',
      requester: 0x6a08,
      pasid: 2,
      prgi: 31,
      addressDigits: '7f2b3c4d5',
      addressShift: 12,
      access: 'rw',
      isLast: true,
      sequence: 12,
    });
  });

  it('has no PASID where the descriptor has none, with the bits of a stop marker or not', () => {
    const line = 'prq_report: [FAILED TO PARSE] dw0=0x1000001 dw1=0x4 dw2=0x0 dw3=0x0 seq=0x1 iommu=dmar0 dev=x buff=';
    expect(read(intelPrqReport, line)).toEqual({
      kind: 'page-request',
      iommu: 'dmar0',
      device: 'x',
      requester: 0x100,
      prgi: 0,
      addressDigits: '0',
      addressShift: 12,
      isLast: true,
      sequence: 1,
    });
  });

  it('reads execute, privileged and private data from the words', () => {
    const line =
      'prq_report: [FAILED TO PARSE] dw0=0x30000501000301 dw1=0x8000000000001ff9 dw2=18446744073709551615 dw3=16 seq=0x1 iommu=dmar0 dev=0000:01:00.0 buff=';
    expect(read(intelPrqReport, line)).toMatchObject({
      kind: 'page-request',
      pasid: 5,
      prgi: 0x1ff,
      access: 'rxp',
      addressDigits: '8000000000001',
      privateData: '0xffffffffffffffff/0x10',
    });
  });

  it.each([
    'prq_report: dmar0/0000:01:00.0 seq# 5: rid=0x100 addr=0x101 rw--l pasid=0x1 index=',
    'prq_report: dmar0/0000:01:00.0 seq# 5: rid=0x100 addr=0x101 rw-l pasid=0x1 index=0x2',
    'prq_report: dmar0/0000:01:00.0 seq# 5: rid=0x100 addr=0x101 wr--l pasid=0x1 index=0x2',
    'prq_report: dmar0/0000:01:00.0 seq# 5: rid=0x10000 addr=0x101 rw--l pasid=0x1 index=0x2',
    'prq_report: dmar0/0000:01:00.0 seq# 5: rid=0x100 addr=0x101 rw--l pasid=0x100000 index=0x2',
    'prq_report: dmar0/0000:01:00.0 seq# 5: rid=0x100 addr=0x101 rw--l pasid=0x1 index=0x200',
    'prq_report: dmar0/0000:01:00.0 seq# 5: rid=0x100 addr=0x101 rw--l pasid=0x1 index=0x2zz',
    'prq_report: dmar0/0000:01:00.0',
    'prq_report: [FAILED TO PARSE] dw0=4311744769 iommu=dmar0',
    'prq_report: [FAILED TO PARSE] dw0=99999999999999999999999 dw1=1',
  ])('leaves unread what is torn or out of range: %s', (line) => {
    expect(read(intelPrqReport, line)).toBe('unread');
  });
});

describe('qi_submit page responses (log-formats A.2.2)', () => {
  it.each([
    ['0x26a080019', { code: 'success' }],
    ['0x26a081019', { code: 'invalid-request' }],
    ['0x26a082019', { code: 'response-failure', rawCode: 2 }],
    ['0x26a08f019', { code: 'response-failure' }],
    ['0x26a083019', { code: 'reserved', rawCode: 3 }],
    ['0x26a08e019', { code: 'reserved', rawCode: 14 }],
  ])('reads the code of %s', (word, code) => {
    expect(read(intelQiSubmit, `qi_submit: page_grp_resp dmar15: ${word} 0xf8 0x0 0x0`)).toEqual({
      kind: 'page-response',
      iommu: 'dmar15',
      requester: 0x6a08,
      pasid: 2,
      prgi: 31,
      ...code,
    });
  });

  it('has no PASID where the descriptor has none', () => {
    expect(read(intelQiSubmit, 'qi_submit: page_grp_resp dmar0: 0x1000009 0xffc 0x0 0x0')).toEqual({
      kind: 'page-response',
      iommu: 'dmar0',
      requester: 0x100,
      prgi: 0x1ff,
      code: 'success',
    });
  });

  it('reads private data', () => {
    const line = 'qi_submit: page_grp_resp dmar0: 0x101000039 0xc 0xdeadbeef 0x1';
    expect(read(intelQiSubmit, line)).toMatchObject({ prgi: 1, privateData: '0xdeadbeef/0x1' });
  });

  it('decodes a spilled field as it stands', () => {
    // Code 16 at bit 12 is bit 16: requester 0x101, code 0 (capture h09).
    expect(read(intelQiSubmit, 'qi_submit: page_grp_resp dmar0: 0x101010019 0x8 0x0 0x0')).toMatchObject({
      requester: 0x101,
      code: 'success',
    });
  });

  it('tells the 128-bit layout by its second word', () => {
    // PRGI 31 in bits 63:55, code 1.
    expect(read(intelQiSubmit, 'qi_submit: page_grp_resp dmar0: 0x26a080019 0xf80000000000001 0x0 0x0')).toMatchObject({
      requester: 0x6a08,
      pasid: 2,
      prgi: 31,
      code: 'invalid-request',
    });
  });

  it('reads a page stream response', () => {
    // PRGI 4, bus 0x6a, PASID 2; address, device and function 08, code 0xf.
    expect(read(intelQiSubmit, 'qi_submit: 0xa dmar0: 0x20000006a00002a 0x7f2b3c4d508f 0x0 0x0')).toEqual({
      kind: 'page-response',
      iommu: 'dmar0',
      requester: 0x6a08,
      pasid: 2,
      prgi: 4,
      code: 'response-failure',
    });
  });
});

describe('qi_submit drains', () => {
  it.each([
    ['inv_wait dmar0: 0x200000045 0x0 0x0 0x0', { drainStep: 'fence' }],
    ['p_iotlb_inv dmar0: 0x100090026 0x0 0x0 0x0', { drainStep: 'iotlb', pasid: 1 }],
    ['iotlb_inv dmar0: 0x700e2 0x0 0x0 0x0', { drainStep: 'iotlb' }],
    [
      'p_dev_tlb_inv dmar0: 0x101000008 0x7ffffffffffff800 0x0 0x0',
      { drainStep: 'device-tlb', requester: 0x100, pasid: 1 },
    ],
    ['p_dev_tlb_inv dmar0: 0x101000008 0x0 0x0 0x0', { drainStep: 'device-tlb', requester: 0x100, pasid: 1 }],
    ['dev_tlb_inv dmar0: 0x20000000003 0x7ffffffffffff001 0x0 0x0', { drainStep: 'device-tlb', requester: 0x200 }],
  ])('reads %s', (payload, fields) => {
    expect(read(intelQiSubmit, `qi_submit: ${payload}`)).toEqual({ kind: 'drain', iommu: 'dmar0', ...fields });
  });

  it.each([
    'cc_inv dmar0: 0x20000000031 0x0 0x0 0x0',
    'iec_inv dmar0: 0x4 0x0 0x0 0x0',
    'pc_inv dmar0: 0x2000a0017 0x0 0x0 0x0',
    'inv_wait dmar0: 0x200000025 0x1234 0x0 0x0',
    'iotlb_inv dmar0: 0x800f2 0xf9a00005 0x0 0x0',
    'iotlb_inv dmar0: 0x92 0x0 0x0 0x0',
    'p_iotlb_inv dmar0: 0x100090036 0x7f0000000001 0x0 0x0',
    'p_dev_tlb_inv dmar0: 0x101000008 0x7f0000001000 0x0 0x0',
    'p_dev_tlb_inv dmar0: 0x101000008 0x7f0000003800 0x0 0x0',
    'dev_tlb_inv dmar0: 0x20000000003 0xffffe001 0x0 0x0',
  ])('says nothing of %s', (payload) => {
    expect(read(intelQiSubmit, `qi_submit: ${payload}`)).toBe('silent');
  });

  it.each(['page_grp_resp dmar0: 0x101000019 0x1', 'page_grp_resp dmar0', 'page_grp_resp dmar0: '])(
    'leaves the torn record unread: %s',
    (payload) => {
      expect(read(intelQiSubmit, `qi_submit: ${payload}`)).toBe('unread');
    },
  );
});

describe('cache tags', () => {
  it.each([
    ['cache_tag_assign: dmar0/0000:01:00.0 type devtlb did 1 pasid 3 ref 1', 'pasid-bound', 3],
    ['cache_tag_assign: dmar0/0000:01:00.0 type 0x1 did 1 pasid 3 ref 1', 'pasid-bound', 3],
    ['cache_tag_unassign: dmar0/0000:01:00.0 type devtlb did 1 pasid 3 ref 1', 'pasid-unbound', 3],
    ['cache_tag_assign: dmar0/0000:01:00.0 type devtlb did 1 pasid 0 ref 1', 'device-attached', undefined],
    ['cache_tag_unassign: dmar0/0000:01:00.0 type devtlb did 1 pasid 0 ref 1', 'device-detached', undefined],
  ])('%s', (line, kind, pasid) => {
    const event = parseEvent(intelCacheTag, line);
    expect([event.kind, event.iommu, event.device, event.requester, event.pasid]).toEqual([
      kind,
      'dmar0',
      '0000:01:00.0',
      0x100,
      pasid,
    ]);
  });

  it.each([
    'cache_tag_assign: dmar0/dmar0 type iotlb did 1 pasid 3 ref 1',
    'cache_tag_assign: dmar0/0000:01:00.0 type nesting_devtlb did 1 pasid 3 ref 1',
    'cache_tag_assign: dmar0/0000:01:00.0 type 0x3 did 1 pasid 3 ref 1',
    'cache_tag_unassign: dmar0/dmar0 type 0x0 did 1 pasid 3 ref 1',
    'cache_tag_flush_range: dmar0 0000:01:00.0[0] type devtlb did 9 [0x1000-0x1fff] addr 0x1000 pages 0x1 mask 0x0',
  ])('says nothing of %s', (line) => {
    expect(read(intelCacheTag, line)).toBe('silent');
  });
});

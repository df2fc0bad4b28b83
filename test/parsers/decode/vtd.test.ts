import { describe, expect, it } from 'vitest';
import { vtdFaultReason } from '../../../parsers/decode/vtd-fault-reason.ts';
import { isWholeDeviceTlb } from '../../../parsers/decode/vtd-invalidation.ts';
import { decodePageRequest } from '../../../parsers/decode/vtd-page-request.ts';
import { newWord64, readHex } from '../../../parsers/decode/word64.ts';
import { fieldsOf } from '../dialects/harness.ts';

function word(hex: string) {
  const result = newWord64();
  readHex(hex, 0, result);
  return result;
}

/** The codes that the kernel names (drivers/iommu/intel/dmar.c, Linux 7.3). */
const NAMED = [
  ...range(0x00, 0x0d),
  ...range(0x20, 0x26),
  ...range(0x30, 0x32),
  ...range(0x38, 0x3a),
  ...range(0x40, 0x48),
  ...range(0x50, 0x52),
  ...range(0x58, 0x5d),
  ...range(0x70, 0x7c),
  ...range(0x80, 0x87),
  0x90,
];

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

describe('fault reasons', () => {
  it('names each code that the kernel names, and no two alike', () => {
    const reasons = NAMED.map(vtdFaultReason);
    expect(reasons.filter((reason) => !/^[a-z][a-z0-9-]+$/.test(reason) || reason.startsWith('reason-'))).toEqual([]);
    expect(new Set(reasons).size).toBe(NAMED.length);
  });

  it('gives the number of any other', () => {
    const others = range(0, 0xff).filter((code) => !NAMED.includes(code));
    expect(others.map(vtdFaultReason)).toEqual(others.map((code) => `reason-0x${code.toString(16).padStart(2, '0')}`));
  });

  it.each([
    [0x01, 'present-bit-clear-in-root-entry'],
    [0x05, 'write-access-not-set'],
    [0x25, 'compatibility-interrupt-blocked'],
    [0x32, 'sm-ttm-0-for-page-group-request'],
    [0x47, 'sm-pre-clear-in-context-entry'],
    [0x71, 'sm-first-level-entry-not-present'],
    [0x90, 'sm-first-level-ad-update-no-snoop'],
  ])('0x%s is %s', (code, reason) => {
    expect(vtdFaultReason(code)).toBe(reason);
  });
});

describe('page request descriptor (VT-d 7.4.1.1): one bit at a time', () => {
  const base = { kind: 'page-request', requester: 0, prgi: 0, addressDigits: '0', addressShift: 12 };

  it.each([
    ['qw0 8, PASID present', '101', '0', { pasid: 0 }],
    ['qw0 31:16, requester', 'ffff0001', '0', { requester: 0xffff }],
    ['qw0 51:32, PASID', 'fffff00000101', '0', { pasid: 0xfffff }],
    ['qw0 51:32 without PASID', 'fffff00000001', '0', {}],
    ['qw0 52, execute', '10000000000001', '0', { access: 'x' }],
    ['qw0 53, privileged', '20000000000001', '0', { access: 'p' }],
    ['qw1 0, read', '1', '1', { access: 'r' }],
    ['qw1 1, write', '1', '2', { access: 'w' }],
    ['qw1 2, last', '1', '4', { isLast: true }],
    ['qw1 11:3, PRGI', '1', 'ff8', { prgi: 0x1ff }],
    ['qw1 63:12, address', '1', 'fffffffffffff000', { addressDigits: 'fffffffffffff' }],
    ['last with PASID, neither read nor write', '101', '4', { kind: 'stop-marker', pasid: 0, isLast: true }],
  ])('%s', (_, qw0, qw1, fields) => {
    expect(fieldsOf(decodePageRequest(word(qw0), word(qw1), 'test'))).toEqual({ ...base, ...fields });
  });
});

describe('device TLB invalidation of everything', () => {
  it.each([
    ['7ffffffffffff800', 11, true],
    ['7ffffffffffff001', 0, true],
    ['0', 11, true],
    ['7ffffffffffff000', 11, false],
    ['7fffffffffffe800', 11, false],
    ['3ffffffffffff800', 11, false],
    ['1000', 0, false],
  ] as const)('%s, size bit %i: %s', (qw1, sizeBit, isWhole) => {
    expect(isWholeDeviceTlb(word(qw1), sizeBit)).toBe(isWhole);
  });
});

import { bits, present, type Reading, wireCode } from './bits.ts';

const TEXT =
  /^\s*\S+ (?<iommu>\S+): 0x(?<q0>[0-9a-f]{1,16}) 0x(?<q1>[0-9a-f]{1,16}) 0x(?<q2>[0-9a-f]{1,16}) 0x(?<q3>[0-9a-f]{1,16})/;

/** The readable twin of `parsers/dialects/intel-qi-submit.ts`. */
export function readQiSubmit(payload: string): Reading {
  const text = TEXT.exec(payload)?.groups;
  if (text === undefined) return 'unread';
  const [q0 = 0n, q1 = 0n, q2 = 0n, q3 = 0n] = [text.q0, text.q1, text.q2, text.q3].map((digits) =>
    BigInt(`0x${digits}`),
  );
  const fields = fieldsOf(q0, q1, q2, q3);
  return fields === undefined ? 'silent' : present({ iommu: text.iommu, ...fields });
}

function fieldsOf(q0: bigint, q1: bigint, q2: bigint, q3: bigint): Record<string, unknown> | undefined {
  const isWhole = bits(q0, 5, 4) === 2;
  switch (bits(q0, 3, 0)) {
    case 9:
      return pageGroupResponse(q0, q1, q2, q3);
    case 10:
      return {
        kind: 'page-response',
        requester: bits(q0, 31, 24) * 256 + bits(q1, 11, 4),
        pasid: bits(q0, 23, 4),
        prgi: bits(q0, 63, 55),
        ...wireCode(bits(q1, 3, 0)),
      };
    case 5:
      return bits(q0, 6, 6) === 1 ? { kind: 'drain', drainStep: 'fence' } : undefined;
    case 2:
      return isWhole ? { kind: 'drain', drainStep: 'iotlb' } : undefined;
    case 6:
      return isWhole ? { kind: 'drain', drainStep: 'iotlb', pasid: bits(q0, 51, 32) } : undefined;
    case 3:
      return isAllAddresses(q1, 0)
        ? { kind: 'drain', drainStep: 'device-tlb', requester: bits(q0, 47, 32) }
        : undefined;
    case 8:
      if (!isAllAddresses(q1, 11)) return undefined;
      return { kind: 'drain', drainStep: 'device-tlb', requester: bits(q0, 31, 16), pasid: bits(q0, 51, 32) };
    default:
      return undefined;
  }
}

function pageGroupResponse(q0: bigint, q1: bigint, q2: bigint, q3: bigint): Record<string, unknown> {
  const common = {
    kind: 'page-response',
    requester: bits(q0, 31, 16),
    pasid: bits(q0, 4, 4) === 1 ? bits(q0, 51, 32) : undefined,
  };
  if (bits(q1, 63, 12) !== 0) return { ...common, prgi: bits(q1, 63, 55), ...wireCode(bits(q1, 3, 0)) };
  return {
    ...common,
    prgi: bits(q1, 11, 3),
    ...wireCode(bits(q0, 15, 12)),
    privateData: bits(q0, 5, 5) === 1 ? `0x${q2.toString(16)}/0x${q3.toString(16)}` : undefined,
  };
}

function isAllAddresses(q1: bigint, sizeBit: number): boolean {
  return q1 === 0n || ((q1 >> 12n) % (1n << 51n) === (1n << 51n) - 1n && bits(q1, sizeBit, sizeBit) === 1);
}

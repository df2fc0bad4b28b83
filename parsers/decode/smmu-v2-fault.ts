import { smmuAccess } from './smmu-event.ts';

/** Bits of SMMU_CBn_FSR (Arm SMMUv2 specification IHI 0062, 16.5.8), the most telling first. */
const REASONS: readonly (readonly [bit: number, reason: string])[] = [
  [1, 'translation'],
  [2, 'access-flag'],
  [3, 'permission'],
  [4, 'external-abort'],
  [5, 'tlb-match-conflict'],
  [6, 'tlb-lock'],
  [7, 'address-size'],
  [8, 'unsupported-upstream-transaction'],
];

export function smmuContextReason(status: number): string {
  return REASONS.find(([bit]) => (status & (1 << bit)) !== 0)?.[1] ?? 'context-fault';
}

/** SMMU_CBn_FSYNR0: bit 4 write, 5 privileged, 6 instruction. */
export function smmuV2Access(syndrome: number): string {
  return smmuAccess((syndrome & 0x10) === 0, (syndrome & 0x40) !== 0, (syndrome & 0x20) !== 0);
}

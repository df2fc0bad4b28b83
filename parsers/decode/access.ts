const R = 1;
const W = 2;
const X = 4;
const P = 8;

/** Letters for each combination of the permission bits below; nothing asked is absent. */
const LETTERS: readonly (string | undefined)[] = Array.from({ length: 16 }, (_, bits) => {
  const letters = `${bits & R ? 'r' : ''}${bits & W ? 'w' : ''}${bits & X ? 'x' : ''}${bits & P ? 'p' : ''}`;
  return letters === '' ? undefined : letters;
});

/**
 * Access letters of a permission mask: 1 read, 2 write, 4 execute, 8 privileged
 * (IOMMU_FAULT_PERM_*, include/linux/iommu.h of Linux 7.3). Undefined where none is set.
 */
export function accessOf(perm: number): string | undefined {
  return LETTERS[perm & 15];
}

/**
 * A stop marker: last, neither read nor write asked, with a PASID. Without a PASID the same bits are an
 * ordinary request (PCIe 10.4.1; SMMU specification chapter 8; log-formats D.2).
 */
export function isStopMarker(perm: number, isLast: boolean, hasPasid: boolean): boolean {
  return isLast && hasPasid && (perm & (R | W)) === 0;
}

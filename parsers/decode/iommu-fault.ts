/**
 * enum iommu_fault_reason (include/uapi/linux/iommu.h, Linux 5.3 to 6.8), by its value: why a fault
 * of type "unrecoverable" could not be translated.
 */
export const UNRECOVERABLE_REASONS: readonly string[] = [
  'unknown',
  'pasid-fetch',
  'bad-pasid-entry',
  'pasid-invalid',
  'walk-external-abort',
  'pte-fetch',
  'permission',
  'access',
  'out-of-range-address',
];

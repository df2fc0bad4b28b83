/**
 * Events of the AMD IOMMU event log (AMD I/O Virtualization Technology Specification 48882, 2.5; names as in
 * iommu_print_event, drivers/iommu/amd/iommu.c, Linux 7.3) and what each is: a device's access that
 * failed, a page request that was refused, or trouble of the IOMMU itself.
 */
export const AMD_EVENTS: ReadonlyMap<
  string,
  { readonly kind: 'fault' | 'request-refused' | 'iommu-error'; readonly reason: string }
> = new Map([
  ['IO_PAGE_FAULT', { kind: 'fault', reason: 'io-page-fault' }],
  ['ILLEGAL_DEV_TABLE_ENTRY', { kind: 'fault', reason: 'illegal-device-table-entry' }],
  ['INVALID_DEVICE_REQUEST', { kind: 'fault', reason: 'invalid-device-request' }],
  ['RMP_PAGE_FAULT', { kind: 'fault', reason: 'rmp-page-fault' }],
  ['INVALID_PPR_REQUEST', { kind: 'request-refused', reason: 'invalid-page-request' }],
  ['DEV_TAB_HARDWARE_ERROR', { kind: 'iommu-error', reason: 'device-table-hardware-error' }],
  ['PAGE_TAB_HARDWARE_ERROR', { kind: 'iommu-error', reason: 'page-table-hardware-error' }],
  ['ILLEGAL_COMMAND_ERROR', { kind: 'iommu-error', reason: 'illegal-command' }],
  ['COMMAND_HARDWARE_ERROR', { kind: 'iommu-error', reason: 'command-hardware-error' }],
  ['IOTLB_INV_TIMEOUT', { kind: 'iommu-error', reason: 'iotlb-invalidation-timeout' }],
  ['RMP_HW_ERROR', { kind: 'iommu-error', reason: 'rmp-hardware-error' }],
  // As Xen names them.
  ['INVALID_DEV_REQUEST', { kind: 'fault', reason: 'invalid-device-request' }],
  ['DEV_TABLE_HW_ERROR', { kind: 'iommu-error', reason: 'device-table-hardware-error' }],
  ['PAGE_TABLE_HW_ERROR', { kind: 'iommu-error', reason: 'page-table-hardware-error' }],
  ['COMMAND_HW_ERROR', { kind: 'iommu-error', reason: 'command-hardware-error' }],
  ['UNKNOWN', { kind: 'iommu-error', reason: 'unknown-event' }],
]);

/** Flags of IO_PAGE_FAULT (same document, table of the event; I and RW are also in amd_iommu_types.h). */
export const FLAG_GN = 0x001;
const FLAG_I = 0x008;
const FLAG_PR = 0x010;
const FLAG_RW = 0x020;
const FLAG_PE = 0x040;
const FLAG_RZ = 0x080;

/** An interrupt request has no access. */
export function ioPageFaultAccess(flags: number): string | undefined {
  if ((flags & FLAG_I) !== 0) return undefined;
  return (flags & FLAG_RW) !== 0 ? 'w' : 'r';
}

export function ioPageFaultReason(flags: number): string {
  if ((flags & FLAG_I) !== 0) return 'interrupt-request-blocked';
  if ((flags & FLAG_RZ) !== 0) return 'reserved-bit';
  if ((flags & FLAG_PE) !== 0) return 'no-permission';
  return (flags & FLAG_PR) !== 0 ? 'io-page-fault' : 'not-present';
}

/** Access bits in the flags of a PPR entry: 0x002 execute, 0x004 read, 0x020 write (log-formats B.3.2). */
export function pprAccess(flags: number): string | undefined {
  const letters = `${flags & 4 ? 'r' : ''}${flags & 0x20 ? 'w' : ''}${flags & 2 ? 'x' : ''}`;
  return letters === '' ? undefined : letters;
}

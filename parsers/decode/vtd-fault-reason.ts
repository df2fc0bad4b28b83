/**
 * Fault reasons of VT-d (specification 5.10, 7.1.3 and table 30), in the words of the kernel
 * (dma_remap_fault_reasons, irq_remap_fault_reasons, dma_remap_sm_fault_reasons in
 * drivers/iommu/intel/dmar.c, Linux 7.3). The number decides; the printed text is a hint.
 */
const REASONS: readonly (readonly [code: number, reason: string, text: string])[] = [
  [0x00, 'software', 'Software'],
  [0x01, 'present-bit-clear-in-root-entry', 'Present bit in root entry is clear'],
  [0x02, 'present-bit-clear-in-context-entry', 'Present bit in context entry is clear'],
  [0x03, 'invalid-context-entry', 'Invalid context entry'],
  [0x04, 'access-beyond-mgaw', 'Access beyond MGAW'],
  [0x05, 'write-access-not-set', 'PTE Write access is not set'],
  [0x06, 'read-access-not-set', 'PTE Read access is not set'],
  [0x07, 'invalid-next-page-table-pointer', 'Next page table ptr is invalid'],
  [0x08, 'invalid-root-table-address', 'Root table address invalid'],
  [0x09, 'invalid-context-table-pointer', 'Context table ptr is invalid'],
  [0x0a, 'reserved-fields-in-root-entry', 'non-zero reserved fields in RTP'],
  [0x0b, 'reserved-fields-in-context-entry', 'non-zero reserved fields in CTP'],
  [0x0c, 'reserved-fields-in-pte', 'non-zero reserved fields in PTE'],
  [0x0d, 'translation-request-blocked', 'PCE for translation request specifies blocking'],

  [0x20, 'interrupt-request-reserved-fields', 'Detected reserved fields in the decoded interrupt-remapped request'],
  [0x21, 'interrupt-index-too-large', 'Interrupt index exceeded the interrupt-remapping table size'],
  [0x22, 'irte-not-present', 'Present field in the IRTE entry is clear'],
  [0x23, 'irte-access-error', 'Error accessing interrupt-remapping table pointed by IRTA_REG'],
  [0x24, 'irte-reserved-fields', 'Detected reserved fields in the IRTE entry'],
  [0x25, 'compatibility-interrupt-blocked', 'Blocked a compatibility format interrupt request'],
  [
    0x26,
    'interrupt-source-id-verification-failed',
    'Blocked an interrupt request due to source-id verification failure',
  ],

  [0x30, 'sm-invalid-root-table-address', 'SM: Invalid Root Table Address'],
  [0x31, 'sm-ttm-0-for-request-with-pasid', 'SM: TTM 0 for request with PASID'],
  [0x32, 'sm-ttm-0-for-page-group-request', 'SM: TTM 0 for page group request'],
  [0x38, 'sm-root-entry-access-error', 'SM: Error attempting to access Root Entry'],
  [0x39, 'sm-present-bit-clear-in-root-entry', 'SM: Present bit in Root Entry is clear'],
  [0x3a, 'sm-reserved-fields-in-root-entry', 'SM: Non-zero reserved field set in Root Entry'],
  [0x40, 'sm-context-entry-access-error', 'SM: Error attempting to access Context Entry'],
  [0x41, 'sm-present-bit-clear-in-context-entry', 'SM: Present bit in Context Entry is clear'],
  [0x42, 'sm-reserved-fields-in-context-entry', 'SM: Non-zero reserved field set in the Context Entry'],
  [0x43, 'sm-invalid-context-entry', 'SM: Invalid Context Entry'],
  [0x44, 'sm-dte-clear-in-context-entry', 'SM: DTE field in Context Entry is clear'],
  [0x45, 'sm-pasid-enable-clear-in-context-entry', 'SM: PASID Enable field in Context Entry is clear'],
  [0x46, 'sm-pasid-too-large', 'SM: PASID is larger than the max in Context Entry'],
  [0x47, 'sm-pre-clear-in-context-entry', 'SM: PRE field in Context-Entry is clear'],
  [0x48, 'sm-rid-pasid-error', 'SM: RID_PASID field error in Context-Entry'],
  [0x50, 'sm-pasid-directory-entry-access-error', 'SM: Error attempting to access the PASID Directory Entry'],
  [0x51, 'sm-present-bit-clear-in-pasid-directory-entry', 'SM: Present bit in Directory Entry is clear'],
  [0x52, 'sm-reserved-fields-in-pasid-directory-entry', 'SM: Non-zero reserved field set in PASID Directory Entry'],
  [0x58, 'sm-pasid-table-entry-access-error', 'SM: Error attempting to access PASID Table Entry'],
  [0x59, 'sm-present-bit-clear-in-pasid-table-entry', 'SM: Present bit in PASID Table Entry is clear'],
  [0x5a, 'sm-reserved-fields-in-pasid-table-entry', 'SM: Non-zero reserved field set in PASID Table Entry'],
  [0x5b, 'sm-invalid-pasid-table-entry', 'SM: Invalid Scalable-Mode PASID Table Entry'],
  [0x5c, 'sm-ere-clear-in-pasid-table-entry', 'SM: ERE field is clear in PASID Table Entry'],
  [0x5d, 'sm-sre-clear-in-pasid-table-entry', 'SM: SRE field is clear in PASID Table Entry'],
  [0x70, 'sm-first-level-entry-access-error', 'SM: Error attempting to access first-level paging entry'],
  [0x71, 'sm-first-level-entry-not-present', 'SM: Present bit in first-level paging entry is clear'],
  [0x72, 'sm-reserved-fields-in-first-level-entry', 'SM: Non-zero reserved field set in first-level paging entry'],
  [0x73, 'sm-fl-pml4-access-error', 'SM: Error attempting to access FL-PML4 entry'],
  [0x74, 'sm-nested-address-beyond-mgaw', 'SM: First-level entry address beyond MGAW in Nested translation'],
  [0x75, 'sm-nested-fl-pml4-read-permission', 'SM: Read permission error in FL-PML4 entry in Nested translation'],
  [
    0x76,
    'sm-nested-first-level-read-permission',
    'SM: Read permission error in first-level paging entry in Nested translation',
  ],
  [
    0x77,
    'sm-nested-first-level-write-permission',
    'SM: Write permission error in first-level paging entry in Nested translation',
  ],
  [0x78, 'sm-second-level-entry-access-error', 'SM: Error attempting to access second-level paging entry'],
  [0x79, 'sm-second-level-permission', 'SM: Read/Write permission error in second-level paging entry'],
  [0x7a, 'sm-reserved-fields-in-second-level-entry', 'SM: Non-zero reserved field set in second-level paging entry'],
  [0x7b, 'sm-invalid-second-level-pointer', 'SM: Invalid second-level page table pointer'],
  [
    0x7c,
    'sm-second-level-ad-update-no-snoop',
    'SM: A/D bit update needed in second-level entry when set up in no snoop',
  ],
  [0x80, 'sm-first-level-address-not-canonical', 'SM: Address in first-level translation is not canonical'],
  [0x81, 'sm-supervisor-page-with-user-privilege', 'SM: U/S set 0 for first-level translation with user privilege'],
  [0x82, 'sm-no-execute-permission', 'SM: No execute permission for request with PASID and ER=1'],
  [0x83, 'sm-address-beyond-dma-hardware-max', 'SM: Address beyond the DMA hardware max'],
  [0x84, 'sm-second-level-address-beyond-max', 'SM: Second-level entry address beyond the max'],
  [0x85, 'sm-no-write-permission', 'SM: No write permission for Write/AtomicOp request'],
  [0x86, 'sm-no-read-permission', 'SM: No read permission for Read/AtomicOp request'],
  [0x87, 'sm-interrupt-address', 'SM: Invalid address-interrupt address'],
  [0x90, 'sm-first-level-ad-update-no-snoop', 'SM: A/D bit update needed in first-level entry when set up in no snoop'],
];

const byCode = new Map(REASONS.map(([code, reason]) => [code, reason]));

/** Normalised reason of a VT-d fault; `reason-0x33` for codes that the kernel calls unknown. */
export function vtdFaultReason(code: number): string {
  return byCode.get(code) ?? `reason-0x${code.toString(16).padStart(2, '0')}`;
}

const byReason = new Map(REASONS.map(([, reason, text]) => [reason, text]));

/** True if the kernel's text of a reason goes on behind what stands in `text`. */
export function isReasonTextCut(reason: string, text: string): boolean {
  return byReason.get(reason)?.startsWith(`${text} `) === true;
}

import { type FormatRow, rows } from './format-row.ts';

/** Messages of the VT-d driver. */
export const INTEL: readonly FormatRow[] = [
  ...rows('intel-dmar-fault', 'DMAR: ', [
    ['DRHD: handling fault status reg %x', 'silent', 'DRHD: handling fault status reg 2'],
    ['DRHD: handling fault status reg %x', 'suppressed', 'DRHD: handling fault status reg 3'],
    [
      '[%s] Request device [%02x:%02x.%d] fault addr %llx [fault reason %02d] %s',
      'fault',
      '[DMA Write] Request device [6a:01.0] fault addr 9e5d4000 [fault reason 05] PTE Write access is not set',
    ],
    [
      '[INTR-REMAP] Request device [%02x:%02x.%d] fault index %llx [fault reason %02d] %s',
      'fault',
      '[INTR-REMAP] Request device [f0:1f.7] fault index 1c [fault reason 38] Blocked an interrupt request due to source-id verification failure',
    ],
    [
      '[%s] Request device [%02x:%02x.%d] PASID %x fault addr %llx [fault reason %02d] %s',
      'fault',
      '[DMA Read] Request device [6a:01.0] PASID ffffffff fault addr 9e5d4000 [fault reason 06] PTE Read access is not set',
      '[DMA Read] Request device [6a:01.0] PASID 2 fault addr 9e5d4000 [fault reason 71] SM: Present bit in Directory Entry is clear',
    ],
    [
      '[%s NO_PASID] Request device [0x%02x:0x%02x.%d] fault addr 0x%llx [fault reason 0x%02x] %s',
      'fault',
      '[DMA Read NO_PASID] Request device [0x6a:0x01.0] fault addr 0x9e5d4000 [fault reason 0x06] PTE Read access is not set',
    ],
    [
      '[%s PASID 0x%x] Request device [0x%02x:0x%02x.%d] ',
      'fault',
      '[DMA Write PASID 0x2] Request device [0x6a:0x01.0] fault addr 0x9e5d4000 [fault reason 0x71] SM: Present bit in first-level paging entry is clear',
    ],
    [
      '[INTR-REMAP] Request device [0x%02x:0x%02x.%d] fault index 0x%llx [fault reason 0x%02x] %s',
      'fault',
      '[INTR-REMAP] Request device [0xf0:0x1f.7] fault index 0x1c [fault reason 0x25] Blocked a compatibility format interrupt request',
    ],
    [
      '[%s NO_PASID] Request device [%02x:%02x.%d] fault addr 0x%llx [fault reason 0x%02x] %s',
      'fault',
      '[DMA Write NO_PASID] Request device [6a:01.0] fault addr 0x9e5d4000 [fault reason 0x05] PTE Write access is not set',
    ],
    [
      '[%s PASID 0x%x] Request device [%02x:%02x.%d] fault addr 0x%llx [fault reason 0x%02x] %s',
      'fault',
      '[DMA Write PASID 0x2] Request device [6a:01.0] fault addr 0x7f2b3c4d5000 [fault reason 0x59] SM: Present bit in PASID Table Entry is clear',
    ],
    [
      '[INTR-REMAP] Request device [%02x:%02x.%d] fault index 0x%llx [fault reason 0x%02x] %s',
      'fault',
      '[INTR-REMAP] Request device [f0:1f.7] fault index 0x1c [fault reason 0x22] Present field in the IRTE entry is clear',
    ],
    [
      '[%s NO_PASID] Request device [%04x:%02x:%02x.%d] fault addr 0x%llx [fault reason 0x%02x] %s',
      'fault',
      '[DMA Write NO_PASID] Request device [0001:6a:01.0] fault addr 0x9e5d4000 [fault reason 0x05] PTE Write access is not set',
    ],
    [
      '[%s PASID 0x%x] Request device [%04x:%02x:%02x.%d] fault addr 0x%llx [fault reason 0x%02x] %s',
      'fault',
      '[DMA Read PASID 0x2] Request device [0001:6a:01.0] fault addr 0x9e5d4000 [fault reason 0x80] SM: Non-canonical address',
    ],
    [
      '[INTR-REMAP] Request device [%04x:%02x:%02x.%d] fault index 0x%llx [fault reason 0x%02x] %s',
      'fault',
      '[INTR-REMAP] Request device [0001:f0:1f.7] fault index 0x1c [fault reason 0x26] Blocked an interrupt request due to source-id verification failure',
    ],
    ['Dump %s table entries for IOVA 0x%llx', 'silent', 'Dump dmar15 table entries for IOVA 0x9e5d4000'],
    ['root table is not present', 'silent', 'root table is not present'],
    ['root entry: 0x%016llx', 'silent', 'root entry: 0x0000000102448001'],
    [
      'scalable mode root entry: hi 0x%016llx, low 0x%016llx',
      'silent',
      'scalable mode root entry: hi 0x0000000102448001, low 0x0000000102447001',
    ],
    ['context table is not present', 'silent', 'context table is not present'],
    [
      'context entry: hi 0x%016llx, low 0x%016llx',
      'silent',
      'context entry: hi 0x0000000000000102, low 0x0000000101b3e001',
    ],
    ['legacy mode page table is not present', 'silent', 'legacy mode page table is not present'],
    ['pasid directory table is not present', 'silent', 'pasid directory table is not present'],
    ['pasid dir entry: 0x%016llx', 'silent', 'pasid dir entry: 0x0000000101b4e001'],
    ['pasid table is not present', 'silent', 'pasid table is not present'],
    ['pasid table entry[%d]: 0x%016llx', 'silent', 'pasid table entry[0]: 0x0000000000000109'],
    ['scalable mode page table is not present', 'silent', 'scalable mode page table is not present'],
    ['pte level: %d, pte value: 0x%016llx', 'silent', 'pte level: 4, pte value: 0x0000000102a46027'],
    ['page table not present at level %d', 'silent', 'page table not present at level 3'],
  ]),
  ...rows('intel-queue-error', 'DMAR: ', [
    [
      'VT-d detected Invalidation Queue Error: Reason %llx',
      'iommu-error',
      'VT-d detected Invalidation Queue Error: Reason f',
    ],
    [
      'VT-d detected Invalidation Time-out Error: SID %llx',
      'iommu-error',
      'VT-d detected Invalidation Time-out Error: SID 6a08',
    ],
    [
      'VT-d detected Invalidation Completion Error: SID %llx',
      'iommu-error',
      'VT-d detected Invalidation Completion Error: SID 6a08',
    ],
    [
      'QI HEAD: %s qw0 = 0x%llx, qw1 = 0x%llx',
      'iommu-error',
      'QI HEAD: Page Group Response qw0 = 0x26a080019, qw1 = 0xf8',
    ],
    [
      'QI HEAD: %s qw0 = 0x%llx, qw1 = 0x%llx',
      'silent',
      'QI HEAD: Context-cache Invalidation qw0 = 0x31, qw1 = 0x0',
      'QI HEAD: PASID-based Device-TLB Invalidation qw0 = 0x6a0000026a088008, qw1 = 0x0',
      'QI HEAD: UNKNOWN qw0 = 0x0, qw1 = 0x0',
    ],
    [
      'QI PRIOR: %s qw0 = 0x%llx, qw1 = 0x%llx',
      'silent',
      'QI PRIOR: Invalidation Wait qw0 = 0x200000025, qw1 = 0x1024480a4',
    ],
    ['Invalidation Queue Error (IQE) cleared', 'silent', 'Invalidation Queue Error (IQE) cleared'],
    ['Invalidation Time-out Error (ITE) cleared', 'silent', 'Invalidation Time-out Error (ITE) cleared'],
    ['Invalidation Completion Error (ICE) cleared', 'silent', 'Invalidation Completion Error (ICE) cleared'],
    [
      'VT-d detected invalid descriptor: low=%llx, high=%llx',
      'iommu-error',
      'VT-d detected invalid descriptor: low=6a0800000003, high=7ffffffffffff001',
    ],
    [
      'VT-d detected invalid descriptor: qw0 = %llx, qw1 = %llx',
      'iommu-error',
      'VT-d detected invalid descriptor: qw0 = 6a0800000003, qw1 = 7ffffffffffff001',
    ],
  ]),
  ...rows('intel-page-request-log', '', [
    ['IOMMU: %s: Page request without PASID', 'request-refused', 'IOMMU: dmar15: Page request without PASID'],
    ['IOMMU: %s: Address is not canonical', 'request-refused', 'IOMMU: dmar15: Address is not canonical'],
    ['IOMMU: %s: Page request in Privilege Mode', 'request-refused', 'IOMMU: dmar15: Page request in Privilege Mode'],
    ['IOMMU: %s: Execution request not supported', 'request-refused', 'IOMMU: dmar15: Execution request not supported'],
    [
      '%s: Invalid page request: %08llx %08llx',
      'request-refused',
      'dmar15: Invalid page request: 2000026a080101 7f2b3c4d50ff',
    ],
    ['IOMMU: %s: PRQ overflow detected', 'queue-overflow', 'IOMMU: dmar15: PRQ overflow detected'],
    ['IOMMU: %s: PRQ overflow cleared', 'queue-overflow', 'IOMMU: dmar15: PRQ overflow cleared'],
    [
      'IOMMU: %s: Failed to allocate page request queue',
      'iommu-error',
      'IOMMU: dmar15: Failed to allocate page request queue',
    ],
    [
      ' Failed to create IRQ vector for page request queue',
      'iommu-error',
      'IOMMU: dmar15: Failed to create IRQ vector for page request queue',
    ],
    [' Failed to allocate iopf queue', 'iommu-error', 'IOMMU: dmar15: Failed to allocate iopf queue'],
    [
      ' Failed to request IRQ for page request queue',
      'iommu-error',
      'IOMMU: dmar15: Failed to request IRQ for page request queue',
    ],
    ['Unexpected page request in Privilege Mode', 'request-refused', 'Unexpected page request in Privilege Mode'],
    ['Execution request not supported', 'request-refused', 'Execution request not supported'],
    [
      '%s: Page request without PASID: %08llx %08llx',
      'request-refused',
      'dmar0: Page request without PASID: 01000001 0010100f',
    ],
    [
      '%s: Page request for invalid PASID %d: %08llx %08llx',
      'request-refused',
      'dmar0: Page request for invalid PASID 5: 501000101 0010100f',
    ],
  ]),
];

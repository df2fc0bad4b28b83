import { type FormatRow, rows } from './format-row.ts';

/** Trace events and errors of QEMU. */
export const QEMU: readonly FormatRow[] = rows('qemu', '', [
  [
    'invalidate desc type %s high 0x%PRIx64 low 0x%PRIx64',
    'page-response',
    'vtd_inv_desc invalidate desc type page group response high 0xf8 low 0x26a080019',
    '4711@1795413692.048250:vtd_inv_desc invalidate desc type page group response high 0xf8 low 0x26a080019',
    '2026-11-23T05:20:40.048250Z vtd_inv_desc invalidate desc type page group response high 0xf8 low 0x26a080019',
  ],
  [
    'invalidate desc type %s high 0x%PRIx64 low 0x%PRIx64',
    'silent',
    'vtd_inv_desc invalidate desc type iotlb high 0x0 low 0x10012',
  ],
  [
    'sid 0x%PRIx16 fault %d addr 0x%PRIx64 write %d',
    'fault',
    'vtd_dmar_fault sid 0x100 fault 5 addr 0xfffe1000 write 1',
    '4711@1795413692.048250:vtd_dmar_fault sid 0x100 fault 5 addr 0xfffe1000 write 1',
    '2026-11-23T05:20:40.048250Z vtd_dmar_fault sid 0x100 fault 5 addr 0xfffe1000 write 1',
  ],
  ['index %d high 0x%PRIx64 low 0x%PRIx64', 'silent', 'vtd_frr_new index 0 high 0x8000000500000100 low 0xfffe1000'],
  [
    'FAULT reason=%d flags=%d endpoint=%d address =0x%PRIx64',
    'fault',
    'virtio_iommu_report_fault FAULT reason=1 flags=256 endpoint=8 address =0xfffe1000',
  ],
  ['%s sid=0x%x', 'fault', 'smmuv3_record_event F_TRANSLATION sid=0x100'],
  [
    '%s: fault %04x:%02x.%u reason: 0x%PRIx64 iova: 0x%PRIx64',
    'fault',
    'riscv_iommu_flt 0x60001: fault 0001:00.0 reason: 0xd iova: 0xfffe1000',
  ],
  [
    '%s: page request %04x:%02x.%u iova: 0x%PRIx64',
    'silent',
    'riscv_iommu_pri 0x60001: page request 0001:00.0 iova: 0xfffe1000',
  ],
  [
    '%s: dev-iotlb page request group response',
    'silent',
    'riscv_iommu_ats_prgr 0x60001: dev-iotlb page request group response',
  ],
  [
    'error: page fault accessing guest physical address 0x%PRIx64',
    'fault',
    'amdvi_page_fault error: page fault accessing guest physical address 0xfffe1000',
  ],
  [
    '%s: vtd_process_page_group_response_desc: invalid page group response desc: hi=%s, lo=%s (reserved nonzero)',
    'iommu-error',
    'qemu-system-x86_64: vtd_process_page_group_response_desc: invalid page group response desc: hi=0xf8, lo=0x26a080819 (reserved nonzero)',
  ],
]);

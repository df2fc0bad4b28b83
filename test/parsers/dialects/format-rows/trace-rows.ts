import { type FormatRow, NOBODY, rows } from './format-row.ts';

/** Trace events: systems iommu and intel_iommu, and those of debugging kernels. */
export const TRACE: readonly FormatRow[] = [
  ...rows('iommu-events', '', [
    [
      'IOMMU: groupID=%d device=%s',
      'silent',
      'add_device_to_group: IOMMU: groupID=5 device=0000:01:00.0',
      'remove_device_from_group: IOMMU: groupID=5 device=0000:01:00.0',
    ],
    ['IOMMU: device=%s', 'device-attached', 'attach_device_to_domain: IOMMU: device=0000:01:00.0'],
    ['IOMMU: device=%s', 'device-detached', 'detach_device_from_domain: IOMMU: device=0000:01:00.0'],
    [
      'IOMMU: iova=0x%016llx paddr=0x%016llx size=%zu',
      'silent',
      'map: IOMMU: iova=0x00000000fffe1000 paddr=0x0000000102448000 size=4096',
    ],
    [
      'IOMMU: iova=0x%016llx - 0x%016llx paddr=0x%016llx size=%zu',
      'silent',
      'map: IOMMU: iova=0x00000000fffe1000 - 0x00000000fffe2000 paddr=0x0000000102448000 size=4096',
    ],
    [
      'IOMMU: iova=0x%016llx size=%zu unmapped_size=%zu',
      'silent',
      'unmap: IOMMU: iova=0x00000000fffe1000 size=4096 unmapped_size=4096',
    ],
    [
      'IOMMU: iova=0x%016llx - 0x%016llx size=%zu unmapped_size=%zu',
      'silent',
      'unmap: IOMMU: iova=0x00000000fffe1000 - 0x00000000fffe2000 size=4096 unmapped_size=4096',
    ],
    [
      'IOMMU:%s %s iova=0x%016llx flags=0x%04x',
      'fault',
      'io_page_fault: IOMMU:nvme 0000:01:00.0 iova=0x00000000fffe1000 flags=0x0001',
      'io_page_fault: IOMMU:platform soc:camera iova=0x00000000fffe1000 flags=0x0000',
    ],
  ]),
  ...rows('intel-cache-tag', '', [
    [
      '%s/%s type %s did %d pasid %d ref %d',
      'pasid-bound',
      'cache_tag_assign: dmar15/0000:6a:01.0 type devtlb did 3 pasid 2 ref 1',
    ],
    [
      '%s/%s type %s did %d pasid %d ref %d',
      'pasid-unbound',
      'cache_tag_unassign: dmar15/0000:6a:01.0 type devtlb did 3 pasid 2 ref 1',
    ],
    [
      '%s/%s type %s did %d pasid %d ref %d',
      'silent',
      'cache_tag_flush_all: dmar15/0000:6a:01.0 type devtlb did 3 pasid 2 ref 1',
      'cache_tag_assign: dmar15/dmar15 type iotlb did 3 pasid 2 ref 1',
      'cache_tag_assign: dmar15/0000:6a:01.0 type nesting_devtlb did 3 pasid 2 ref 1',
    ],
    [
      '%s %s[%d] type %s did %d [0x%lx-0x%lx] addr 0x%lx pages 0x%lx mask 0x%lx',
      'silent',
      'cache_tag_flush_range: dmar15 0000:6a:01.0[2] type devtlb did 3 [0x1000-0x1fff] addr 0x1000 pages 0x1 mask 0x0',
      'cache_tag_flush_range_np: dmar15 0000:6a:01.0[2] type iotlb did 3 [0x1000-0x1fff] addr 0x1000 pages 0x1 mask 0x0',
    ],
    [
      '%s %s[%d] type %s did %d [0x%lx-0x%lx] addr 0x%lx mask 0x%lx',
      'silent',
      'cache_tag_flush_range: dmar15 0000:6a:01.0[2] type devtlb did 3 [0x1000-0x1fff] addr 0x1000 mask 0x0',
    ],
  ]),
  ...rows(NOBODY, '', [
    [
      'dev=%s dev_addr=0x%llx phys_addr=0x%llx size=%zu',
      'unread',
      'map_single: dev=0000:01:00.0 dev_addr=0xfffff000 phys_addr=0x102448000 size=4096',
      'bounce_map_single: dev=0000:01:00.0 dev_addr=0xfffff000 phys_addr=0x102448000 size=4096',
      'map_sg: dev=0000:01:00.0 dev_addr=0xfffff000 phys_addr=0x102448000 size=4096',
    ],
    [
      'dev=%s [%d/%d] dev_addr=0x%llx phys_addr=0x%llx size=%zu',
      'unread',
      'map_sg: dev=0000:01:00.0 [1/2] dev_addr=0xfffff000 phys_addr=0x102448000 size=4096',
      'bounce_map_sg: dev=0000:01:00.0 [1/2] dev_addr=0xfffff000 phys_addr=0x102448000 size=4096',
    ],
    [
      'dev=%s dev_addr=0x%llx size=%zu',
      'unread',
      'unmap_single: dev=0000:01:00.0 dev_addr=0xfffff000 size=4096',
      'unmap_sg: dev=0000:01:00.0 dev_addr=0xfffff000 size=4096',
      'bounce_unmap_single: dev=0000:01:00.0 dev_addr=0xfffff000 size=4096',
    ],
  ]),
  ...rows('intel-prq-report', 'prq_report: ', [
    [
      '%s/%s seq# %ld: rid=0x%llx addr=0x%llx %c%c%c%c%c pasid=0x%llx index=0x%llx',
      'page-request',
      'dmar15/0000:6a:01.0 seq# 12: rid=0x6a08 addr=0x7f2b3c4d5 rw--l pasid=0x2 index=0x1f',
    ],
    [
      '%s/%s seq# %ld: rid=0x%llx addr=0x%llx %c%c%c%c%c pasid=0x%llx index=0x%llx',
      'stop-marker',
      'dmar15/0000:6a:01.0 seq# 13: rid=0x6a08 addr=0x0 ----l pasid=0x2 index=0x0',
    ],
    [
      '%s/%s seq# %ld: rid=0x%llx addr=0x%llx %c%c%c%c%c pasid=0x%llx index=0x%llx private=0x%llx/0x%llx',
      'page-request',
      'dmar0/0000:00:02.0 seq# 3: rid=0x10 addr=0x5566 r---- pasid=0x1 index=0x4 private=0xdeadbeef/0x1',
    ],
    [
      '[FAILED TO PARSE] dw0=%llu dw1=%llu dw2=%llu dw3=%llu seq=0x%llx iommu=%s dev=%s buff=ARRAY[%s]',
      'page-request',
      '[FAILED TO PARSE] dw0=10368844033 dw1=139823672021247 dw2=0 dw3=0 seq=0xc iommu=dmar15 dev=0000:6a:01.0 buff=ARRAY[00, 00]',
    ],
  ]),
  ...rows('intel-qi-submit', 'qi_submit: ', [
    [
      '%s %s: 0x%llx 0x%llx 0x%llx 0x%llx',
      'page-response',
      'page_grp_resp dmar15: 0x26a080019 0xf8 0x0 0x0',
      'page_grp_resp dmar15: 0x26a082019 0xfc 0x0 0x0',
    ],
    [
      '%s %s: 0x%llx 0x%llx 0x%llx 0x%llx',
      'drain',
      'inv_wait dmar15: 0x200000045 0x0 0x0 0x0',
      'p_iotlb_inv dmar15: 0x200010026 0x0 0x0 0x0',
      'p_dev_tlb_inv dmar15: 0x6a0000026a088008 0x7ffffffffffff800 0x0 0x0',
      'p_dev_tlb_inv dmar15: 0x6a0000026a088008 0x0 0x0 0x0',
      'dev_tlb_inv dmar15: 0x6a0800000003 0x7ffffffffffff001 0x0 0x0',
    ],
    [
      '%s %s: 0x%llx 0x%llx 0x%llx 0x%llx',
      'silent',
      'cc_inv dmar15: 0x6a0800010031 0x0 0x0 0x0',
      'iec_inv dmar15: 0x4 0x0 0x0 0x0',
      'pc_inv dmar15: 0x200010017 0x0 0x0 0x0',
    ],
  ]),
  ...rows('dev-fault', '', [
    [
      'IOMMU:%s type=%d reason=%d addr=0x%016llx pasid=%d group=%d last=%d prot=%d',
      'page-request',
      'dev_fault: IOMMU:0000:76:00.0 type=2 reason=0 addr=0x000000002321c000 pasid=1 group=138 last=1 prot=1',
    ],
    [
      'IOMMU:%s type=%d reason=%d addr=0x%016llx fetch=0x%016llx pasid=%d group=%d flags=%x prot=%d',
      'page-request',
      'dev_fault: IOMMU:0000:76:00.0 type=2 reason=0 addr=0x000000002321c000 fetch=0x0000000000000000 pasid=1 group=138 flags=3 prot=1',
    ],
    [
      'IOMMU:%s type=%d reason=%d addr=0x%016llx fetch=0x%016llx pasid=%d group=%d flags=%x prot=%d',
      'fault',
      'dev_fault: IOMMU:0000:76:00.0 type=1 reason=6 addr=0x0000000012345000 fetch=0x0000000000000000 pasid=0 group=0 flags=2 prot=2',
    ],
    [
      'IOMMU:%s code=%d addr=0x%016llx pasid=%d group=%d',
      'page-response',
      'dev_page_response: IOMMU:0000:76:00.0 code=1 addr=0x000000002321c000 pasid=1 group=138',
    ],
    [
      'IOMMU:%s code=%d pasid=%d group=%d',
      'page-response',
      'dev_page_response: IOMMU:0000:76:00.0 code=0 pasid=1 group=138',
    ],
    [
      'IOMMU:%s type=%d flags=0x%08x granu=%d size=%d pasid=%d addr=0x%016llx',
      'silent',
      'sva_invalidate: IOMMU:0000:76:00.0 type=2 flags=0x00000001 granu=0 size=1 pasid=1 addr=0x0000000012345000',
    ],
  ]),
  ...rows('smmu-trace', '', [
    [
      '0x%016llx 0x%016llx 0x%016llx 0x%016llx',
      'page-request',
      'smmu_evt: 0x0000760000001810 0x000002088000008a 0x000000002321c000 0x0000000000000000',
    ],
    [
      '%s evt: 0x%016llx 0x%016llx 0x%016llx 0x%016llx',
      'fault',
      'smmu_evtq_event: arm-smmu-v3.0.auto evt: 0x0000760000000010 0x0000020800000000 0x000000002321c000 0x0000000000000000',
    ],
    ['sid=0x%x stag=0x%x resp=0x%x', 'page-response', 'smmu_resume: sid=0x7600 stag=0x8a resp=0x1'],
    ['err %x', 'silent', 'iopf: err 0'],
    [
      'pasid=%d',
      'silent',
      ...['io_mm_alloc', 'io_mm_reuse', 'io_mm_free', 'smmu_mm_release'].map((name) => `${name}: pasid=1`),
      ...['smmu_mn_alloc', 'smmu_mn_free', 'smmu_mn_get', 'smmu_mn_put'].map((name) => `${name}: pasid=1`),
    ],
    ['pasid=%d dev=%s', 'pasid-bound', 'io_mm_attach_alloc: pasid=1 dev=0000:76:00.0'],
    ['pasid=%d dev=%s', 'pasid-unbound', 'io_mm_detach: pasid=1 dev=0000:76:00.0'],
    [
      'pasid=%d dev=%s',
      'silent',
      ...['iopf_flush', 'io_mm_attach_get', 'io_mm_exit', 'io_mm_unbind_put', 'io_mm_unbind_free'].map(
        (name) => `${name}: pasid=1 dev=0000:76:00.0`,
      ),
    ],
    ['pasid=%d start=0x%llx end=0x%llx', 'silent', 'io_mm_invalidate: pasid=1 start=0x12345000 end=0x12346000'],
    ['sid=0x%x ssid=0x%x leaf=%d', 'silent', 'smmu_cdsync: sid=0x7600 ssid=0x1 leaf=1'],
    ['dev=%s pasid=%d', 'pasid-bound', 'smmu_bind_alloc: dev=0000:76:00.0 pasid=1'],
    ['dev=%s pasid=%d', 'pasid-unbound', 'smmu_unbind_free: dev=0000:76:00.0 pasid=1'],
    [
      'dev=%s pasid=%d',
      'silent',
      'smmu_bind_get: dev=0000:76:00.0 pasid=1',
      'smmu_unbind_put: dev=0000:76:00.0 pasid=1',
    ],
    ['pasid=%d start=0x%lx end=0x%lx', 'silent', 'smmu_mm_invalidate: pasid=1 start=0x12345000 end=0x12346000'],
  ]),
];

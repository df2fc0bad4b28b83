import { type FormatRow, NOBODY, rows } from './format-row.ts';

/** Messages of all other drivers and of the core. */
export const OTHER_DRIVERS: readonly FormatRow[] = [
  ...rows('virtio-iommu', 'virtio_iommu virtio0: ', [
    ['%s fault from EP %u at %#llx [%s%s%s]', 'fault', 'page fault from EP 256 at 0xfffe1000 [RW]'],
    ['%s fault from EP %u', 'fault', 'domain fault from EP 256'],
  ]),
  ...rows('riscv-iommu', 'riscv-iommu 3010000.iommu: ', [
    ['Fault %d devid: 0x%x iotval: %llx iotval2: %llx', 'fault', 'Fault 13 devid: 0x8 iotval: fffe1000 iotval2: 0'],
    [
      'Queue #%u error; memory fault:%d overflow:%d',
      'iommu-error',
      'Queue #1 error; memory fault:0 overflow:1',
      'Queue #0 error; memory fault:1 overflow:0',
    ],
  ]),
  ...rows('exynos', 'exynos-sysmmu 14640000.sysmmu: ', [
    ['%s: %s FAULT occurred at %#x', 'fault', '14400000.mixer: PAGE FAULT occurred at 0xfffe1000'],
    ['%s: [%s] %s FAULT occurred at %#x', 'fault', '14400000.mixer: [READ] PAGE FAULT occurred at 0xfffe1000'],
  ]),
  ...rows('mtk', 'mtk-iommu 10205000.iommu: ', [
    [
      'fault type=0x%x iova=0x%x pa=0x%x larb=%d port=%d layer=%d %s',
      'fault',
      'fault type=0x5 iova=0xfffe1000 pa=0x0 larb=2 port=3 layer=1 read',
    ],
    [
      'fault type=0x%x iova=0x%llx pa=0x%llx master=0x%x(larb=%d port=%d) layer=%d %s',
      'fault',
      'fault type=0x5 iova=0xfffe1000 pa=0x0 master=0x50103(larb=2 port=3) layer=1 write',
    ],
    [
      'fault type=0x%x iova=0x%x pa=0x%x larb=%d port=%d',
      'fault',
      'fault type=0x5 iova=0xfffe1000 pa=0x0 larb=2 port=3',
    ],
  ]),
  ...rows('rockchip', 'rk_iommu ff903f00.iommu: ', [
    ['Page fault at %pad of type %s', 'fault', 'Page fault at 0x00000000fffe1000 of type read'],
    [
      'iova = %pad: dte_index: %#03x pte_index: %#03x page_offset: %#03x',
      'silent',
      'iova = 0x00000000fffe1000: dte_index: 0x3ff pte_index: 0x3e1 page_offset: 0x0',
    ],
    [
      'mmu_dte_addr: %pa dte@%pa: %#08x valid: %u pte@%pa: %#08x valid: %u page@%pa flags: %#03x',
      'silent',
      'mmu_dte_addr: 0x000000007b0a0000 dte@0x000000007b0a0ffc: 0x000000 valid: 0 pte@0x0000000000000000: 0x000000 valid: 0 page@0x0000000000000000 flags: 0x0',
    ],
  ]),
  ...rows('msm', 'msm_iommu: ', [
    ['Unexpected IOMMU page fault!', 'fault', 'Unexpected IOMMU page fault!'],
    ['Fault occurred in context %d.', 'continuation', 'Fault occurred in context 1.'],
    ['FAR    = %08x    PAR    = %08x', 'continuation', 'FAR    = fffe1000    PAR    = 00000000'],
    ['FSR    = %08x [', 'silent', 'FSR    = 00000002 [TF ]'],
  ]),
  ...rows('sun50i', 'sun50i-iommu 30f0000.iommu: ', [
    ['Page fault for %pad (master %d, dir %s)', 'fault', 'Page fault for 0x00000000fffe1000 (master 2, dir wr)'],
  ]),
  ...rows('ipmmu-vmsa', 'ipmmu-vmsa e67b0000.iommu: ', [
    [
      'Unhandled fault: status 0x%08x iova 0x%lx',
      'fault',
      'Unhandled fault: status 0x00000001 iova 0xfffe1000',
      'Unhandled fault: status 0x00000001 iova 0x0ffe1000',
    ],
    ['Multiple TLB hits @0x%lx', 'fault', 'Multiple TLB hits @0xfffe1000'],
    ['Page Table Walk Abort @0x%lx', 'fault', 'Page Table Walk Abort @0xfffe1000'],
  ]),
  ...rows('omap', 'omap-iommu 55082000.mmu: ', [
    [
      '%s: errs:0x%08x da:0x%08x pgd:0x%p *pgd:0x%08x pte:0x%p *pte:0x%08x',
      'fault',
      '55082000.mmu: errs:0x00000002 da:0xfffe1000 pgd:0xea29ffff *pgd:0x9ee8e801 pte:0xed0ff784 *pte:0x00000000',
    ],
  ]),
  ...rows('apple-dart', 'apple-dart 231304000.iommu: ', [
    [
      'translation fault: status:0x%x stream:%d code:0x%x (%s) at 0x%llx',
      'fault',
      'translation fault: status:0x80000008 stream:1 code:0x8 (NO PTE FOR IOVA) at 0xfffe1000',
    ],
  ]),
  ...rows('zpci', '', [
    [
      'zpci: %s: Event 0x%x reports an error for PCI function 0x%x',
      'fault',
      'zpci: 0000:00:00.0: Event 0x3a reports an error for PCI function 0x1234',
    ],
  ]),
  ...rows('tegra-mc', 'tegra-mc 70019000.memory-controller: ', [
    [
      '%s: %s%s @%pa: %s%s',
      'fault',
      'dc: read @0x00000000fffe1000: EMEM address decode error (SMMU translation error [--S])',
    ],
  ]),
  ...rows('vsi-iommu', 'vsi_iommu 27700400.iommu: ', [
    ['unexpected int_status=%08x', 'fault', 'unexpected int_status=00000008'],
  ]),
  ...rows('iommu-core-log', 'idxd 0000:6a:01.0: ', [
    ['no pending PRQ, drop response', 'response-refused', 'no pending PRQ, drop response'],
    ['iopf with pasid %d aborted', 'page-response', 'iopf with pasid 2 aborted'],
    ['no pending PRQ, stop timer', 'silent', 'no pending PRQ, stop timer'],
  ]),
  ...rows(NOBODY, 'idxd 0000:6a:01.0: ', [
    [
      'Device error %#x operation: %#x fault addr: %#llx',
      'unread',
      'Device error 0x1a operation: 0x3 fault addr: 0x7f2b3c4d5000',
    ],
    ['err[%d]: %#16.16llx', 'unread', 'err[0]: 0x00000000001a0301'],
  ]),
  ...rows('iommu-core-log', 'iommu: ', [
    [
      'Page response time expired!, pasid %d gid %d exp %llu now %llu',
      'iommu-error',
      'Page response time expired!, pasid 2 gid 31 exp 4294967500 now 4294970000',
    ],
  ]),
];

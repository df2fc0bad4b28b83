import { describe, expect, it } from 'vitest';
import { adreno } from '../../../parsers/dialects/adreno.ts';
import { appleDart } from '../../../parsers/dialects/apple-dart.ts';
import { exynos } from '../../../parsers/dialects/exynos.ts';
import { ipmmuVmsa } from '../../../parsers/dialects/ipmmu-vmsa.ts';
import { kgsl } from '../../../parsers/dialects/kgsl.ts';
import { msm } from '../../../parsers/dialects/msm.ts';
import { mtk } from '../../../parsers/dialects/mtk.ts';
import { omap } from '../../../parsers/dialects/omap.ts';
import { qemu } from '../../../parsers/dialects/qemu.ts';
import { riscvIommu } from '../../../parsers/dialects/riscv-iommu.ts';
import { rockchip } from '../../../parsers/dialects/rockchip.ts';
import { sun50i } from '../../../parsers/dialects/sun50i.ts';
import { tegraMc } from '../../../parsers/dialects/tegra-mc.ts';
import { virtioIommu } from '../../../parsers/dialects/virtio-iommu.ts';
import { vsiIommu } from '../../../parsers/dialects/vsi-iommu.ts';
import { xenVtd } from '../../../parsers/dialects/xen-vtd.ts';
import { zpci } from '../../../parsers/dialects/zpci.ts';
import type { Dialect } from '../../../src/model/parser.ts';
import { fieldsOf, joinLines, read } from './harness.ts';

/** Line, and the whole event but for its kind `fault`. */
const FAULTS: readonly (readonly [Dialect, string, Record<string, unknown>])[] = [
  [
    virtioIommu,
    'virtio_iommu virtio0: page fault from EP 256 at 0x12345040 [RWX]',
    { iommu: 'virtio0', requester: 0x100, addressDigits: '12345040', access: 'rwx', reason: 'page-fault' },
  ],
  [
    virtioIommu,
    'virtio_iommu virtio0: domain fault from EP 32 at 0x0 []',
    { iommu: 'virtio0', requester: 32, addressDigits: '0', reason: 'domain-fault' },
  ],
  [
    virtioIommu,
    'virtio_iommu virtio0: unknown fault from EP 65536',
    { iommu: 'virtio0', device: 'EP 65536', reason: 'unknown-fault' },
  ],
  [
    virtioIommu,
    'virtio_iommu virtio0: page fault from EP 32 PASID 5 at 0x12345040 [R]',
    { iommu: 'virtio0', requester: 32, pasid: 5, addressDigits: '12345040', access: 'r', reason: 'page-fault' },
  ],
  [
    virtioIommu,
    'virtio_iommu virtio0: output address fault from EP 32 PASID 5 at 0x12345040 []',
    { iommu: 'virtio0', requester: 32, pasid: 5, addressDigits: '12345040', reason: 'output-address-fault' },
  ],
  [
    tegraMc,
    'tegra-mc: sdmmcrab: read @0x0000007ffffff200: EMEM address decode error',
    {
      device: 'sdmmcrab',
      addressDigits: '0000007ffffff200',
      access: 'r',
      reason: 'emem-address-decode-error',
      vendorReason: 'EMEM address decode error',
    },
  ],
  [
    riscvIommu,
    'riscv-iommu 3010000.iommu: Fault 15 devid: 0x108 iotval: 12345040 iotval2: 0',
    {
      iommu: '3010000.iommu',
      device: '0x108',
      addressDigits: '12345040',
      access: 'w',
      reason: 'write-page-fault',
      vendorReason: 'cause 15',
    },
  ],
  [
    riscvIommu,
    'riscv-iommu 3010000.iommu: Fault 2048 devid: 0x108 iotval: 0 iotval2: 0',
    { iommu: '3010000.iommu', device: '0x108', addressDigits: '0', reason: 'cause-2048', vendorReason: 'cause 2048' },
  ],
  [
    exynos,
    'exynos-sysmmu 14860000.sysmmu: 14830000.decon: [READ] PAGE FAULT occurred at 0x6715b3e0',
    {
      iommu: '14860000.sysmmu',
      device: '14830000.decon',
      addressDigits: '6715b3e0',
      access: 'r',
      reason: 'page-fault',
      vendorReason: 'PAGE FAULT',
    },
  ],
  [
    exynos,
    'exynos-sysmmu 14860000.sysmmu: 14830000.decon: AR ACCESS PROTECTION FAULT occurred at 0x20001000',
    {
      iommu: '14860000.sysmmu',
      device: '14830000.decon',
      addressDigits: '20001000',
      access: 'r',
      reason: 'ar-access-protection-fault',
      vendorReason: 'AR ACCESS PROTECTION FAULT',
    },
  ],
  [
    exynos,
    'exynos-sysmmu 14640000.sysmmu: AW MULTI-HIT FAULT occurred at 0x20001000 (page table base: 0x6d2c0000)',
    {
      iommu: '14640000.sysmmu',
      addressDigits: '20001000',
      access: 'w',
      reason: 'aw-multi-hit-fault',
      vendorReason: 'AW MULTI-HIT FAULT',
    },
  ],
  [
    exynos,
    'BUS ERROR FAULT occurred at 0x20001000 by 14640000.sysmmu(Page table base: 0x6d2c0000)',
    {
      iommu: '14640000.sysmmu',
      addressDigits: '20001000',
      reason: 'bus-error-fault',
      vendorReason: 'BUS ERROR FAULT',
    },
  ],
  [
    mtk,
    'mtk-iommu 14014000.iommu: fault type=0x5 iova=0x7fff0000 pa=0x0 larb=2 sub_comm=1 port=3 regval=0x280 layer=1 write',
    {
      iommu: '14014000.iommu',
      device: 'larb=2 port=3',
      addressDigits: '7fff0000',
      access: 'w',
      reason: 'translation-fault',
      vendorReason: 'type=0x5',
    },
  ],
  [
    mtk,
    'mtk-iommu 1401d000.m4u: fault type=0x280 iova=0x7fff0000 pa=0x0 read',
    {
      iommu: '1401d000.m4u',
      addressDigits: '7fff0000',
      access: 'r',
      reason: 'translation-fault',
      vendorReason: 'type=0x280',
    },
  ],
  [
    mtk,
    'mtk-iommu 1401d000.m4u: fault type=0x280 iova=0x1fe3ee000 pa=0x0 master=0x5000492(larb=5 port=4) layer=0 write',
    {
      iommu: '1401d000.m4u',
      device: 'larb=5 port=4',
      addressDigits: '1fe3ee000',
      access: 'w',
      reason: 'translation-fault',
      vendorReason: 'type=0x280',
    },
  ],
  [
    mtk,
    'mtk-iommu-v1 10205000.iommu: fault type=0x8 iova=0xfe000000 pa=0x0 larb=0 port=2',
    {
      iommu: '10205000.iommu',
      device: 'larb=0 port=2',
      addressDigits: 'fe000000',
      reason: 'translation-fault',
      vendorReason: 'type=0x8',
    },
  ],
  [
    rockchip,
    'rk_iommu fe043e00.iommu: Page fault at 0x00000000ff801000 of type write',
    { iommu: 'fe043e00.iommu', addressDigits: '00000000ff801000', access: 'w', reason: 'page-fault' },
  ],
  [
    sun50i,
    'sun50i-iommu 30f0000.iommu: Page fault for 0x00000000ffcac000 (master 3, dir wr)',
    {
      iommu: '30f0000.iommu',
      device: 'master 3',
      addressDigits: '00000000ffcac000',
      access: 'w',
      reason: 'page-fault',
    },
  ],
  [
    ipmmuVmsa,
    'ipmmu-vmsa eed40000.iommu: Unhandled fault: status 0x00001502 iova 0xfe000000',
    {
      iommu: 'eed40000.iommu',
      addressDigits: 'fe000000',
      reason: 'unhandled-fault',
      vendorReason: 'status 0x00001502',
    },
  ],
  [
    ipmmuVmsa,
    'ipmmu-vmsa eed40000.iommu: Multiple TLB hits @0xfe000000',
    {
      iommu: 'eed40000.iommu',
      addressDigits: 'fe000000',
      reason: 'multiple-tlb-hits',
      vendorReason: 'Multiple TLB hits',
    },
  ],
  [
    ipmmuVmsa,
    'ipmmu-vmsa eed40000.iommu: Page Table Walk Abort @0xfe000000',
    {
      iommu: 'eed40000.iommu',
      addressDigits: 'fe000000',
      reason: 'page-table-walk-abort',
      vendorReason: 'Page Table Walk Abort',
    },
  ],
  [
    omap,
    'omap-iommu 40d01000.mmu: 40d01000.mmu: errs:0x00000002 da:0x80000000 pgd:0x(ptrval) *pgd:0x00000000',
    {
      iommu: '40d01000.mmu',
      addressDigits: '80000000',
      reason: 'translation-fault',
      vendorReason: 'errs:0x00000002',
    },
  ],
  [
    appleDart,
    'apple-dart 285820000.iommu: translation fault: status:0x80000010 stream:3 code:0x10 (WRITE FAULT) at 0x1000',
    {
      iommu: '285820000.iommu',
      device: 'stream 3',
      addressDigits: '1000',
      access: 'w',
      reason: 'write-fault',
      vendorReason: 'WRITE FAULT',
    },
  ],
  [
    appleDart,
    'apple-dart 285820000.iommu: translation fault: status:0x80000040 stream:3 code:0x40 (unknown) at 0x1000',
    {
      iommu: '285820000.iommu',
      device: 'stream 3',
      addressDigits: '1000',
      reason: 'code-0x40',
      vendorReason: 'unknown',
    },
  ],
  [
    appleDart,
    'apple-dart 285820000.iommu: translation fault: status:0x81000404',
    { iommu: '285820000.iommu', reason: 'translation-fault' },
  ],
  [
    appleDart,
    'apple-dart 285820000.iommu: translation fault: status:0x80000800 stream:1 code:0x800 ... at 0x2000',
    { iommu: '285820000.iommu', device: 'stream 1', addressDigits: '2000', reason: 'code-0x800' },
  ],
  [
    zpci,
    'zpci: 0000:00:00.0: Event 0x3a reports an error for PCI function 0x1234',
    {
      device: '0000:00:00.0',
      requester: 0,
      reason: 'pci-event-0x3a',
      vendorReason: 'zpci: 0000:00:00.0: Event 0x3a reports an error for PCI function 0x1234',
    },
  ],
  [
    zpci,
    'zpci: n/a: Event 0x3a reports an error for PCI function 0x1234',
    {
      device: '0x1234',
      reason: 'pci-event-0x3a',
      vendorReason: 'zpci: n/a: Event 0x3a reports an error for PCI function 0x1234',
    },
  ],
  [
    tegraMc,
    'tegra-mc 7000f000.memory-controller: dispdca: secure write @0x80001000: Page fault (SMMU translation error [RW-])',
    {
      iommu: '7000f000.memory-controller',
      device: 'dispdca',
      addressDigits: '80001000',
      access: 'w',
      reason: 'page-fault',
      vendorReason: 'Page fault (SMMU translation error [RW-])',
    },
  ],
  [
    vsiIommu,
    'vsi_iommu 27700400.iommu: unexpected int_status=00000008',
    {
      iommu: '27700400.iommu',
      reason: 'unexpected-interrupt-status',
      vendorReason: 'unexpected int_status=00000008',
    },
  ],
  [
    qemu,
    'vtd_dmar_fault sid 0x20 fault 5 addr 0x12345000 write 1',
    { requester: 0x20, addressDigits: '12345000', access: 'w', reason: 'write-access-not-set', isFragment: true },
  ],
  [
    qemu,
    'qemu-system-x86_64: vtd_iommu_translate: detected translation failure (dev=01:00:00, iova=0x7ffde000)',
    { device: '01:00.0', requester: 0x100, addressDigits: '7ffde000', reason: 'translation-failure' },
  ],
  [
    qemu,
    'virtio_iommu_report_fault FAULT reason=2 flags=258 endpoint=32 address =0x12345040',
    { requester: 32, addressDigits: '12345040', access: 'w', reason: 'page-fault' },
  ],
  [
    qemu,
    '31@1700000000.123456:smmuv3_record_event F_TRANSLATION sid=0x20',
    { device: '0x20', reason: 'translation', vendorReason: 'F_TRANSLATION' },
  ],
  [
    qemu,
    'riscv_iommu_flt riscv-iommu: fault 0001:00.0 reason: 0xd iova: 0x12345040',
    { device: '01:00.0', requester: 0x100, addressDigits: '12345040', reason: 'read-page-fault' },
  ],
  [
    qemu,
    'amdvi_page_fault error: page fault accessing guest physical address 0x12345040',
    { addressDigits: '12345040', reason: 'page-fault' },
  ],
  [
    adreno,
    '*** gpu fault: ttbr0=0000000102a46000 iova=0000000001000000 dir=WRITE type=PERMISSION source=CP (0,0,0,1)',
    {
      device: 'CP',
      addressDigits: '0000000001000000',
      access: 'w',
      reason: 'permission',
      vendorReason: 'PERMISSION',
    },
  ],
  [
    adreno,
    '*** gpu fault: cb=1 ttbr0=000000011cf37000 cb0_ttbr0=0000000101a10000 cb1_ttbr0=000000011cf37000 iova=0000000001000000 dir=READ type=EXTERNAL source=UCHE (0,0,0,1)',
    {
      device: 'UCHE',
      addressDigits: '0000000001000000',
      access: 'r',
      reason: 'external',
      vendorReason: 'EXTERNAL',
    },
  ],
  [
    adreno,
    '*** gpu fault: iova=0000000001000000 flags=1 (0,0,0,0)',
    { addressDigits: '0000000001000000', access: 'w', reason: 'smmu-fault' },
  ],
  [adreno, '*** fault: iova=            1000, flags=0', { addressDigits: '1000', access: 'r', reason: 'smmu-fault' }],
  [
    adreno,
    'msm 901000.mdss: *** fault: iova=00001000, flags=0',
    { device: '901000.mdss', addressDigits: '00001000', access: 'r', reason: 'smmu-fault' },
  ],
];

describe('one line, one fault (log-formats B.6, B.8)', () => {
  it.each(FAULTS.map(([dialect, line, fields]) => [dialect.name, line, dialect, fields] as const))(
    '%s: %s',
    (_, line, dialect, fields) => {
      expect(read(dialect, line)).toEqual({ kind: 'fault', ...fields });
    },
  );
});

describe('several lines, one fault', () => {
  it('msm', () => {
    const event = joinLines(msm, [
      'msm_iommu: Unexpected IOMMU page fault!',
      'msm_iommu: Fault occurred in context 2.',
      'msm_iommu: Interesting registers:',
      'msm_iommu: FAR    = 12345000    PAR    = 00000000',
      'msm_iommu: FSR    = 00000002 [TF ]',
    ]);
    expect(fieldsOf(event)).toEqual({
      kind: 'fault',
      device: 'context 2',
      addressDigits: '12345000',
      reason: 'page-fault',
    });
  });

  it('rockchip', () => {
    const event = joinLines(rockchip, [
      'rk_iommu ff940300.iommu: Page fault at 0x7f4bda00 of type read',
      'rk_iommu ff940300.iommu: iova = 0x7f4bda00: dte_index: 0x1fd pte_index: 0xbd page_offset: 0xa00',
      'rk_iommu ff940300.iommu: mmu_dte_addr: 0x014e0000 dte@0x014e07f4: 0x000000 valid: 0 pte@0x00000000: 0x000000 valid: 0 page@0x00000000 flags: 0x0',
    ]);
    expect(event.addressDigits).toBe('7f4bda00');
  });

  it('Xen, VT-d: the reason is hexadecimal', () => {
    const event = joinLines(xenVtd, [
      '(XEN) [VT-D]iommu.c:885: iommu_fault_status: Primary Pending Fault',
      '(XEN) [VT-D]DMAR:[DMA Write] Request device [0000:65:00.0] fault addr 1200000000',
      '(XEN) [VT-D]DMAR: reason 0c - non-zero reserved fields in PTE',
    ]);
    expect(fieldsOf(event)).toEqual({
      kind: 'fault',
      device: '0000:65:00.0',
      requester: 0x6500,
      addressDigits: '1200000000',
      access: 'w',
      reason: 'reserved-fields-in-pte',
      vendorReason: 'non-zero reserved fields in PTE',
    });
  });

  it('Xen, interrupt remapping: the index is no address', () => {
    const event = joinLines(xenVtd, [
      '(XEN) [VT-D]INTR-REMAP: Request device [0000:f0:1f.0] fault index 1a',
      '(XEN) [VT-D]INTR-REMAP: reason 22 - Present field in the IRTE entry is clear',
    ]);
    expect(fieldsOf(event)).toEqual({
      kind: 'fault',
      device: '0000:f0:1f.0',
      requester: 0xf0f8,
      reason: 'irte-not-present',
      vendorReason: 'Present field in the IRTE entry is clear',
    });
  });

  it('Xen until 4.4, VT-d: with the place in the source, the reason on a line without a mark', () => {
    const event = joinLines(xenVtd, [
      '(XEN) [VT-D]iommu.c:830: DMAR:[DMA Read] Request device [00:1f.2] fault addr deadb000, iommu reg = ffff82c3fff57000',
      '(XEN) DMAR:[fault reason 0ch] non-zero reserved fields in PTE',
    ]);
    expect(fieldsOf(event)).toEqual({
      kind: 'fault',
      device: '00:1f.2',
      requester: 0xfa,
      addressDigits: 'deadb000',
      access: 'r',
      reason: 'reserved-fields-in-pte',
      vendorReason: 'non-zero reserved fields in PTE',
    });
  });

  it('Xen, VT-d, of an unknown kind', () => {
    const event = joinLines(xenVtd, [
      '(XEN) [VT-D]UNKNOWN: Request device [0000:00:02.0] fault addr deadb000',
      '(XEN) [VT-D]UNKNOWN: reason 40 - Unknown',
    ]);
    expect(fieldsOf(event)).toMatchObject({ kind: 'fault', device: '0000:00:02.0', addressDigits: 'deadb000' });
    expect(event.access).toBeUndefined();
  });

  it.each([
    [
      'newer: without the name of the function',
      ['context=gfx3d_user TTBR0=0xfebeb000 (read translation fault)'],
      'translation',
    ],
    [
      'msm-3.4: without the kind',
      ['|kgsl_iommu_fault_handler| context = 0 FSR = 2 FSYNR0 = 1 FSYNR1 = 0(read fault)'],
      'page-fault',
    ],
  ])('kgsl, %s', (_, lines, reason) => {
    const event = joinLines(kgsl, [
      'kgsl kgsl-3d0: GPU PAGE FAULT: addr = 500001000 pid= 1994 name=surfaceflinger drawctxt=12 context pid = 1994',
      ...lines.map((line) => `kgsl kgsl-3d0: ${line}`),
    ]);
    expect(fieldsOf(event)).toEqual({
      kind: 'fault',
      device: 'kgsl-3d0',
      addressDigits: '500001000',
      access: 'r',
      reason,
    });
  });

  it('kgsl', () => {
    const event = joinLines(kgsl, [
      'kgsl kgsl-3d0: |kgsl_iommu_fault_handler| GPU PAGE FAULT: addr = 500000000 pid= 1234 name=com.example',
      'kgsl kgsl-3d0: |kgsl_iommu_fault_handler| context=gfx3d_user TTBR0=0x1e000a1b2c000 CIDR=0x4d2 (write permission fault)',
    ]);
    expect(fieldsOf(event)).toEqual({
      kind: 'fault',
      device: 'kgsl-3d0',
      addressDigits: '500000000',
      access: 'w',
      reason: 'permission',
    });
  });
});

describe('errors and responses', () => {
  it.each([
    ['Queue #1 error; memory fault:0 overflow:1', 'iommu-error', 'queue-overflow'],
    ['Queue #1 error; memory fault:1 overflow:0', 'iommu-error', 'queue-memory-fault'],
    ['Queue #3 error; memory fault:0 overflow:1', 'queue-overflow', 'detected'],
  ])('riscv: %s', (text, kind, reason) => {
    expect(read(riscvIommu, `riscv-iommu 3010000.iommu: ${text}`)).toEqual({
      kind,
      iommu: '3010000.iommu',
      reason,
      vendorReason: text,
    });
  });

  it('tegra: a poison response is no fault', () => {
    const line = 'tegra-mc 2c00000.memory-controller: unknown: read @0x1000: poison response';
    expect(read(tegraMc, line)).toMatchObject({ kind: 'iommu-error', reason: 'poison-response' });
  });

  it('tegra: a line without its error is a fault still', () => {
    expect(read(tegraMc, 'tegra-mc 2c00000.memory-controller: pcie5w: write @0x0000000000001000')).toEqual({
      kind: 'fault',
      iommu: '2c00000.memory-controller',
      device: 'pcie5w',
      addressDigits: '0000000000001000',
      access: 'w',
    });
  });

  it('tegra: a poison response may have neither direction nor rights', () => {
    const text = 'Read response with poison bit error status:0';
    const line = `tegra-mc 8108020000.memory-controller: ptcr: @0x0000000000000000: ${text}`;
    expect(read(tegraMc, line)).toEqual({
      kind: 'iommu-error',
      iommu: '8108020000.memory-controller',
      device: 'ptcr',
      addressDigits: '0000000000000000',
      reason: 'poison-response',
      vendorReason: text,
    });
  });

  it('mtk: a flush that took too long is no fault', () => {
    const line = 'mtk-iommu 10205000.iommu: Partial TLB flush timed out, falling back to full flush';
    expect(read(mtk, line)).toEqual({
      kind: 'iommu-error',
      iommu: '10205000.iommu',
      reason: 'tlb-flush-timeout',
      vendorReason: 'Partial TLB flush timed out, falling back to full flush',
    });
  });

  it('QEMU: a page group response that a guest wrote', () => {
    const line = 'vtd_inv_desc invalidate desc type page group response high 0xf8 low 0x26a081019';
    expect(read(qemu, line)).toEqual({
      kind: 'page-response',
      requester: 0x6a08,
      pasid: 2,
      prgi: 31,
      code: 'invalid-request',
    });
  });
});

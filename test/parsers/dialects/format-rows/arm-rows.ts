import { type FormatRow, rows } from './format-row.ts';

/** Messages of the SMMU drivers. */
export const ARM: readonly FormatRow[] = [
  ...rows('arm-smmu-v3', 'arm-smmu-v3 arm-smmu-v3.0.auto: ', [
    ['event 0x%02x received:', 'fault', 'event 0x10 received:'],
    ['\\t0x%016llx', 'continuation', '\t0x0000760000001810'],
    [
      'event: %s client: %s sid: %#x ssid: %#x iova: %#llx ipa: %#llx',
      'fault',
      'event: F_TRANSLATION client: 0000:76:00.0 sid: 0x7600 ssid: 0x1 iova: 0x2321c000 ipa: 0x0',
    ],
    [
      '%s %s %s %s "%s"%s%s stag: %#x',
      'continuation',
      'unpriv data read s1 "Input address caused fault" stall stag: 0x8a',
      'priv inst write s2 "CD fetch" ttd_read stall stag: 0x8a',
    ],
    [
      'event: %s client: %s sid: %#x ssid: %#x fetch_addr: %#llx',
      'fault',
      'event: F_STE_FETCH client: 0000:76:00.0 sid: 0x7600 ssid: 0x0 fetch_addr: 0x102448000',
    ],
    [
      'event: %s client: %s sid: %#x ssid: %#x',
      'fault',
      'event: C_BAD_STREAMID client: (unassigned sid) sid: 0x7600 ssid: 0x0',
    ],
    ['EVTQ overflow detected -- events lost', 'queue-overflow', 'EVTQ overflow detected -- events lost'],
    ['unexpected PRI request received:', 'request-refused', 'unexpected PRI request received:'],
    [
      '\\tsid 0x%08x.0x%05x: [%u%s] %sprivileged %s%s%s access at iova 0x%016llx',
      'request-refused',
      '\tsid 0x00007600.0x00001: [31L] unprivileged RW access at iova 0x000000002321c000',
      '\tsid 0x00007600.0x00001: [31] privileged  access at iova 0x000000002321c000',
    ],
    ['PRIQ overflow detected -- requests lost', 'queue-overflow', 'PRIQ overflow detected -- requests lost'],
    [
      'unexpected global error reported (0x%08x), this could be serious',
      'iommu-error',
      'unexpected global error reported (0x00000001), this could be serious',
    ],
    ['device has entered Service Failure Mode!', 'iommu-error', 'device has entered Service Failure Mode!'],
    ['GERROR MSI write aborted', 'iommu-error', 'GERROR MSI write aborted'],
    ['PRIQ MSI write aborted', 'iommu-error', 'PRIQ MSI write aborted'],
    ['EVTQ MSI write aborted', 'iommu-error', 'EVTQ MSI write aborted'],
    ['CMDQ MSI write aborted', 'iommu-error', 'CMDQ MSI write aborted'],
    [
      'PRIQ write aborted -- events may have been lost',
      'iommu-error',
      'PRIQ write aborted -- events may have been lost',
    ],
    [
      'EVTQ write aborted -- events may have been lost',
      'iommu-error',
      'EVTQ write aborted -- events may have been lost',
    ],
    [
      'CMDQ error (cons 0x%08x): %s',
      'iommu-error',
      'CMDQ error (cons 0x01000010): Illegal command',
      'CMDQ error (cons 0x03000010): ATC invalidate timeout',
    ],
    ['skipping command in error state:', 'silent', 'skipping command in error state:'],
    ['retrying command fetch', 'silent', 'retrying command fetch'],
    ['CMD_SYNC timeout', 'iommu-error', 'CMD_SYNC timeout'],
    [
      'CMD_SYNC timeout at 0x%08x [hwprod 0x%08x, hwcons 0x%08x]',
      'iommu-error',
      'CMD_SYNC timeout at 0x00000010 [hwprod 0x00000012, hwcons 0x00000010]',
    ],
  ]),
  ...rows('arm-smmu', 'arm-smmu 15000000.iommu: ', [
    [
      'Unhandled context fault: fsr=0x%x, iova=0x%08lx, fsynr=0x%x, cb=%d',
      'fault',
      'Unhandled context fault: fsr=0x402, iova=0xfffe1000, fsynr=0x11, cb=1',
    ],
    [
      'Unhandled context fault: fsr=0x%x, iova=0x%08lx, fsynr=0x%x, cbfrsynra=0x%x, cb=%d',
      'fault',
      'Unhandled context fault: fsr=0x402, iova=0xfffe1000, fsynr=0x11, cbfrsynra=0x800, cb=1',
    ],
    [
      'FSR    = %08x [%s%sFormat=%u%s%s%s%s%s%s%s%s], SID=0x%x',
      'silent',
      'FSR    = 00000402 [Format=2 TF], SID=0x800',
      'FSR    = c0000408 [MULTI SS Format=2 PF], SID=0x800',
    ],
    ['FSYNR0 = %08x [S1CBNDX=%u%s%s%s%s%s%s PLVL=%u]', 'silent', 'FSYNR0 = 00010011 [S1CBNDX=1 WNR PLVL=1]'],
    [
      'Blocked unknown Stream ID 0x%hx; boot with "arm-smmu.disable_bypass=0" to allow, but this may have security implications',
      'fault',
      'Blocked unknown Stream ID 0x800; boot with "arm-smmu.disable_bypass=0" to allow, but this may have security implications',
    ],
    ['Unexpected global fault, this could be serious', 'fault', 'Unexpected global fault, this could be serious'],
    [
      '\\tGFSR 0x%08x, GFSYNR0 0x%08x, GFSYNR1 0x%08x, GFSYNR2 0x%08x',
      'continuation',
      '\tGFSR 0x80000002, GFSYNR0 0x00000000, GFSYNR1 0x00000800, GFSYNR2 0x00000000',
    ],
    ['soft iova-to-phys=%pa', 'silent', 'soft iova-to-phys=0x0000000102448000'],
    [
      'SOFTWARE TABLE WALK FAILED! Looks like %s accessed an unmapped address!',
      'silent',
      'SOFTWARE TABLE WALK FAILED! Looks like 15000000.iommu accessed an unmapped address!',
    ],
    ['hard iova-to-phys (ATOS)=%pa', 'silent', 'hard iova-to-phys (ATOS)=0x0000000102448000'],
    ['hard iova-to-phys (ATOS) failed', 'silent', 'hard iova-to-phys (ATOS) failed'],
    [
      'ATOS generated a fault interrupt! PAR = %llx, SID=0x%x',
      'silent',
      'ATOS generated a fault interrupt! PAR = 80000102448005, SID=0x800',
    ],
    ['Unhandled arm-smmu context fault from %s!', 'fault', 'Unhandled arm-smmu context fault from a600000.dwc3!'],
    ['FAR    = 0x%016lx', 'continuation', 'FAR    = 0x00000000fa001000'],
    ['PAR    = 0x%pK', 'silent', 'PAR    = 0x0000000000000000'],
    ['FSR    = 0x%08x [', 'continuation', 'FSR    = 0x40000402 [TF R SS ]'],
    ['FSYNR0    = 0x%x', 'continuation', 'FSYNR0    = 0x5f0003'],
    ['FSYNR1    = 0x%x', 'silent', 'FSYNR1    = 0x140000'],
    ['context bank#    = 0x%x', 'silent', 'context bank#    = 0x1'],
    ['TTBR0  = ', 'silent', 'TTBR0  = 0x0001000102448000'],
    ['SCTLR  = 0x%08x ACTLR  = 0x%08x', 'silent', 'SCTLR  = 0x006000e5 ACTLR  = 0x00000100'],
    ['CBAR  = 0x%08x', 'silent', 'CBAR  = 0x0001f300'],
  ]),
  ...rows('arm-smmu', 'qcom-iommu-ctx 1e24000.iommu-ctx: ', [
    [
      'Unhandled context fault: fsr=0x%x, iova=0x%016llx, fsynr=0x%x, cb=%d',
      'fault',
      'Unhandled context fault: fsr=0x2, iova=0x00000000fffe1000, fsynr=0x11, cb=4',
    ],
  ]),
];

import { type FormatRow, rows } from './format-row.ts';

/** Messages of the AMD-Vi driver. */
export const AMD: readonly FormatRow[] = [
  ...rows('amd-vi', 'nvme 0000:01:00.0: AMD-Vi: Event logged [', [
    [
      'IO_PAGE_FAULT domain=0x%04x address=ADDR flags=0x%04x]',
      'fault',
      'IO_PAGE_FAULT domain=0x000f address=0xfffe1000 flags=0x0020]',
    ],
  ]),
  ...rows('amd-vi', 'AMD-Vi: Event logged [', [
    [
      'IO_PAGE_FAULT device=DEV domain=0x%04x address=ADDR flags=0x%04x]',
      'fault',
      'IO_PAGE_FAULT device=01:00.0 domain=0x000f address=0x00000000fffe1000 flags=0x0020]',
      'IO_PAGE_FAULT device=0000:01:00.0 domain=0x000f address=0xfffe1000 flags=0x0020]',
    ],
  ]),
  ...rows('amd-vi', 'pci 0000:00:00.2: AMD-Vi: Event logged [', [
    [
      'ILLEGAL_DEV_TABLE_ENTRY device=DEV address=ADDR flags=0x%04x]',
      'fault',
      'ILLEGAL_DEV_TABLE_ENTRY device=01:00.0 address=0x00000000fffe1000 flags=0x0080]',
    ],
    [
      'ILLEGAL_DEV_TABLE_ENTRY device=DEV pasid=0x%05x address=ADDR flags=0x%04x]',
      'fault',
      'ILLEGAL_DEV_TABLE_ENTRY device=0000:01:00.0 pasid=0x00000 address=0xfffe1000 flags=0x0080]',
    ],
    [
      'DEV_TAB_HARDWARE_ERROR device=DEV address=ADDR flags=0x%04x]',
      'iommu-error',
      'DEV_TAB_HARDWARE_ERROR device=0000:01:00.0 address=0xfffe1000 flags=0x0080]',
    ],
    [
      'PAGE_TAB_HARDWARE_ERROR device=DEV domain=0x%04x address=ADDR flags=0x%04x]',
      'iommu-error',
      'PAGE_TAB_HARDWARE_ERROR device=01:00.0 domain=0x000f address=0xfffe1000 flags=0x0080]',
    ],
    [
      'PAGE_TAB_HARDWARE_ERROR device=DEV pasid=0x%04x address=ADDR flags=0x%04x]',
      'iommu-error',
      'PAGE_TAB_HARDWARE_ERROR device=0000:01:00.0 pasid=0x0002 address=0xfffe1000 flags=0x0080]',
    ],
    ['ILLEGAL_COMMAND_ERROR address=ADDR]', 'iommu-error', 'ILLEGAL_COMMAND_ERROR address=0x102448000]'],
    [
      'COMMAND_HARDWARE_ERROR address=ADDR flags=0x%04x]',
      'iommu-error',
      'COMMAND_HARDWARE_ERROR address=0x102448000 flags=0x0000]',
    ],
    [
      'IOTLB_INV_TIMEOUT device=DEV address=ADDR]',
      'iommu-error',
      'IOTLB_INV_TIMEOUT device=0000:01:00.0 address=0x102448000]',
    ],
    [
      'INVALID_DEVICE_REQUEST device=DEV address=ADDR flags=0x%04x]',
      'fault',
      'INVALID_DEVICE_REQUEST device=01:00.0 address=0x00000000fffe1000 flags=0x0a00]',
    ],
    [
      'INVALID_DEVICE_REQUEST device=DEV pasid=0x%05x address=ADDR flags=0x%04x]',
      'fault',
      'INVALID_DEVICE_REQUEST device=0000:01:00.0 pasid=0x00000 address=0xfffe1000 flags=0x0a00]',
    ],
    [
      'INVALID_PPR_REQUEST device=DEV pasid=0x%05x address=ADDR flags=0x%04x]',
      'request-refused',
      'INVALID_PPR_REQUEST device=61:00.0 pasid=0x00002 address=0x7f2b3c4d5000 flags=0x0200]',
    ],
    [
      'INVALID_PPR_REQUEST device=DEV pasid=0x%05x address=ADDR flags=0x%04x tag=0x%03x]',
      'request-refused',
      'INVALID_PPR_REQUEST device=0000:61:00.0 pasid=0x00002 address=0x7f2b3c4d5000 flags=0x0200 tag=0x21f]',
    ],
    [
      'RMP_HW_ERROR vmg_tag=0x%04x, spa=0x%llx, flags=0x%04x]',
      'iommu-error',
      'RMP_HW_ERROR vmg_tag=0x0000, spa=0x102448000, flags=0x0000]',
    ],
    [
      'RMP_HW_ERROR device=DEV, vmg_tag=0x%04x, spa=0x%llx, flags=0x%04x]',
      'iommu-error',
      'RMP_HW_ERROR device=0000:61:00.0, vmg_tag=0x0000, spa=0x102448000, flags=0x0000]',
    ],
    [
      'RMP_PAGE_FAULT vmg_tag=0x%04x, gpa=0x%llx, flags_rmp=0x%04x, flags=0x%04x]',
      'fault',
      'RMP_PAGE_FAULT vmg_tag=0x0000, gpa=0x102448000, flags_rmp=0x0001, flags=0x0020]',
    ],
    [
      'RMP_PAGE_FAULT device=DEV, vmg_tag=0x%04x, gpa=0x%llx, flags_rmp=0x%04x, flags=0x%04x]',
      'fault',
      'RMP_PAGE_FAULT device=0000:61:00.0, vmg_tag=0x0000, gpa=0x102448000, flags_rmp=0x0001, flags=0x0020]',
    ],
    ['Device not attached to domain properly]', 'fault', 'Device not attached to domain properly]'],
    [
      'UNKNOWN event[0]=0x%08x event[1]=0x%08x event[2]=0x%08x event[3]=0x%08x',
      'iommu-error',
      'UNKNOWN event[0]=0x00000100 event[1]=0xf0000000 event[2]=0xfffe1000 event[3]=0x00000000',
    ],
    ['UNKNOWN type=0x%02x]', 'iommu-error', 'UNKNOWN type=0x0f]'],
  ]),
  ...rows('amd-vi', 'AMD-Vi: ', [
    ['  device=DEV domain=0x%04x', 'continuation', '  device=0000:01:00.0 domain=0x0000'],
    ['DTE[%d]: %016llx', 'silent', 'DTE[0]: 7d90000000000003'],
    ['Control Reg : 0x%llx', 'silent', 'Control Reg : 0x1000000fff'],
    ['CMD[%d]: %08x', 'silent', 'CMD[0]: 00000001'],
    ['No event written to event log', 'iommu-error', 'No event written to event log'],
    ['Unknown PPR request received', 'iommu-error', 'Unknown PPR request received'],
    [
      'PPR logged [Request ignored due to GN=0 (device=%04x:%02x:%02x.%x pasid=0x%05llx address=0x%llx flags=0x%04llx tag=0x%03llx]',
      'request-refused',
      'PPR logged [Request ignored due to GN=0 (device=0000:61:00.0 pasid=0x00002 address=0x7f2b3c4d5000 flags=0x0005 tag=0x21f]',
    ],
    [
      'PPR logged [Invalid request format (device=',
      'request-refused',
      'PPR logged [Invalid request format (device=0000:61:00.0 pasid=0x00002 address=0x7f2b3c4d5000 flags=0x0105 tag=0x21f]',
    ],
    ['Invalid PASID : 0x%x, device : 0x%x', 'request-refused', 'Invalid PASID : 0x2, device : 0x6100'],
    ['IOMMU %s log restarting', 'queue-overflow', 'IOMMU PPR log restarting'],
    ['IOMMU %s log restarting', 'iommu-error', 'IOMMU Event log restarting', 'IOMMU GA log restarting'],
    ['IOMMU event log overflow', 'iommu-error', 'IOMMU event log overflow'],
    ['IOMMU GA Log overflow', 'iommu-error', 'IOMMU GA Log overflow'],
    ['IOMMU GA Log restarting', 'iommu-error', 'IOMMU GA Log restarting'],
    ['Processing IOMMU (ivhd%d) %s Log', 'silent', 'Processing IOMMU (ivhd0) PPR Log'],
    ['Processing IOMMU PPR Log', 'silent', 'Processing IOMMU PPR Log'],
  ]),
];

import { describe, expect, it } from 'vitest';
import { amdVi } from '../../../parsers/dialects/amd-vi.ts';
import { xenAmd } from '../../../parsers/dialects/xen-amd.ts';
import { fieldsOf, joinLines, read } from './harness.ts';

describe('IO_PAGE_FAULT (log-formats B.3.1)', () => {
  const fault = {
    kind: 'fault',
    device: '0000:01:00.0',
    requester: 0x100,
    addressDigits: 'fffe1000',
    access: 'w',
    reason: 'not-present',
    vendorReason: 'IO_PAGE_FAULT flags=0x0020',
  };
  const body = 'IO_PAGE_FAULT domain=0x000f address=0xfffe1000 flags=0x0020]';

  it.each([
    ['5.3 and later', `nvme 0000:01:00.0: AMD-Vi: Event logged [${body}`, fault],
    [
      '4.9 to 4.17: on the line behind `AMD-Vi: Event logged [`',
      'IO_PAGE_FAULT device=01:00.0 domain=0x000f address=0x00000000fffe1000 flags=0x0020]',
      { ...fault, device: '01:00.0', addressDigits: '00000000fffe1000' },
    ],
    [
      '4.18: the same with the IOMMU in front',
      'pci 0000:00:00.2: IO_PAGE_FAULT device=01:00.0 domain=0x000f address=0xfffe1000 flags=0x0020]',
      { ...fault, device: '01:00.0' },
    ],
    ['5.0: without AMD-Vi', `nvme 0000:01:00.0: Event logged [${body}`, fault],
    [
      'before 5.0: 16 digits',
      'nvme 0000:01:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x000f address=0x00000000fffe1000 flags=0x0020]',
      { ...fault, addressDigits: '00000000fffe1000' },
    ],
    [
      'device unknown, up to 5.19',
      'AMD-Vi: Event logged [IO_PAGE_FAULT device=01:00.0 domain=0x000f address=0xfffe1000 flags=0x0020]',
      { ...fault, device: '01:00.0' },
    ],
    [
      'device unknown, since 6.0',
      'AMD-Vi: Event logged [IO_PAGE_FAULT device=0001:01:00.0 domain=0x000f address=0xfffe1000 flags=0x0020]',
      { ...fault, device: '0001:01:00.0' },
    ],
  ])('%s', (_, line, event) => {
    expect(read(amdVi, line)).toEqual(event);
  });

  it.each([
    ['0x0000', { access: 'r', reason: 'not-present' }],
    ['0x0020', { access: 'w', reason: 'not-present' }],
    ['0x0070', { access: 'w', reason: 'no-permission' }],
    ['0x0090', { access: 'r', reason: 'reserved-bit' }],
    ['0x0010', { access: 'r', reason: 'io-page-fault' }],
    ['0x0008', { access: undefined, reason: 'interrupt-request-blocked' }],
    ['0x0021', { access: 'w', reason: 'not-present', pasid: 15 }],
  ])('flags %s', (flags, fields) => {
    const line = `nvme 0000:01:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x000f address=0x0 flags=${flags}]`;
    expect(read(amdVi, line)).toMatchObject(
      Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
    );
    if (fields.access === undefined) expect(read(amdVi, line)).not.toHaveProperty('access');
  });

  it('takes the device from the line after "not attached"', () => {
    const event = joinLines(amdVi, [
      'AMD-Vi: Event logged [Device not attached to domain properly]',
      'AMD-Vi:   device=0000:01:00.0 domain=0x0000',
    ]);
    expect(fieldsOf(event)).toEqual({
      kind: 'fault',
      device: '0000:01:00.0',
      requester: 0x100,
      reason: 'device-not-attached',
      vendorReason: 'Device not attached to domain properly',
    });
  });
});

describe('other events', () => {
  it.each([
    [
      'ILLEGAL_DEV_TABLE_ENTRY device=06:00.0 pasid=0x00000 address=0x135300000 flags=0x0080]',
      'fault',
      'illegal-device-table-entry',
    ],
    ['ILLEGAL_DEV_TABLE_ENTRY device=06:00.0 address=0x135300000 flags=0x0080]', 'fault', 'illegal-device-table-entry'],
    [
      'DEV_TAB_HARDWARE_ERROR device=06:00.0 address=0x1000 flags=0x0080]',
      'iommu-error',
      'device-table-hardware-error',
    ],
    [
      'PAGE_TAB_HARDWARE_ERROR device=06:00.0 domain=0x0001 address=0x1000 flags=0x0080]',
      'iommu-error',
      'page-table-hardware-error',
    ],
    [
      'PAGE_TAB_HARDWARE_ERROR device=06:00.0 pasid=0x0001 address=0x1000 flags=0x0080]',
      'iommu-error',
      'page-table-hardware-error',
    ],
    ['ILLEGAL_COMMAND_ERROR address=0x1000]', 'iommu-error', 'illegal-command'],
    ['COMMAND_HARDWARE_ERROR address=0x1000 flags=0x0000]', 'iommu-error', 'command-hardware-error'],
    ['IOTLB_INV_TIMEOUT device=63:00.0 address=0x42b5b01a0]', 'iommu-error', 'iotlb-invalidation-timeout'],
    [
      'INVALID_DEVICE_REQUEST device=06:00.0 pasid=0x00001 address=0x1000 flags=0x0001]',
      'fault',
      'invalid-device-request',
    ],
    ['RMP_HW_ERROR device=06:00.0, vmg_tag=0x0000, spa=0x1000, flags=0x0000]', 'iommu-error', 'rmp-hardware-error'],
    ['RMP_PAGE_FAULT vmg_tag=0x0000, gpa=0x1000, flags_rmp=0x0000, flags=0x0000]', 'fault', 'rmp-page-fault'],
    ['UNKNOWN type=0x0f]', 'iommu-error', 'unknown-event'],
    [
      'UNKNOWN event[0]=0x00000000 event[1]=0xf0000000 event[2]=0x00000000 event[3]=0x00000000',
      'iommu-error',
      'unknown-event',
    ],
  ])('%s', (body, kind, reason) => {
    expect(read(amdVi, `iommu ivhd0: AMD-Vi: Event logged [${body}`)).toMatchObject({ kind, reason });
  });

  it('names the IOMMU of the prefix and the device of the body', () => {
    expect(
      read(
        amdVi,
        'iommu ivhd0: AMD-Vi: Event logged [ILLEGAL_DEV_TABLE_ENTRY device=0000:06:00.0 pasid=0x00000 address=0x135300000 flags=0x0080]',
      ),
    ).toEqual({
      kind: 'fault',
      iommu: 'ivhd0',
      device: '0000:06:00.0',
      requester: 0x600,
      addressDigits: '135300000',
      reason: 'illegal-device-table-entry',
      vendorReason: 'ILLEGAL_DEV_TABLE_ENTRY flags=0x0080',
    });
  });

  it.each(['AMD-Vi: DTE[0]: 7d90000000000003', 'AMD-Vi: CMD[3]: 00000001', 'AMD-Vi: Control Reg : 0x1f'])(
    'says nothing of %s',
    (line) => {
      expect(read(amdVi, line)).toBe('silent');
    },
  );
});

describe('page requests (log-formats B.3.2)', () => {
  it('reads the tag of INVALID_PPR_REQUEST: PRGI and last', () => {
    expect(
      read(
        amdVi,
        'pci 0000:00:00.2: AMD-Vi: Event logged [INVALID_PPR_REQUEST device=0000:61:00.0 pasid=0x00002 address=0x7f2b3c4d5000 flags=0x0200 tag=0x21f]',
      ),
    ).toEqual({
      kind: 'request-refused',
      iommu: '0000:00:00.2',
      device: '0000:61:00.0',
      requester: 0x6100,
      pasid: 2,
      prgi: 0x1f,
      isLast: true,
      addressDigits: '7f2b3c4d5000',
      reason: 'invalid-page-request',
      vendorReason: 'INVALID_PPR_REQUEST flags=0x0200',
    });
  });

  it.each([
    ['Request ignored due to GN=0', 'no-pasid'],
    ['Invalid request format', 'invalid-format'],
  ])('reads "%s"', (cause, reason) => {
    const line = `AMD-Vi: PPR logged [${cause} (device=0000:61:00.0 pasid=0x00000 address=0x7f2b3c4d5000 flags=0x0026 tag=0x01f]`;
    expect(read(amdVi, line)).toEqual({
      kind: 'request-refused',
      device: '0000:61:00.0',
      requester: 0x6100,
      prgi: 0x1f,
      addressDigits: '7f2b3c4d5000',
      access: 'rwx',
      reason,
      vendorReason: cause,
    });
  });

  it('reads an unknown PASID', () => {
    expect(read(amdVi, 'AMD-Vi: Invalid PASID : 0x7, device : 0x6108')).toEqual({
      kind: 'request-refused',
      requester: 0x6108,
      pasid: 7,
      reason: 'unknown-pasid',
      vendorReason: 'Invalid PASID : 0x7, device : 0x6108',
    });
  });

  it.each([
    ['IOMMU PPR log restarting', 'queue-overflow', 'detected'],
    ['IOMMU Event log restarting', 'iommu-error', 'event-log-overflow'],
    ['IOMMU GA log restarting', 'iommu-error', 'guest-apic-log-overflow'],
    ['IOMMU event log overflow', 'iommu-error', 'event-log-overflow'],
    ['IOMMU GA Log overflow', 'iommu-error', 'guest-apic-log-overflow'],
    ['IOMMU GA Log restarting', 'iommu-error', 'guest-apic-log-overflow'],
    ['Unknown PPR request received', 'iommu-error', 'unknown-page-request-type'],
    ['No event written to event log', 'iommu-error', 'no-event-written'],
    ['Completion-Wait loop timed out', 'iommu-error', 'completion-wait-timeout'],
  ])('reads "%s"', (text, kind, reason) => {
    expect(read(amdVi, `AMD-Vi: ${text}`)).toEqual({ kind, reason, vendorReason: text });
  });
});

describe('Xen', () => {
  const fault = {
    kind: 'fault',
    reason: 'interrupt-request-blocked',
    requester: 0xa0,
    vendorReason: 'IO_PAGE_FAULT flags 0x8',
  };

  it.each([
    [
      '(XEN) AMD-Vi: IO_PAGE_FAULT: 0000:00:14.0 d0 addr 000000fdf8010140 flags 0x8 I',
      { ...fault, device: '0000:00:14.0', addressDigits: '000000fdf8010140' },
    ],
    [
      '(XEN) AMD-Vi: IO_PAGE_FAULT: 0000:00:14.0 d0 addr 000000fdf8010140 flags 0',
      {
        ...fault,
        device: '0000:00:14.0',
        addressDigits: '000000fdf8010140',
        access: 'r',
        reason: 'not-present',
        vendorReason: 'IO_PAGE_FAULT flags 0x0',
      },
    ],
    [
      '(XEN) AMD-Vi: IO_PAGE_FAULT: DDDD:bb:dd.f d0 addr ffff?????000 flags 0x8 I',
      { kind: 'fault', device: 'DDDD:bb:dd.f', reason: fault.reason, vendorReason: fault.vendorReason },
    ],
    [
      '(XEN) AMD-Vi: IO_PAGE_FAULT: domain = 0, device id = 0xa0, fault address = 0xfdf8f10144, flags = 0x8',
      { ...fault, addressDigits: 'fdf8f10144' },
    ],
    [
      '(XEN) AMD_IOV: IO_PAGE_FAULT:0000:00:14.0: domain:1 address:0x7f001000 flags:0x8',
      { ...fault, device: '0000:00:14.0', addressDigits: '7f001000' },
    ],
    [
      '(XEN) AMD-Vi: IO_PAGE_FAULT: domain = 0, device id = 0x00a0, fault address = 0xfdf8020200',
      {
        kind: 'fault',
        reason: 'io-page-fault',
        requester: 0xa0,
        vendorReason: 'IO_PAGE_FAULT',
        addressDigits: 'fdf8020200',
      },
    ],
    [
      '(XEN) AMD-Vi: INVALID_DEV_REQUEST 000000a1 8a000001 f8000040 000000fd',
      {
        kind: 'fault',
        reason: 'invalid-device-request',
        requester: 0xa1,
        vendorReason: 'INVALID_DEV_REQUEST flags 0xa00',
        addressDigits: '000000fdf8000040',
      },
    ],
    [
      '(XEN) AMD-Vi: IOTLB_INV_TIMEOUT 000000a1 70000000 f8000040 00000000',
      {
        kind: 'iommu-error',
        reason: 'iotlb-invalidation-timeout',
        requester: 0xa1,
        vendorReason: 'IOTLB_INV_TIMEOUT flags 0x000',
        addressDigits: '00000000f8000040',
      },
    ],
  ])('%s', (line, event) => {
    expect(read(xenAmd, line)).toEqual(event);
  });
});

import { describe, expect, it } from 'vitest';
import { devFault } from '../../../parsers/dialects/dev-fault.ts';
import { iommuEvents } from '../../../parsers/dialects/iommu-events.ts';
import { read } from './harness.ts';

describe('events of system iommu (log-formats A.1)', () => {
  const fault = {
    kind: 'fault',
    device: '0000:01:00.0',
    requester: 0x100,
    addressDigits: '00000000fffe1000',
    reason: 'io-page-fault',
  };

  it.each([
    ['IOMMU:nvme 0000:01:00.0 iova=0x00000000fffe1000 flags=0x0000', { ...fault, access: 'r' }],
    ['IOMMU:nvme 0000:01:00.0 iova=0x00000000fffe1000 flags=0x0001', { ...fault, access: 'w' }],
    ['IOMMU:[drv name] 0000:01:00.0 iova=0x00000000fffe1000 flags=0x0040', fault],
    ['IOMMU: 0000:01:00.0 iova=0x00000000fffe1000 flags=0x0000', { ...fault, access: 'r' }],
    [
      'device=0000:01:00.0 driver=pci iova=0xfffe1000 (4294840320) flags=0x1 (1)',
      { ...fault, addressDigits: 'fffe1000', access: 'w' },
    ],
  ])('io_page_fault: %s', (payload, event) => {
    expect(read(iommuEvents, `io_page_fault: ${payload}`)).toEqual(event);
  });

  it.each([
    ['attach_device_to_domain: IOMMU: device=0000:01:00.0', 'device-attached'],
    ['detach_device_from_domain: IOMMU: device=0000:01:00.0', 'device-detached'],
  ])('%s', (line, kind) => {
    expect(read(iommuEvents, line)).toEqual({ kind, device: '0000:01:00.0', requester: 0x100 });
  });

  it.each([
    'add_device_to_group: IOMMU: groupID=7 device=iommufd_mock0',
    'remove_device_from_group: IOMMU: groupID=7 device=iommufd_mock0',
    'map: IOMMU: iova=0x0000000000101000 paddr=0x00000000017c2000 size=8192',
    'map: IOMMU: iova=0x0000000000101000 - 0x0000000000103000 paddr=0x00000000017c2000 size=8192',
    'unmap: IOMMU: iova=0x0000000000101000 size=4096 unmapped_size=4096',
    'unmap: IOMMU: iova=0x0000000000101000 - 0x0000000000102000 size=4096 unmapped_size=4096',
  ])('says nothing of %s', (line) => {
    expect(read(iommuEvents, line)).toBe('silent');
  });

  it('leaves events of the same name to others', () => {
    expect(read(iommuEvents, 'map: key=1 value=2')).toBe('unread');
  });
});

describe('dev_fault and dev_page_response (log-formats A.3)', () => {
  const request = {
    kind: 'page-request',
    device: '0000:76:00.0',
    requester: 0x7600,
    pasid: 1,
    prgi: 138,
    addressDigits: '000000002321c000',
    access: 'r',
  };
  const start = 'dev_fault: IOMMU:0000:76:00.0 type=2 reason=0 addr=0x000000002321c000';

  it.each([
    ['V1, last', `${start} pasid=1 group=138 last=1 prot=1`, { ...request, isLast: true }],
    ['V1, not last', `${start} pasid=1 group=138 last=0 prot=1`, request],
    ['V2, last', `${start} fetch=0x0000000000000000 pasid=1 group=138 flags=3 prot=1`, { ...request, isLast: true }],
    ['V2, not last', `${start} fetch=0x0000000000000000 pasid=1 group=138 flags=1 prot=1`, request],
    ['V2, all letters', `${start} fetch=0x0 pasid=1 group=138 flags=9 prot=15`, { ...request, access: 'rwxp' }],
  ])('%s', (_, line, event) => {
    expect(read(devFault, line)).toEqual(event);
  });

  it('has no PASID where the flags say so', () => {
    expect(read(devFault, `${start} fetch=0x0 pasid=0 group=138 flags=2 prot=1`)).not.toHaveProperty('pasid');
  });

  it('knows a stop marker', () => {
    expect(read(devFault, `${start} fetch=0x0 pasid=1 group=138 flags=3 prot=0`)).toMatchObject({
      kind: 'stop-marker',
    });
  });

  it.each([
    [0, 'unknown'],
    [1, 'pasid-fetch'],
    [2, 'bad-pasid-entry'],
    [3, 'pasid-invalid'],
    [4, 'walk-external-abort'],
    [5, 'pte-fetch'],
    [6, 'permission'],
    [7, 'access'],
    [8, 'out-of-range-address'],
    [9, 'reason-9'],
  ])('reads the unrecoverable reason %i', (code, reason) => {
    const line = `dev_fault: IOMMU:0000:76:00.0 type=1 reason=${code} addr=0x0000000012345000 fetch=0x0 pasid=5 group=0 flags=3 prot=2`;
    expect(read(devFault, line)).toEqual({
      kind: 'fault',
      device: '0000:76:00.0',
      requester: 0x7600,
      pasid: 5,
      addressDigits: '0000000012345000',
      access: 'w',
      reason,
    });
  });

  it('has no address where a fault’s flags say so', () => {
    const line =
      'dev_fault: IOMMU:0000:76:00.0 type=1 reason=1 addr=0x0000000000000000 fetch=0x0 pasid=0 group=0 flags=0 prot=0';
    expect(read(devFault, line)).toEqual({
      kind: 'fault',
      device: '0000:76:00.0',
      requester: 0x7600,
      reason: 'pasid-fetch',
    });
  });

  it.each([
    ['code=0 pasid=1 group=138', { code: 'success' }],
    ['code=1 addr=0x000000002321c000 pasid=1 group=138', { code: 'invalid-request' }],
    ['code=2 pasid=1 group=138', { code: 'response-failure' }],
    ['code=7 pasid=1 group=138', { code: 'reserved', rawCode: 7 }],
  ])('dev_page_response %s', (payload, code) => {
    expect(read(devFault, `dev_page_response: IOMMU:0000:76:00.0 ${payload}`)).toEqual({
      kind: 'page-response',
      device: '0000:76:00.0',
      requester: 0x7600,
      pasid: 1,
      prgi: 138,
      ...code,
    });
  });
});

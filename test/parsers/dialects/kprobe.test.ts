import { describe, expect, it } from 'vitest';
import { faultlogLine } from '../../../parsers/dialects/faultlog-line.ts';
import { kprobe } from '../../../parsers/dialects/kprobe.ts';
import { parseEvent, read } from './harness.ts';

describe('requests', () => {
  const fields = { kind: 'page-request', pasid: 1, prgi: 2, addressDigits: '101000', access: 'rw', isLast: true };

  it.each([
    'report_fault: (iommu_report_device_fault+0x4/0x5f0) pasid=1 grpid=2 flags=0x7 perm=0x3 addr=0x101000',
    'p_anything: (iommu_report_device_fault+0x0) pasid=0x1 prgi=0x2 flags=3 perm=3 addr=1052672',
    'report_fault: (ffffffff8a8374b4) pasid=1 grpid=2 flags=0x7 perm=0x3 addr=0x101000',
    'iommu_report_device_fault: (ffffffff8a8374b4) pasid=1 group=2 flags=0x7 perm=0x3 addr=0x101000',
    'p_report_fault_1: (ffffffff8a8374b4) addr=0x101000 perm=0x3 flags=0x7 index=2 pasid=1',
    'iommu_report_device_fault: (some_wrapper+0x0/0x10) pasid=1 tag=2 flags=0x7 perm=0x3 addr=0x101000',
    'x: (iommu_report_device_fault.isra.0+0x4/0x5f0 [iommu]) evt="a b=c" pasid=1 grpid=2 flags=0x7 perm=0x3 addr=0x101000',
  ])('%s', (line) => {
    const event = parseEvent(kprobe, line);
    expect(event.probe).toBe('iommu_report_device_fault');
    expect(event.point).toBe('core');
    expect(read(kprobe, line)).toEqual(fields);
  });

  it('has no PASID where the flags say so, and is then no stop marker', () => {
    const line = 'report_fault: (iommu_report_device_fault+0x4/0x5f0) pasid=0 grpid=2 flags=0x2 perm=0x0 addr=0x0';
    expect(read(kprobe, line)).toEqual({ kind: 'page-request', prgi: 2, addressDigits: '0', isLast: true });
  });

  it('is a stop marker with a PASID and neither read nor write', () => {
    const line = 'report_fault: (iommu_report_device_fault+0x4/0x5f0) pasid=4 grpid=2 flags=0x3 perm=0x0 addr=0x0';
    expect(read(kprobe, line)).toMatchObject({ kind: 'stop-marker', pasid: 4 });
  });

  it('names the device where it was fetched as a string', () => {
    const line =
      'rf: (iommu_report_device_fault+0x4/0x5f0) dev="0000:01:00.0" pasid=1 grpid=2 flags=0x1 perm=0x1 addr=0x0';
    expect(parseEvent(kprobe, line)).toMatchObject({ device: '0000:01:00.0', requester: 0x100, isLast: false });
  });

  it('takes no pointer for a PRGI or a device', () => {
    const line = 'gr: (iopf_group_response+0x4/0xc0) group=0xffff8cae84c85da0 dev=0xffff8cae84c85da0 pasid=1 status=1';
    expect(read(kprobe, line)).toEqual({ kind: 'page-response', pasid: 1, code: 'invalid-request' });
  });
});

describe('responses', () => {
  it.each([
    ['group_response: (iopf_group_response+0x4/0xc0) pasid=2 grpid=1 status=0 count=3', 'core', 'iopf_group_response'],
    ['r1: (iommu_page_response+0x0/0x1c0) pasid=2 grpid=1 code=0 count=3', 'core', 'iommu_page_response'],
    [
      'page_response: (intel_svm_page_response+0x0) pasid=2 grpid=1 code=0 count=3',
      'driver-op',
      'intel_svm_page_response',
    ],
    [
      'x: (intel_iommu_page_response+0x4/0xb0) pasid=2 grpid=1 code=0 count=3',
      'driver-op',
      'intel_iommu_page_response',
    ],
    ['x: (arm_smmu_page_response+0x4/0xb0) pasid=2 grpid=1 resp=0 count=3', 'driver-op', 'arm_smmu_page_response'],
    ['x: (amd_iommu_page_response+0x4/0xb0) pasid=2 grpid=1 code=0 count=3', 'driver-op', 'amd_iommu_page_response'],
    ['x: (amd_iommu_complete_ppr+0x4/0xb0) pasid=2 status=0 tag=1 count=3', 'driver-op', 'amd_iommu_complete_ppr'],
    [
      'x: (mock_domain_page_response+0x4/0x10) pasid=2 grpid=1 code=0 count=3',
      'driver-op',
      'mock_domain_page_response',
    ],
    ['page_response: (ffffffff8a815454) pasid=2 grpid=1 code=0 count=3', 'driver-op', 'page_response'],
  ])('%s', (line, point, probe) => {
    const event = parseEvent(kprobe, line);
    expect([event.point, event.probe]).toEqual([point, probe]);
    expect(read(kprobe, line)).toEqual({ kind: 'page-response', pasid: 2, prgi: 1, code: 'success', count: 3 });
  });

  it.each([
    [0, 'success', undefined],
    [1, 'invalid-request', undefined],
    [2, 'response-failure', undefined],
    [15, 'response-failure', 15],
    [16, 'reserved', 16],
  ])('reads code %i', (status, code, rawCode) => {
    const event = parseEvent(kprobe, `gr: (iopf_group_response+0x4/0xc0) pasid=2 grpid=1 status=${status}`);
    expect([event.code, event.rawCode]).toEqual([code, rawCode]);
  });

  it.each([
    'respond: (iommu_page_response+0x0/0x1c0)',
    'page_response: (intel_svm_page_response+0x0/0x170)',
    'respond_ret: (prilab_ioctl+0x4d1/0x515 [prilab] <- iommu_page_response) ret=0',
    'respond_ret: (ffffffffae0e3eb0 <- ffffffffc04af941) ret=0',
  ])('says nothing: %s', (line) => {
    expect(read(kprobe, line)).toBe('silent');
  });
});

describe('returns', () => {
  it.each([
    ['x: (prq_event_thread+0x1cf/0x410 <- iommu_report_device_fault) ret=-22', 'request-refused', 'core', -22],
    ['report_fault_ret: (ffffffff8a8374b4 <- ffffffff8a814cbf) ret=-12', 'request-refused', 'core', -12],
    ['x: (a+0x1/0x2 <- iommu_page_response) ret=0xffffffea', 'response-refused', 'core', -22],
    ['x: (a+0x1/0x2 <- iommu_page_response) ret=0xffffffffffffffea', 'response-refused', 'core', -22],
    ['x: (a+0x1/0x2 <- intel_svm_page_response) ret=-22', 'response-refused', 'driver-op', -22],
    ['x: (a+0x1/0x2 <- iommufd_fault_fops_write) ret=-22', 'response-refused', 'user', -22],
    ['x: (a+0x1/0x2 <- iommu_attach_device_pasid) ret=-16', 'pasid-bound', 'none', -16],
    ['x: (a+0x1/0x2 <- iommu_detach_device_pasid) ret=-16', 'pasid-unbound', 'none', -16],
    ['x: (a+0x1/0x2 <- iommu_register_device_fault_handler) ret=-16', 'handler-registered', 'none', -16],
    ['x: (a+0x1/0x2 <- iommu_unregister_device_fault_handler) ret=-16', 'handler-unregistered', 'none', -16],
    ['x: (a+0x1/0x2 <- iopf_queue_remove_device) ret=-22', 'device-detached', 'none', -22],
  ])('%s', (line, kind, point, returnValue) => {
    expect(parseEvent(kprobe, line)).toMatchObject({ kind, point, returnValue });
  });

  it.each([
    'x: (a+0x1/0x2 <- iommu_report_device_fault) ret=0',
    'x: (a+0x1/0x2 <- iommu_attach_device_pasid) ret=0',
    'x: (a+0x1/0x2 <- iommufd_fault_fops_read) ret=0',
    'x: (a+0x1/0x2 <- iommufd_fault_fops_read) ret=-11',
    'x: (a+0x1/0x2 <- iopf_queue_flush_dev) ret=0',
    'x: (a+0x1/0x2 <- iommu_sva_bind_device) handle=0xffff8cae84c85da0',
    'x: (a+0x1/0x2 <- iommu_report_device_fault)',
  ])('says nothing: %s', (line) => {
    expect(read(kprobe, line)).toBe('silent');
  });

  it('counts the bytes of user space', () => {
    expect(read(kprobe, 'r: (a+0x1/0x2 <- iommufd_fault_fops_read) ret=160')).toEqual({
      kind: 'handler-read',
      count: 160,
    });
    expect(read(kprobe, 'r: (a+0x1/0x2 <- iommufd_fault_fops_write) ret=8')).toEqual({
      kind: 'handler-write',
      count: 8,
    });
  });
});

describe('epochs', () => {
  it.each([
    ['a: (iommu_attach_device_pasid+0x4/0x210) pasid=1', { kind: 'pasid-bound', pasid: 1 }],
    ['a: (iommu_replace_device_pasid+0x4/0x210) pasid=1', { kind: 'pasid-bound', pasid: 1 }],
    ['d: (iommu_detach_device_pasid+0x4/0xe0) pasid=1', { kind: 'pasid-unbound', pasid: 1 }],
    ['d: (intel_iommu_drain_pasid_prq+0x4/0x310) pasid=1', { kind: 'drain', drainStep: 'start', pasid: 1 }],
    ['d: (intel_drain_pasid_prq+0x4/0x310) pasid=1', { kind: 'drain', drainStep: 'start', pasid: 1 }],
    ['d: (intel_svm_drain_prq+0x4/0x310) pasid=1', { kind: 'drain', drainStep: 'start', pasid: 1 }],
    ['drain_prq_ret: (ffffffffa3c14f14 <- ffffffffa3c10587)', { kind: 'drain', drainStep: 'end' }],
    ['q: (iopf_queue_add_device+0x4/0x10)', { kind: 'device-attached' }],
    ['q: (iopf_queue_remove_device+0x4/0x10)', { kind: 'device-detached' }],
    ['q: (iopf_queue_discard_partial+0x4/0x10)', { kind: 'partial-discarded' }],
    ['q: (iommufd_auto_response_faults+0x4/0x10)', { kind: 'handler-unregistered' }],
    ['q: (iommu_register_device_fault_handler+0x4/0x10)', { kind: 'handler-registered' }],
    ['q: (iommu_unregister_device_fault_handler+0x4/0x10)', { kind: 'handler-unregistered' }],
    ['b: (iommu_sva_bind_device+0x4/0x390) pasid=7', { kind: 'pasid-bound', pasid: 7 }],
  ])('%s', (line, fields) => {
    expect(read(kprobe, line)).toEqual(fields);
  });

  it.each([
    'b: (iommu_sva_bind_device+0x4/0x390)',
    'u: (iommu_sva_unbind_device+0x4/0x130)',
    'f: (iopf_queue_flush_dev+0x4/0x40)',
    'f: (iommufd_fault_destroy+0x4/0x150)',
    't: (intel_pasid_tear_down_entry+0x4/0x3d0) pasid=2',
    'mm_release: (ffffffffa3c1a614)',
    'dmar_fault: (dmar_fault+0x4/0x120) irq=24 id=0xff1ce5e7811fb200',
  ])('says nothing: %s', (line) => {
    expect(read(kprobe, line)).toBe('silent');
  });

  it.each([
    'page_response: (some_other_function+0x4/0x40) pasid=1 grpid=1 code=0',
    'report_fault: no parenthesis',
    'report_fault: (iommu_report_device_fault+0x4',
    'sys_enter: NR 1 (1, 7f, 3)',
  ])('leaves unread: %s', (line) => {
    expect(read(kprobe, line)).toBe('unread');
  });
});

describe('script lines (log-formats C.1)', () => {
  it.each(['faultlog: req', 'faultlog: faultlog req'])('reads requests after %s', (start) => {
    const line = `${start} dev=0000:01:00.0 pasid=1 grpid=2 flags=0x3 perm=0x3 addr=0x101000`;
    expect(read(faultlogLine, line)).toEqual({
      kind: 'page-request',
      device: '0000:01:00.0',
      requester: 0x100,
      pasid: 1,
      prgi: 2,
      addressDigits: '101000',
      access: 'rw',
      isLast: true,
    });
  });

  it('reads responses', () => {
    expect(read(faultlogLine, 'faultlog: rsp dev=0000:01:00.0 pasid=1 grpid=2 code=2')).toEqual({
      kind: 'page-response',
      device: '0000:01:00.0',
      requester: 0x100,
      pasid: 1,
      prgi: 2,
      code: 'response-failure',
    });
  });

  it.each(['faultlog: xyz dev=1', 'faultlog: req dev=0000:01:00.0'])('leaves unread: %s', (line) => {
    expect(read(faultlogLine, line)).toBe('unread');
  });
});

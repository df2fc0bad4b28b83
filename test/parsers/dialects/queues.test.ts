import { describe, expect, it } from 'vitest';
import { kprobeQueues } from '../../../parsers/dialects/kprobe-queues.ts';
import { smmuTrace } from '../../../parsers/dialects/smmu-trace.ts';
import { read } from './harness.ts';

describe('AMD page request log entries (log-formats B.3.2): one field at a time', () => {
  const base = { kind: 'page-request', requester: 0, prgi: 0, addressDigits: '0' };
  it.each([
    ['15:0, requester', '1000000000006108', { requester: 0x6108 }],
    ['31:16, PASID low', '1100000012340000', { pasid: 0x1234 }],
    ['45:42, PASID high', '11003c0000000000', { pasid: 0xf0000 }],
    ['no GN, no PASID', '10003c0012340000', {}],
    ['40:32, PRGI', '100001ff00000000', { prgi: 0x1ff }],
    ['41, last', '1000020000000000', { isLast: true }],
    ['flags 0x004, read', '1004000000000000', { access: 'r' }],
    ['flags 0x020, write', '1020000000000000', { access: 'w' }],
    ['flags 0x002, execute', '1002000000000000', { access: 'x' }],
  ])('%s', (_, word, fields) => {
    expect(read(kprobeQueues, `x: (iommu_call_iopf_notifier+0x4/0x2a0) w0=0x${word} w1=0x0`)).toEqual({
      ...base,
      ...fields,
    });
  });

  it('says nothing of an entry of another type', () => {
    expect(read(kprobeQueues, 'x: (iommu_handle_ppr_entry+0x4/0x2a0) w0=0x2000000000000000 w1=0x0')).toBe('silent');
  });
});

describe('SMMUv3 (log-formats B.4.2, B.4.3)', () => {
  const stall = {
    kind: 'page-request',
    device: '0x7600',
    pasid: 1,
    prgi: 0x8a,
    addressDigits: '2321c000',
    access: 'r',
    isLast: true,
    isStall: true,
    reason: 'translation',
  };

  it.each([
    ['x: (arm_smmu_handle_evt+0x4/0x1c0) w0=0x760000001810 w1=0x2088000008a w2=0x2321c000 w3=0x0', kprobeQueues],
    ['handle_event: (ffff800080a1b2c4) w0=0x760000001810 w1=0x2088000008a w2=0x2321c000 w3=0x0', kprobeQueues],
    ['smmu_evt: 0x0000760000001810 0x000002088000008a 0x000000002321c000 0x0000000000000000', smmuTrace],
  ] as const)('a stalled event is a request: %s', (line, dialect) => {
    expect(read(dialect, line)).toEqual(stall);
  });

  it('an event that does not stall is a fault, and names its SMMU where that is printed', () => {
    const line =
      'smmu_evtq_event: arm-smmu-v3.0.auto evt: 0x0000760000000010 0x0000020000000000 0x000000002321c000 0x0000000000000000';
    expect(read(smmuTrace, line)).toEqual({
      kind: 'fault',
      iommu: 'arm-smmu-v3.0.auto',
      device: '0x7600',
      addressDigits: '2321c000',
      access: 'w',
      reason: 'translation',
    });
  });

  it('refuses an entry of the PRI queue', () => {
    // Substream valid, last, write, read; substream 1, stream 0x7600; address 0x2321c000, PRGI 31.
    expect(read(kprobeQueues, 'x: (arm_smmu_handle_ppr+0x4/0x80) w0=0xf000000100007600 w1=0x2321c01f')).toEqual({
      kind: 'request-refused',
      device: '0x7600',
      pasid: 1,
      prgi: 31,
      addressDigits: '2321c',
      addressShift: 12,
      access: 'rw',
      isLast: true,
      reason: 'pri-not-supported',
    });
  });

  it.each([
    ['0', 'abort'],
    ['1', 'success'],
    ['2', 'abort'],
  ])('a resume with response %s is %s, by its fields and by its words', (response, code) => {
    const resume = { kind: 'page-response', device: '0x7600', prgi: 0x8a, isStall: true, code };
    const word = `0x76000000${response}044`;
    const probe = '(__arm_smmu_cmdq_issue_cmd+0x0/0x90)';
    expect(read(kprobeQueues, `x: ${probe} opcode=0x44 sid=0x7600 stag=0x8a resp=${response}`)).toEqual(resume);
    expect(read(kprobeQueues, `x: ${probe} w0=${word} w1=0x8a`)).toEqual(resume);
    expect(read(smmuTrace, `smmu_resume: sid=0x7600 stag=0x8a resp=0x${response}`)).toEqual(resume);
  });

  it.each([
    ['0', 'response-failure'],
    ['1', 'invalid-request'],
    ['2', 'success'],
    ['3', 'reserved'],
  ])('a PRI response %s is %s', (response, code) => {
    const answer = { kind: 'page-response', device: '0x7600', pasid: 1, prgi: 31, code };
    const probe = '(arm_smmu_cmdq_issue_cmd+0x0/0x90)';
    expect(read(kprobeQueues, `x: ${probe} opcode=0x41 sid=0x7600 ssid=1 grpid=31 resp=${response}`)).toEqual(answer);
    expect(read(kprobeQueues, `x: ${probe} w0=0x760000001841 w1=0x${response}01f`)).toEqual(answer);
  });

  it.each([
    'x: (__arm_smmu_cmdq_issue_cmd+0x0/0x90) opcode=0x46',
    'x: (__arm_smmu_cmdq_issue_cmd+0x0/0x90) w0=0x46 w1=0x0',
    'x: (__arm_smmu_cmdq_issue_cmd+0x0/0x90)',
  ])('says nothing of other commands: %s', (line) => {
    expect(read(kprobeQueues, line)).toBe('silent');
  });

  it.each([
    ['io_mm_attach_alloc: pasid=1 dev=0000:76:00.0', 'pasid-bound'],
    ['smmu_bind_alloc: dev=0000:76:00.0 pasid=1', 'pasid-bound'],
    ['io_mm_detach: pasid=1 dev=0000:76:00.0', 'pasid-unbound'],
    ['smmu_unbind_free: dev=0000:76:00.0 pasid=1', 'pasid-unbound'],
  ])('%s', (line, kind) => {
    expect(read(smmuTrace, line)).toEqual({ kind, device: '0000:76:00.0', requester: 0x7600, pasid: 1 });
  });

  it.each(['io_mm_alloc: pasid=1', 'iopf_flush: pasid=1 dev=0000:76:00.0', 'smmu_cdsync: sid=0x1 ssid=0x1 leaf=1'])(
    'says nothing of %s',
    (line) => {
      expect(read(smmuTrace, line)).toBe('silent');
    },
  );
});

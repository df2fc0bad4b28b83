import { describe, expect, test } from 'vitest';
import { analyseTexts } from '../truth/analyse-text.ts';

/** A request with its answer, as the probes of a recipe print them (definitions: recipe.test.ts). */
const PRINTED: readonly (readonly [name: string, lines: readonly string[], group: object])[] = [
  [
    'AMD at its log and its commands',
    [
      'irq-68 [002] ..... 229.000100: iopf_notifier: (iommu_call_iopf_notifier+0x0/0x150) w0=0x1104021f00026100 w1=0x7f2b3c4d5000',
      'irq-68 [002] ..... 229.000110: report_fault: (iommu_report_device_fault+0x0/0x150) pasid=2 grpid=31 flags=0x3 perm=0x1 addr=0x7f2b3c4d5000 dev="0000:61:00.0"',
      'work-99 [001] ..... 229.001100: group_response: (iopf_group_response+0x0/0x150) pasid=2 grpid=31 status=0 count=1',
      'work-99 [001] ..... 229.001110: complete_ppr: (amd_iommu_complete_ppr+0x0/0x150) pasid=2 status=0 tag=31',
    ],
    { device: '61:00.0', pasid: 2, prgi: 31, state: 'answered', code: 'success', latencyNs: 1_010_000 },
  ],
  [
    'AMD on Linux 7.3, whose command function is another',
    [
      'irq-68 [002] ..... 229.000100: iopf_notifier: (iommu_call_iopf_notifier+0x0/0x150) w0=0x1104021f00026100 w1=0x7f2b3c4d5000',
      'work-99 [001] ..... 229.001110: complete_ppr: (__amd_iommu_complete_ppr+0x0/0x150) pasid=2 status=1 tag=31',
    ],
    { device: '61:00.0', pasid: 2, prgi: 31, state: 'answered', code: 'invalid-request', latencyNs: 1_010_000 },
  ],
  [
    'AMD at the core',
    [
      'irq-68 [002] ..... 229.000110: report_fault: (iommu_report_device_fault+0x0/0x150) pasid=2 grpid=31 flags=0x3 perm=0x1 addr=0x7f2b3c4d5000 dev="0000:61:00.0"',
      'work-99 [001] ..... 229.001100: group_response: (iopf_group_response+0x0/0x150) pasid=2 grpid=31 status=0 count=1',
      'work-99 [001] ..... 229.001110: page_response: (amd_iommu_page_response+0x0/0x150) pasid=2 grpid=31 code=0 dev="0000:61:00.0"',
    ],
    { device: '0000:61:00.0', pasid: 2, prgi: 31, state: 'answered', code: 'success', latencyNs: 1_000_000 },
  ],
  [
    'SMMUv3 at its queues, until 7.0',
    [
      'irq-68 [002] ..... 229.000100: handle_evt: (arm_smmu_handle_evt+0x0/0x1c0) w0=0x760000001810 w1=0x2088000008a w2=0x2321c000 w3=0x0',
      'irq-68 [002] ..... 229.000110: report_fault: (iommu_report_device_fault+0x0/0x150) pasid=1 grpid=138 flags=0x3 perm=0x1 addr=0x2321c000',
      'work-99 [001] ..... 229.001090: group_response: (iopf_group_response+0x0/0x150) pasid=1 grpid=138 status=0 count=1',
      'work-99 [001] ..... 229.001100: page_response: (arm_smmu_page_response+0x0/0x150) pasid=1 grpid=138 code=0',
      'work-99 [001] ..... 229.001110: issue_cmd: (__arm_smmu_cmdq_issue_cmd+0x0/0x90) opcode=0x44 sid=0x7600 stag=138 resp=1',
    ],
    { device: '0x7600', pasid: 1, prgi: 138, state: 'answered', code: 'success', latencyNs: 1_010_000 },
  ],
  [
    'SMMUv3 at its queues, since 7.2',
    [
      'irq-68 [002] ..... 229.000100: handle_event: (arm_smmu_handle_event+0x0/0x1c0) w0=0x760000001810 w1=0x2088000008a w2=0x2321c000 w3=0x0',
      'work-99 [001] ..... 229.001110: issue_cmd: (arm_smmu_cmdq_issue_cmd_p+0x0/0x90) opcode=0x44 w0=0x760000002044 w1=0x8a',
    ],
    { device: '0x7600', pasid: 1, prgi: 138, state: 'answered', code: 'abort', latencyNs: 1_010_000 },
  ],
  [
    'the core of Linux 6.1',
    [
      'irq-68 [002] ..... 229.000110: report_fault: (iommu_report_device_fault+0x0/0x150) pasid=2 grpid=31 flags=0x3 perm=0x1 addr=0x7f2b3c4d5000 type=2',
      'work-99 [001] ..... 229.001110: respond: (iommu_page_response+0x0/0x150) pasid=2 grpid=31 code=0',
      'work-99 [001] ..... 229.001120: respond_ret: (work+0x1/0x2 <- iommu_page_response) ret=0',
    ],
    { pasid: 2, prgi: 31, state: 'answered', code: 'success', latencyNs: 1_000_000 },
  ],
];

describe('what the probes of the recipes print', () => {
  test.each(PRINTED)('%s', async (_, lines, expected) => {
    const { groups, findings } = await analyseTexts([`# clock: perf\n${lines.join('\n')}\n`]);
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject(expected);
    expect(findings.filter(({ id }) => id !== 'FL402')).toEqual([]);
  });

  test('a name that the kernel could not read is no name', async () => {
    const { groups } = await analyseTexts([
      'irq-68 [002] ..... 229.000110: report_fault: (iommu_report_device_fault+0x0/0x150) pasid=2 grpid=31 flags=0x3 perm=0x1 addr=0x1000 dev=(fault)\n',
    ]);
    expect(groups.map(({ device }) => device)).toEqual([undefined]);
  });
});

describe('an answer that names no device', () => {
  const request = (device: string, prgi: number, at: string) =>
    `irq-68 [002] ..... 229.${at}: report_fault: (iommu_report_device_fault+0x0/0x150) pasid=2 grpid=${prgi} flags=0x3 perm=0x1 addr=0x1000 dev="${device}"\n`;
  const answer = (prgi: number, at: string) =>
    `work-99 [001] ..... 229.${at}: page_response: (amd_iommu_page_response+0x0/0x150) pasid=2 grpid=${prgi} code=0\n`;

  test('is for the one device whose group it can be', async () => {
    const { groups } = await analyseTexts([
      request('0000:61:00.0', 1, '000100') +
        request('0000:62:00.0', 2, '000200') +
        answer(2, '000300') +
        answer(1, '000400'),
    ]);
    expect(groups.map(({ device, prgi, state }) => [device, prgi, state])).toEqual([
      ['0000:61:00.0', 1, 'answered'],
      ['0000:62:00.0', 2, 'answered'],
    ]);
  });

  test('is for nobody where two devices wait for it', async () => {
    const { groups } = await analyseTexts([
      request('0000:61:00.0', 1, '000100') + request('0000:62:00.0', 1, '000200') + answer(1, '000300'),
    ]);
    expect(groups.map(({ device, state }) => [device, state])).toEqual([
      ['0000:61:00.0', 'pending'],
      ['0000:62:00.0', 'pending'],
    ]);
  });

  test('is a second one for the device whose group had that key', async () => {
    const { findings } = await analyseTexts([
      request('0000:61:00.0', 1, '000100') + answer(1, '000200') + answer(1, '000300'),
    ]);
    expect(findings.map(({ id, device }) => [id, device])).toEqual([['FL102', '0000:61:00.0']]);
  });
});

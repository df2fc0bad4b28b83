import { describe, expect, test } from 'vitest';
import { analyseTexts } from '../truth/analyse-text.ts';

const kprobe = (time: number, call: string): string => `  app-300  [001] .....  ${time.toFixed(6)}: ${call}`;
const ids = async (lines: readonly string[]): Promise<string[]> => {
  const { findings } = await analyseTexts([`${lines.join('\n')}\n`]);
  return findings.map((finding) => `${finding.id} line ${finding.evidence[0]?.line}`);
};

describe('the hop on which a capture shows its groups', () => {
  test('lines of a script that prints no time are replayed too', async () => {
    const { findings, groups } = await analyseTexts([
      [
        'faultlog req dev=0000:01:00.0 pasid=1 grpid=2 flags=0x3 perm=0x3 addr=0x1000',
        'faultlog rsp dev=0000:01:00.0 pasid=1 grpid=2 code=0',
        'faultlog rsp dev=0000:01:00.0 pasid=1 grpid=2 code=0',
        '',
      ].join('\n'),
    ]);
    expect(groups.map((row) => row.state)).toEqual(['answered']);
    expect(findings.map((finding) => finding.id)).toEqual(['FL102']);
  });

  test('a capture of the driver operation alone says that its requests are missing', async () => {
    expect(
      await ids([
        kprobe(10, 'pr: (intel_iommu_page_response+0x0/0xd0) pasid=1 grpid=0 code=0x0'),
        kprobe(13, 'pr: (intel_iommu_page_response+0x0/0xd0) pasid=1 grpid=1 code=0x0'),
      ]),
    ).toEqual(['FL902 line 1', 'FL902 line 2']);
  });
});

describe('a capture that records no answers', () => {
  test('judges no group', async () => {
    const { findings, groups } = await analyseTexts([requestsOnly(40)]);
    expect(findings.map(({ id, count }) => ({ id, count }))).toEqual([{ id: 'FL902', count: 40 }]);
    expect(new Set(groups.map((row) => row.state))).toEqual(new Set(['unknown']));
  });

  test('is told from one of which every group was dropped by the descriptors around the answers', async () => {
    const fence = kprobe(9, 'qi_submit: inv_wait dmar0: 0x200000045 0x0 0x0 0x0');
    const { findings } = await analyseTexts([`${fence}\n${requestsOnly(40)}`]);
    const names = new Set(findings.map((finding) => finding.id));
    expect([...names].sort()).toEqual(['FL203', 'FL301', 'FL902']);
  });

  test('still accuses a host that leaves a few groups unanswered', async () => {
    const { findings } = await analyseTexts([requestsOnly(4)]);
    expect(findings.map((finding) => finding.id)).toEqual(['FL301', 'FL301', 'FL902', 'FL902']);
  });
});

/** One sealed group every 6 s, over 8 PRGIs. */
function requestsOnly(count: number): string {
  return Array.from({ length: count }, (_, index) => {
    const text = `seq# ${index}: rid=0x100 addr=0x1000 rw--l pasid=0x1 index=0x${(index % 8).toString(16)}`;
    return `${kprobe(10 + index * 6, `prq_report: dmar0/0000:01:00.0 ${text}`)}\n`;
  }).join('');
}

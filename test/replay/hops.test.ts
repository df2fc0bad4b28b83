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

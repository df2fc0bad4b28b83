import { expect, test } from 'vitest';
import { analyseTexts } from '../truth/analyse-text.ts';

test('FL902 claims no age of a group where the lines carry no time', async () => {
  const { findings } = await analyseTexts([
    'faultlog req dev=0000:01:00.0 pasid=1 grpid=2 flags=0x3 perm=0x3 addr=0x1000\n',
  ]);
  expect(findings.map((finding) => finding.message)).toEqual([
    'PRGI 2 of PASID 1 on 0000:01:00.0 is unanswered at the end of the capture; without a clock in seconds no timeout is judged.',
  ]);
});

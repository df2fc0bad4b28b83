import { expect, test } from 'vitest';
import { analyseTexts } from '../truth/analyse-text.ts';

test('tens of thousands of answers that wait for a request at once are judged, not a crash', async () => {
  const lines = Array.from({ length: 30_000 }, (_, index) => response(10 + index * 1e-5, index % 512));
  const { findings } = await analyseTexts([`${[...lines, response(20, 1)].join('\n')}\n`]);
  expect(new Set(findings.map((finding) => finding.id))).toEqual(new Set(['FL902']));
});

function response(time: number, prgi: number): string {
  const word1 = (prgi << 3).toString(16);
  return `  app-300  [001] .....  ${time.toFixed(6)}: qi_submit: page_grp_resp dmar0: 0x101000019 0x${word1} 0x0 0x0`;
}

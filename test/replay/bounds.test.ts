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

test('of groups without end that stay open the oldest are let go, and nobody is accused of answering them', async () => {
  const lines = [response(9.9, 0)]; // Traced before the first request, which it answers.
  for (let index = 0; index < 20_000; index += 1) lines.push(request(10 + index * 1e-5, index % 512, 1 + (index >> 9)));
  lines.push(response(10.5, 3));
  const { findings, groups } = await analyseTexts([`${lines.join('\n')}\n`]);
  expect(findings.filter((finding) => finding.severity === 'error')).toEqual([]);
  expect(findings.find((finding) => finding.count !== undefined && finding.id === 'FL902')?.count).toBe(
    20_000 - 1 - 8192,
  );
  expect(groups.length).toBe(20_000);
});

function request(time: number, prgi: number, pasid: number): string {
  const key = `pasid=0x${pasid.toString(16)} index=0x${prgi.toString(16)}`;
  return `  irq/24-dmar0-pr-97  [001] .....  ${time.toFixed(6)}: prq_report: dmar0/0000:01:00.0 seq# 1: rid=0x100 addr=0x1000 rw--l ${key}`;
}

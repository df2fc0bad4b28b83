import { describe, expect, test } from 'vitest';
import { type Analysed, analyseTexts } from '../truth/analyse-text.ts';

/** Kernels 5.14 to 6.0 count `seq#` per PASID and device, later ones per IOMMU (log-formats A.2.1). */
describe('gaps in seq#', () => {
  test('of one PASID, while another one counts far ahead of it', async () => {
    const { findings } = await analyse([
      [1, 1],
      [2, 1],
      [2, 2],
      [2, 3],
      [1, 2],
      [2, 4],
      [1, 5],
      [2, 5],
    ]);
    expect(findings.map(({ id, message }) => `${id} ${message}`)).toEqual([
      expect.stringMatching(/^FL901 The capture misses 2 page requests of dmar0/),
    ]);
  });

  test('none where a PASID first shows with a high number, once the counters are known to be its own', async () => {
    const { findings } = await analyse([
      [1, 7],
      [2, 3],
      [1, 8],
      [2, 4],
      [1, 9],
      [3, 900],
      [1, 10],
    ]);
    expect(findings).toEqual([]);
  });

  test('of the whole IOMMU', async () => {
    const { findings } = await analyse([
      [1, 0],
      [2, 1],
      [1, 5],
      [2, 6],
    ]);
    expect(findings.map(({ id, message }) => `${id} ${message}`)).toEqual([
      expect.stringMatching(/^FL901 The capture misses 3 page requests of dmar0/),
    ]);
  });
});

/** Answered requests of (PASID, seq#), 10 ms apart. */
function analyse(requests: readonly (readonly [pasid: number, sequence: number])[]): Promise<Analysed> {
  const lines = requests.flatMap(([pasid, sequence], index) => {
    const stamp = (ms: number): string => (10 + index / 100 + ms / 1000).toFixed(6);
    const prgi = index.toString(16);
    const word1 = (index << 3).toString(16);
    return [
      `  irq/24-dmar0-pr-97  [001] .....  ${stamp(0)}: prq_report: dmar0/0000:01:00.0 seq# ${sequence}: rid=0x100 addr=0x1 rw--l pasid=0x${pasid} index=0x${prgi}`,
      `  app-300  [001] .....  ${stamp(1)}: qi_submit: page_grp_resp dmar0: 0x${pasid}01000019 0x${word1} 0x0 0x0`,
    ];
  });
  return analyseTexts([`${lines.join('\n')}\n`]);
}

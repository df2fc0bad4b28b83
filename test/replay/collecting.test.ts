import { describe, expect, it } from 'vitest';
import { analyseTexts } from '../truth/analyse-text.ts';
import { answer, entry, request, verdicts } from './trace-lines.ts';

const devFault = (time: number, pasid: number, isLast: boolean): string =>
  entry(
    'irq/9-smmu-77',
    time,
    `dev_fault: IOMMU:0000:76:00.0 type=2 reason=0 addr=0x000000002321c000 fetch=0x0000000000000000 pasid=${pasid} group=5 flags=${isLast ? 3 : 1} prot=1`,
  );
const devResponse = (time: number, pasid: number): string =>
  entry('app-300', time, `dev_page_response: IOMMU:0000:76:00.0 code=0 pasid=${pasid} group=5`);
const amdEntry = (time: number, pasid: number, isLast: boolean): string =>
  entry(
    'irq/26-AMD-Vi-88',
    time,
    `ppr_entry: (iommu_handle_ppr_entry+0x0/0x1f0) w0=0x${(0x1104000000006100n | (BigInt(pasid) << 16n) | (isLast ? 0x205n << 32n : 5n << 32n)).toString(16)} w1=0x7f2b3c4d5000`,
  );
const amdAnswer = (time: number, pasid: number): string =>
  entry(
    'kworker/1:1-40',
    time,
    `amd_iommu_complete_ppr: (amd_iommu_complete_ppr+0x0/0x150) pasid=${pasid} status=0 tag=5`,
  );

/** Semantics §2: by (requester, PRGI) alone, but by (PASID, tag) in AMD's driver up to 6.5, and not at all up to 5.11. */
describe('requests of two PASIDs with one PRGI', () => {
  it('are one group on Intel, on kernels that trace page requests', async () => {
    const lines = [request(10, { last: false }), request(10.01, { pasid: 2 }), answer(10.02, { pasid: 2 })];
    expect(await verdicts(lines)).toEqual(['FL205 certain 2/1']);
  });

  it.each([
    ['of kernels that print dev_fault', devFault, devResponse],
    ['of AMD’s driver up to 6.5', amdEntry, amdAnswer],
  ])('stay apart %s', async (_, fault, response) => {
    const lines = [
      fault(10, 1, false),
      fault(10.01, 2, false),
      fault(10.02, 1, true),
      fault(10.03, 2, true),
      response(10.04, 1),
      response(10.05, 2),
    ];
    const { findings, groups } = await analyseTexts([`${lines.join('\n')}\n`]);
    expect(findings.map(({ id }) => id)).toEqual(['FL204']);
    expect(groups.map(({ pasid, requests, state }) => [pasid, requests.length, state])).toEqual([
      [1, 2, 'answered'],
      [2, 2, 'answered'],
    ]);
  });

  it('are open under their own PASID when an answer comes before the last one', async () => {
    const lines = [devFault(10, 1, false), devResponse(10.01, 1), devFault(12, 1, true), devResponse(12.01, 1)];
    const { findings } = await analyseTexts([`${lines.join('\n')}\n`]);
    expect(findings.map(({ id }) => id)).toEqual(['FL105']);
  });
});

import { describe, expect, it } from 'vitest';
import { analyseTexts } from '../truth/analyse-text.ts';
import { answer, drain, notes, probe, REPORTER, request, submitted, trace, verdicts } from './trace-lines.ts';

const OTHER = 'prilab-run-77';

const BEFORE = [request(9, { prgi: 5 }), answer(9.001, { prgi: 5 })];
const AFTER = [request(30, { prgi: 5 }), answer(30.001, { prgi: 5 })];

/** The header counts more entries than there are lines. */
async function verdictsOfCut(lines: readonly string[]): Promise<string[]> {
  const text = trace(lines).replace(/(\d+)\/\d+ /, (_, held: string) => `${Number(held) + 3}/${Number(held) + 3} `);
  const { findings } = await analyseTexts([text]);
  return findings.map(({ id, certainty, pasid, prgi }) => `${id} ${certainty} ${pasid}/${prgi}`);
}

/** Semantics §5: a gap makes no accusation. */
describe('the cut end of a capture', () => {
  it('may hold the request that the reporting task has just answered', async () => {
    const early = [...BEFORE, request(10, { last: false }), answer(10.1, { by: REPORTER, code: 2 })];
    expect(await verdictsOfCut(early)).toEqual(['FL902 certain 1/1', 'FL902 certain 1/1']);
  });

  it('does not hold the first answer of a second one by that task', async () => {
    const twice = [...BEFORE, request(10), answer(10.1, { by: REPORTER }), answer(10.2, { by: REPORTER })];
    expect((await verdictsOfCut(twice)).filter((each) => !each.startsWith('FL902'))).toEqual([]);
    expect(await verdicts(twice)).toEqual(['FL102 certain 1/1']);
  });

  it('may hold the answers that follow a drain; what was late by then was late', async () => {
    const lines = [...BEFORE, request(10, { prgi: 2 }), request(21.9), drain(22)];
    expect(await verdictsOfCut(lines)).toEqual(['FL301 certain 1/2', 'FL902 certain 1/1']);
    expect(await verdicts([...lines, ...AFTER])).toEqual(['FL305 certain 1/2', 'FL305 certain 1/1']);
  });
});

describe('the head of a capture', () => {
  /** The host answers what it holds, one after the other (iommufd/eventq.c). */
  const detach = [
    request(10.05),
    probe(10.1, 'detach_pasid', '(iommu_detach_device_pasid+0x4/0xe0) pasid=1'),
    drain(10.11),
    probe(10.12, 'iommufd_auto_response', '(iommufd_auto_response_faults+0x4/0x230)'),
    ...[10.121, 10.122].flatMap((time) => [submitted(time, { code: 1 }), answer(time + 0.0001, { code: 1 })]),
  ];

  it('may hold the request of what the host answers itself', async () => {
    const lines = [...BEFORE, ...detach, ...AFTER];
    expect(await verdicts(lines)).toEqual([]);
    expect(await notes(lines)).toEqual(['FL402 certain 1/1', 'FL902 certain 1/1']);
  });

  it('explains no answer of a handler', async () => {
    const late = [submitted(10.13, { code: 1, by: OTHER }), answer(10.131, { code: 1, by: OTHER })];
    expect(await verdicts([...BEFORE, ...detach.slice(0, -2), ...late, ...AFTER])).toEqual(['FL103 certain 1/1']);
  });
});

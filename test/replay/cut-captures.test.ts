import { describe, expect, it } from 'vitest';
import { analyseTexts } from '../truth/analyse-text.ts';
import {
  analyseLines,
  answer,
  attached,
  drain,
  notes,
  probe,
  REPORTER,
  request,
  submitted,
  trace,
  verdicts,
} from './trace-lines.ts';

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

  /** No submission stands above what the host answers itself; the task that drains gives it. */
  const own = (time: number): string => answer(time, { code: 1 });
  const queue = [request(10.05), drain(10.11), own(10.112), own(10.113)];

  it('may hold the request of what the host answers itself without a submission', async () => {
    const seen = [...BEFORE.slice(0, 1), submitted(9.0005, { prgi: 5 }), ...BEFORE.slice(1)];
    expect(await verdicts([...seen, ...queue])).toEqual([]);
    expect(await verdicts([attached(8), ...seen, ...queue])).toEqual(['FL103 certain 1/1']);
    // Too late for the timeout to tell anything: the host held it for as long.
    expect(await verdicts([...seen, ...[request(30.05), drain(30.11), own(30.112), own(30.113)]])).toEqual([]);
  });

  it('may hold the request of what the draining task refuses at once', async () => {
    expect(await verdicts([...BEFORE, ...queue, ...AFTER])).toEqual([]);
    const later = [...queue.slice(0, -1), own(10.2)];
    expect(await verdicts([...BEFORE, ...later, ...AFTER])).toEqual(['FL103 certain 1/1']);
  });

  it('explains no answer of the host where a handler has answered the key', async () => {
    const doubled = [request(10), answer(10.01), ...queue];
    expect(await verdicts([...BEFORE, ...doubled, ...AFTER])).toEqual(['FL103 certain 1/1']);
  });

  it('may hold the request of an answer by cookie, which names a group that the kernel holds', async () => {
    const read = probe(9.5, 'iommufd_fault_read', '(ksys_read+0x6c/0xe0 <- iommufd_fault_fops_read) ret=40');
    const twice = [request(10), answer(10.1), answer(10.2)];
    expect(await verdicts([...BEFORE, read, ...twice, ...AFTER])).toEqual([]);
    expect(await verdicts([...BEFORE, ...twice, ...AFTER])).toEqual(['FL102 certain 1/1']);
  });

  it('may hold the request of an answer that comes just after its PASID ended and was attached again', async () => {
    const again = [drain(10, { pasid: 2 }), attached(10.01, 2), answer(10.2, { pasid: 2 })];
    expect(await verdicts([request(9), answer(9.001), ...again, request(12), answer(12.1)])).toEqual([]);
    expect(await verdicts([request(9), answer(9.001), ...again.slice(1)])).toEqual(['FL101 certain 2/1']);
    const settled = [...again.slice(0, 2), answer(11.2, { pasid: 2 })];
    expect(await verdicts([request(9), answer(9.001), ...settled])).toEqual(['FL101 certain 2/1']);
  });

  it('may hold the request of a handler’s answer to a key that no handler has had', async () => {
    const aborted = [answer(10, { by: REPORTER, code: 2 }), request(10.001), answer(10.1)];
    expect(await verdicts([...BEFORE, ...aborted, request(11), answer(11.1)])).toEqual([]);
    expect(await verdicts([attached(8), ...BEFORE, ...aborted])).toEqual(['FL102 certain 1/1']);
    const late = [answer(30, { by: REPORTER, code: 2 }), request(30.001), answer(30.1)];
    expect(await verdicts([...BEFORE, ...late])).toEqual(['FL102 likely 1/1']);
  });

  it('may hold the refusal of the first request, which then waits for no last one', async () => {
    const refused = [request(10, { pasid: 2, last: false }), answer(10.01, { pasid: 2, code: 1, by: REPORTER })];
    const lines = [...refused, request(10.011, { pasid: 2 }), request(11), answer(11.1)];
    expect(await verdicts(lines)).toEqual([]);
    expect(await notes(lines)).toEqual(['FL107 certain 2/1']);
    expect(await verdicts([...BEFORE, ...lines])).toEqual(['FL205 certain 1/1']);
  });

  it('explains one answer of two, where an early one may be from before it', async () => {
    const early = [answer(10), request(10.01), answer(10.2)];
    expect(await verdicts([...BEFORE, ...early, ...AFTER])).toEqual([]);
    expect(await verdicts([...BEFORE, ...early, answer(10.3), ...AFTER])).toEqual(['FL102 certain 1/1']);
  });

  it('may hold the request of what the host answers, although the key has a partial group since', async () => {
    const seen = [...BEFORE.slice(0, 1), submitted(9.0005, { prgi: 5 }), ...BEFORE.slice(1)];
    const gone = probe(10.12, 'queue_remove_device', '(iopf_queue_remove_device+0x4/0xe0)');
    const lines = [...seen, request(10, { last: false }), drain(10.11), gone, own(10.121)];
    expect(await verdicts(lines)).toEqual(['FL306 certain 1/1 warning']);
  });

  it('is named as what hides the request', async () => {
    const { findings } = await analyseLines([...BEFORE, ...queue, ...AFTER]);
    expect(findings.filter(({ id }) => id === 'FL902').map(({ message }) => message)).toEqual([
      'Response invalid request for PRGI 1 of PASID 1 on 0000:01:00.0 on line 12 has no visible request: its request may precede the capture.',
    ]);
  });
});

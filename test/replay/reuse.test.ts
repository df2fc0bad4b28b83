import { describe, expect, it } from 'vitest';
import { answer, drain, request, verdicts } from './trace-lines.ts';

/** Semantics §3: a request on a key whose instance is pending is a reuse in flight, once per new instance. */
describe('FL203', () => {
  it('names a reuse whose group never gets its last request', async () => {
    expect(await verdicts([request(10), request(10.01, { last: false }), answer(10.05)])).toEqual([
      'FL203 certain 1/1',
    ]);
  });

  it('names a reuse by a request that another PASID’s group takes in', async () => {
    const lines = [
      request(10),
      request(10.01, { last: false }),
      request(10.02, { pasid: 2 }),
      answer(10.05),
      answer(10.06, { pasid: 2 }),
    ];
    expect(await verdicts(lines)).toEqual(['FL203 certain 1/1', 'FL205 certain 2/1']);
  });

  it('names each new instance once', async () => {
    const lines = [
      request(10),
      request(10.01, { last: false }),
      request(10.02, { last: false }),
      request(10.03),
      answer(10.04),
      answer(10.05),
      request(10.06),
      answer(10.07),
    ];
    expect(await verdicts(lines)).toEqual(['FL203 certain 1/1']);
  });

  it('is quiet where the first group was answered before', async () => {
    expect(await verdicts([request(10), answer(10.01), request(10.02, { last: false }), drain(12)])).toEqual([
      'FL306 certain 1/1 warning',
    ]);
  });
});

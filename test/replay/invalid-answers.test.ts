import { describe, expect, it } from 'vitest';
import { answer, attached, entry, notes, REPORTER, request, verdicts } from './trace-lines.ts';

const INVALID = { code: 1 };

/** Semantics §3.1: which Invalid answers are refusals. The task that hands on the requests refuses them, and no other. */
describe('code Invalid and no request of the key', () => {
  it('is a refusal if it comes from the reporting task', async () => {
    const lines = [attached(9), request(10), answer(10.01), answer(10.02, { prgi: 5, by: REPORTER, ...INVALID })];
    expect(await verdicts(lines)).toEqual([]);
    expect(await notes(lines)).toEqual(['FL107 likely 1/5']);
  });

  it('is never FL101, whoever sends it', async () => {
    const lines = [attached(9), request(10), answer(10.01), answer(10.02, { prgi: 5, ...INVALID })];
    expect(await verdicts(lines)).toEqual([]);
    expect(await notes(lines)).toEqual(['FL107 possible 1/5']);
  });

  it('is FL104 from another task while another PASID has the PRGI in flight', async () => {
    const lines = [attached(9, 2), request(10), answer(10.02, { pasid: 2, ...INVALID }), answer(12)];
    expect(await verdicts(lines)).toEqual(['FL104 certain 2/1', 'FL501 certain 1/1 warning']);
  });

  it('is FL105 from another task while its group is collecting', async () => {
    const lines = [request(10, { last: false }), answer(10.02, INVALID), request(12), answer(12.01)];
    expect(await verdicts(lines)).toEqual(['FL105 certain 1/1']);
  });
});

describe('a refused request that only the kernel log shows', () => {
  const log = '[    9.500000] dmar0: Invalid page request: 20000101000101 0020200d\n';

  it('takes no other answer of the reporting task under the same key', async () => {
    const lines = [
      attached(9),
      answer(10, { code: 2, by: REPORTER }),
      request(10.001),
      answer(10.02, { by: REPORTER, ...INVALID }),
      request(10.03, { prgi: 5 }),
      answer(10.04, { prgi: 5 }),
    ];
    expect(await verdicts(lines, log)).toEqual([]);
    expect(await notes(lines, log)).toEqual(['FL402 certain 1/1', 'FL107 certain 1/1']);
  });

  it('is one refusal where the trace holds the line of the log as well', async () => {
    const line = entry(REPORTER, 10, 'console: dmar0: Invalid page request: 20000101000101 0020200d');
    const lines = [attached(9), request(9.5, { prgi: 5 }), answer(9.6, { prgi: 5 }), line];
    expect(await notes([...lines, answer(10.001, { by: REPORTER, ...INVALID })], log)).toEqual(['FL107 certain 1/1']);
    expect(await notes(lines, `${log}${log}`)).toEqual(['FL107 certain 1/1', 'FL107 certain 1/1']);
  });
});

import { describe, expect, it } from 'vitest';
import {
  analyseLines,
  answer,
  attached,
  HANDLER,
  probe,
  REPORTER,
  reported,
  request,
  verdicts,
} from './trace-lines.ts';

function operation(time: number, { pasid = 1, prgi = 1, code = 0, by = HANDLER } = {}): string {
  return probe(
    time,
    'page_response',
    `(intel_iommu_page_response+0x4/0xb0) pasid=${pasid} grpid=${prgi} code=${code}`,
    by,
  );
}

/** Requests are traced at the wire; the queue with the answers may not be recorded, or has no tracepoint (AMD, SMMU). */
describe('answers at the driver’s operation', () => {
  it('count where the capture shows none at the wire', async () => {
    const lines = [
      request(10),
      request(10.01, { prgi: 2 }),
      operation(10.02),
      operation(10.03, { prgi: 2 }),
      request(25),
      operation(25.01),
    ];
    expect(await verdicts(lines)).toEqual([]);
    const { groups } = await analyseLines(lines);
    expect(groups.map(({ prgi, state, latencyNs }) => [prgi, state, latencyNs])).toEqual([
      [1, 'answered', 20_000_000],
      [2, 'answered', 20_000_000],
      [1, 'answered', 10_000_000],
    ]);
  });

  it('are accused as at the wire', async () => {
    const lines = [
      request(10),
      operation(10.01),
      operation(10.02),
      request(11, { prgi: 2 }),
      request(25, { prgi: 3 }),
      operation(25.01, { prgi: 3 }),
    ];
    expect(await verdicts(lines)).toEqual(['FL102 certain 1/1', 'FL301 certain 1/2']);
  });

  it('of the reporting task refuse the request that is reported next', async () => {
    const lines = [
      attached(9),
      reported(10),
      operation(10.0001, { code: 1, by: REPORTER }),
      request(10.0002),
      request(11, { prgi: 2 }),
      operation(11.01, { prgi: 2 }),
    ];
    expect(await verdicts(lines)).toEqual([]);
    const { groups } = await analyseLines(lines);
    expect(groups.map(({ prgi, state }) => [prgi, state])).toEqual([
      [1, 'refused'],
      [2, 'answered'],
    ]);
  });

  it('are the way to the wire where that is recorded too, also if the first line at the wire was cut off', async () => {
    const lines = [operation(9), request(10), operation(10.01), answer(10.0101), operation(10.02), answer(10.0201)];
    expect(await verdicts(lines)).toEqual(['FL102 certain 1/1']);
  });
});

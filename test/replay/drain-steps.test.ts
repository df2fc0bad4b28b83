import { describe, expect, it } from 'vitest';
import { answer, drain, HANDLER, request, verdicts } from './trace-lines.ts';

const OTHER = 'prilab-run-77';
const BEFORE = [request(9, { prgi: 5 }), answer(9.001, { prgi: 5 })];
const AFTER = [request(30, { prgi: 5 }), answer(30.001, { prgi: 5 })];

/** The fence of PASID 2's drain, and the invalidations of another PASID, which a detach queues before it drains. */
const [fence = ''] = drain(10.01, { pasid: 2 }, OTHER).split('\n');
const [, iotlb = '', deviceTlb = ''] = drain(10.02, { pasid: 1 }, HANDLER).split('\n');
const [, otherIotlb = '', otherDeviceTlb = ''] = drain(10.03, { pasid: 2 }, OTHER).split('\n');

/** A group whose member came before what may be a drain of its PASID; FL205 if it was one. */
const around = (steps: readonly string[]): string[] => [
  ...BEFORE,
  request(10, { last: false }),
  ...steps,
  request(10.05),
  answer(10.06),
  ...AFTER,
];

/** log-formats A.2.2: three descriptors that one call queues, one after the other. */
describe('the drain signature', () => {
  it('is one of the task that queues all of it', async () => {
    expect(await verdicts(around([drain(10.02)]))).toEqual(['FL205 certain 1/1']);
    expect(await verdicts(around([fence, iotlb, deviceTlb, otherIotlb, otherDeviceTlb]))).toEqual([]);
  });

  it('does not go on over lost events', async () => {
    const lost = [...drain(10.01).split('\n').slice(0, 1), 'CPU:1 [LOST 2 EVENTS]', iotlb, deviceTlb];
    expect((await verdicts(around(lost))).filter((each) => !each.startsWith('FL901'))).toEqual([]);
  });
});

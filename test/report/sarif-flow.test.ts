import { join } from 'node:path';
import type * as Sarif from 'sarif';
import { describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { sampleSession } from '../cli/sample-session.ts';
import { ROOT } from '../readme-blocks.ts';

const TWICE = join(ROOT, 'fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt');

async function flowsOf(...args: readonly string[]): Promise<(readonly [number | undefined, string | undefined])[][]> {
  const session = sampleSession({ args: ['check', '--exit-zero', '--format', 'sarif', ...args, TWICE], cwd: ROOT });
  expect(await run(session)).toBe(0);
  const log: Sarif.Log = JSON.parse(session.printed());
  return (log.runs[0]?.results ?? []).map(({ codeFlows = [] }) =>
    codeFlows.flatMap(({ threadFlows }) =>
      threadFlows.flatMap(({ locations }) =>
        locations.map(
          ({ location }) => [location?.physicalLocation?.region?.startLine, location?.message?.text] as const,
        ),
      ),
    ),
  );
}

describe('the code flow of a result', () => {
  test('is the ladder of its finding, hop by hop', async () => {
    const [first, ...others] = await flowsOf();
    expect(first).toEqual([
      [13, 'host: bind PASID 1 at 15.066369'],
      [15, 'host to driver: last request PASID 1 PRGI 1 at 15.077370'],
      [17, 'device to host: last request PASID 1 PRGI 1 at 15.077469'],
      [24, 'driver to host: response PASID 1 PRGI 1 (success) at 15.085934'],
      [26, 'host to device: response PASID 1 PRGI 1 (success) at 15.085999'],
      [27, 'driver to host: response PASID 1 PRGI 1 (success) at 15.086494'],
      [29, 'host to device: response PASID 1 PRGI 1 (success) at 15.086522'],
    ]);
    expect(others.map((flow) => flow.length)).toEqual([7, 8, 7]);
  });

  test('is the lines of evidence where no ladder is drawn', async () => {
    const [first] = await flowsOf('--no-ladder');
    expect(first?.map(([line]) => line)).toEqual([17, 26, 29]);
    expect(first?.at(-1)?.[1]).toMatch(/^.*response.* at 15\.086522$/);
  });
});

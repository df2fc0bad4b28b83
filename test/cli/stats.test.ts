import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { statsSchema } from '../../src/model/stats.ts';
import { ROOT } from '../readme-blocks.ts';
import { troubledCapture } from '../sim/troubled-capture.ts';
import { sampleSession } from './sample-session.ts';

const TWICE = join(ROOT, 'fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt');
const LADDER = join(ROOT, 'fixtures/ladder/6.1-late-answer.ladder');

async function faultlog(args: readonly string[], input?: string) {
  const session = sampleSession({ args, cwd: ROOT, ...(input !== undefined && { input }) });
  const code = await run(session);
  return { code, printed: session.printed(), complained: session.complained() };
}

async function statsOf(...args: readonly string[]) {
  const { code, printed } = await faultlog(['stats', '--format', 'json', ...args]);
  expect(code).toBe(0);
  return statsSchema.parse(JSON.parse(printed));
}

describe('stats', () => {
  test('sums, streams and the slowest answers agree with groups', async () => {
    const stats = await statsOf(TWICE);
    const groups = (await faultlog(['groups', '--format', 'jsonl', TWICE])).printed
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(stats).toMatchObject({ groups: 5, requests: 5, faults: 0, states: { answered: 5 } });
    expect(stats.streams.map(({ device, pasid, groups: count }) => [device, pasid, count])).toEqual([
      ['0000:01:00.0', 1, 4],
      ['0000:01:00.0', 2, 1],
    ]);
    const latencies = groups.map(({ latencyNs }) => latencyNs).sort((a, b) => b - a);
    expect(stats.worst.map(({ latencyNs }) => latencyNs)).toEqual(latencies);
    expect(stats.worst[0]).toMatchObject({
      pasid: 2,
      prgi: 1,
      instance: 1,
      request: { line: 23 },
      response: { line: 38 },
    });
    expect(stats.latency).toMatchObject({ count: 5, maxNs: latencies[0], minNs: latencies[4] });
    for (const each of [stats, ...stats.streams]) {
      expect(each.histogram.reduce((sum, { count }) => sum + count, 0)).toBe(each.latency?.count);
    }
  });

  test('the timeline covers the capture, and its depth is that of the groups', async () => {
    const stats = await statsOf(TWICE);
    expect(stats).toMatchObject({ firstTime: '15.066369', lastTime: '15.296710', spanNs: 230_341_000, peakDepth: 3 });
    expect(stats.timeline.length).toBeLessThanOrEqual(48);
    expect(stats.timeline.reduce((sum, step) => sum + step.groups, 0)).toBe(5);
    expect(stats.timeline.reduce((sum, step) => sum + step.answers, 0)).toBe(5);
    // 152 ms in flight in all, over 230 ms.
    expect(stats.groupRate?.meanPerSecond).toBeCloseTo(5 / 0.230341, 1);
  });

  test('filters choose what is counted', async () => {
    const stats = await statsOf('--pasid', '2', TWICE);
    expect(stats).toMatchObject({ groups: 1, peakDepth: 1 });
    expect(stats.streams).toHaveLength(1);
    const none = await statsOf('--from', '99', TWICE);
    expect(none).toMatchObject({ groups: 0, timeline: [], streams: [], worst: [] });
  });

  test('a clock that is none: counts, but no rate and no latency', async () => {
    const stats = await statsOf(LADDER);
    expect(stats.groups).toBeGreaterThan(0);
    for (const field of ['latency', 'spanNs', 'groupRate', 'stepNs', 'peakDepth'])
      expect(stats).not.toHaveProperty(field);
  });

  test('text: sums, timeline, histogram, streams, slowest', async () => {
    const { code, printed, complained } = await faultlog(['stats', TWICE]);
    expect({ code, complained }).toEqual({ code: 0, complained: '' });
    expect(printed).toMatch(
      /^5 page-request groups with 5 requests, 0 faults in 230\.3 ms \(15\.066369 to 15\.296710 s\)\n/,
    );
    expect(printed).toMatch(/^in flight 3 at most$/m);
    expect(printed).toMatch(/^timeline, steps of /m);
    expect(printed).toMatch(/^0000:01:00\.0 PASID 1 \(host\): 4 groups, 4 requests, 17\.37\/s$/m);
    expect(printed).toMatch(/^ {2}82\.81 ms {5}0000:01:00\.0 PASID 2 PRGI 1 #1 {2}h02-answered-twice\.txt:23→38$/m);
  });

  test('--clocks without lanes says what is missing', async () => {
    const { code, printed, complained } = await faultlog(['stats', '--clocks', TWICE]);
    expect({ code, printed }).toEqual({ code: 0, printed: '' });
    expect(complained).toBe(
      'faultlog: no clocks were joined\n          Label the inputs with their lanes: host=FILE guest=FILE.\n',
    );
  });

  test('standard input gives what the file gives', async () => {
    const file = await faultlog(['stats', TWICE]);
    const piped = await faultlog(['stats', '-'], readFileSync(TWICE, 'utf8'));
    expect(piped.printed.replaceAll('<stdin>', 'h02-answered-twice.txt')).toBe(file.printed);
  });
});

describe('stats --where', () => {
  const inputs = ['pri/**/h*.txt', 'amd-vi/*.txt', 'smmu*/*.txt', 'ladder/*.ladder'].flatMap((pattern) =>
    globSync(pattern, { cwd: join(ROOT, 'fixtures') }).map((path) => join(ROOT, 'fixtures', path)),
  );
  const troubled = troubledCapture(30, 3000);

  test('a filter that all pass changes nothing: the store gives what the stream gives', async () => {
    expect(inputs.length).toBeGreaterThan(20);
    for (const path of inputs) {
      expect(await statsOf('--where', '!pasid=987654', path), path).toEqual(await statsOf(path));
    }
    const [all, stored] = [[], ['--where', '!pasid=987654']].map((extra) =>
      faultlog(['stats', '--format', 'json', ...extra, '-'], troubled),
    );
    expect((await stored)?.printed).toBe((await all)?.printed);
  });

  test('counts the instances that groups prints', async () => {
    for (const where of ['verdict=dropped,spurious', 'latency>1ms pasid=2', 'state=answered !id=any', 'time<1.002']) {
      const { printed } = await faultlog(['groups', '--format', 'jsonl', '--where', where, '-'], troubled);
      const { printed: stats } = await faultlog(['stats', '--format', 'json', '--where', where, '-'], troubled);
      const count = printed.split('\n').length - 1;
      expect([where, statsSchema.parse(JSON.parse(stats)).groups]).toEqual([where, count]);
      expect(count).toBeGreaterThan(0);
    }
  });

  test('points at a mistake', async () => {
    const { code, complained } = await faultlog(['stats', '--where', 'pasid>>1', TWICE]);
    expect([code, complained]).toEqual([2, expect.stringContaining('pasid>>1\n')]);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { registry } from '../../parsers/registry.ts';
import { analyse } from '../../src/analysis/analyse.ts';
import { Fingerprints, shapeOf } from '../../src/analysis/fingerprint.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import type { Result } from '../../src/model/result.ts';
import { ROOT } from '../readme-blocks.ts';
import { sampleFinding } from '../report/sample-result.ts';

const PRI = join(ROOT, 'fixtures/pri');

async function resultOf(text: string): Promise<Result> {
  const bytes = Buffer.from(text);
  const input = {
    path: 'trace.txt',
    lane: 'host' as const,
    open: async function* () {
      yield bytes;
    },
  };
  return analyse([input], registry, { limits: DEFAULT_LIMITS });
}

const read = (name: string) => readFileSync(join(PRI, name), 'utf8');
const linesOf = ({ findings }: Result) => findings.flatMap(({ evidence }) => evidence.map(({ line }) => line));
/** With the rule, so that a failure says what it is about. */
const named = ({ findings }: Result) =>
  findings
    .flatMap((finding) => [finding, ...(finding.consequences ?? [])])
    .map(({ id, fingerprint }) => `${id} ${fingerprint}`)
    .sort();

describe('a new recording of the same bug has the same fingerprints', () => {
  test.each([
    ['h01-orderly', '6.1.192', '7.2.13'],
    ['h01-orderly', '6.12.107', '7.2.13'],
    ['h05-dropped-then-last-detach', '6.12.107', '7.2.13'],
    ['h09-odd-codes', '6.12.107', '7.2.13'],
  ])('%s on %s and on %s: other times, other lines', async (scenario, kernel, other) => {
    const one = await resultOf(read(`pri-intel-handler-${kernel}/${scenario}.txt`));
    const two = await resultOf(read(`pri-intel-handler-${other}/${scenario}.report.txt`));
    expect(one.findings.length).toBeGreaterThan(0);
    expect(one.inputs[0]?.firstTime).not.toBe(two.inputs[0]?.firstTime);
    expect(linesOf(one)).not.toEqual(linesOf(two));
    expect(named(one)).toEqual(named(two));
  });

  test.each([
    'pri-intel-handler-6.1.192/h02-answered-twice',
    'pri-intel-handler-6.12.107/h07-late-after-detach',
    'pri-intel-handler-7.2.13/h03-crossed-prgi',
    'pri-intel-handler-7.2.13/h08-handler-full',
    'pri-intel-handler-7.2.13/h11-sva-and-handler',
    'pri-intel-iommufd-7.2.13/v02-answered-twice',
    'pri-intel-iommufd-7.2.13/v04-never-answered-detach',
    'pri-intel-sva-7.2.13/a14-process-killed',
    'pri-intel-sva-7.2.13/a33-pasid-generations',
    'pri-mock-iommufd-7.2.13/m02-bad-answers',
  ])('%s as text and as recorded by trace-cmd', async (scenario) => {
    const text = await resultOf(read(`${scenario}.txt`));
    const report = await resultOf(read(`${scenario}.report.txt`));
    expect(text.findings.length).toBeGreaterThan(0);
    expect(linesOf(text)).not.toEqual(linesOf(report));
    expect(named(report)).toEqual(named(text));
  });

  test('times shifted, lines of other things between', async () => {
    const text = read('pri-intel-handler-7.2.13/h02-answered-twice.txt');
    let number = 0;
    const shifted = text
      .replaceAll(/ (\d+\.\d{6}): /g, (_, time: string) => ` ${(Number(time) + 86_400.25).toFixed(6)}: `)
      .replaceAll(/^ .*$/gm, (line) => {
        number += 1;
        const [, time = ''] = / (\d+\.\d{6}): /.exec(line) ?? [];
        return `          <idle>-0       [001] d.h1. ${time}: sched_wakeup: comm=other pid=${number} prio=120\n${line}`;
      });
    const [before, after] = [await resultOf(text), await resultOf(shifted)];
    expect(linesOf(before)).not.toEqual(linesOf(after));
    expect(after.findings[0]?.time).toBe('86415.336522');
    expect(named(after)).toEqual(named(before));
  });
});

describe('what a fingerprint is made of', () => {
  const print = (...findings: Parameters<typeof sampleFinding>[0][]) => {
    const fingerprints = new Fingerprints();
    return findings.map((parts) => fingerprints.next(sampleFinding(parts)));
  };

  test('rule, device, PASID or none, shape; no number', () => {
    const [same, ...others] = print(
      { message: 'after 5 ms on line 3' },
      { message: 'after 1.25 s on line 70', pasid: 9, prgi: 9, time: '1.5', severity: 'note', certainty: 'possible' },
    );
    expect(print({ message: 'after 7 ns on line 1' })).toEqual([same]);
    expect(others).not.toContain(same);
    const different = [
      { message: 'after 5 ms in line 3' },
      { message: 'after 5 ms on line 3', id: 'FL103' },
      { message: 'after 5 ms on line 3', device: '0000:02:00.0' },
    ].map((parts) => print(parts)[0]);
    const { pasid: _, ...withoutPasid } = sampleFinding({ message: 'after 5 ms on line 3' });
    different.push(new Fingerprints().next(withoutPasid));
    expect(new Set([same, ...different]).size).toBe(5);
  });

  test('one more of a kind is one more fingerprint, the others stay', () => {
    const three = print({}, { id: 'FL103' }, {}, {});
    expect(new Set(three).size).toBe(4);
    expect(print({}, {}, {}, {}, { id: 'FL103' }).filter((each) => !three.includes(each))).toHaveLength(1);
  });

  test.each([
    ['took in 1 request of PASID 2', 'took in 12 requests of PASID 7'],
    ['1 entry was lost', '2 entries were lost'],
    ['answered at 0x1000 on 0000:01:00.0', 'answered at 0x7fffab on 0000:22:10.7'],
    ['5 ns after', '1.5 s after'],
  ])('%s and %s have one shape', (one, other) => {
    expect(shapeOf(one)).toBe(shapeOf(other));
  });

  test('how often a page faulted is no part of it', async () => {
    const fault = (second: number) =>
      `[${second}.000000] DMAR: [DMA Read NO_PASID] Request device [00:04.0] fault addr 0x12345000 [fault reason 0x06] PTE Read access is not set\n`;
    const [once, often] = [await resultOf(fault(5)), await resultOf([7, 8, 9].map(fault).join(''))];
    expect(often.findings.map(({ count }) => count)).toEqual([3]);
    expect(named(often)).toEqual(named(once));
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { baselineSchema } from '../../src/config/baseline.ts';
import { resultSchema } from '../../src/model/result.ts';
import { ROOT } from '../readme-blocks.ts';
import { sampleSession } from './sample-session.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultlog-baseline-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HANDLER = join(ROOT, 'fixtures/pri/pri-intel-handler-7.2.13');
const path = (name: string) => join(folder, name);
writeFileSync(path('twice.txt'), readFileSync(join(HANDLER, 'h02-answered-twice.txt')));
writeFileSync(path('again.txt'), readFileSync(join(HANDLER, 'h02-answered-twice.report.txt')));
writeFileSync(path('crossed.txt'), readFileSync(join(HANDLER, 'h03-crossed-prgi.txt')));

async function check(...args: string[]) {
  const session = sampleSession({ args: ['check', '--no-ladder', ...args], cwd: folder });
  const code = await run(session);
  return { code, printed: session.printed(), complained: session.complained() };
}
const read = (name: string) => baselineSchema.parse(JSON.parse(readFileSync(path(name), 'utf8')));

beforeEach(() => rmSync(path('b.json'), { force: true }));

describe('--write-baseline and --baseline', () => {
  test('all findings become known: the run passes, the next one too, a new recording as well', async () => {
    const first = await check('--write-baseline', 'b.json', 'twice.txt');
    expect(first).toMatchObject({ code: 0, complained: 'faultlog: b.json: 4 new, 0 known, 0 dropped\n' });
    expect(first.printed).toMatch(/^3 errors, 1 warning in 5 page-request groups\n/);
    expect(read('b.json').entries.map(({ rule, firstSeen }) => `${rule} ${firstSeen}`)).toEqual([
      'FL102 2026-11-23',
      'FL102 2026-11-23',
      'FL102 2026-11-23',
      'FL204 2026-11-23',
    ]);
    for (const capture of ['twice.txt', 'again.txt']) {
      const next = await check('--baseline', 'b.json', '--error-on-stale', capture);
      expect(next).toMatchObject({ code: 0, complained: '' });
      expect(next.printed).toMatch(/^No error in 5 page-request groups beyond 4 known findings\n/);
      expect(next.printed).toContain('\nbaseline  4 findings (FL102 3, FL204 1) known and left out\n');
    }
  });

  test('what is not known fails the run and is all that is shown', async () => {
    await check('--write-baseline', 'b.json', 'twice.txt');
    const baseline = read('b.json');
    const left = { ...baseline, entries: baseline.entries.slice(1) };
    writeFileSync(path('b.json'), JSON.stringify(left));
    const { code, printed } = await check('--baseline', 'b.json', '--format', 'json', 'twice.txt');
    const result = resultSchema.parse(JSON.parse(printed));
    expect(code).toBe(1);
    expect(result.findings.map(({ fingerprint }) => fingerprint)).toEqual([baseline.entries[0]?.fingerprint]);
    expect(result.counts.byRule).toEqual({ FL102: 1 });
    expect(result.baselined).toEqual({ FL102: 2, FL204: 1 });
  });

  test('SARIF says which are known and why', async () => {
    await check('--write-baseline', 'b.json', 'twice.txt');
    const baseline = read('b.json');
    const entries = baseline.entries.slice(1).map((entry) => ({ ...entry, reason: 'fixed in 7.3' }));
    writeFileSync(path('b.json'), JSON.stringify({ ...baseline, entries }));
    const { printed } = await check('--baseline', 'b.json', '--format', 'sarif', 'twice.txt');
    const results: { baselineState: string; suppressions?: unknown }[] = JSON.parse(printed).runs[0].results;
    const known = [{ kind: 'external', status: 'accepted', justification: 'fixed in 7.3' }];
    expect(results.map(({ baselineState, suppressions }) => [baselineState, suppressions])).toEqual([
      ['new', undefined],
      ['unchanged', known],
      ['unchanged', known],
      ['unchanged', known],
    ]);
  });

  test('stale entries are told, and fail the run where asked', async () => {
    await check('--write-baseline', 'b.json', 'twice.txt');
    const told =
      /^faultlog: warning: 4 entries of the baseline are stale: no finding matches any more: FL102 \w+, FL102 .*\n {10}Remove them, or write/;
    const stale = await check('--baseline', 'b.json', '--fail-on', 'never', 'crossed.txt');
    expect(stale.code).toBe(0);
    expect(stale.complained).toMatch(told);
    const failing = await check('--baseline', 'b.json', '--error-on-stale', '--quiet', '--exit-zero', 'crossed.txt');
    expect(failing.code).toBe(2);
    expect(failing.complained).toMatch(told);
    expect((await check('--baseline', 'b.json', '--quiet', 'crossed.txt')).complained).toBe('');
  });

  test('an expired entry is told, and its finding counts again', async () => {
    await check('--write-baseline', 'b.json', 'twice.txt');
    const baseline = read('b.json');
    const entries = baseline.entries.map((entry, index) => (index === 0 ? { ...entry, expires: '2026-11-22' } : entry));
    writeFileSync(path('b.json'), JSON.stringify({ ...baseline, entries }));
    const { code, complained } = await check('--baseline', 'b.json', 'twice.txt');
    expect(code).toBe(1);
    expect(complained).toMatch(
      /^faultlog: warning: 1 entry of the baseline is expired: findings count again: FL102 \w+\n {10}Renew or remove it, /,
    );
  });

  test('written anew, it keeps what was said, drops what is gone and takes what is new', async () => {
    await check('--write-baseline', 'b.json', 'twice.txt');
    const baseline = read('b.json');
    const [first, second] = baseline.entries;
    const kept = { ...first, firstSeen: '2025-05-05', reason: 'fixed in 7.3', expires: '2030-01-01' };
    writeFileSync(
      path('b.json'),
      JSON.stringify({ ...baseline, entries: [kept, second, { ...second, fingerprint: 'gone' }] }),
    );
    const { code, complained } = await check('--baseline', 'b.json', '--write-baseline', 'b.json', 'twice.txt');
    expect({ code, complained }).toEqual({ code: 0, complained: 'faultlog: b.json: 2 new, 2 known, 1 dropped\n' });
    expect(read('b.json').entries).toEqual([kept, ...baseline.entries.slice(1)]);
  });

  test('display filters do not decide what is written', async () => {
    await check('--write-baseline', 'b.json', '--pasid', '2', '--quiet', 'twice.txt');
    expect(read('b.json').entries).toHaveLength(4);
  });

  test('a part of the inputs makes no baseline', async () => {
    const { code, complained } = await check('--write-baseline', 'b.json', 'twice.txt', 'missing.txt');
    expect(code).toBe(2);
    expect(complained).toContain('faultlog: b.json: not written\n          Not all inputs could be read');
    expect(() => read('b.json')).toThrow(/ENOENT/);
  });

  test('the configuration names one; its path is relative to it', async () => {
    await check('--write-baseline', 'b.json', 'twice.txt');
    writeFileSync(path('faultlog.config.json'), '{ "baseline": "b.json" }');
    try {
      expect((await check('twice.txt')).code).toBe(0);
      expect((await check('--no-config', 'twice.txt')).code).toBe(1);
    } finally {
      rmSync(path('faultlog.config.json'));
    }
  });

  test.each([
    [
      ['--baseline', 'none.json'],
      'none.json: there is no such baseline\n          Make it with --write-baseline none.json.\n',
    ],
    [
      ['--baseline', 'twice.txt'],
      /^faultlog: twice.txt is not JSON: .*\n {10}Correct it, or make it anew with --write-baseline\.\n$/,
    ],
    [['--write-baseline', 'none/b.json'], 'none/b.json: its folder does not exist\n          Make the folder first.\n'],
  ])('%j: code 2 and two lines', async (args, expected) => {
    const { code, complained } = await check(...args, 'twice.txt');
    expect(code).toBe(2);
    expect(complained).toEqual(
      typeof expected === 'string' ? `faultlog: ${expected}` : expect.stringMatching(expected),
    );
  });
});

test('ladder --finding counts as check does', async () => {
  await check('--write-baseline', 'b.json', '--quiet', 'twice.txt');
  const baseline = read('b.json');
  writeFileSync(
    path('b.json'),
    JSON.stringify({ ...baseline, entries: baseline.entries.filter(({ rule }) => rule === 'FL102') }),
  );
  const session = sampleSession({
    args: ['ladder', '--baseline', 'b.json', '--finding', '1', 'twice.txt'],
    cwd: folder,
  });
  expect(await run(session)).toBe(0);
  expect(session.printed()).toMatch(/^# finding 1: warning FL204 /);
});

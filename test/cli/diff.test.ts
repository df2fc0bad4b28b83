import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import type { Session } from '../../src/cli/session.ts';
import { comparisonSchema } from '../../src/model/comparison.ts';
import type { Finding } from '../../src/model/finding.ts';
import { resultSchema } from '../../src/model/result.ts';
import { ROOT } from '../readme-blocks.ts';
import { sampleSession } from './sample-session.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultlog-diff-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fixture = (name: string) => readFileSync(join(ROOT, 'fixtures/pri', name), 'utf8');
const path = (name: string) => join(folder, name);
writeFileSync(path('twice.txt'), fixture('pri-intel-handler-7.2.13/h02-answered-twice.txt'));
writeFileSync(path('again.txt'), fixture('pri-intel-handler-7.2.13/h02-answered-twice.report.txt'));
writeFileSync(path('older.txt'), fixture('pri-intel-handler-6.12.107/h02-answered-twice.txt'));
writeFileSync(path('orderly.txt'), fixture('pri-intel-sva-7.2.13/a01-normal-groups.txt'));
writeFileSync(path('notes.txt'), 'remember the milk\n');

async function faultlog(args: readonly string[], parts: Partial<Session> & { input?: string } = {}) {
  const session = sampleSession({ args, cwd: folder, ...parts });
  const code = await run(session);
  return { code, printed: session.printed(), complained: session.complained() };
}
const diff = (...args: string[]) => faultlog(['diff', ...args]);
const compared = async (...args: string[]) => {
  const { code, printed, complained } = await diff('--format', 'json', ...args);
  return { code, complained, comparison: comparisonSchema.parse(JSON.parse(printed)) };
};
const counts = ({ comparison }: Awaited<ReturnType<typeof compared>>) => [
  comparison.new.length,
  comparison.gone.length,
  comparison.changed.length,
  comparison.unchanged,
];

beforeAll(async () => {
  for (const format of ['json', 'jsonl']) {
    await faultlog(['check', '--exit-zero', '--no-ladder', '--format', `${format}=twice.${format}`, 'twice.txt']);
  }
});

describe('diff', () => {
  test('a capture against itself, and against another recording of the same run: nothing new', async () => {
    for (const other of ['./twice.txt', 'again.txt', 'twice.json', 'twice.jsonl']) {
      const same = await compared('twice.txt', other);
      expect(same).toMatchObject({ code: 0, complained: '' });
      expect(counts(same)).toEqual([0, 0, 0, 4]);
    }
  });

  test('new findings that check would fail for: 1', async () => {
    const fresh = await compared('orderly.txt', 'twice.json');
    expect(fresh.code).toBe(1);
    expect(counts(fresh)).toEqual([4, 0, 0, 0]);
    expect(fresh.comparison.new.map(({ id, severity }) => `${severity} ${id}`)).toEqual([
      'error FL102',
      'error FL102',
      'error FL102',
      'warning FL204',
    ]);
    expect(fresh.comparison.before).toMatchObject({ path: 'orderly.txt', source: 'capture', findings: 0 });
    expect(fresh.comparison.after).toMatchObject({ path: 'twice.json', source: 'result', findings: 4 });
    expect((await diff('--fail-on', 'never', 'orderly.txt', 'twice.txt')).code).toBe(0);
  });

  test('gone findings do not fail', async () => {
    const gone = await compared('twice.jsonl', 'orderly.txt');
    expect(gone.code).toBe(0);
    expect(counts(gone)).toEqual([0, 4, 0, 0]);
  });

  test('the same bug on another kernel: what it did to the device is another finding, the rest is the same', async () => {
    const kernels = await compared('older.txt', 'twice.txt');
    expect(kernels.code).toBe(1);
    expect(counts(kernels)).toEqual([3, 3, 0, 1]);
  });

  test('one fingerprint with another severity, certainty or count is a changed finding; it does not fail', async () => {
    const result = resultSchema.parse(JSON.parse(readFileSync(path('twice.json'), 'utf8')));
    const edit = (finding: Finding, index: number): Finding => {
      if (index === 0) return { ...finding, severity: 'warning', certainty: 'possible' };
      return index === 1 ? { ...finding, count: 3, consequences: [finding] } : finding;
    };
    writeFileSync(path('edited.json'), JSON.stringify({ ...result, findings: result.findings.map(edit) }));
    const changed = await compared('edited.json', 'twice.txt');
    expect(changed.code).toBe(0);
    expect(counts(changed)).toEqual([0, 0, 2, 2]);
    expect(changed.comparison.changed.map(({ changes }) => changes)).toEqual([
      ['severity', 'certainty'],
      ['count', 'consequences'],
    ]);
    const { printed } = await diff('edited.json', 'twice.txt');
    expect(printed).toMatch(/^0 new findings, 0 gone, 2 changed, 2 the same\n\nchanged {2}error FL102 /);
    expect(printed).toContain('\n         severity warning → error; certainty possible → certain\n');
    expect(printed).toContain('\n         count 3 → 1; consequences FL102 → none\n');
  });

  test('limits that differ are told', async () => {
    const { comparison } = await compared('twice.json', 'twice.txt', '--timeout', '2s', '--slow', '1s');
    expect(comparison.caveats).toEqual(['timeout 10 s and 2 s', 'slow 100 ms and 1 s']);
  });

  test('text: what is new stands first, with its lines', async () => {
    const { printed } = await diff('orderly.txt', 'twice.txt');
    expect(printed).toMatch(
      /^4 new findings, 0 gone, 0 changed, 0 the same\n\nnew {6}error FL102 spurious-duplicate \(certain\): 0000:01:00\.0 PASID 1 PRGI 1\n {2}Second response success .*?\n {4}twice\.txt:17 {2}last-request /s,
    );
    expect(printed).toMatch(
      /\nbefore {3}orderly\.txt: 0 findings, analysed now\nafter {4}twice\.txt: 4 findings, analysed now\n$/,
    );
  });

  test('markdown: a table', async () => {
    const { printed } = await diff('--format', 'markdown', 'twice.txt', 'orderly.txt');
    expect(printed).toMatch(/^\*\*0 new findings, 4 gone, 0 changed, 0 the same\*\*\n\n\| \| severity \|.*\n\|---/);
    expect(printed.match(/^\| gone \| (?:error|warning) \| FL\d{3} /gm)).toHaveLength(4);
  });

  test('standard input is a result or a capture', async () => {
    for (const name of ['twice.json', 'twice.txt']) {
      const input = readFileSync(path(name), 'utf8');
      expect((await faultlog(['diff', 'again.txt', '-'], { input })).printed).toMatch(
        /^0 new findings, 0 gone, 0 changed, 4 the same\n/,
      );
    }
  });

  test('the configuration and a baseline hold for captures', async () => {
    await faultlog(['check', '--quiet', '--write-baseline', 'known.json', 'twice.txt']);
    expect(await diff('--baseline', 'known.json', 'orderly.txt', 'again.txt')).toMatchObject({
      code: 0,
      complained: '',
    });
    writeFileSync(path('c.json'), '{ "severity": { "FL102": "off" } }');
    expect(counts(await compared('--config', 'c.json', 'orderly.txt', 'twice.txt'))).toEqual([1, 0, 0, 0]);
  });

  test.each([
    [['missing.txt', 'twice.txt'], /^faultlog: missing\.txt: there is no such file\n/],
    [['-', '-'], /^faultlog: standard input \(-\) is given twice\n/],
    [['twice.txt'], /^faultlog: missing required argument 'after'\n/],
    [
      ['cut.json', 'twice.txt'],
      /^faultlog: cut\.json looks like a result, but is none of this version: .*JSON.*\n {10}Make it anew/,
    ],
    [['headless.jsonl', 'twice.txt'], /is none of this version: its last record, the summary, is missing\n/],
    [['newer.json', 'twice.txt'], /is none of this version: schemaVersion: /],
  ])('%j: code 2 and two lines', async (args, expected) => {
    const text = readFileSync(path('twice.json'), 'utf8');
    writeFileSync(path('cut.json'), text.slice(0, 500));
    writeFileSync(path('newer.json'), text.replace('"schemaVersion": 1', '"schemaVersion": 2'));
    writeFileSync(path('headless.jsonl'), readFileSync(path('twice.jsonl'), 'utf8').split('\n').slice(0, 2).join('\n'));
    const { code, printed, complained } = await diff(...args);
    expect({ code, printed }).toEqual({ code: 2, printed: '' });
    expect(complained).toMatch(expected);
    expect(complained.trimEnd().split('\n')).toHaveLength(2);
  });

  test('an input without any event is told', async () => {
    const { code, complained } = await diff('notes.txt', 'orderly.txt');
    expect(code).toBe(0);
    expect(complained).toMatch(/^faultlog: warning: notes\.txt has no IOMMU event/);
  });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { fleetReportSchema } from '../../src/fleet/report-schema.ts';
import { MAX_IOMMUS } from '../../src/replay/table-sizes.ts';
import { reportMarkdown } from '../../src/report/markdown.ts';
import { sampleSession } from '../cli/sample-session.ts';
import { gitlabProblems, junitProblems, sarifProblems } from './format-checks.ts';
import { sampleResult } from './sample-result.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultlog-left-out-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CHECKS = new Map([
  ['sarif', sarifProblems],
  ['junit', junitProblems],
  ['gitlab', gitlabProblems],
]);
const SAID = '3 events not judged: more IOMMUs are named than faultlog follows';

beforeAll(() => {
  const lines = Array.from({ length: MAX_IOMMUS + 3 }, (_, index) => {
    const time = (10 + index * 1e-5).toFixed(6);
    return `  irq/24-97 [001] ..... ${time}: prq_report: dmar${index}/0000:01:00.0 seq# 1: rid=0x100 addr=0x1000 r---l pasid=0x1 index=0x1`;
  });
  for (const name of ['many.txt', 'again.txt']) writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
});

async function faultlog(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const session = sampleSession({ args, cwd: folder });
  const code = await run(session);
  return { code, out: session.printed(), err: session.complained() };
}

describe('what a capture has beyond what is kept', () => {
  test.each(['text', 'markdown', 'json', 'jsonl', 'sarif', 'junit', 'github', 'gitlab'])(
    'check: %s',
    async (format) => {
      const { out, err } = await faultlog('check', '--exit-zero', '--format', format, 'many.txt');
      expect(out).toContain(format.startsWith('json') ? '"beyondBounds"' : SAID);
      expect(err).toBe('');
      expect(CHECKS.get(format)?.(out) ?? []).toEqual([]);
    },
  );

  test('the page says it', async () => {
    expect((await faultlog('report', 'many.txt')).out).toContain(SAID);
  });

  test.each([['groups'], ['stats'], ['ladder'], ['export', '--format', 'chrome']])(
    '%s: on standard error, but not with --quiet',
    async (...command) => {
      expect((await faultlog(...command, 'many.txt')).err).toMatch(`faultlog: warning: ${SAID}\n`);
      expect((await faultlog(...command, '--quiet', 'many.txt')).err).toBe('');
    },
  );

  test('check --format concise has no place for it: on standard error', async () => {
    const { err } = await faultlog('check', '--exit-zero', '--format', 'concise', 'many.txt');
    expect(err).toMatch(`faultlog: warning: ${SAID}\n`);
  });

  test('tables: in the row of the first input', async () => {
    await faultlog('export', '--quiet', '--format', 'parquet=tables', 'many.txt', 'again.txt');
    const [path = ''] = readdirSync(join(folder, 'tables/coverage'), { recursive: true, encoding: 'utf8' }).filter(
      (each) => each.endsWith('.parquet'),
    );
    const bytes = readFileSync(join(folder, 'tables/coverage', path));
    const rows = await parquetReadObjects({
      file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
      compressors: { ZSTD: (input: Uint8Array) => new Uint8Array(zstdDecompressSync(input)) },
    });
    expect(
      rows.map(({ input, beyond_iommus, beyond_keys, findings_omitted }) => [
        input,
        beyond_iommus,
        beyond_keys,
        findings_omitted,
      ]),
    ).toEqual([
      [0, 6n, null, null],
      [1, null, null, null],
    ]);
  });

  test('a fleet: in the result of the task, and summed in the report', async () => {
    await faultlog('fleet', 'plan', '--quiet', 'many.txt', 'again.txt', '-o', 'plan.jsonl');
    await faultlog('fleet', 'run', '--task', '0-1', 'plan.jsonl', '-o', 'results');
    const outcome: unknown = JSON.parse(readFileSync(join(folder, 'results/tasks/000000.json'), 'utf8'));
    expect(outcome).toMatchObject({ schemaVersion: 2, beyondBounds: { iommus: 3 } });
    const { out } = await faultlog('fleet', 'report', '--format', 'json', 'results');
    expect(fleetReportSchema.parse(JSON.parse(out))).toMatchObject({ notAllJudged: 2, beyondBounds: { iommus: 6 } });
    expect((await faultlog('fleet', 'report', 'results')).out).toContain(
      '2 captures not judged as a whole, 6 events not judged: more IOMMUs are named than faultlog follows\n',
    );
  });
});

test('findings that were only counted are in Markdown, too', () => {
  const style = { colour: false, width: 100, isVerbose: false, isQuiet: false };
  const text = [...reportMarkdown(sampleResult({ omitted: { FL102: 1, FL401: 7 } }), style)].join('');
  expect(text).toContain('… and 1 more FL102 that was counted only: the rule reached its limit\n');
  expect(text).toContain('… and 7 more FL401 that were counted only: the rule reached its limit\n');
});

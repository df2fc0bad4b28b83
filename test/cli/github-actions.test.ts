import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { appendJobSummary } from '../../src/cli/job-summary.ts';
import { run } from '../../src/cli/run.ts';
import { ROOT } from '../readme-blocks.ts';
import { runCommands } from '../report/workflow-commands.ts';
import { sampleSession } from './sample-session.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultlog-github-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(
  join(folder, 'twice.txt'),
  readFileSync(join(ROOT, 'fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt')),
);

async function check(args: readonly string[], env: Record<string, string>) {
  const session = sampleSession({ args: ['check', ...args, 'twice.txt'], cwd: folder, env });
  const code = await run(session);
  return { code, printed: session.printed(), complained: session.complained() };
}
const commandsOf = (output: string) => runCommands(output).commands.map(({ name }) => name);
const ANNOTATIONS = ['error', 'error', 'error', 'warning', 'group', 'endgroup'];

describe('under GitHub Actions', () => {
  test('annotations join the text, which stands where commands are off', async () => {
    const plain = await check([], {});
    const { code, printed, complained } = await check([], { GITHUB_ACTIONS: 'true' });
    expect({ code, complained }).toEqual({ code: 1, complained: '' });
    const [, text] = /^::stop-commands::(?:\w+)\n(.*?)::\w+::\n::error /s.exec(printed) ?? [];
    expect(text).toBe(plain.printed);
    expect(commandsOf(printed)).toEqual(ANNOTATIONS);
    expect(runCommands(printed).isStoppedAtEnd).toBe(false);
  });

  test.each(['json', 'jsonl', 'sarif', 'junit', 'gitlab', 'concise'])('%s owns standard output', async (format) => {
    const { code, printed, complained } = await check(['--format', format], { GITHUB_ACTIONS: 'true' });
    expect(code).toBe(1);
    expect(printed).not.toMatch(/^::/m);
    expect(commandsOf(complained)).toEqual(ANNOTATIONS);
  });

  test('a machine format in a file leaves standard output to the annotations', async () => {
    const { printed, complained } = await check(['--format', 'json=r.json'], { GITHUB_ACTIONS: 'true' });
    expect(commandsOf(printed)).toEqual(ANNOTATIONS);
    expect(complained).toBe('');
  });

  test('asked for, they are there once, on any machine', async () => {
    const asked = await check(['--format', 'github', '--format', 'text=t.txt'], { GITHUB_ACTIONS: 'true' });
    expect(commandsOf(asked.printed)).toEqual(ANNOTATIONS);
    expect((await check(['--format', 'github'], {})).printed).toBe(asked.printed);
    expect((await check([], { GITHUB_ACTIONS: 'false' })).printed).not.toContain('::');
  });
});

describe('job summary', () => {
  test('all findings as Markdown, behind what is there', async () => {
    const path = join(folder, 'summary.md');
    writeFileSync(path, '# before\n');
    await check(['--quiet'], { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: path });
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(/^# before\n\*\*3 errors, 1 warning in 5 page-request groups\*\*\n/);
    expect(text.match(/^\| \d+ \|/gm)).toHaveLength(4);
    expect(text.match(/^### \d+\. /gm)).toHaveLength(4);
  });

  test('one that cannot be written changes nothing but that it is told', async () => {
    const path = join(folder, 'none/summary.md');
    const { code, complained } = await check([], { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: path });
    expect(code).toBe(1);
    expect(complained).toMatch(
      /^faultlog: warning: the job summary cannot be written: ENOENT.*\n {10}Check GITHUB_STEP_SUMMARY\.\n$/,
    );
  });

  test('it stays within 1 MiB for the step, is cut between two pieces and says so', async () => {
    const path = join(folder, 'large.md');
    writeFileSync(path, 'x'.repeat(1000));
    const session = sampleSession({ cwd: folder, env: { GITHUB_STEP_SUMMARY: path } });
    await appendJobSummary(
      session,
      Array.from({ length: 2000 }, () => `${'é'.repeat(499)}\n\n`),
    );
    const text = readFileSync(path, 'utf8');
    expect(statSync(path).size).toBeLessThanOrEqual(1024 * 1024);
    expect(statSync(path).size).toBeGreaterThan(1024 * 1024 - 1200);
    expect(text.slice(1000)).toMatch(/^(?:é{499}\n\n)+\n… cut: GitHub takes 1 MiB/);
    await appendJobSummary(session, ['more\n'.repeat(1000)]);
    expect(statSync(path).size).toBeLessThanOrEqual(1024 * 1024);
  });
});

test('an anchor is a place in the repository', async () => {
  mkdirSync(join(folder, 'test'), { recursive: true });
  const anchored = await check(['--format', 'sarif', '--sarif-anchor', './test/pri.sh:12'], {});
  const [result] = JSON.parse(anchored.printed).runs[0].results;
  expect(result.locations[0].physicalLocation).toEqual({
    artifactLocation: { uri: 'test/pri.sh' },
    region: { startLine: 12, startColumn: 1 },
  });
  for (const anchor of ['/etc/passwd', '../x', 'x:0', ':3', '']) {
    const refused = await check(['--format', 'sarif', '--sarif-anchor', anchor], {});
    expect(refused).toMatchObject({ code: 2, printed: '' });
    expect(refused.complained).toMatch(/^faultlog: --sarif-anchor .*: not a place in the repository\n {10}Give FILE/);
  }
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { marked, type Token } from 'marked';
import Papa from 'papaparse';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { comparisonSchema } from '../../src/model/comparison.ts';
import { type Result, resultSchema } from '../../src/model/result.ts';
import { checkRecordSchema } from '../../src/report/jsonl-schema.ts';
import { sampleSession } from '../cli/sample-session.ts';
import { gitlabProblems, junitProblems, sarifProblems } from './format-checks.ts';
import { HOSTILE, hostileEvents, hostileKernelLog, hostileTrace } from './hostile-captures.ts';
import { runCommands } from './workflow-commands.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultlog-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A name that a file may have on Linux. */
const NAME = '::error::a,b%c]]><b>&|`@x`##[error]\n\u001b[31m\u202e#?.txt';
const CAPTURES: Readonly<Record<string, string>> = {
  'events.jsonl': hostileEvents(),
  'dmesg.txt': hostileKernelLog(),
  'trace.txt': hostileTrace(),
  [NAME]: hostileTrace(),
};
for (const [name, text] of Object.entries(CAPTURES)) writeFileSync(join(folder, name), text);
const owners = HOSTILE.map((text, index) => ({ requester: text, pasid: index + 1, owner: `owner ${text}` }));
writeFileSync(join(folder, 'faultlog.config.json'), JSON.stringify({ owners }));

async function faultlog(args: readonly string[], env: Record<string, string> = {}) {
  const session = sampleSession({ args, cwd: folder, env });
  const code = await run(session);
  return { code, printed: session.printed(), complained: session.complained() };
}
const check = (format: string, name: string) =>
  faultlog(['check', '--no-ladder', '--fail-on', 'note', '--verbose', '--format', format, name]);

/** Everything below a blank but the end of a line, C1, and what turns the direction of text. */
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

async function resultOf(name: string): Promise<Result> {
  return resultSchema.parse(JSON.parse((await check('json', name)).printed));
}

describe.each(Object.keys(CAPTURES).map((name) => ({ name })))('$name', ({ name }) => {
  test('there is something to break: hostile text is in the findings', async () => {
    const { findings } = await resultOf(name);
    const text = JSON.stringify(findings);
    expect(findings.length).toBeGreaterThan(15);
    for (const part of ['::error', ']]>', '<script>', '\\u001b', '\\u0000', '\u202e', '**bold**']) {
      expect(text).toContain(part);
    }
  });

  test('json and jsonl are what they were, for their parsers', async () => {
    const result = await resultOf(name);
    const { printed, complained } = await check('jsonl', name);
    const records = printed
      .trimEnd()
      .split('\n')
      .map((line) => checkRecordSchema.parse(JSON.parse(line)));
    expect(records.filter(({ type }) => type === 'finding')).toHaveLength(result.findings.length);
    expect(complained).not.toMatch(CONTROL);
  });

  test('text and concise hold no control character', async () => {
    for (const format of ['text', 'concise']) {
      const { code, printed } = await check(format, name);
      expect(code).toBe(1);
      expect(printed).not.toMatch(CONTROL);
      expect(printed.isWellFormed()).toBe(true);
    }
    const { printed } = await check('concise', name);
    const { findings } = await resultOf(name);
    const consequences = findings.flatMap((finding) => finding.consequences ?? []);
    expect(printed.trimEnd().split('\n')).toHaveLength(findings.length + consequences.length);
  });

  test('SARIF', async () => {
    const { printed } = await check('sarif', name);
    expect(sarifProblems(printed)).toEqual([]);
    expect(JSON.parse(printed).runs[0].results).toHaveLength((await resultOf(name)).findings.length);
  });

  test('JUnit', async () => {
    const { printed } = await check('junit', name);
    expect(junitProblems(printed)).toEqual([]);
  });

  test('GitLab', async () => {
    const { printed } = await check('gitlab', name);
    expect(gitlabProblems(printed)).toEqual([]);
    expect(JSON.parse(printed)).toHaveLength((await resultOf(name)).findings.length);
  });

  test('GitHub: our commands and no others, on both streams', async () => {
    const { printed, complained } = await faultlog(['check', '--no-ladder', '--verbose', name], {
      GITHUB_ACTIONS: 'true',
    });
    const { commands, isStoppedAtEnd } = runCommands(printed);
    expect(isStoppedAtEnd).toBe(false);
    const { counts } = await resultOf(name);
    const shown = (['error', 'warning', 'note'] as const).map((severity) => Math.min(10, counts.findings[severity]));
    const named = (wanted: string) => commands.filter((command) => command.name === wanted).length;
    expect([named('error'), named('warning'), named('notice')]).toEqual(shown);
    expect(commands.slice(-2).map((command) => command.name)).toEqual(['group', 'endgroup']);
    for (const { name: command, properties } of commands.slice(0, -2)) {
      expect(Object.keys(properties)).toEqual(['file', 'line', 'col', 'title']);
      expect(['error', 'warning', 'notice']).toContain(command);
      expect(properties.title).toMatch(/^FL\d{3} [a-z-]+ \([a-z]+\)$/);
    }
    expect(runCommands(complained).commands).toEqual([]);
  });

  test('on GitHub: no other command prints one', async () => {
    for (const args of [['events'], ['groups'], ['stats'], ['check', '--format', 'concise'], ['diff', 'trace.txt']]) {
      const { printed, complained } = await faultlog([...args, name], { GITHUB_ACTIONS: 'true' });
      const others = runCommands(printed + complained).commands.filter(
        ({ properties }) => properties.title === undefined,
      );
      expect(others.filter(({ name: command }) => !command.endsWith('group'))).toEqual([]);
    }
  });

  test('Markdown, also as job summary: a table of all findings, code blocks, no markup of the log', async () => {
    const { printed } = await check('markdown', name);
    const summary = join(folder, 'summary.md');
    await faultlog(['check', '--no-ladder', name], { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary });
    const { findings } = await resultOf(name);
    for (const text of [printed, readFileSync(summary, 'utf8')]) {
      expect(text).not.toMatch(CONTROL);
      const tokens = flat(marked.lexer(text, { gfm: true }));
      const kinds = (wanted: string) => tokens.filter(({ type }) => type === wanted);
      for (const forbidden of ['html', 'link', 'image', 'codespan', 'em', 'del', 'blockquote', 'list', 'hr', 'def']) {
        expect(kinds(forbidden)).toEqual([]);
      }
      const [table] = kinds('table');
      expect(table !== undefined && 'rows' in table && table.rows).toHaveLength(findings.length);
      for (const heading of kinds('heading')) {
        expect(heading.raw).toMatch(/^### (?:\d+\. (?:error|warning|note) FL\d{3} |What this rests on)/);
      }
    }
    rmSync(summary);
  });

  test('the CSV of events and groups has its columns in every row', async () => {
    for (const command of ['events', 'groups']) {
      const { printed } = await faultlog([command, '--format', 'csv', name]);
      const { data, errors } = Papa.parse<string[]>(printed.trimEnd());
      expect(errors).toEqual([]);
      expect(new Set(data.map((row) => row.length)).size).toBe(1);
      if (command === 'events') expect(data.length).toBeGreaterThan(15);
    }
  });

  test('no other command lets a control character through', async () => {
    for (const args of [
      ['stats', '--verbose'],
      ['ladder', '--lines', '--unicode'],
      ['ladder', '--finding', '1'],
      ['report'],
      ['export', '--format', 'chrome'],
      ['formats', '--probe'],
      ['query', '--quiet', 'SELECT * FROM findings'],
      ['check', '--print-config'],
      ['browse'],
    ]) {
      const { printed, complained } = await faultlog([...args, name]);
      expect(printed.length).toBeGreaterThan(100);
      expect([args, printed.match(CONTROL)?.[0], complained.match(CONTROL)?.[0]]).toEqual([args, undefined, undefined]);
    }
  });

  test('text of events, groups and diff holds no control character', async () => {
    for (const args of [
      ['events', name],
      ['groups', name],
      ['diff', 'clean.txt', name],
      ['diff', '--format', 'markdown', name, 'clean.txt'],
    ]) {
      writeFileSync(join(folder, 'clean.txt'), '');
      const { printed, complained } = await faultlog(args);
      if (args[0] !== 'groups') expect(printed.length).toBeGreaterThan(500);
      expect(printed + complained).not.toMatch(CONTROL);
    }
    const { printed } = await faultlog(['diff', '--format', 'json', 'clean.txt', name]);
    expect(comparisonSchema.parse(JSON.parse(printed)).new.length).toBeGreaterThan(15);
  });
});

test('a fleet with hostile names of hosts and captures', async () => {
  mkdirSync(join(folder, 'hosts', 'h\u001b[31m'), { recursive: true });
  writeFileSync(join(folder, 'hosts', 'h\u001b[31m', NAME), hostileTrace());
  writeFileSync(join(folder, 'hosts', 'h\u001b[31m', 'bad\u001b[2J.bin'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]));
  await faultlog(['fleet', 'plan', 'hosts', '-o', 'plan.jsonl']);
  for (const args of [
    ['run', '--task', '0-1', 'plan.jsonl', '-o', 'results'],
    ['report', '--verbose', 'results'],
    ['status', '--verbose', 'results'],
  ]) {
    const { code, printed, complained } = await faultlog(['fleet', ...args]);
    expect(code).toBe(0);
    expect([args, printed.match(CONTROL)?.[0], complained.match(CONTROL)?.[0]]).toEqual([args, undefined, undefined]);
  }
});

test('reasons of ignores are escaped too', async () => {
  const ignore = HOSTILE.map((text) => ({ device: text, reason: text }));
  mkdirSync(join(folder, 'other'));
  writeFileSync(join(folder, 'other/c.json'), JSON.stringify({ ignore }));
  const args = ['check', '--config', 'other/c.json', '--format', 'sarif', 'events.jsonl'];
  const { printed } = await faultlog(args);
  expect(sarifProblems(printed)).toEqual([]);
  const results: { suppressions?: unknown[] }[] = JSON.parse(printed).runs[0].results;
  expect(results.filter(({ suppressions }) => suppressions !== undefined).length).toBeGreaterThan(15);
});

function flat(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((token) => {
    const children: Token[] = 'tokens' in token && Array.isArray(token.tokens) ? token.tokens : [];
    return [token, ...flat(children)];
  });
}

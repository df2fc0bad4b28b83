import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { marked } from 'marked';
import { afterAll, describe, expect, test } from 'vitest';
import { CHECK_FORMATS, type CheckFormat } from '../../src/cli/command-options.ts';
import { run } from '../../src/cli/run.ts';
import { resultSchema } from '../../src/model/result.ts';
import { checkRecordSchema } from '../../src/report/jsonl-schema.ts';
import { sampleSession } from '../cli/sample-session.ts';
import { ROOT } from '../readme-blocks.ts';
import { type FormatCheck, gitlabProblems, junitProblems, sarifProblems } from './format-checks.ts';
import { runCommands } from './workflow-commands.ts';

/** What is wrong with what a format printed. */
const CHECKS: Readonly<Record<CheckFormat, FormatCheck>> = {
  text: (text) => (/^\S.* in \S|^Nothing to judge/.test(text) ? [] : ['no verdict']),
  concise: (text) =>
    text
      .split('\n')
      .filter((line) => line !== '' && !/^\S[^\n]*?(?::\d+:1)?: (?:error|warning|note) FL\d{3} \S/.test(line)),
  markdown: (text) => {
    const [head] = marked.lexer(text);
    return head?.type === 'paragraph' && head.raw.startsWith('**') ? [] : ['no verdict'];
  },
  json: (text) => issuesOf(resultSchema.safeParse(JSON.parse(text))),
  jsonl: (text) =>
    text
      .trimEnd()
      .split('\n')
      .flatMap((line) => issuesOf(checkRecordSchema.safeParse(JSON.parse(line)))),
  sarif: sarifProblems,
  junit: junitProblems,
  gitlab: gitlabProblems,
  github: (text) => {
    const { commands, isStoppedAtEnd } = runCommands(text);
    const others = commands.filter(({ name }) => !['error', 'warning', 'notice', 'group', 'endgroup'].includes(name));
    return isStoppedAtEnd ? ['commands stay off'] : others.map(({ name }) => `a command ${name}`);
  },
};

function issuesOf({
  error,
}: {
  readonly error?: { readonly issues: readonly { readonly message: string }[] };
}): string[] {
  return error === undefined ? [] : error.issues.map(({ message }) => message);
}

/** Every recording and every ladder; what only describes one (`.how`, `.truth`, expectations) is none. */
function captures(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'expected' ? [] : captures(path);
    return /\.md$|\.how\.txt$|\.truth\.txt$|\.expect\.txt$/.test(name) ? [] : [relative(ROOT, path)];
  });
}

const folder = mkdtempSync(join(tmpdir(), 'faultlog-matrix-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FIXTURES = captures(join(ROOT, 'fixtures'));

async function check(args: readonly string[]) {
  const session = sampleSession({ args: ['check', '--no-ladder', '--no-config', ...args], cwd: ROOT });
  return { code: await run(session), printed: session.printed() };
}

describe('every format of every fixture is valid, and the exit code is that of the text', () => {
  test('there are fixtures of every kind', () => {
    const folders = new Set(FIXTURES.map((path) => path.split('/')[1]));
    for (const folder of ['pri', 'ladder', 'trace-dat', 'framing', 'arm-smmu-v3']) expect(folders).toContain(folder);
    expect(FIXTURES.length).toBeGreaterThan(150);
  });

  test.each(FIXTURES)('%s', async (fixture) => {
    const text = await check([fixture]);
    for (const format of CHECK_FORMATS) {
      const { code, printed } = await check(['--format', format, fixture]);
      expect({ format, code, problems: CHECKS[format](printed) }).toEqual({ format, code: text.code, problems: [] });
    }
  });
});

describe('the exit code does not depend on the format', () => {
  const twice = 'fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt';
  const lost = 'fixtures/framing/trace-cmd-3.1.6-lost.txt';
  test.each([
    ['an error', [twice], 1],
    ['no error from --fail-on never on', ['--fail-on', 'never', twice], 0],
    ['a warning', ['--fail-on', 'warning', 'fixtures/pri/pri-intel-handler-6.12.107/h02-answered-twice.txt'], 1],
    ['display filters', ['--device', '02:00.0', twice], 1],
    ['lost events', ['--strict-coverage', '--fail-on', 'never', lost], 3],
    ['lost events, and zero wanted', ['--strict-coverage', '--exit-zero', lost], 0],
    ['one input of two is missing', ['--exit-zero', twice, 'fixtures/missing.txt'], 2],
    ['no event', ['--error-on-empty', 'fixtures/SOURCES.md'], 2],
  ])('%s', async (_, args, expected) => {
    for (const format of CHECK_FORMATS) {
      const { code, printed } = await check(['--format', format, ...args]);
      expect({ format, code, problems: CHECKS[format](printed) }).toEqual({ format, code: expected, problems: [] });
    }
  });

  test('all formats at once give what each gives alone', async () => {
    const [first, ...others] = CHECK_FORMATS;
    const alone = await check(['--format', first, twice]);
    const files = others.map((format) => join(folder, format));
    const targets = others.flatMap((format, index) => ['--format', `${format}=${files[index]}`]);
    const together = await check(['--format', first, ...targets, twice]);
    expect(together).toEqual(alone);
    for (const [index, format] of others.entries()) {
      const { printed } = await check(['--format', format, twice]);
      expect(readFileSync(files[index] ?? '', 'utf8')).toBe(printed);
    }
  });
});

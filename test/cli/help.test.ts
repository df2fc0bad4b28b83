import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { run } from '../../src/cli/run.ts';
import { sampleSession } from './sample-session.ts';

const program = buildProgram(sampleSession(), { code: 0 });
const commands = program.commands.map((command) => ({ name: command.name(), command }));
const longOptions = (command: Command) => command.options.flatMap(({ long }) => long ?? []);

async function faultlog(...args: string[]) {
  const session = sampleSession({ args });
  const code = await run(session);
  return { code, printed: session.printed(), complained: session.complained() };
}

const COMMON = ['--no-color', '--quiet', '--verbose', '--no-progress'];
const READING = [...COMMON, '--framing', '--dialect', '--merge-window', '--config', '--no-config'];
const LIMITS = [...READING, '--timeout', '--slow', '--storm', '--owners', '--offset'];
const SHOWN = ['--device', '--pasid', '--from', '--to'];
const FAILING = ['--fail-on', '--fail-on-possible'];

/** What the specification of the command line promises, by command: options, and the formats of `--format`. */
const PROMISED: Readonly<Record<string, readonly [options: readonly string[], formats?: readonly string[]]>> = {
  check: [
    [
      ...LIMITS,
      ...SHOWN,
      ...FAILING,
      '--exit-zero',
      '--strict-coverage',
      '--max-unread',
      '--error-on-empty',
      '--baseline',
      '--write-baseline',
      '--error-on-stale',
      '--sarif-anchor',
      '--print-config',
    ],
    ['text', 'concise', 'json', 'jsonl', 'sarif', 'junit', 'github', 'gitlab', 'markdown'],
  ],
  browse: [LIMITS],
  events: [
    [...READING, ...SHOWN],
    ['text', 'jsonl', 'csv'],
  ],
  groups: [
    [...LIMITS, ...SHOWN],
    ['text', 'jsonl', 'csv'],
  ],
  ladder: [[...LIMITS, ...SHOWN, '--finding', '--group', '--width']],
  stats: [
    [...LIMITS, ...SHOWN],
    ['text', 'json'],
  ],
  diff: [
    [...LIMITS, ...FAILING],
    ['text', 'json', 'markdown'],
  ],
  explain: [COMMON, ['text', 'json', 'markdown']],
  rules: [COMMON, ['text', 'json']],
  formats: [['--probe'], ['text', 'json']],
  recipe: [[]],
  completion: [[]],
};

describe('help and specification', () => {
  test.each(Object.entries(PROMISED))('%s has what it promises', async (name, [options, formats = []]) => {
    const { code, printed, complained } = await faultlog(name, '--help');
    expect({ code, complained }).toEqual({ code: 0, complained: '' });
    const [shown = ''] = printed.split(/^(?:Exit codes|Examples):$/m);
    for (const option of options) expect(shown).toMatch(new RegExp(`^ +(?:-\\w, )?${option}(?: |$)`, 'm'));
    const [, offered = ''] = / --format <name\[=path\]> +([^;]*);/.exec(shown.replaceAll(/\s+/g, ' ')) ?? [];
    const names = offered.split(', ');
    for (const format of formats) expect(names).toContain(format);
    expect(printed).toMatch(/\nExamples:\n(?: {2}\S.*\n)*? {2}.*\bfaultlog /);
  });

  test('help COMMAND is COMMAND --help', async () => {
    for (const { name } of commands) {
      if (name !== 'help')
        expect((await faultlog('help', name)).printed).toBe((await faultlog(name, '--help')).printed);
    }
  });
});

describe('a slip of the fingers gets a suggestion', () => {
  /** The word without its last letter but one: `--timeout` is `--timeot`. */
  const slipped = (word: string) => word.slice(0, -2) + word.slice(-1);

  test.each(commands)('$name', async ({ name, command }) => {
    const wrong = await faultlog(slipped(name));
    expect(wrong.code).toBe(2);
    expect(wrong.complained).toMatch(/^faultlog: unknown command '\w+'\n {10}Did you mean \w+\? /);
    for (const option of longOptions(command)) {
      const { code, complained } = await faultlog(name, slipped(option));
      expect({ option, code }).toEqual({ option, code: 2 });
      expect(complained).toMatch(/^faultlog: unknown option '--[\w-]+'\n {10}Did you mean (?:one of )?--[\w-]+/);
    }
  });

  test.each(commands.filter(({ command }) => longOptions(command).includes('--format')))(
    '$name --format',
    async ({ name, command }) => {
      const described = command.options.find(({ long }) => long === '--format')?.description ?? '';
      const [first = ''] = described.split(/[,; (]/);
      const { code, complained } = await faultlog(name, '--format', slipped(first));
      expect(code).toBe(2);
      expect(complained).toMatch(
        new RegExp(`^faultlog: --format ${slipped(first)}: unknown value\\n {10}Did you mean ${first}\\? Choose `),
      );
    },
  );

  test('rules', async () => {
    expect((await faultlog('explain', 'FL2O1')).complained).toContain('Did you mean FL201? ');
    expect((await faultlog('explain', 'cross-response')).complained).toContain('Did you mean crossed-response? ');
  });
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { registry } from '../../parsers/registry.ts';
import { manualPages } from '../../src/cli/manual/manual.ts';
import { ManualPage } from '../../src/cli/manual/roff.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { configSchema } from '../../src/config/schema.ts';
import { rules } from '../../src/rules/registry.ts';
import { KEY_BINDINGS, shownKey } from '../../src/ui/keys.ts';
import { sampleSession } from './sample-session.ts';
import { skipWithout } from './skip-without.ts';

const edition = { date: '2026-11-28', version: '1.2.3' };
const pages = manualPages(registry, edition);
const { commands } = buildProgram(sampleSession(), { code: 0 });

const folder = mkdtempSync(join(tmpdir(), 'faultlog-manual-'));
afterAll(() => rmSync(folder, { recursive: true }));
const paths = [...pages].map(([name, text]) => {
  writeFileSync(join(folder, name), text);
  return name;
});

const withoutGroff = skipWithout('groff');
const withoutMandoc = skipWithout('mandoc');
const withoutMan = skipWithout('man');

function run(program: string, ...args: string[]): { stdout: string; said: string; status: number | null } {
  const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', MANWIDTH: '78', HOME: folder };
  const { stdout, stderr, status } = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8' });
  return { stdout, said: stderr, status };
}

/** A page as `man` shows it, without its line breaks. */
const shown = (name: string): string =>
  run('man', `./${name}`).stdout.replaceAll(/‐\n\s*|\s+/g, (gap) => (gap[0] === '‐' ? '' : ' '));

describe('manual pages', () => {
  test('there is one for the program, each command, the configuration, the formats and the rules, and npm installs them', () => {
    const expected = ['faultlog.1', ...commands.map((command) => `faultlog-${command.name()}.1`)];
    expect([...paths].sort()).toEqual(
      [...expected, 'faultlog-config.5', 'faultlog-formats.5', 'faultlog-rules.7'].sort(),
    );
    expect([...manifest.man].sort()).toEqual(paths.map((name) => `./dist/man/${name}`).sort());
  });

  test.skipIf(withoutGroff !== '')(`groff has no warning${withoutGroff}`, () => {
    for (const path of paths) {
      expect(run('groff', '-man', '-Tutf8', '-Wall', '-ww', '-z', path), path).toEqual({
        stdout: '',
        said: '',
        status: 0,
      });
    }
  });

  test.skipIf(withoutMandoc !== '')(`mandoc has no warning${withoutMandoc}`, () => {
    expect(run('mandoc', '-Tlint', '-W', 'warning', ...paths)).toEqual({ stdout: '', said: '', status: 0 });
  });

  test.skipIf(withoutMan !== '')(`man shows every option of every command, and its examples${withoutMan}`, () => {
    for (const command of commands) {
      const text = shown(`faultlog-${command.name()}.1`);
      expect(text).toContain(`NAME faultlog-${command.name()} - ${command.description()} SYNOPSIS`);
      for (const option of command.createHelp().visibleOptions(command)) {
        expect(text).toContain(` ${option.flags.replaceAll(/[<>]/g, '')} `);
      }
      expect(text).toMatch(/ EXAMPLES .*faultlog .* SEE ALSO /);
      expect(text).toContain('faultlog 1.2.3 2026-11-28');
    }
  });

  test.skipIf(withoutMan !== '')(`man shows what can be configured, read and found${withoutMan}`, () => {
    const config = shown('faultlog-config.5');
    for (const key of Object.keys(configSchema.shape)) if (key !== '$schema') expect(config).toContain(` ${key} `);
    expect(config).toContain(' ignore[].reason (string) Required. ');
    const formats = shown('faultlog-formats.5');
    for (const { name } of [...registry.framings, ...registry.dialects]) expect(formats).toContain(` ${name} `);
    const found = shown('faultlog-rules.7');
    for (const { id, name } of rules) expect(found).toContain(` ${id} ${name.toUpperCase()} `);
  });

  test.skipIf(withoutMan !== '')(`man shows every key of browse${withoutMan}`, () => {
    const text = shown('faultlog-browse.1');
    for (const { keys, help } of KEY_BINDINGS) {
      const [first = ''] = help;
      expect(text).toContain(` ${keys.map(shownKey).join(', ')} ${first.toUpperCase()}${help.slice(1)}.`);
    }
  });

  test.skipIf(withoutMan !== '')(`text stays text${withoutMan}`, () => {
    const odd = ".TH is no 'request' here\n'nor here: \\fBbold\\fR \\(em … µs -- ~^` \"x\" \\";
    const page = new ManualPage('odd', 7, edition)
      .section('Odd "name"')
      .paragraph(odd)
      .item('.br', odd)
      .example([odd, '', '.x']);
    writeFileSync(join(folder, 'odd.7'), page.toString());
    const text = shown('odd.7');
    const flat = odd.replaceAll('\n', ' ');
    expect(text.split(flat)).toHaveLength(4);
    expect(text).toContain('ODD "NAME"');
    expect(text).toContain(' .br ');
    expect(text).toContain(`${flat} .x `);
  });
});

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseBaseline } from '../src/config/baseline.ts';
import { parseOwners } from '../src/config/owners.ts';
import { parseConfig } from '../src/config/parse-config.ts';
import { blocksOf, commandsOf, consoleOf, ROOT } from './readme-blocks.ts';

const readme = readFileSync(`${ROOT}README.md`, 'utf8');

describe('README', () => {
  const blocks = blocksOf(readme, 'console');

  test('has examples', () => {
    expect(blocks.flatMap(commandsOf).length).toBeGreaterThan(5);
  });

  test.each(blocks.map((block) => [commandsOf(block).join('; '), block]))('%s', (_, block) => {
    const shown = consoleOf(commandsOf(block));
    // UPDATE_README=1 writes what the program prints; read the difference before it is committed.
    if (process.env.UPDATE_README === '1') {
      const text = readFileSync(`${ROOT}README.md`, 'utf8');
      writeFileSync(
        `${ROOT}README.md`,
        text.replace(block, () => shown),
      );
      return;
    }
    expect(shown).toBe(block);
  });

  test('the library example prints what it says', () => {
    const [example = ''] = blocksOf(readme, 'js');
    const [shown = ''] = blocksOf(readme, 'text');
    // In the root of the package, its name is the package itself: dist/, through `exports`.
    const run = spawnSync(process.execPath, ['--input-type=module', '--eval', example], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(run.stderr).toBe('');
    if (process.env.UPDATE_README === '1') {
      const text = readFileSync(`${ROOT}README.md`, 'utf8');
      writeFileSync(
        `${ROOT}README.md`,
        text.replace(`\`\`\`text\n${shown}`, () => `\`\`\`text\n${run.stdout}`),
      );
      return;
    }
    expect(run.stdout).toBe(shown);
    expect(shown).not.toBe('');
  });

  test('the configuration, the baseline and the owners that it shows are valid', () => {
    const [config, baseline] = blocksOf(readme, 'json');
    expect(parseBaseline(baseline ?? '', 'README.md').entries).toHaveLength(1);
    expect(Object.keys(parseConfig(config ?? '', 'README.md'))).toHaveLength(11);
    const [owners] = blocksOf(readme, 'csv');
    expect(parseOwners(owners ?? '', 'README.md')).toHaveLength(2);
  });

  test('it names every option of check, and the exit codes', async () => {
    const [help = ''] = [consoleOf(['faultlog check --help'])];
    const options = [...help.matchAll(/--[a-z-]+/g)].map((match) => match[0]).filter((option) => option !== '--help');
    expect(options.length).toBeGreaterThan(20);
    const missing = [...new Set(options)].filter((option) => !readme.includes(option));
    expect(missing).toEqual([]);
  });
});

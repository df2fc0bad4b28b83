import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { ROOT } from '../readme-blocks.ts';
import { Pane, SKIPPED as WITHOUT_TMUX } from '../ui/tmux/tmux.ts';
import { installNode, npm, whyOffline } from './npm.ts';

const HANDLER = join(ROOT, 'fixtures/pri/pri-intel-handler-7.2.13');

const reason =
  process.platform === 'linux' && process.arch === 'x64' ? whyOffline() : 'the executable is for linux on x64';
const skipped = reason === undefined ? '' : ` (skipped: ${reason})`;
const folder = mkdtempSync(join(tmpdir(), 'faultlog-executable-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(reason !== undefined)(`the single executable${skipped}`, () => {
  const program = join(folder, 'faultlog');
  beforeAll(() => {
    const built = npm(['run', '-s', 'build:sea'], { cwd: ROOT, env: { NODE_SEA: installNode('26.10.0', folder) } });
    if (built.status !== 0) throw new Error(`build:sea: exit ${built.status}\n${built.stdout}${built.stderr}`);
    copyFileSync(join(ROOT, 'dist/sea/faultlog-linux-x64'), program);
    copyFileSync(join(HANDLER, 'h02-answered-twice.txt'), join(folder, 'trace.txt'));
  });

  /** Nothing on the path, no home, no locale. */
  const alone = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, env: {}, encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  const onNode = (...args: string[]) => {
    const run = spawnSync(process.execPath, [join(ROOT, 'dist/faultlog.js'), ...args], {
      cwd: folder,
      env: {},
      encoding: 'utf8',
    });
    return { status: run.status, stdout: run.stdout, stderr: run.stderr };
  };

  test.each([
    [['--version']],
    [['check', 'trace.txt']],
    [['check', '--format', 'json', 'trace.txt']],
    [['check', '--format', 'gitlab', 'trace.txt']],
    [['check', '--format', 'sarif', 'trace.txt']],
    [['check', join(ROOT, 'fixtures/trace-dat/h02-answered-twice-6.1.192.dat')]],
    [['events', '--format', 'csv', 'trace.txt']],
    [['stats', '--format', 'json', 'trace.txt']],
    [['explain', 'FL201', '--format', 'markdown']],
    [['check', '--timeot', '1s', 'trace.txt']],
    [['check', 'missing.txt']],
  ])('does what the program on Node does: %s', (args) => {
    const result = alone(...args);
    expect(result).toEqual(onNode(...args));
    expect([0, 1, 2]).toContain(result.status);
  });

  test('says its version, and carries the licences of what is in it', () => {
    expect(alone('--version').stdout).toBe(`${manifest.version}\n`);
    const licences = readFileSync(join(ROOT, 'dist/sea/LICENSES.txt'), 'utf8');
    for (const name of Object.keys(manifest.dependencies)) expect(licences).toContain(`== ${name} `);
  });

  test.skipIf(WITHOUT_TMUX !== '')(`browses in a terminal${WITHOUT_TMUX}`, async () => {
    const pane = new Pane({ columns: 80, rows: 24 });
    try {
      pane.type(`PATH= ${program} browse ${join(folder, 'trace.txt')}\n`);
      const screen = await pane.waitFor('✓ complete');
      expect(screen).toContain('3 errors, 1 warning in 5 page-request groups');
      pane.press('q');
      await pane.waitFor(/\n\$$/);
    } finally {
      pane.close();
    }
  });
});

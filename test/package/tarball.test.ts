import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { blocksOf, ROOT } from '../readme-blocks.ts';
import { cleanFolder, installNode, npm, npmOutput, whyOffline } from './npm.ts';
import { type Packed, pack } from './packed.ts';

const CAPTURE = join(ROOT, 'fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt');
/** The oldest that is supported, and the newest of each line that is. */
const SUPPORTED = ['22.15.0', '24.21.0', '26.10.0'];
const TOO_OLD = ['18.20.8', '20.20.2', '22.14.0'];
const PUBLINT = 'publint@0.3.25';
const ATTW = '@arethetypeswrong/cli@0.18.5';

const offline = whyOffline();
const needsRegistry = offline === undefined ? '' : ` (skipped: ${offline})`;
const folder = mkdtempSync(join(tmpdir(), 'faultlog-package-'));
afterAll(() => rmSync(folder, { recursive: true }));

let packed: Packed;
beforeAll(() => {
  packed = pack(folder);
});

describe('the package', () => {
  test('is small, and holds the program, the library and what describes them', () => {
    expect(packed.unpackedSize).toBeLessThan(3_000_000);
    const kinds = packed.paths.map((path) => path.replace(/^dist\/(parts|types)\/.*/, 'dist/$1/…'));
    const known =
      /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/(faultlog|index|worker)\.js|dist\/LICENSES\.txt|dist\/(parts|types)\/…|dist\/(schema\/[\w-]+\.json|man\/[\w-]+\.\d))$/;
    expect(kinds.filter((path) => !known.test(path))).toEqual([]);
    expect(kinds).toEqual(expect.arrayContaining(['dist/faultlog.js', 'dist/index.js', 'dist/schema/result.json']));
  });

  test.skipIf(offline !== undefined)(`publint has nothing to say${needsRegistry}`, () => {
    const said = npm(['exec', '--yes', `--package=${PUBLINT}`, '--', 'publint', '--strict', packed.tarball], {
      cwd: cleanFolder(join(folder, 'publint')),
    });
    expect(`${said.stdout}${said.stderr}`).toContain('All good!');
    expect(said.status).toBe(0);
  });

  test.skipIf(offline !== undefined)(`the types resolve wherever ES modules can be imported${needsRegistry}`, () => {
    // On every Node that faultlog runs on, CommonJS can require an ES module.
    const how = ['--profile', 'esm-only', '--ignore-rules', 'cjs-resolves-to-esm'];
    const said = npm(['exec', '--yes', `--package=${ATTW}`, '--', 'attw', packed.tarball, ...how], {
      cwd: cleanFolder(join(folder, 'attw')),
    });
    expect(said.stdout).toContain('No problems found');
    expect(said.status).toBe(0);
  });
});

describe.skipIf(offline !== undefined)(`installed from the tarball into a clean folder${needsRegistry}`, () => {
  const place = join(folder, 'installed');
  beforeAll(() => {
    cleanFolder(place, { type: 'module' });
    npmOutput(['install', '--prefer-offline', packed.tarball], { cwd: place });
    copyFileSync(CAPTURE, join(place, 'trace.txt'));
  });

  test('brings what it depends on, and nothing that it is developed with', () => {
    const tree: unknown = JSON.parse(npmOutput(['ls', '--json'], { cwd: place }));
    expect(tree).toMatchObject({ dependencies: { faultlog: { version: manifest.version } } });
    const listed = npmOutput(['ls', '--all', '--parseable'], { cwd: place }).trim().split('\n');
    const names = listed.map((path) => path.split('/node_modules/').at(-1));
    expect(names).toEqual(expect.arrayContaining(Object.keys(manifest.dependencies)));
    // A package that we develop with can be one that a dependency needs.
    const needed = new Set(listed.flatMap((path) => Object.keys(dependenciesOf(path))));
    const developed = Object.keys(manifest.devDependencies).filter((name) => !needed.has(name));
    expect(names.filter((name) => name !== undefined && developed.includes(name))).toEqual([]);
  });

  test('the library example of README runs, compiles in strict TypeScript, and is there for require', () => {
    const [example = ''] = blocksOf(readFileSync(join(ROOT, 'README.md'), 'utf8'), 'js');
    const [shown = ''] = blocksOf(readFileSync(join(ROOT, 'README.md'), 'utf8'), 'text');
    cpSync(join(ROOT, 'fixtures/pri'), join(place, 'fixtures/pri'), { recursive: true });
    writeFileSync(join(place, 'example.mts'), example);
    writeFileSync(join(place, 'example.mjs'), example);
    const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: place, encoding: 'utf8' });
    expect(node('example.mjs')).toMatchObject({ status: 0, stdout: shown, stderr: '' });
    const required = node('--eval', "console.log(Object.keys(require('faultlog')).sort().join(' '))");
    expect(required.stdout).toBe('UsageError VERSION analyse analyseStream\n');
    const compiled = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), [...STRICT, 'example.mts'], {
      cwd: place,
      encoding: 'utf8',
    });
    expect(compiled.stdout).toBe('');
    expect(compiled.status).toBe(0);
  });
});

const STRICT = [
  '--ignoreConfig',
  '--noEmit',
  '--strict',
  '--target',
  'es2024',
  '--lib',
  'es2024,dom',
  '--module',
  'nodenext',
];

describe.skipIf(offline !== undefined)(`on other versions of Node${needsRegistry}`, () => {
  test.each(SUPPORTED)('npx runs it on Node %s', (version) => {
    const node = installNode(version, folder);
    const cwd = cleanFolder(join(folder, `npx-${version}`));
    copyFileSync(CAPTURE, join(cwd, 'trace.txt'));
    // A cache of its own: npx keeps what it has installed, and would take a tarball of the same name for the same.
    const env = { npm_config_cache: join(cwd, 'cache') };
    const args = ['exec', '--yes', `--package=${packed.tarball}`, '--', 'faultlog', 'check', '--format', 'concise'];
    const run = npm([...args, 'trace.txt'], { cwd, node, env });
    expect(run.stderr).toBe('');
    expect(run.stdout.split('\n').slice(0, 2)).toEqual(EXPECTED);
    expect(run.status).toBe(1);
  });

  test.each(TOO_OLD)('Node %s is too old: a message and exit code 2', (version) => {
    const node = installNode(version, folder);
    const run = spawnSync(node, [join(ROOT, 'dist/faultlog.js'), 'check', CAPTURE], { encoding: 'utf8' });
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(run.stderr.split('\n')[0]).toBe(`faultlog: needs Node 22.15 or newer, this is v${version}`);
  });
});

const EXPECTED = [
  expect.stringMatching(/^trace\.txt:29:1: error FL102 /),
  expect.stringMatching(/^trace\.txt:\d+:1: error FL102 /),
];

/** What an installed package needs. */
function dependenciesOf(folder: string): Readonly<Record<string, string>> {
  const shape = z.object({ dependencies: z.record(z.string(), z.string()).optional() });
  return shape.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).dependencies ?? {};
}

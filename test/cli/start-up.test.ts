import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ROOT } from '../readme-blocks.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultlog-start-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CAPTURE = 'fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt';

// Node 22 strips the types of the preloaded file only when told to, and warns that this is an experiment.
const STRIP_TYPES = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];

/** What a run of the built program loads: packages, and source files of ours. */
function loadedBy(...args: string[]): { packages: string[]; sources: string[] } {
  const list = join(folder, args.join('-').replaceAll(/[^\w-]/g, '_'));
  const preload = pathToFileURL(join(ROOT, 'test/cli/list-modules.ts')).href;
  const node = [...STRIP_TYPES, '--import', preload];
  const run = spawnSync(process.execPath, [...node, join(ROOT, 'dist/faultlog.js'), ...args], {
    cwd: ROOT,
    env: { LOADED_MODULES: list, NO_COLOR: '1' },
    encoding: 'utf8',
  });
  expect(run.stderr.replace(/^faultlog: browse needs a terminal.*\n.*\n/, '')).toBe('');
  const modules = z.record(z.string(), z.array(z.string()));
  const inputs = modules.parse(JSON.parse(readFileSync(join(ROOT, 'dist/modules.json'), 'utf8')));
  const urls = readFileSync(list, 'utf8').split('\n');
  const parts = urls.flatMap((url) => url.split('/dist/')[1] ?? []).filter((part) => part in inputs);
  expect(parts).toContain('faultlog.js');
  const loaded = parts.flatMap((part) => inputs[part] ?? []);
  // Most are loaded as they are, those of the UI are bundled.
  const packages = [...urls, ...loaded].flatMap(
    (path) => /(?:^|.*\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
  );
  return { packages: [...new Set(packages)].sort(), sources: loaded.filter((path) => /^(src|parsers)\//.test(path)) };
}

const reportsOf = (sources: readonly string[]) => sources.filter((path) => path.startsWith('src/report/')).sort();

describe('what a command loads', () => {
  test('check: no schema library, no CSV, no UI, and the text report only', () => {
    const { packages, sources } = loadedBy('check', '--exit-zero', CAPTURE);
    expect(packages).toEqual(['commander', 'split2']);
    expect(reportsOf(sources)).toContain('src/report/text.ts');
    const others = [
      'concise',
      'json',
      'jsonl',
      'csv-rows',
      'rule-docs',
      'event-text',
      'group-text',
      'jsonl-schema',
      'github',
      'html/page',
    ];
    expect(reportsOf(sources).filter((path) => others.some((name) => path === `src/report/${name}.ts`))).toEqual([]);
    expect(sources.filter((path) => /^src\/(config|ui|export|store)\//.test(path))).toEqual([]);
    expect(sources.filter((path) => path.startsWith('src/cli/commands/'))).toEqual(['src/cli/commands/check.ts']);
  });

  test('check loads what draws only where there is an error to draw', () => {
    const drawing = (sources: readonly string[]) => sources.filter((path) => path.includes('ladder'));
    const clean = loadedBy('check', 'fixtures/pri/pri-intel-sva-7.2.13/a01-normal-groups.txt');
    expect(drawing(clean.sources).filter((path) => path.startsWith('src/format/'))).toEqual([]);
    expect(clean.sources).not.toContain('src/analysis/ladder-scenes.ts');
    const faulty = loadedBy('check', '--exit-zero', CAPTURE);
    expect(drawing(faulty.sources)).toContain('src/format/ladder.ts');
    expect(faulty.packages).toEqual(['commander', 'split2']);
  });

  test('check --format json: no text report', () => {
    const { packages, sources } = loadedBy('check', '--exit-zero', '--format', 'json', CAPTURE);
    expect(packages).toEqual(['commander', 'split2']);
    expect(reportsOf(sources)).toContain('src/report/json.ts');
    expect(reportsOf(sources)).not.toContain('src/report/text.ts');
  });

  test('a format for a CI system loads its own reporter; JUnit alone needs an XML writer', () => {
    const pipeline = ['sarif', 'junit', 'github', 'gitlab'];
    for (const format of pipeline) {
      const { packages, sources } = loadedBy('check', '--exit-zero', '--no-ladder', '--format', format, CAPTURE);
      const xml = format === 'junit' ? ['fast-xml-builder', 'path-expression-matcher', 'xml-naming'] : [];
      expect(packages).toEqual(['commander', ...xml, 'split2'].sort());
      const loaded = pipeline.filter((name) => sources.includes(`src/report/${name}.ts`));
      expect(loaded).toEqual([format]);
      expect(sources).not.toContain('src/report/text.ts');
    }
  });

  test('papaparse is loaded for CSV, and only then', () => {
    expect(loadedBy('events', '--format', 'csv', CAPTURE).packages).toEqual(['commander', 'papaparse', 'split2']);
    expect(loadedBy('events', '--format', 'jsonl', CAPTURE).packages).toEqual(['commander', 'split2']);
    expect(loadedBy('groups', CAPTURE).packages).toEqual(['commander', 'split2']);
  });

  test('an exported table needs papaparse, exported JSONL nothing, neither the schema library', () => {
    const run = (format: string): string => {
      const path = join(folder, `events.${format}`);
      const program = join(ROOT, 'dist/faultlog.js');
      const { stdout } = spawnSync(process.execPath, [program, 'events', '--format', format, CAPTURE], { cwd: ROOT });
      writeFileSync(path, stdout);
      return path;
    };
    expect(loadedBy('check', '--exit-zero', run('csv')).packages).toEqual(['commander', 'papaparse', 'split2']);
    expect(loadedBy('check', '--exit-zero', run('jsonl')).packages).toEqual(['commander', 'split2']);
  });

  test('report loads what plots and paints, and nothing for a terminal', () => {
    const { packages, sources } = loadedBy('report', '-o', join(folder, 'report.html'), CAPTURE);
    const plots = packages.filter((name) => !['commander', 'split2'].includes(name));
    expect(plots).toEqual(['d3-array', 'd3-color', 'd3-format', 'd3-interpolate', 'd3-path', 'd3-scale', 'd3-shape']);
    expect(sources.filter((path) => /^src\/(ui|store|export)\//.test(path))).toEqual([]);
  });

  test('browse without a terminal is check: no UI', () => {
    const run = loadedBy('check', '--exit-zero', CAPTURE);
    const { packages, sources } = loadedBy('browse', CAPTURE);
    expect(packages).toEqual(run.packages);
    expect(sources.filter((path) => /^src\/(ui|store)\//.test(path))).toEqual([]);
  });

  test('help loads neither parsers nor commands', () => {
    const { packages, sources } = loadedBy('--help');
    expect(packages).toEqual(['commander']);
    expect(
      sources.filter((path) => /^parsers\/|^src\/(intake|replay|rules|analysis|cli\/commands)\//.test(path)),
    ).toEqual([]);
  });

  test('version loads nothing', () => {
    for (const flag of ['--version', '-V']) {
      const { packages, sources } = loadedBy(flag);
      expect([packages, [...sources].sort()]).toEqual([[], ['src/base/version.ts', 'src/main.ts']]);
    }
  });
});

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHECK_FORMATS } from '../../src/cli/command-options.ts';
import { LEAST_RANGED_BYTES } from '../../src/intake/range-packet.ts';
import { troubledCapture } from '../sim/troubled-capture.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/faultlog.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'faultlog-jobs-'));
const capture = join(folder, 'capture.txt');

beforeAll(() => {
  // Large enough for threads, and in trouble now and then.
  writeFileSync(capture, troubledCapture(2, 140_000));
  expect(statSync(capture).size).toBeGreaterThan(LEAST_RANGED_BYTES);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  return { status, stdout: createHash('sha256').update(stdout).digest('hex'), stderr };
}

test('check gives byte for byte the same in every format, whatever the number of threads', () => {
  const written = (jobs: number): readonly string[] => {
    const targets = CHECK_FORMATS.flatMap((format) => ['--format', `${format}=${jobs}.${format}`]);
    expect(run('check', '--jobs', String(jobs), ...targets, capture)).toMatchObject({ status: 1, stderr: '' });
    // JUnit says when it was written.
    return CHECK_FORMATS.map((format) =>
      readFileSync(join(folder, `${jobs}.${format}`), 'utf8').replace(/timestamp="[^"]*"/, ''),
    );
  };
  const alone = written(1);
  expect(alone.every((text) => text.length > 1000)).toBe(true);
  expect(written(2)).toEqual(alone);
  expect(written(5)).toEqual(alone);
});

test.each([
  ['events', '--format', 'jsonl'],
  ['stats', '--format', 'json'],
  ['groups', '--format', 'csv'],
])('so does %s', (...args) => {
  const alone = run(...args, '--jobs', '1', capture);
  expect(alone).toMatchObject({ status: 0, stderr: '' });
  expect(run(...args, '--jobs', '3', capture)).toEqual(alone);
});

test('--jobs takes a count from 1 on', () => {
  expect(run('check', '--jobs', '0', capture)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('--jobs 0: not a count'),
  });
});

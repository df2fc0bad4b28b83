import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CHECK_FORMATS } from '../../src/cli/command-options.ts';
import { ROOT } from '../readme-blocks.ts';

const PROGRAM = join(ROOT, 'dist/faultlog.js');
const CAPTURE = join(ROOT, 'fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt');
const folder = mkdtempSync(join(tmpdir(), 'faultlog-output-'));
const mounts: string[] = [];
afterAll(() => {
  for (const path of mounts) spawnSync('umount', [path]);
  rmSync(folder, { recursive: true });
});

/** More output than a pipe and a small disk hold. */
const big = join(folder, 'big.txt');
writeFileSync(big, readFileSync(CAPTURE, 'utf8').repeat(20));

function faultlog(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { cwd: folder, encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

/** A small file system of its own; undefined where none can be mounted. */
function mounted(name: string, options: string): string | undefined {
  const path = join(folder, name);
  mkdirSync(path);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'none', path]).status !== 0) return undefined;
  mounts.push(path);
  return path;
}

const small = mounted('small', 'size=16k');
/** Root may write where the mode forbids it. */
function readOnlyFolder(): string | undefined {
  if (process.getuid?.() === 0) return mounted('fixed', 'ro');
  const path = join(folder, 'fixed');
  mkdirSync(path);
  chmodSync(path, 0o555);
  return path;
}
const fixed = readOnlyFolder();
const hasFull = existsSync('/dev/full');
const named = (what: string, path: string | undefined) =>
  path === undefined ? `${what} (skipped: cannot mount)` : what;

/** Two lines, and no stack. */
const two = (first: RegExp) => new RegExp(`^faultlog: ${first.source}\\n {10}\\S.*\\n$`);

describe('a report that cannot be written: 2, two lines, nothing half-written, the others are complete', () => {
  mkdirSync(join(folder, 'there'));
  const cases: [string, string | undefined, RegExp][] = [
    [named('a full disk', small), small === undefined ? undefined : join(small, 'r'), /\S*: cannot be written/],
    [named('a read-only folder', fixed), fixed === undefined ? undefined : join(fixed, 'r'), /\S*: cannot be written/],
    ['a folder', join(folder, 'there'), /\S*: is a folder/],
    ['a folder that is not there', join(folder, 'none/r'), /\S*: its folder does not exist/],
    ['a file in place of the folder', join(big, 'r'), /\S*: cannot be written/],
  ];
  for (const [name, path, expected] of cases) {
    test.skipIf(path === undefined)(name, () => {
      const beside = join(folder, 'beside.json');
      const { code, stdout, stderr } = faultlog(
        'check',
        '--format',
        `jsonl=${path}`,
        '--format',
        `json=${beside}`,
        '--format',
        'concise',
        big,
      );
      expect(stderr).toMatch(two(expected));
      expect(code).toBe(2);
      expect(JSON.parse(readFileSync(beside, 'utf8'))).toMatchObject({ schemaVersion: 1 });
      expect(stdout).toMatch(/: error FL102 /);
      for (const place of [small, fixed, join(folder, 'there')]) {
        expect(place === undefined ? [] : readdirSync(place)).toEqual([]);
      }
      expect(readdirSync(folder).filter((file) => file.endsWith('.tmp'))).toEqual([]);
    });
  }

  test.skipIf(small === undefined)(named('a baseline on a full disk leaves the old one', small), () => {
    const path = join(small ?? '', 'b.json');
    const old = `{ "baselineVersion": 1, "entries": [] }${' '.repeat(12_000)}`;
    writeFileSync(path, old);
    const { code, stderr } = faultlog('check', '--write-baseline', path, '--format', `text=${join(folder, 't')}`, big);
    expect({ code, isTold: two(/\S*: cannot be written/).test(stderr) }).toEqual({ code: 2, isTold: true });
    expect(readFileSync(path, 'utf8')).toBe(old);
    expect(readdirSync(small ?? '')).toEqual(['b.json']);
    rmSync(path);
  });
});

describe('standard output', () => {
  test.skipIf(!hasFull).each([...CHECK_FORMATS])('%s on a full device: 2 and two lines', (format) => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'check', '--format', format, CAPTURE], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    expect(stderr).toMatch(two(/the output cannot be written/));
    expect(status).toBe(2);
  });

  test.each([...CHECK_FORMATS])('%s: the reader goes away: 141, and no word', async (format) => {
    const child = spawn(process.execPath, [PROGRAM, 'check', '--format', format, '--verbose', '--no-ladder', big]);
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
    });
    child.stdout.destroy();
    const code = await new Promise((fulfil) => child.on('close', fulfil));
    expect({ code, stderr }).toEqual({ code: 141, stderr: '' });
  });

  test('what goes to files is written before the reader can go away', async () => {
    const path = join(folder, 'kept.json');
    const child = spawn(process.execPath, [PROGRAM, 'check', '--format', 'jsonl', '--format', `json=${path}`, big]);
    child.stdout.destroy();
    expect(await new Promise((fulfil) => child.on('close', fulfil))).toBe(141);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ schemaVersion: 1 });
  });

  test('… | head: no stack', () => {
    const { stdout, stderr } = spawnSync(
      'bash',
      [
        '-c',
        `"${process.execPath}" "${PROGRAM}" check --verbose --format jsonl "${big}" | head -1; echo "\${PIPESTATUS[0]}"`,
      ],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^\{"type":"input",.*\}\n141\n$/);
  });
});

describe('what is no plain file stays what it is', () => {
  test('a device is written to, not replaced', () => {
    expect(faultlog('check', '--exit-zero', '--format', 'json=/dev/null', CAPTURE)).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test.skipIf(!hasFull)('a full device: 2 and two lines', () => {
    const { code, stderr } = faultlog('check', '--format', 'json=/dev/full', CAPTURE);
    expect(stderr).toMatch(two(/\/dev\/full: cannot be written/));
    expect(code).toBe(2);
    expect(statSync('/dev/full').isCharacterDevice()).toBe(true);
  });

  test('a link stays a link, and a file keeps its mode', () => {
    const file = join(folder, 'real.json');
    const link = join(folder, 'link.json');
    writeFileSync(file, 'old', { mode: 0o600 });
    symlinkSync('real.json', link);
    expect(faultlog('check', '--exit-zero', '--format', 'json=link.json', CAPTURE).code).toBe(0);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ schemaVersion: 1 });
  });
});

test('an interrupt while a report is written: 130, and the old file is whole', async () => {
  const path = join(folder, 'old.jsonl');
  writeFileSync(path, 'old\n');
  const child = spawn(process.execPath, [PROGRAM, 'events', '--format', `jsonl=${path}`, '-']);
  const closed = new Promise((fulfil) => child.on('close', fulfil));
  child.stdin.on('error', () => undefined);
  child.stdin.write(readFileSync(big));
  while (!readdirSync(folder).some((name) => name.endsWith('.tmp')))
    await new Promise((fulfil) => setTimeout(fulfil, 10));
  child.kill('SIGINT');
  expect(await closed).toBe(130);
  expect(readFileSync(path, 'utf8')).toBe('old\n');
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

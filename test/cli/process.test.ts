import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT } from '../readme-blocks.ts';

const PROGRAM = join(ROOT, 'dist/faultlog.js');
const CAPTURE = join(ROOT, 'fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt');
const folder = mkdtempSync(join(tmpdir(), 'faultlog-process-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** More output than a pipe holds. */
const big = join(folder, 'big.txt');
writeFileSync(big, readFileSync(CAPTURE, 'utf8').repeat(200));

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

function ended(child: ChildProcess): Promise<Ended> {
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += String(chunk);
  });
  return new Promise((fulfil) => child.on('close', (code) => fulfil({ code, stderr })));
}

describe('the built program as a process', () => {
  test('exit codes 0, 1 and 2', () => {
    const codeOf = (...args: string[]) => spawnSync(process.execPath, [PROGRAM, ...args]).status;
    expect(codeOf('--version')).toBe(0);
    expect(codeOf('check', CAPTURE)).toBe(1);
    expect(codeOf('check', join(folder, 'missing.txt'))).toBe(2);
  });

  test.each(['events', 'groups'])('%s: the reader goes away: 141, and no word about it', async (command) => {
    const child = spawn(process.execPath, [PROGRAM, command, '--format', 'jsonl', big]);
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await ended(child)).toEqual({ code: 141, stderr: '' });
  });

  test('the reader goes away while standard input stays open: it ends', async () => {
    const child = spawn(process.execPath, [PROGRAM, 'events', '-']);
    child.stdin.on('error', () => undefined);
    child.stdin.write(readFileSync(big));
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await ended(child)).toEqual({ code: 141, stderr: '' });
  });

  test('an interrupt while reading: 130 at once, and no half-written file', async () => {
    const out = mkdtempSync(join(folder, 'out-'));
    const child = spawn(process.execPath, [PROGRAM, 'events', '--format', `jsonl=${join(out, 'e.jsonl')}`, '-']);
    const result = ended(child);
    child.stdin.on('error', () => undefined);
    child.stdin.write(readFileSync(big));
    await waitFor(() => readdirSync(out).length > 0);
    child.kill('SIGINT');
    expect(await result).toEqual({ code: 130, stderr: '' });
    expect(readdirSync(out)).toEqual([]);
  });

  test.each([
    ['check', ['--format', 'json=OUT/old', '--format', 'sarif=OUT/new']],
    ['groups', ['--format', 'csv=OUT/old']],
    ['stats', ['--format', 'json=OUT/old']],
    ['export', ['--format', 'perfetto=OUT/old', '--format', 'chrome=OUT/new', '--format', 'parquet=OUT/tables']],
    ['report', ['-o', 'OUT/old']],
  ])('an interrupt of %s: 130 at once, no half-written file, and the old one stays', async (command, options) => {
    const out = mkdtempSync(join(folder, 'out-'));
    writeFileSync(join(out, 'old'), 'old');
    const args = options.map((option) => option.replace('OUT', out));
    const child = spawn(process.execPath, [PROGRAM, command, ...args, '-']);
    const result = ended(child);
    child.stdin.on('error', () => undefined);
    // More than a pipe holds: it was read when all of it is written.
    await new Promise((resolve) => child.stdin.write(readFileSync(big), resolve));
    child.kill('SIGINT');
    expect(await result).toEqual({ code: 130, stderr: '' });
    const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name)).toEqual(['old']);
    expect(readFileSync(join(out, 'old'), 'utf8')).toBe('old');
  });

  test('an interrupt while following: the report, and the code of the analysis; again: 130 at once', async () => {
    const follow = (): ChildProcess =>
      spawn(process.execPath, [
        PROGRAM,
        'check',
        '--format',
        'concise',
        '--merge-window',
        '100ms',
        '--follow',
        CAPTURE,
      ]);
    const once = follow();
    const report = ended(once);
    let printed = '';
    once.stdout?.on('data', (chunk) => {
      printed += String(chunk);
    });
    await waitFor(() => printed.includes(':35:1: error FL102'));
    once.kill('SIGINT');
    expect(await report).toEqual({ code: 1, stderr: '' });
    expect(printed).toContain(':53:1: error FL102');
    const twice = spawn(process.execPath, [PROGRAM, 'events', '--format', 'jsonl', '--follow', '-']);
    twice.stdin.on('error', () => undefined);
    const atOnce = new Promise((fulfil) => twice.on('exit', fulfil));
    // It has more to say than a pipe holds, and nobody takes it: it never ends of itself.
    twice.stdout.pause();
    twice.stdin.write(readFileSync(big));
    await waitFor(() => twice.stdout.readableLength > 0);
    twice.kill('SIGINT');
    await new Promise((fulfil) => setTimeout(fulfil, 100));
    expect(twice.exitCode).toBe(null);
    await waitFor(() => !twice.kill('SIGINT') || twice.exitCode !== null);
    expect(await atOnce).toBe(130);
  });

  test('standard input gives what the file gives, byte for byte', () => {
    const run = (args: string[], input?: Buffer) =>
      spawnSync(process.execPath, [PROGRAM, ...args], { input, encoding: 'utf8' });
    const file = run(['check', CAPTURE]);
    const pipe = run(['check', '-'], readFileSync(CAPTURE));
    expect(pipe.status).toBe(file.status);
    const named = file.stdout.replaceAll(CAPTURE, '<stdin>').replaceAll('h02-answered-twice.txt', '<stdin>');
    expect(pipe.stdout.replaceAll(/ +/g, ' ')).toBe(named.replaceAll(/ +/g, ' '));
  });

  test('no colour in a pipe, colour when asked for', () => {
    const env = { PATH: process.env.PATH };
    const outputOf = (args: string[], more: Record<string, string> = {}) =>
      spawnSync(process.execPath, [PROGRAM, 'check', ...args, CAPTURE], { env: { ...env, ...more }, encoding: 'utf8' })
        .stdout;
    expect(outputOf([])).not.toContain('\x1b');
    expect(outputOf(['--color'])).toContain('\x1b[31m');
    expect(outputOf([], { FORCE_COLOR: '1' })).toContain('\x1b[31m');
    expect(outputOf([], { FORCE_COLOR: '1', NO_COLOR: '1' })).not.toContain('\x1b');
    expect(outputOf(['--color'], { NO_COLOR: '1' })).toContain('\x1b[31m');
    expect(outputOf(['--no-color'], { FORCE_COLOR: '1' })).not.toContain('\x1b');
  });
});

/** Looks again every 10 ms until it holds; the test's own time limit ends it otherwise. */
async function waitFor(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((fulfil) => setTimeout(fulfil, 10));
}

import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { parseKey } from '../../src/redact/key.ts';
import { ROOT } from '../readme-blocks.ts';
import { sampleSession } from './sample-session.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultlog-redact-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CAPTURE = join(ROOT, 'fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt');
const capture = readFileSync(CAPTURE, 'utf8');
copyFileSync(CAPTURE, join(folder, 'trace.txt'));
writeFileSync(join(folder, 'trace.gz'), gzipSync(capture));
copyFileSync(join(ROOT, 'fixtures/trace-dat/h02-answered-twice-6.1.192.dat'), join(folder, 'trace.dat'));
copyFileSync(join(ROOT, 'fixtures/ladder/6.1-late-answer.ladder'), join(folder, 'late.ladder'));
writeFileSync(join(folder, 'broken.json'), '{"secret": 1}');

async function faultlog(args: readonly string[], input = '') {
  const session = sampleSession({ args, cwd: folder, input });
  const code = await run(session);
  return { code, printed: session.printed(), complained: session.complained() };
}

const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('redact', () => {
  test('writes a capture of which check says the same, and says so', async () => {
    const { code, printed, complained } = await faultlog([
      'redact',
      'trace.txt',
      '-o',
      'shared.txt',
      '--key',
      'key.json',
    ]);
    expect({ code, printed }).toEqual({ code: 0, printed: '' });
    expect(complained).toMatch(
      /^faultlog: check says the same of both: 4 findings, the same groups, lines and fingerprints\nfaultlog: 78 lines redacted\n$/,
    );
    expect(read('shared.txt')).not.toContain('prilab-run');
    expect(read('shared.txt').split('\n')).toHaveLength(capture.split('\n').length);
    const { names } = parseKey(read('key.json'), 'key.json');
    expect(Object.values(names)).toContain('prilab-run');
    expect(statSync(join(folder, 'key.json')).mode & 0o777).toBe(0o600);
  });

  test('undo gives the capture back', async () => {
    const { code, complained } = await faultlog([
      'redact',
      '--undo',
      '--key',
      'key.json',
      'shared.txt',
      '-o',
      'again.txt',
    ]);
    expect({ code, complained }).toEqual({ code: 0, complained: '' });
    expect(read('again.txt')).toBe(capture);
  });

  test('a key is read and kept: the same in every capture', async () => {
    await faultlog(['redact', 'trace.gz', '-o', 'second.txt', '--key', 'key.json']);
    expect(read('second.txt')).toBe(read('shared.txt'));
    await faultlog(['redact', 'trace.txt', '-o', 'other.txt']);
    expect(read('other.txt')).not.toBe(read('shared.txt'));
  });

  test('a pipe: to standard output, and nothing to compare', async () => {
    const { code, printed, complained } = await faultlog(['redact', '-', '--key', 'key.json'], capture);
    expect({ code, printed }).toEqual({ code: 0, printed: read('shared.txt') });
    expect(complained).toBe('faultlog: 78 lines redacted\n');
    const quiet = await faultlog(['redact', '--quiet', '-', '--key', 'key.json'], capture);
    expect(quiet).toEqual({ code: 0, printed: read('shared.txt'), complained: '' });
  });

  test.each([
    [
      ['trace.dat', '-o', 'x.txt'],
      /trace\.dat is a recording of trace-cmd .*\n {10}.*trace-cmd report FILE >trace\.txt/,
    ],
    [
      ['late.ladder', '-o', 'x.txt'],
      /late\.ladder is .*\n {10}It has no addresses and no names but those that were drawn/,
    ],
    [['missing.txt'], /missing\.txt: there is no such file\n/],
    [['trace.txt', '-o', 'trace.txt'], /trace\.txt: it is the input and --output\n/],
    [['trace.txt', '-o', 'x.txt', '--key', 'x.txt'], /x\.txt: it is --output and --key\n/],
    [['trace.txt', '--undo'], /--undo needs the key of the redaction\n/],
    [['trace.txt', '--undo', '--key', 'nosuch.json'], /nosuch\.json: there is no such file\n/],
    [['trace.txt', '--key', 'broken.json', '-o', 'x.txt'], /broken\.json: it is no key of a redaction\n/],
    [['trace.txt', '-o', 'nosuch/x.txt'], /nosuch\/x\.txt: its folder does not exist\n/],
  ])('redact %j: two lines, 2, and nothing is written', async (args, expected) => {
    const { code, printed, complained } = await faultlog(['redact', ...args]);
    expect({ code, printed }).toEqual({ code: 2, printed: '' });
    expect(complained).toMatch(expected);
    expect(complained.trimEnd().split('\n')).toHaveLength(2);
    expect(readdirSync(folder)).not.toContain('x.txt');
    expect(read('trace.txt')).toBe(capture);
    expect(read('broken.json')).toBe('{"secret": 1}');
  });

  test.skipIf(process.getuid?.() === 0)('a folder without permission (skipped: root may write anywhere)', async () => {
    const locked = mkdtempSync(join(folder, 'locked-'));
    chmodSync(locked, 0o500);
    const { code, complained } = await faultlog(['redact', 'trace.txt', '-o', join(locked, 'x.txt')]);
    expect({ code, complained }).toEqual({ code: 2, complained: expect.stringContaining('cannot be written') });
  });
});

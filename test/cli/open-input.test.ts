import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { containers } from '../../parsers/containers/registry.ts';
import { UsageError } from '../../src/base/errors.ts';
import { prepareInput } from '../../src/cli/open-input.ts';
import { sampleSession } from './sample-session.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultlog-open-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TEXT = `${'0.000001: prq_report: line\n'.repeat(20_000)}end\n`;

async function bytesOf(name: string, content?: string | Buffer): Promise<string> {
  if (content !== undefined) writeFileSync(join(folder, name), content);
  const input = await prepareInput({ path: name, lane: 'host' }, sampleSession({ cwd: folder }), containers);
  return readAll(input.open());
}

async function readAll(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(String(chunk)));
  return Buffer.concat(chunks).toString();
}

async function refusal(name: string, content?: string | Buffer): Promise<string> {
  const error = await bytesOf(name, content).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof UsageError) return `${error.message}\n${error.hint ?? ''}`;
  throw new Error(`not refused: ${String(error)}`);
}

describe('opening an input', () => {
  test('plain text, gzip and zstd by content, whatever the name', async () => {
    expect(await bytesOf('a.txt', TEXT)).toBe(TEXT);
    expect(await bytesOf('b.txt', gzipSync(TEXT))).toBe(TEXT);
    expect(await bytesOf('c.txt', zstdCompressSync(TEXT))).toBe(TEXT);
    expect(await bytesOf('d.gz', Buffer.concat([gzipSync(TEXT), gzipSync('more\n')]))).toBe(`${TEXT}more\n`);
    expect(await bytesOf('e.gz', TEXT)).toBe(TEXT);
  });

  test('standard input, also compressed, also empty', async () => {
    const open = async (input: string | Buffer) => {
      const spec = await prepareInput(
        { path: '-', lane: 'guest', laneName: 'vm3' },
        sampleSession({ input }),
        containers,
      );
      expect(spec).toMatchObject({ path: '-', lane: 'guest', laneName: 'vm3' });
      return readAll(spec.open());
    };
    expect(await open(TEXT)).toBe(TEXT);
    expect(await open(gzipSync(TEXT))).toBe(TEXT);
    expect(await open('')).toBe('');
  });

  test('an empty file is text with nothing in it', async () => {
    expect(await bytesOf('empty.txt', '')).toBe('');
  });

  test('a cut gzip gives what is in it, and then an error that says so', async () => {
    writeFileSync(join(folder, 'cut.gz'), gzipSync(TEXT).subarray(0, -20));
    const input = await prepareInput({ path: 'cut.gz', lane: 'host' }, sampleSession({ cwd: folder }), containers);
    let length = 0;
    const reading = (async () => {
      for await (const chunk of input.open()) length += String(chunk).length;
    })();
    await expect(reading).rejects.toThrow('the gzip data is cut or damaged (unexpected end of file)');
    expect(length).toBeGreaterThan(0);
  });

  test('what cannot be read is refused with what to do', async () => {
    mkdirSync(join(folder, 'logs'));
    expect(await refusal('missing.txt')).toBe(
      'missing.txt: there is no such file\nCheck the path; - reads standard input.',
    );
    expect(await refusal('logs')).toBe('logs is a directory\nName the files in it: faultlog check logs/*');
    expect(await refusal('a.txt/b')).toMatch(/^a.txt\/b: a part of the path is no directory\n/);
  });

  test.each([
    ['perf', Buffer.from('PERFILE2\0\0\0'), /binary recording of perf\n.*perf script --ns -i f >/],
    ['xz', Buffer.from('\xfd7zXZ\0\0', 'latin1'), /xz-compressed data\n.*xz -dc f \| faultlog check -/],
    ['journal', Buffer.from('LPKSHHRH\0\0\0\0'), /journal file of systemd\n.*journalctl --file f /],
    ['UTF-16', Buffer.from('\ufeffprq_report: a line\n', 'utf16le'), /text in UTF-16\n.*iconv -f UTF-16 -t UTF-8 f >/],
    ['UTF-16 without mark', Buffer.from('prq_report: a line\n', 'utf16le'), /text in UTF-16/],
    ['ELF', Buffer.from('\x7fELF\x02\x01\x01\0', 'latin1'), /an ELF file/],
    [
      'noise',
      Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * at * 31 + at * 7) & 0xff)),
      /^f is a binary file that faultlog does not know\n/,
    ],
    ['NUL only', Buffer.alloc(5000), /^f is a binary file/],
  ])('%s is refused with the way to text', async (_, content, expected) => {
    expect(await refusal('f', content)).toMatch(expected);
  });

  test.each([
    ['stray NUL bytes', Buffer.from(`${'\0'.repeat(3000)}\n${TEXT.slice(0, 2000)}`)],
    ['Latin-1', Buffer.from('M\xfcller: DMAR: fault\nGr\xf6\xdfe\n', 'latin1')],
    ['UTF-8', Buffer.from('größer → 漢字 😀\n')],
    ['escape sequences and CRLF', Buffer.from('\x1b[31m[ 1.0] DMAR: \x1b[0mfault\r\n\x07\n')],
    [
      'garbage between lines',
      Buffer.concat([
        Buffer.from(TEXT.slice(0, 3000)),
        Buffer.from([1, 2, 3, 200, 255, 10]),
        Buffer.from(TEXT.slice(0, 500)),
      ]),
    ],
  ])('%s is text', async (_, content) => {
    expect(await bytesOf('g', content)).toBe(String(content));
  });

  test('a name with blanks is quoted in the advice', async () => {
    expect(await refusal("it's mine", Buffer.from('PERFILE2'))).toContain("perf script --ns -i 'it'\\''s mine' >");
  });
});

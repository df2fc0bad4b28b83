import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { registry } from '../../parsers/registry.ts';
import { UsageError } from '../../src/base/errors.ts';
import type { LabelledFile } from '../../src/cli/lane-label.ts';
import { prepareInputs } from '../../src/cli/open-input.ts';
import type { Session } from '../../src/cli/session.ts';
import type { InputSpec } from '../../src/intake/input.ts';
import { sampleSession } from './sample-session.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultlog-open-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TEXT = `${'0.000001: prq_report: line\n'.repeat(20_000)}end\n`;

async function prepareInput(file: LabelledFile, session: Session): Promise<InputSpec> {
  const [input, ...others] = await prepareInputs(file, session, registry);
  if (input === undefined || others.length > 0) throw new Error('not one input');
  return input;
}

async function bytesOf(name: string, content?: string | Buffer): Promise<string> {
  if (content !== undefined) writeFileSync(join(folder, name), content);
  const input = await prepareInput({ path: name, lane: 'host' }, sampleSession({ cwd: folder }));
  return readAll(input.open());
}

async function readAll(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream)
    chunks.push(chunk instanceof Uint8Array ? Buffer.from(chunk) : Buffer.from(String(chunk)));
  return Buffer.concat(chunks).toString();
}

/** A member of a ustar archive (POSIX.1-1988), with its padding. */
function tarMember(name: string, content: string | Buffer, type = '0'): Buffer {
  const data = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(name);
  header.write(`${data.length.toString(8).padStart(11, '0')} `, 124);
  header.write(`        ${type}`, 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, data, Buffer.alloc((512 - (data.length % 512)) % 512)]);
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

  test('xz, also of several streams, and layers in layers', async () => {
    const xz = Buffer.from(
      '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AAhABxdADgcimlEv90J+l41dYTXvr6DrriwNGVxZFGAAAAAVcW+G7Ee0ScAATgiNEh54h+2830BAAAAAARZWg==',
      'base64',
    );
    const streams = Buffer.from(
      '/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAQcHJxX3JlcG9ydDogbGluZQoAAAAAzUz7PyqxwbUAASkRMgpwDh+2830BAAAAAARZWv03elhaAAAE5ta0RgIAIQEWAAAAdC/lowEAEHBycV9yZXBvcnQ6IG1vcmUKAAAAABCOmuklkSzmAAEpETIKcA4ftvN9AQAAAAAEWVo=',
      'base64',
    );
    expect(await bytesOf('f.txt', xz)).toBe('prq_report: line\nprq_report: more\n');
    expect(await bytesOf('g.xz', streams)).toBe('prq_report: line\nprq_report: more\n');
    expect(await bytesOf('h.gz', gzipSync(zstdCompressSync(xz)))).toBe('prq_report: line\nprq_report: more\n');
    await expect(bytesOf('i.xz', xz.subarray(0, 60))).rejects.toThrow('the xz data is cut or damaged');
  });

  test('an archive is as many inputs as it has logs, packed as they are', async () => {
    const archive = Buffer.concat([
      tarMember('var/', '', '5'),
      tarMember('var/log/kern.log.1', 'DMAR: DRHD: handling fault status reg 2\n'),
      tarMember('var/log/other.log', 'nothing of interest\n'),
      tarMember('var/log/kern.log.2.gz', gzipSync('DMAR: one\n')),
      tarMember('././@LongLink', `${'long/'.repeat(40)}kern.log\0`, 'L'),
      tarMember('cut', 'DMAR: two\n'),
      Buffer.alloc(1024),
    ]);
    for (const content of [archive, gzipSync(archive)]) {
      writeFileSync(join(folder, 'logs.tar'), content);
      const file: LabelledFile = { path: 'logs.tar', lane: 'guest', laneName: 'vm3' };
      const inputs = await prepareInputs(file, sampleSession({ cwd: folder }), registry);
      expect(inputs.map(({ path, lane, laneName }) => [path, lane, laneName])).toEqual([
        ['logs.tar:var/log/kern.log.1', 'guest', 'vm3'],
        ['logs.tar:var/log/kern.log.2.gz', 'guest', 'vm3'],
        [`logs.tar:${'long/'.repeat(40)}kern.log`, 'guest', 'vm3'],
      ]);
      expect(await readAll(inputs[0]?.open() ?? Readable.from([]))).toBe('DMAR: DRHD: handling fault status reg 2\n');
      expect(await readAll(inputs[2]?.open() ?? Readable.from([]))).toBe('DMAR: two\n');
    }
    writeFileSync(join(folder, 'none.tar'), tarMember('a', 'nothing\n'));
    await expect(
      prepareInputs({ path: 'none.tar', lane: 'host' }, sampleSession({ cwd: folder }), registry),
    ).rejects.toThrow('none.tar is a tar archive, and no log in it names an IOMMU');
  });

  test('standard input, also compressed, also empty', async () => {
    const open = async (input: string | Buffer) => {
      const spec = await prepareInput({ path: '-', lane: 'guest', laneName: 'vm3' }, sampleSession({ input }));
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
    const input = await prepareInput({ path: 'cut.gz', lane: 'host' }, sampleSession({ cwd: folder }));
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
    ['bzip2', Buffer.from('BZh91AY', 'latin1'), /bzip2-compressed data\n.*bzip2 -dc f \| faultlog check -/],
    ['journal', Buffer.from('LPKSHHRH\0\0\0\0'), /journal file of systemd\n.*journalctl --file f /],
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

  test.each([
    ['little-endian', Buffer.from('\ufeffprq_report: größer → 漢字\n', 'utf16le')],
    ['big-endian', Buffer.from('\ufeffprq_report: größer → 漢字\n', 'utf16le').swap16()],
    ['without a mark', Buffer.from('prq_report: a line, prq_report: größer → 漢字\n', 'utf16le')],
    ['in gzip', gzipSync(Buffer.from('\ufeffprq_report: größer → 漢字\n', 'utf16le'))],
  ])('UTF-16, %s, is text', async (_, content) => {
    expect(await bytesOf('u', content)).toMatch(/^prq_report: .*größer → 漢字\n$/);
  });

  test('a name with blanks is quoted in the advice', async () => {
    expect(await refusal("it's mine", Buffer.from('PERFILE2'))).toContain("perf script --ns -i 'it'\\''s mine' >");
  });
});

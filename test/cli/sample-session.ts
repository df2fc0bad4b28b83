import { PassThrough, Readable } from 'node:stream';
import type { OutputStream, Session } from '../../src/cli/session.ts';

/** A session whose streams are kept, for tests that run without a process. */
export interface SampleSession extends Session {
  printed(): string;
  printedBytes(): Buffer;
  complained(): string;
}

export function sampleSession(parts: Partial<Session> & { readonly input?: string | Buffer } = {}): SampleSession {
  const [stdout, printed] = collector();
  const [stderr, complained] = collector();
  const { input = '', ...rest } = parts;
  return {
    args: [],
    program: ['faultlog'],
    env: {},
    cwd: process.cwd(),
    stdin: Readable.from([Buffer.from(input)]),
    stdout,
    stderr,
    now: new Date('2026-11-23T00:00:00Z'),
    loadParsers: async () => (await import('../../parsers/registry.ts')).registry,
    ...rest,
    printed: () => printed().toString(),
    printedBytes: printed,
    complained: () => complained().toString(),
  };
}

function collector(): [OutputStream, () => Buffer] {
  const chunks: Buffer[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return [{ stream, isTerminal: false, columns: undefined }, () => Buffer.concat(chunks)];
}

import { Duplex, Readable } from 'node:stream';
import type { Container } from '../../src/model/parser.ts';
import { ascii, hasBytes } from './magic.ts';

/** xz-file-format §2.1.1.1: header magic bytes. Decoded by xz-decompress (xz-embedded as WebAssembly), loaded when needed. */
export const xz: Container = {
  name: 'xz',
  description: 'xz-compressed text (.xz)',
  matches: (head) => hasBytes(head, [0xfd, ...ascii('7zXZ'), 0x00]),
  decoder: () => Duplex.from(decompress),
};

async function* decompress(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  // CommonJS: its names are not seen from outside.
  const { XzReadableStream } = (await import('xz-decompress')).default;
  const plain = new XzReadableStream(Readable.toWeb(Readable.from(compressed, { objectMode: true })));
  for await (const chunk of plain) yield chunk;
}

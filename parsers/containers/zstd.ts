import { createZstdDecompress } from 'node:zlib';
import type { Container } from '../../src/model/parser.ts';
import { hasBytes } from './magic.ts';

/** RFC 8878 §3.1.1: frame magic number 0xFD2FB528, little endian. */
export const zstd: Container = {
  name: 'zstd',
  description: 'zstd-compressed text (.zst)',
  matches: (head) => hasBytes(head, [0x28, 0xb5, 0x2f, 0xfd]),
  decoder: () => createZstdDecompress({ chunkSize: 256 * 1024 }),
};

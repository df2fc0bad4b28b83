import { createGunzip } from 'node:zlib';
import type { Container } from '../../src/model/parser.ts';
import { hasBytes } from './magic.ts';

/** RFC 1952 §2.3.1: ID1 0x1f, ID2 0x8b, CM 8 (deflate). Several members follow each other as one stream. */
export const gzip: Container = {
  name: 'gzip',
  description: 'gzip-compressed text (.gz), also several members in one file',
  matches: (head) => hasBytes(head, [0x1f, 0x8b, 0x08]),
  decoder: () => createGunzip({ chunkSize: 256 * 1024 }),
};

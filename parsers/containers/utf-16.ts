import { Transform } from 'node:stream';
import type { Container } from '../../src/model/parser.ts';
import { hasBytes } from './magic.ts';

const LITTLE = [0xff, 0xfe];
const BIG = [0xfe, 0xff];
/** Bytes looked at where there is no mark. */
const SEEN = 256;
const SHORTEST = 16;
const TAB = 9;
const MOST = 0.9;

/** Text in UTF-16, as Windows' editors and the output redirection of PowerShell write it; with or without a byte order mark. */
export const utf16: Container = {
  name: 'utf-16',
  description: 'text in UTF-16',
  matches: (head) => encodingOf(head) !== undefined,
  decoder() {
    let decoder: InstanceType<typeof TextDecoder> | undefined;
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        decoder ??= new TextDecoder(encodingOf(chunk) ?? 'utf-16le');
        done(null, Buffer.from(decoder.decode(chunk, { stream: true })));
      },
      flush(done) {
        done(null, Buffer.from(decoder?.decode() ?? ''));
      },
    });
  },
};

function encodingOf(head: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (hasBytes(head, LITTLE)) return 'utf-16le';
  if (hasBytes(head, BIG)) return 'utf-16be';
  const seen = head.subarray(0, SEEN);
  if (seen.length < SHORTEST) return undefined;
  if (isTextAt(seen, 0)) return 'utf-16le';
  return isTextAt(seen, 1) ? 'utf-16be' : undefined;
}

/** True if every other byte from `at` on may be that of a Latin character, and nearly all the others are 0. */
function isTextAt(bytes: Uint8Array, at: number): boolean {
  let zeros = 0;
  for (const [index, byte] of bytes.entries()) {
    if (index % 2 === at) {
      if (byte < TAB) return false;
    } else if (byte === 0) zeros += 1;
  }
  return zeros * 2 >= bytes.length * MOST;
}

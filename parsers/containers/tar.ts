import type { ArchiveMember, Container } from '../../src/model/parser.ts';
import { ascii, hasBytes } from './magic.ts';

const BLOCK = 512;
const SIZE_AT = 124;
const TYPE_AT = 156;
const PREFIX_AT = 345;
const CHECKSUM_AT = 148;
/** Names of GNU and pax headers that are longer are cut; they are for messages only. */
const MAX_NAME_BYTES = 64 * 1024;

/**
 * POSIX.1-1988 ustar, with the long names of pax (`x`) and GNU (`L`) and GNU's sizes in base 256
 * (GNU tar manual, "Basic Tar Format").
 */
export const tar: Container = {
  name: 'tar',
  description: 'a tar archive',
  matches: (head) => hasBytes(head, ascii('ustar'), 257) && isHeader(head),
  members: tarMembers,
  advice: 'Unpack it, and give the log in it: tar -xf FILE',
};

async function* tarMembers(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ArchiveMember, void, void> {
  const input = new BlockInput(bytes[Symbol.asyncIterator]());
  let longName: string | undefined;
  try {
    for (;;) {
      const header = await input.read(BLOCK);
      if (header.length < BLOCK || !isHeader(header)) return;
      const sizeBytes = sizeOf(header);
      const padding = (BLOCK - (sizeBytes % BLOCK)) % BLOCK;
      const type = String.fromCharCode(header[TYPE_AT] ?? 0);
      if (type === 'L' || type === 'x') {
        const data = Buffer.from(await input.read(Math.min(sizeBytes, MAX_NAME_BYTES)));
        longName = (type === 'L' ? textAt(data, 0, data.length) : paxPath(data)) ?? longName;
        await input.skip(sizeBytes - data.length + padding);
        continue;
      }
      const member = input.part(sizeBytes);
      if (type === '0' || type === '\0' || type === '7') {
        yield { name: longName ?? nameOf(header), sizeBytes, bytes: member.bytes };
      }
      longName = undefined;
      await input.skip(member.rest() + padding);
    }
  } finally {
    await input.close();
  }
}

/** Bytes in pieces as they are asked for. */
class BlockInput {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array();

  constructor(iterator: AsyncIterator<Uint8Array>) {
    this.#iterator = iterator;
  }

  /** Up to `limit` bytes of what is there; empty only at the end. */
  async #some(limit: number): Promise<Uint8Array> {
    while (this.#chunk.length === 0) {
      const next = await this.#iterator.next();
      if (next.done === true) return this.#chunk;
      this.#chunk = next.value;
    }
    const some = this.#chunk.subarray(0, limit);
    this.#chunk = this.#chunk.subarray(some.length);
    return some;
  }

  /** `count` bytes, fewer at the end. */
  async read(count: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let left = count; left > 0; ) {
      const some = await this.#some(left);
      if (some.length === 0) break;
      parts.push(some);
      left -= some.length;
    }
    return Buffer.concat(parts);
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      const some = await this.#some(left);
      if (some.length === 0) return;
      left -= some.length;
    }
  }

  /** The next `count` bytes as a stream, and how many of them were not taken. */
  part(count: number): { readonly bytes: AsyncIterable<Uint8Array>; rest(): number } {
    let left = count;
    const some = async (): Promise<Uint8Array> => {
      const chunk = await this.#some(left);
      left -= chunk.length;
      return chunk;
    };
    const bytes = async function* (): AsyncGenerator<Uint8Array, void, void> {
      while (left > 0) {
        const chunk = await some();
        if (chunk.length === 0) return;
        yield chunk;
      }
    };
    return { bytes: bytes(), rest: () => left };
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}

/** The sum of a header's bytes, its own field as blanks, stands in it. */
function isHeader(head: Uint8Array): boolean {
  if (head.length < BLOCK) return false;
  let sum = 0;
  for (let at = 0; at < BLOCK; at += 1) {
    sum += at >= CHECKSUM_AT && at < CHECKSUM_AT + 8 ? 32 : (head[at] ?? 0);
  }
  return Number.parseInt(textAt(head, CHECKSUM_AT, 8).trim(), 8) === sum;
}

function nameOf(header: Uint8Array): string {
  const prefix = textAt(header, PREFIX_AT, 155);
  const name = textAt(header, 0, 100);
  return prefix === '' ? name : `${prefix}/${name}`;
}

function sizeOf(header: Uint8Array): number {
  if (((header[SIZE_AT] ?? 0) & 0x80) === 0) {
    const size = Number.parseInt(textAt(header, SIZE_AT, 12).trim(), 8);
    return Number.isNaN(size) ? 0 : size;
  }
  let size = 0;
  for (let at = SIZE_AT + 4; at < SIZE_AT + 12; at += 1) size = size * 256 + (header[at] ?? 0);
  return size;
}

/** The value of `path` in records of `LENGTH KEY=VALUE\n`. */
function paxPath(data: Buffer): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(data.toString('utf8'))?.[1];
}

/** The text of `length` bytes at `at`, up to the first NUL. */
function textAt(bytes: Uint8Array, at: number, length: number): string {
  const field = Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(length, bytes.length - at));
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end);
}

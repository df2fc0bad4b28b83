import { type Duplex, Readable } from 'node:stream';
import type { Container } from '../model/parser.ts';

/** How much of the bytes a container is recognised by. */
const HEAD_BYTES = 64 * 1024;
/** A file that is packed more often than this is given as it then is. */
const MAX_LAYERS = 8;

/**
 * The bytes inside all containers that are decoded (`.gz`, an xz of a journal export): each layer is recognised by its first
 * bytes. Fails with a text that names the layer that is damaged, after what could be read.
 */
export async function* unpacked(
  bytes: AsyncIterable<Uint8Array>,
  containers: readonly Container[],
): AsyncGenerator<Uint8Array, void, void> {
  let layer: AsyncIterable<Uint8Array> = bytes;
  for (let depth = 0; depth < MAX_LAYERS; depth += 1) {
    const { head, all } = await peek(layer);
    const container = containers.find((candidate) => candidate.matches(head));
    layer = all;
    if (container?.decoder === undefined) break;
    layer = decoded(all, container.decoder(), container.name);
  }
  yield* layer;
}

/** What `decoder` makes of `bytes`. */
export async function* decoded(
  bytes: AsyncIterable<Uint8Array>,
  decoder: Duplex,
  name: string,
): AsyncGenerator<Uint8Array, void, void> {
  const source = Readable.from(bytes, { objectMode: true });
  source.on('error', (error) => decoder.destroy(error));
  try {
    yield* source.pipe(decoder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the ${name} data is cut or damaged (${reason})`, { cause: error });
  } finally {
    source.destroy();
  }
}

/** The first bytes of a stream, and all of them again. An error waits until the bytes in front of it are taken. */
export async function peek(
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ readonly head: Uint8Array; readonly all: AsyncIterable<Uint8Array> }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let failure: unknown;
  let size = 0;
  try {
    while (size < HEAD_BYTES) {
      const next = await iterator.next();
      if (next.done === true) break;
      chunks.push(next.value);
      size += next.value.length;
    }
  } catch (error) {
    failure = error;
  }
  return { head: Buffer.concat(chunks).subarray(0, HEAD_BYTES), all: again(chunks, iterator, failure) };
}

async function* again(
  chunks: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
  failure: unknown,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* chunks;
    if (failure !== undefined) throw failure;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

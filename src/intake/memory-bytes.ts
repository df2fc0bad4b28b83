import { UsageError } from '../base/errors.ts';
import type { ClosableBytes } from './input.ts';

/** A recording that comes through a pipe is held in memory; beyond this it must be a file. */
const MAX_BYTES = 1024 * 1024 * 1024;

/** Collects the bytes of an input that has no places, up to its end or to an error, which is then given. */
export async function collectBytes(
  next: () => Promise<Uint8Array | undefined>,
): Promise<{ readonly bytes: ClosableBytes; readonly error: unknown }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let error: unknown;
  try {
    for (let chunk = await next(); chunk !== undefined; chunk = await next()) {
      size += chunk.length;
      if (size > MAX_BYTES)
        throw new UsageError('it is too large to be read from a pipe', 'Give the file by its name.');
      chunks.push(chunk);
    }
  } catch (cause) {
    error = cause;
  }
  return { bytes: bytesOf(Buffer.concat(chunks)), error };
}

function bytesOf(bytes: Uint8Array): ClosableBytes {
  return {
    sizeBytes: bytes.length,
    read(into, offset) {
      const part = bytes.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
    close() {},
  };
}

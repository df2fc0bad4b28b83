import type { InputSpec } from '../../src/intake/input.ts';
import { input } from './fake-parsers.ts';

/** An input that can be read in place, so that its commonest lines are read from bytes. */
export function placedInput(content: Uint8Array, path?: string): InputSpec {
  const openBytes = () => ({
    sizeBytes: content.length,
    read(into: Uint8Array, offset: number): number {
      const part = content.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
    close() {},
  });
  return { ...input(content, undefined, path), openBytes };
}

import { inflateSync, zstdDecompressSync } from 'node:zlib';
import { DamagedRecording } from './byte-cursor.ts';
import type { Decompressor } from './recording.ts';

/** No piece of a recording is that large; a damaged size must not fill the memory. */
const MAX_PIECE_BYTES = 1 << 28;

/** By the name in the file's head: `zlib` and `zstd` of trace-cmd; undefined for `none`. */
export function decompressorOf(name: string): Decompressor | undefined {
  switch (name) {
    case 'none':
    case '':
      return undefined;
    case 'zlib':
      return (bytes, size) => checked(name, size, (maxOutputLength) => inflateSync(bytes, { maxOutputLength }));
    case 'zstd':
      return (bytes, size) => checked(name, size, (maxOutputLength) => zstdDecompressSync(bytes, { maxOutputLength }));
    default:
      throw new DamagedRecording(`it is compressed in a way that faultlog does not know (${name.slice(0, 20)})`);
  }
}

function checked(name: string, size: number, run: (maxOutputLength: number) => Buffer): Buffer {
  if (size > MAX_PIECE_BYTES) throw new DamagedRecording(`a piece of it claims to have ${size} bytes`);
  try {
    return run(Math.max(1, size));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DamagedRecording(`its ${name} data is cut or damaged (${reason})`, { cause: error });
  }
}

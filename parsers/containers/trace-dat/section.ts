import type { ByteSource } from '../../../src/model/parser.ts';
import { ByteCursor } from './byte-cursor.ts';
import type { Recording } from './recording.ts';

const COMPRESSED = 1;

/** A section of version 7. */
export interface Section {
  readonly number: number;
  readonly isCompressed: boolean;
  /** Bytes of its content in the file. */
  readonly size: number;
  /** Where the section ends in the file, as far as it says. */
  readonly end: number;
  /** At the section's content, decompressed if it was. */
  readonly cursor: ByteCursor;
}

/** Header of a section: number, flags, name, size. The content of data sections is left as it is. */
export function readSectionHeader(source: ByteSource, at: number, recording: Recording): Section {
  const cursor = new ByteCursor(source, at, recording.isLittleEndian);
  const number = cursor.u16();
  const isCompressed = (cursor.u16() & COMPRESSED) !== 0;
  cursor.skip(4);
  const size = cursor.u64();
  return { number, isCompressed, size, end: cursor.at + size, cursor };
}

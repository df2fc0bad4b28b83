import type { ByteSource } from '../../../src/model/parser.ts';
import { ascii, hasBytes } from '../magic.ts';
import { ByteCursor, DamagedRecording } from './byte-cursor.ts';
import { decompressorOf } from './decompress.ts';
import type { Recording } from './recording.ts';

const MAGIC = [0x17, 0x08, 0x44, ...ascii('tracing')];

export function isTraceDat(head: Uint8Array): boolean {
  return hasBytes(head, MAGIC);
}

/** The start of a file: what both versions have in common. */
export interface FileHead {
  readonly recording: Recording;
  /** Stands behind the start: at the headers (version 6), or where it was read where the first options are (7). */
  readonly cursor: ByteCursor;
  /** Byte offset of what follows the start. */
  readonly end: number;
}

/**
 * Reads magic, version, byte order, sizes and, in version 7, the compression and the place of the first options
 * (Documentation/trace-cmd/trace-cmd.dat.v6.5.txt and v7.5.txt of trace-cmd 3.4, "Initial format").
 */
export function readHead(source: ByteSource): FileHead {
  const start = new ByteCursor(source, MAGIC.length, true);
  const version = start.string(16);
  if (version !== '6' && version !== '7') {
    throw new DamagedRecording(`its version is ${version.slice(0, 8)}; faultlog reads the versions 6 and 7`);
  }
  const isLittleEndian = start.u8() === 0;
  const cursor = new ByteCursor(source, start.at, isLittleEndian);
  const userLongSize = cursor.u8();
  const pageSize = cursor.u32();
  if (pageSize < 512 || pageSize > MAX_PAGE_BYTES) throw new DamagedRecording(`its page size is ${pageSize}`);
  let compression: Recording['compression'];
  let end = cursor.at;
  if (version === '7') {
    compression = decompressorOf(cursor.string());
    cursor.string();
    const options = cursor.u64();
    end = cursor.at;
    cursor.at = options;
  }
  const recording = newRecording(version === '7' ? 7 : 6, isLittleEndian, pageSize, userLongSize, compression);
  return { recording, cursor, end };
}

/** Sub-buffers can be larger than a page of the machine. */
export const MAX_PAGE_BYTES = 64 * 1024 * 1024;

function newRecording(
  version: 6 | 7,
  isLittleEndian: boolean,
  pageSize: number,
  userLongSize: number,
  compression: Recording['compression'],
): Recording {
  const longSize = userLongSize === 4 ? 4 : 8;
  return {
    version,
    isLittleEndian,
    pageSize,
    compression,
    page: { longSize, dataOffset: 8 + longSize },
    formats: new Map(),
    tasks: new Map(),
    symbols: () => '',
    printk: new Map(),
    clock: undefined,
    timeOffset: 0n,
    cycles: undefined,
    buffers: [],
    isText: false,
    missingCpus: [],
    problems: [],
  };
}

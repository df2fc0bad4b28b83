import { readU64, viewOf } from './byte-cursor.ts';
import type { EventField } from './event-format.ts';

/** The data of one record; one object is reused for all records. */
export interface RecordData {
  bytes: Buffer;
  view: DataView;
  isLittleEndian: boolean;
  /** Where the record's data starts in `bytes`: at its `common_type`. */
  start: number;
  /** Bytes of data, rounded up to four. */
  size: number;
}

export function newRecordData(isLittleEndian: boolean): RecordData {
  const bytes = Buffer.alloc(0);
  return { bytes, view: viewOf(bytes), isLittleEndian, start: 0, size: 0 };
}

/** A field's number as unsigned, exact up to 53 bits; 0 where the record is too short for it. */
export function readSmall(record: RecordData, field: EventField): number {
  const { offset, size } = field;
  if (offset + size > record.size) return 0;
  const at = record.start + offset;
  switch (size) {
    case 1:
      return record.view.getUint8(at);
    case 2:
      return record.view.getUint16(at, record.isLittleEndian);
    case 4:
      return record.view.getUint32(at, record.isLittleEndian);
    case 8:
      return readU64(record.view, at, record.isLittleEndian);
    default:
      return 0;
  }
}

/** A field's number as unsigned 64-bit value. */
export function readBig(record: RecordData, field: EventField): bigint {
  if (field.size !== 8) return BigInt(readSmall(record, field));
  if (field.offset + 8 > record.size) return 0n;
  return record.view.getBigUint64(record.start + field.offset, record.isLittleEndian);
}

/** The upper half of an 8-byte field; 0 where the record is too short for it. */
export function readHigh(record: RecordData, field: EventField): number {
  if (field.offset + 8 > record.size) return 0;
  const at = record.start + field.offset;
  return record.view.getUint32(record.isLittleEndian ? at + 4 : at, record.isLittleEndian);
}

/** The lower half of an 8-byte field; 0 where the record is too short for it. */
export function readLow(record: RecordData, field: EventField): number {
  if (field.offset + 8 > record.size) return 0;
  const at = record.start + field.offset;
  return record.view.getUint32(record.isLittleEndian ? at : at + 4, record.isLittleEndian);
}

/** Where the bytes of an array field lie in `record.bytes`; `end` is exclusive. */
export interface Extent {
  start: number;
  end: number;
}

/** Sets `out` to the bytes of an array field, static or dynamic, as far as the record has them. */
export function readExtent(record: RecordData, field: EventField, out: Extent): void {
  let offset = field.offset;
  let { size } = field;
  if (field.dynamic !== undefined) {
    const location = readSmall(record, field);
    offset = location & 0xffff;
    size = location >>> 16;
    if (field.dynamic === 'relative') offset += field.offset + field.size;
  } else if (size === 0) size = record.size - offset;
  out.start = record.start + Math.min(offset, record.size);
  out.end = record.start + Math.min(offset + size, record.size);
}

const extent: Extent = { start: 0, end: 0 };
const LATIN1 = new TextDecoder('latin1');
const UTF8 = new TextDecoder('utf-8');

/** The text of a string field up to its NUL. */
export function readText(record: RecordData, field: EventField): string {
  readExtent(record, field, extent);
  const { bytes } = record;
  let end = extent.start;
  let isAscii = true;
  while (end < extent.end) {
    const byte = bytes[end] ?? 0;
    if (byte === 0) break;
    if (byte >= 0x80) isAscii = false;
    end += 1;
  }
  return isAscii ? asciiText(bytes, extent.start, end) : UTF8.decode(bytes.subarray(extent.start, end));
}

/** Names are short: building them by hand is faster than a decoder's call. */
const SHORT = 24;

function asciiText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > SHORT) return LATIN1.decode(bytes.subarray(start, end));
  let text = '';
  for (let at = start; at < end; at += 1) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

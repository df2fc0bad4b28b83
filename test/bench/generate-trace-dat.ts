import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { ByteWriter } from '../parsers/containers/trace-dat/byte-writer.ts';
import { type RecordedCpu, readRecorded } from '../parsers/containers/trace-dat/recorded.ts';
import { writePages } from '../parsers/containers/trace-dat/write-pages.ts';
import {
  type FileOptions,
  writeMagic,
  writeOptions,
  writeStart,
} from '../parsers/containers/trace-dat/write-recording.ts';

const OPTIONS: FileOptions = {
  version: 7,
  isLittleEndian: true,
  longSize: 8,
  pageSize: 4096,
  compression: 'none',
  clock: 'mono',
};
/** Between the end of the recorded run and its next copy. */
const PAUSE_NS = 1_000_000n;

/**
 * Writes a trace.dat (version 7, uncompressed) of about `bytes` bytes: headers and event formats of the recording at
 * `base`, and its records over and over, each time later. Gives the number of records.
 */
export function generateTraceDat(path: string, base: string, bytes: number): number {
  const { metadata, cpus } = readRecorded(readFileSync(base));
  const used = cpus.filter(({ records }) => records.length > 0);
  const pages = used.map(({ records }) => writePages(records, OPTIONS));
  const copies = Math.max(1, Math.round(bytes / pages.reduce((sum, { length }) => sum + length, 0)));
  const period = periodOf(used);

  const file = openSync(path, 'w');
  const head = new ByteWriter(true);
  writeMagic(head, OPTIONS);
  const start = writeStart(head, metadata, OPTIONS);
  const section = head.at;
  const total = pages.reduce((sum, { length }) => sum + length * copies, 0);
  const dataAt = Math.ceil((section + 16) / OPTIONS.pageSize) * OPTIONS.pageSize;
  head
    .u16(3)
    .u16(0)
    .u32(0)
    .u64(dataAt + total - section - 16)
    .align(OPTIONS.pageSize);
  writeSync(file, head.bytes());

  const option = new ByteWriter(true);
  option.u64(section).string('').string(OPTIONS.clock).u32(OPTIONS.pageSize).u32(used.length);
  let offset = dataAt;
  for (const [index, { cpu }] of used.entries()) {
    const own = pages[index] ?? new Uint8Array(0);
    option
      .u32(cpu)
      .u64(offset)
      .u64(own.length * copies);
    for (let copy = 0; copy < copies; copy += 1) writeSync(file, delayed(own, copy === 0 ? 0n : period));
    offset += own.length * copies;
  }
  const tail = new ByteWriter(true);
  const optionsAt = offset + writeOptions(tail, start, [option.bytes()], OPTIONS);
  writeSync(file, tail.bytes());
  const field = Buffer.alloc(8);
  field.writeBigUInt64LE(BigInt(optionsAt));
  writeSync(file, field, 0, 8, start.optionsField);
  closeSync(file);
  return copies * used.reduce((sum, { records }) => sum + records.length, 0);
}

function periodOf(cpus: readonly RecordedCpu[]): bigint {
  const times = cpus.flatMap(({ records }) => records.map(({ time }) => time));
  const first = times.reduce((least, time) => (time < least ? time : least));
  const last = times.reduce((most, time) => (time > most ? time : most));
  return last - first + PAUSE_NS;
}

/** The same pages, their time stamps later by `delay`. */
function delayed(pages: Uint8Array, delay: bigint): Uint8Array {
  const view = new DataView(pages.buffer, pages.byteOffset, pages.length);
  for (let at = 0; at < pages.length; at += OPTIONS.pageSize) {
    view.setBigUint64(at, view.getBigUint64(at, true) + delay, true);
  }
  return pages;
}

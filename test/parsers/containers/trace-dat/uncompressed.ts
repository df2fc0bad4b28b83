import { readRecorded } from './recorded.ts';
import { writePages } from './write-pages.ts';
import { type FileOptions, writeRecording } from './write-recording.ts';

/** The same recording of version 7 without compression, in pages of 4 KiB. */
export function uncompressed(bytes: Uint8Array): Uint8Array {
  const { metadata, recording, cpus } = readRecorded(bytes);
  const options: FileOptions = {
    version: 7,
    isLittleEndian: true,
    longSize: 8,
    pageSize: 4096,
    compression: 'none',
    clock: recording.clock ?? 'local',
  };
  const names = [...new Set(cpus.map(({ buffer }) => buffer))];
  const buffers = names.map((name) => ({
    name,
    cpus: cpus
      .filter(({ buffer }) => buffer === name)
      .map(({ cpu, records }) => ({ cpu, pages: writePages(records, options) })),
  }));
  return writeRecording(metadata, buffers, options);
}

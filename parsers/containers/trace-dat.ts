/*
 * The recordings of `trace-cmd record`: trace.dat of the versions 6 and 7 (Documentation/trace-cmd/trace-cmd.dat.v6.5.txt,
 * trace-cmd.dat.v7.5.txt of trace-cmd 3.4), uncompressed or with zlib or zstd, of machines of either byte order,
 * with several instances. Gives every record as `trace-cmd report` prints it, so that the dialects read the same.
 */
import type { ByteSource, Container, EventFilter, RecordReader } from '../../src/model/parser.ts';
import { DamagedRecording } from './trace-dat/byte-cursor.ts';
import { isTraceDat, readHead } from './trace-dat/head.ts';
import { TraceDatReader } from './trace-dat/record-reader.ts';
import type { Recording } from './trace-dat/recording.ts';
import { readVersion6 } from './trace-dat/version-6.ts';
import { readVersion7 } from './trace-dat/version-7.ts';

export const traceDat: Container = {
  name: 'trace.dat',
  description: 'a recording of trace-cmd (trace.dat, versions 6 and 7)',
  matches: isTraceDat,
  openRecords: (source, wants) => openRecords(source, wants),
};

/** Throws `DamagedRecording` if nothing of it can be read. */
function openRecords(source: ByteSource, wants: EventFilter): RecordReader {
  const { recording, cursor, end } = readHead(source);
  if (recording.version === 6) readVersion6(source, cursor, recording);
  else readVersion7(source, cursor, end, recording);
  checkContent(recording);
  return new TraceDatReader(source, recording, wants);
}

function checkContent(recording: Recording): void {
  if (recording.buffers.length > 0 && recording.formats.size > 0) return;
  const [problem] = recording.problems;
  if (problem !== undefined) throw new DamagedRecording(problem);
  if (recording.isText) throw new DamagedRecording('it holds the text of a latency tracer and no events');
  throw new DamagedRecording('it holds no events');
}

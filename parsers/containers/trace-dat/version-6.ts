import type { ByteSource } from '../../../src/model/parser.ts';
import { ByteCursor, DamagedRecording } from './byte-cursor.ts';
import {
  readEventFormats,
  readFtraceFormats,
  readHeaderInfo,
  readKallsyms,
  readPrintk,
  readTasks,
} from './metadata.ts';
import { applyOption, currentClock, OPTION } from './options.ts';
import type { CpuData, Recording } from './recording.ts';

/** More CPUs than any machine has. */
const MAX_CPUS = 65_536;
/** Length of `options  `, `flyrecord` and `latency  ` with their NUL. */
const KEYWORD = 10;

/** Reads the headers of version 6, which follow each other from `cursor` on. */
export function readVersion6(source: ByteSource, cursor: ByteCursor, recording: Recording): void {
  readHeaderInfo(cursor, recording);
  readFtraceFormats(cursor, recording);
  readEventFormats(cursor, recording);
  const symbols = new ByteCursor(source, cursor.at, recording.isLittleEndian);
  readKallsyms(symbols, recording);
  cursor.at = symbols.at;
  readPrintk(cursor, recording);
  readTasks(cursor, recording);
  const cpus = cursor.u32();
  if (cpus > MAX_CPUS) throw new DamagedRecording(`it claims to have ${cpus} CPUs`);
  const instances: Instance[] = [];
  let keyword = cursor.text(KEYWORD);
  if (keyword.startsWith('options')) {
    readOptions(cursor, recording, instances);
    keyword = cursor.text(KEYWORD);
  }
  if (!readBuffer(cursor, recording, keyword, '', cpus)) return;
  readClock(cursor, recording);
  for (const { name, offset } of instances) readInstance(source, recording, name, offset, cpus);
}

interface Instance {
  readonly name: string;
  readonly offset: number;
}

function readOptions(cursor: ByteCursor, recording: Recording, instances: Instance[]): void {
  for (let option = cursor.u16(); option !== OPTION.done; option = cursor.u16()) {
    const size = cursor.u32();
    if (option === OPTION.buffer) {
      const end = cursor.at + size;
      instances.push({ offset: cursor.u64(), name: cursor.string() });
      cursor.at = end;
    } else applyOption(option, cursor.bytes(size), recording);
  }
}

/** The table of the CPUs' data; false for the text of a latency tracer. */
function readBuffer(
  cursor: ByteCursor,
  recording: Recording,
  keyword: string,
  name: string,
  cpuCount: number,
): boolean {
  if (keyword.startsWith('latency')) {
    recording.isText = true;
    return false;
  }
  if (!keyword.startsWith('flyrecord')) throw new DamagedRecording('the table of its data is missing');
  const cpus: CpuData[] = [];
  for (let cpu = 0; cpu < cpuCount; cpu += 1) cpus.push({ cpu, offset: cursor.u64(), size: cursor.u64() });
  recording.buffers.push({ name, pageSize: recording.pageSize, isCompressed: false, cpus });
  return true;
}

/** The file `trace_clock` behind the table; the option of the same name only says that it is there. Old files lack it. */
function readClock(cursor: ByteCursor, recording: Recording): void {
  try {
    const size = cursor.u64();
    if (size < 4096) recording.clock = currentClock(cursor.text(size)) ?? recording.clock;
  } catch (error) {
    if (!(error instanceof DamagedRecording)) throw error;
  }
}

function readInstance(source: ByteSource, recording: Recording, name: string, offset: number, cpus: number): void {
  try {
    const cursor = new ByteCursor(source, offset, recording.isLittleEndian);
    let keyword = cursor.text(KEYWORD);
    if (keyword.startsWith('options')) {
      readOptions(cursor, recording, []);
      keyword = cursor.text(KEYWORD);
    }
    if (!keyword.startsWith('latency')) readBuffer(cursor, recording, keyword, name, cpus);
  } catch (error) {
    if (!(error instanceof DamagedRecording)) throw error;
    recording.problems.push(`the data of the instance ${name} cannot be found: ${error.message}`);
  }
}

import type { ByteSource } from '../../../src/model/parser.ts';
import { ByteCursor } from './byte-cursor.ts';
import type { CpuData, Recording } from './recording.ts';
import { readSectionHeader, type Section } from './section.ts';

const SECTION_HEAD = 16;
/** More CPUs than any machine has, and pieces than any recording. */
const MAX_CPUS = 65_536;
const MAX_PIECES = 10_000_000;

/** A section that lies in the file, whether or not a table names it. */
export interface FoundSection {
  readonly at: number;
  readonly section: Section;
}

/** Walks the sections of version 7 from the first one at `start` on; they follow each other. */
export function walkSections(source: ByteSource, start: number, recording: Recording): readonly FoundSection[] {
  const found: FoundSection[] = [];
  for (let at = start; at + SECTION_HEAD <= source.sizeBytes; ) {
    const section = readSectionHeader(source, at, recording);
    found.push({ at, section });
    if (section.size === 0) break;
    at = section.end;
  }
  return found;
}

/**
 * Finds the data in a section whose table is cut off: trace-cmd writes the table of the CPUs behind the data. There
 * the CPUs stand in their order; of a CPU without data there is nothing, so that the CPUs' numbers are a guess.
 */
export function recoverBuffer(source: ByteSource, section: Section, recording: Recording): void {
  const { isCompressed, cursor, size } = section;
  const end = size === 0 ? source.sizeBytes : Math.min(section.end, source.sizeBytes);
  const start = cursor.at;
  const data = Math.ceil(start / recording.pageSize) * recording.pageSize;
  const cpus = isCompressed ? compressedCpus(source, data, end, recording) : plainCpus(source, data, end, recording);
  recording.missingCpus.push(cpus.length);
  if (cpus.length === 0) return;
  const name = recording.buffers.length === 0 ? '' : `buffer ${recording.buffers.length}`;
  recording.buffers.push({ name, pageSize: recording.pageSize, isCompressed, cpus });
  recording.problems.push('the table of its CPUs is missing, their numbers are a guess');
}

/** A page that is older than the one before is the first of another CPU. */
function plainCpus(source: ByteSource, start: number, end: number, { pageSize, isLittleEndian }: Recording): CpuData[] {
  const cpus: CpuData[] = [];
  const stamp = new Uint8Array(8);
  const view = new DataView(stamp.buffer);
  let from = start;
  let last = 0n;
  for (let at = start; at + stamp.length <= end && cpus.length < MAX_CPUS; at += pageSize) {
    source.read(stamp, at);
    const time = view.getBigUint64(0, isLittleEndian);
    if (time < last) {
      cpus.push({ cpu: cpus.length, offset: from, size: at - from });
      from = at;
    }
    last = time;
  }
  if (end > from) cpus.push({ cpu: cpus.length, offset: from, size: end - from });
  return cpus;
}

/** The pieces of each CPU are counted in front of them; of the last CPU some may be cut off. */
function compressedCpus(source: ByteSource, start: number, end: number, { isLittleEndian }: Recording): CpuData[] {
  const cpus: CpuData[] = [];
  let at = start;
  while (at + 4 <= end && cpus.length < MAX_CPUS) {
    const cursor = new ByteCursor(source, at, isLittleEndian);
    const pieces = cursor.u32();
    if (pieces > MAX_PIECES) break;
    for (let piece = 0; piece < pieces && cursor.at + 8 <= end; piece += 1) {
      const size = cursor.u32();
      cursor.at += 4 + size;
    }
    if (pieces > 0) cpus.push({ cpu: cpus.length, offset: at, size: cursor.at - at });
    at = cursor.at;
  }
  return cpus;
}

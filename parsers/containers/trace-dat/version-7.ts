import type { ByteSource } from '../../../src/model/parser.ts';
import { ByteCursor, DamagedRecording, memorySource } from './byte-cursor.ts';
import {
  readEventFormats,
  readFtraceFormats,
  readHeaderInfo,
  readKallsyms,
  readPrintk,
  readTasks,
} from './metadata.ts';
import { applyOption, type BufferOption, OPTION, readBufferOption } from './options.ts';
import type { Recording } from './recording.ts';

const COMPRESSED = 1;
/** A chain of options that is longer goes in a circle. */
const MAX_OPTION_SECTIONS = 10_000;

/** Reads the sections of version 7, beginning with the options at `cursor`. */
export function readVersion7(source: ByteSource, cursor: ByteCursor, recording: Recording): void {
  const found: Found = { sections: new Map(), buffers: [] };
  attempt(recording, '', () => readOptionChain(source, cursor.at, recording, found));
  for (const [option, read] of READERS) {
    const at = found.sections.get(option);
    if (at === undefined) continue;
    attempt(recording, '', () => read(openSection(source, at, option, recording).cursor, recording));
  }
  for (const buffer of found.buffers) {
    attempt(recording, `the buffer ${buffer.name}: `, () => addBuffer(source, buffer, recording));
  }
}

/** The sections that the options name, by number, each with its content. Throws `DamagedRecording` if one cannot be read. */
export function readSections(source: ByteSource, first: number, recording: Recording): ReadonlyMap<number, Section> {
  const found: Found = { sections: new Map(), buffers: [] };
  readOptionChain(source, first, recording, found);
  const open = ([number, at]: [number, number]) => [number, openSection(source, at, number, recording)] as const;
  return new Map([...found.sections].map(open));
}

interface Found {
  /** Byte offset of a section by the number that it shares with its option. */
  readonly sections: Map<number, number>;
  readonly buffers: BufferOption[];
}

const READERS: readonly (readonly [number, (cursor: ByteCursor, recording: Recording) => void])[] = [
  [OPTION.headerInfo, readHeaderInfo],
  [OPTION.ftraceFormats, readFtraceFormats],
  [OPTION.eventFormats, readEventFormats],
  [OPTION.kallsyms, readKallsyms],
  [OPTION.printk, readPrintk],
  [OPTION.tasks, readTasks],
];

/** One damaged section does not keep the others from being read. */
function attempt(recording: Recording, prefix: string, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof DamagedRecording)) throw error;
    recording.problems.push(prefix + error.message);
  }
}

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

function openSection(source: ByteSource, at: number, expected: number, recording: Recording): Section {
  const section = readSectionHeader(source, at, recording);
  if (section.number !== expected) throw new DamagedRecording(`section ${expected} is not where it should be`);
  if (!section.isCompressed) return section;
  const { cursor } = section;
  const compressedSize = cursor.u32();
  const size = cursor.u32();
  const bytes = cursor.bytes(compressedSize);
  if (recording.compression === undefined) throw new DamagedRecording('its compression is not named');
  const content = memorySource(recording.compression(bytes, size));
  return { ...section, cursor: new ByteCursor(content, 0, recording.isLittleEndian) };
}

function readOptionChain(source: ByteSource, first: number, recording: Recording, found: Found): void {
  let at = first;
  for (let count = 0; at !== 0; count += 1) {
    if (count > MAX_OPTION_SECTIONS) throw new DamagedRecording('its options go in a circle');
    at = readOptions(openSection(source, at, OPTION.done, recording).cursor, recording, found);
  }
}

/** Gives the byte offset of the next options, 0 if there are none. */
function readOptions(cursor: ByteCursor, recording: Recording, found: Found): number {
  for (;;) {
    const option = cursor.u16();
    const size = cursor.u32();
    const data = cursor.bytes(size);
    const number = (): number => new ByteCursor(memorySource(data), 0, recording.isLittleEndian).u64();
    if (option === OPTION.done) return size < 8 ? 0 : number();
    if (option === OPTION.buffer) found.buffers.push(readBufferOption(data, recording.isLittleEndian));
    else if (option === OPTION.bufferText) recording.isText = true;
    else if (READERS.some(([known]) => known === option)) found.sections.set(option, number());
    else applyOption(option, data, recording);
  }
}

function addBuffer(source: ByteSource, option: BufferOption, recording: Recording): void {
  const { isCompressed } = readSectionHeader(source, option.section, recording);
  if (option.name === '') recording.clock ??= option.clock;
  recording.buffers.push({ name: option.name, pageSize: option.pageSize, isCompressed, cpus: option.cpus });
}

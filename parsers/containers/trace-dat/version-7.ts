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
import { recoverBuffer, walkSections } from './recover-buffers.ts';
import { readSectionHeader, type Section } from './section.ts';

/** A chain of options that is longer goes in a circle. */
const MAX_OPTION_SECTIONS = 10_000;

/** Reads the sections of version 7, beginning with the options at `cursor`; `start` is where the first section is. */
export function readVersion7(source: ByteSource, cursor: ByteCursor, start: number, recording: Recording): void {
  const found: Found = { sections: new Map(), buffers: [] };
  const isWhole = attempt(recording, '', () => readOptionChain(source, cursor.at, recording, found));
  const walked = isWhole ? [] : walkSections(source, start, recording);
  for (const { at, section } of walked) if (!found.sections.has(section.number)) found.sections.set(section.number, at);
  for (const [option, read] of READERS) {
    const at = found.sections.get(option);
    if (at === undefined) continue;
    attempt(recording, '', () => read(openSection(source, at, option, recording).cursor, recording));
  }
  for (const buffer of found.buffers) {
    attempt(recording, `the buffer ${buffer.name}: `, () => addBuffer(source, buffer, recording));
  }
  for (const { at, section } of walked) {
    const isKnown = found.buffers.some((buffer) => buffer.section === at);
    if (section.number === OPTION.buffer && !isKnown) {
      attempt(recording, '', () => recoverBuffer(source, section, recording));
    }
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

/** One damaged section does not keep the others from being read. False if it is damaged. */
function attempt(recording: Recording, prefix: string, read: () => void): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (!(error instanceof DamagedRecording)) throw error;
    recording.problems.push(prefix + error.message);
    return false;
  }
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

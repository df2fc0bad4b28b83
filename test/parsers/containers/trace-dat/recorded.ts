import { blockReader } from '../../../../parsers/containers/trace-dat/blocks.ts';
import { type ByteCursor, memorySource } from '../../../../parsers/containers/trace-dat/byte-cursor.ts';
import { CpuStream } from '../../../../parsers/containers/trace-dat/cpu-stream.ts';
import { readHead } from '../../../../parsers/containers/trace-dat/head.ts';
import type { Recording } from '../../../../parsers/containers/trace-dat/recording.ts';
import type { Section } from '../../../../parsers/containers/trace-dat/section.ts';
import { readSections, readVersion7 } from '../../../../parsers/containers/trace-dat/version-7.ts';

/** The texts that a recording's headers consist of. */
export interface Metadata {
  readonly headerPage: string;
  readonly headerEvent: string;
  readonly ftraceFormats: readonly string[];
  readonly systems: readonly { readonly name: string; readonly formats: readonly string[] }[];
  readonly kallsyms: string;
  readonly printk: string;
  readonly tasks: string;
}

export interface RawRecord {
  readonly time: bigint;
  readonly data: Uint8Array;
  /** Records lost before it, -1 for an unknown number. */
  readonly missed: number;
}

export interface RecordedCpu {
  readonly cpu: number;
  readonly buffer: string;
  readonly records: readonly RawRecord[];
}

export interface Recorded {
  readonly metadata: Metadata;
  readonly recording: Recording;
  readonly cpus: readonly RecordedCpu[];
}

/** Takes a recording of version 7 apart, for tests and the benchmark to build others from it. */
export function readRecorded(bytes: Uint8Array): Recorded {
  const source = memorySource(bytes);
  const { recording, cursor, end } = readHead(source);
  const at = cursor.at;
  readVersion7(source, cursor, end, recording);
  const sections = readSections(source, at, recording);
  return { recording, metadata: metadataOf(sections), cpus: cpusOf(bytes, recording) };
}

function metadataOf(sections: ReadonlyMap<number, Section>): Metadata {
  const cursorOf = (number: number): ByteCursor => {
    const section = sections.get(number);
    if (section === undefined) throw new Error(`section ${number} is missing`);
    return section.cursor;
  };
  const header = cursorOf(16);
  header.string();
  const headerPage = header.text(header.u64());
  header.string();
  const headerEvent = header.text(header.u64());
  const texts = (cursor: ByteCursor): string[] => Array.from({ length: cursor.u32() }, () => cursor.text(cursor.u64()));
  const ftraceFormats = texts(cursorOf(17));
  const events = cursorOf(18);
  const systems = Array.from({ length: events.u32() }, () => ({ name: events.string(), formats: texts(events) }));
  const [kallsyms, printk, tasks] = [cursorOf(19), cursorOf(20), cursorOf(21)];
  return {
    headerPage,
    headerEvent,
    ftraceFormats,
    systems,
    kallsyms: kallsyms.text(kallsyms.u32()),
    printk: printk.text(printk.u32()),
    tasks: tasks.text(tasks.u64()),
  };
}

function cpusOf(bytes: Uint8Array, recording: Recording): RecordedCpu[] {
  const { page, isLittleEndian, compression } = recording;
  return recording.buffers.flatMap((buffer) =>
    buffer.cpus.map((data) => {
      const blocks = blockReader(memorySource(bytes), buffer, data, compression, isLittleEndian);
      const stream = new CpuStream(data.cpu, buffer.name, blocks, buffer.pageSize, page, isLittleEndian);
      const base = stream.firstStamp() ?? 0n;
      const records: RawRecord[] = [];
      for (let more = stream.begin(base); more; more = stream.advance()) {
        const data = stream.bytes.slice(stream.start, stream.start + stream.size);
        records.push({ time: base + BigInt(stream.time), data, missed: stream.missed });
      }
      return { cpu: data.cpu, buffer: buffer.name, records };
    }),
  );
}

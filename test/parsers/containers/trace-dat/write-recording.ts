import { deflateSync, zstdCompressSync } from 'node:zlib';
import { ByteWriter } from './byte-writer.ts';
import type { Metadata } from './recorded.ts';

/** The pages of one CPU of a buffer. */
export interface CpuPages {
  readonly cpu: number;
  readonly pages: Uint8Array;
}

export interface BufferPages {
  /** Empty for the top buffer, which comes first. */
  readonly name: string;
  readonly cpus: readonly CpuPages[];
}

export interface FileOptions {
  readonly version: 6 | 7;
  readonly isLittleEndian: boolean;
  readonly longSize: 4 | 8;
  readonly pageSize: number;
  readonly compression: 'none' | 'zlib' | 'zstd';
  readonly clock: string;
  /** Further options by number. */
  readonly options?: ReadonlyMap<number, Uint8Array>;
}

/** Pages that are compressed as one piece. */
const PIECE_PAGES = 3;
const FLYRECORD = 'flyrecord\0';

/** A trace.dat of the given version (trace-cmd.dat.v6.5.txt and v7.5.txt of trace-cmd 3.4). */
export function writeRecording(metadata: Metadata, buffers: readonly BufferPages[], options: FileOptions): Uint8Array {
  const out = new ByteWriter(options.isLittleEndian);
  out
    .raw(Uint8Array.of(0x17, 0x08, 0x44))
    .text('tracing')
    .string(String(options.version));
  out
    .u8(options.isLittleEndian ? 0 : 1)
    .u8(options.longSize)
    .u32(options.pageSize);
  if (options.version === 6) writeVersion6(out, metadata, buffers, options);
  else writeVersion7(out, metadata, buffers, options);
  return out.bytes();
}

export function writeMagic(out: ByteWriter, options: FileOptions): void {
  out
    .raw(Uint8Array.of(0x17, 0x08, 0x44))
    .text('tracing')
    .string(String(options.version));
  out
    .u8(options.isLittleEndian ? 0 : 1)
    .u8(options.longSize)
    .u32(options.pageSize);
}

function writeVersion6(
  out: ByteWriter,
  metadata: Metadata,
  buffers: readonly BufferPages[],
  options: FileOptions,
): void {
  for (const [, write] of contents(metadata)) write(out);
  const [top, ...instances] = buffers;
  out.u32(top?.cpus.length ?? 0);
  out.text('options  \0');
  for (const [number, data] of options.options ?? []) out.u16(number).u32(data.length).raw(data);
  const clocks = `local [${options.clock}]\0`;
  out.u16(4).u32(clocks.length).text(clocks);
  const places = instances.map(({ name }) => {
    out.u16(3).u32(8 + name.length + 1);
    const at = out.at;
    out.u64(0).string(name);
    return at;
  });
  out.u16(0);
  writeTable(out.text(FLYRECORD), top?.cpus ?? [], options, () => out.u64(clocks.length).text(clocks));
  for (const [index, { cpus }] of instances.entries()) {
    const start = out.at;
    out.patch(places[index] ?? 0, () => out.u64(start));
    writeTable(out.text(FLYRECORD), cpus, options, () => {});
  }
}

function writeTable(out: ByteWriter, cpus: readonly CpuPages[], options: FileOptions, between: () => void): void {
  const table = out.at;
  for (const _ of cpus) out.u64(0).u64(0);
  between();
  for (const [index, { pages }] of cpus.entries()) {
    out.align(options.pageSize);
    const offset = out.at;
    out.raw(pages);
    out.patch(table + 16 * index, () => out.u64(offset).u64(pages.length));
  }
}

function writeVersion7(
  out: ByteWriter,
  metadata: Metadata,
  buffers: readonly BufferPages[],
  options: FileOptions,
): void {
  const start = writeStart(out, metadata, options);
  const written = buffers.map((buffer) => writeBuffer(out, buffer, options));
  const optionsAt = writeOptions(out, start, written, options);
  out.patch(start.optionsField, () => out.u64(optionsAt));
}

/** What stands in front of the buffers in version 7. */
export interface Start {
  /** Where the byte offset of the options is to be written. */
  readonly optionsField: number;
  /** Number and byte offset of each section. */
  readonly sections: readonly (readonly [number, number])[];
}

/** Compression and sections with the headers. */
export function writeStart(out: ByteWriter, metadata: Metadata, options: FileOptions): Start {
  out.string(options.compression).string(options.compression === 'none' ? '' : '1.0');
  const optionsField = out.at;
  out.u64(0);
  const sections = contents(metadata).map(([number, write]) => {
    const content = new ByteWriter(options.isLittleEndian);
    write(content);
    return [number, writeSection(out, number, content.bytes(), options)] as const;
  });
  return { optionsField, sections };
}

/** Gives the byte offset of the section with the options; `buffers` are the contents of the buffers' options. */
export function writeOptions(
  out: ByteWriter,
  { sections }: Start,
  buffers: readonly Uint8Array[],
  options: FileOptions,
): number {
  const list = new ByteWriter(options.isLittleEndian);
  for (const [number, offset] of sections) list.u16(number).u32(8).u64(offset);
  for (const [number, data] of options.options ?? []) list.u16(number).u32(data.length).raw(data);
  const clocks = `local [${options.clock}]\0`;
  list.u16(4).u32(clocks.length).text(clocks);
  for (const option of buffers) list.u16(3).u32(option.length).raw(option);
  list.u16(0).u32(8).u64(0);
  return writeSection(out, 0, list.bytes(), options);
}

/** Gives the byte offset of the section. */
function writeSection(out: ByteWriter, number: number, content: Uint8Array, options: FileOptions): number {
  const at = out.at;
  const isCompressed = options.compression !== 'none';
  const packed = isCompressed ? compressed(content, options) : content;
  out
    .u16(number)
    .u16(isCompressed ? 1 : 0)
    .u32(0);
  out.u64(packed.length + (isCompressed ? 8 : 0));
  if (isCompressed) out.u32(packed.length).u32(content.length);
  out.raw(packed);
  return at;
}

function compressed(bytes: Uint8Array, { compression }: FileOptions): Uint8Array {
  return compression === 'zstd' ? zstdCompressSync(bytes) : deflateSync(bytes);
}

/** Gives the content of the buffer's option. */
function writeBuffer(out: ByteWriter, { name, cpus }: BufferPages, options: FileOptions): Uint8Array {
  const option = new ByteWriter(options.isLittleEndian);
  const isCompressed = options.compression !== 'none';
  option.u64(out.at).string(name).string(options.clock).u32(options.pageSize).u32(cpus.length);
  out
    .u16(3)
    .u16(isCompressed ? 1 : 0)
    .u32(0);
  const sizeAt = out.at;
  out.u64(0);
  out.align(options.pageSize);
  for (const { cpu, pages } of cpus) {
    const offset = out.at;
    if (!isCompressed) out.raw(pages);
    else if (pages.length > 0) writePieces(out, pages, options);
    option
      .u32(cpu)
      .u64(offset)
      .u64(out.at - offset);
  }
  const size = out.at - sizeAt - 8;
  out.patch(sizeAt, () => out.u64(size));
  return option.bytes();
}

function writePieces(out: ByteWriter, pages: Uint8Array, options: FileOptions): void {
  const size = PIECE_PAGES * options.pageSize;
  out.u32(Math.ceil(pages.length / size));
  for (let at = 0; at < pages.length; at += size) {
    const piece = pages.subarray(at, at + size);
    const packed = compressed(piece, options);
    out.u32(packed.length).u32(piece.length).raw(packed);
  }
}

type Content = readonly [number: number, write: (out: ByteWriter) => void];

/** The parts that both versions have, with the numbers of their sections. */
function contents(metadata: Metadata): readonly Content[] {
  const sized = (out: ByteWriter, text: string): ByteWriter => out.u64(text.length).text(text);
  return [
    [
      16,
      (out) =>
        sized(sized(out.string('header_page'), metadata.headerPage).string('header_event'), metadata.headerEvent),
    ],
    [17, (out) => metadata.ftraceFormats.reduce(sized, out.u32(metadata.ftraceFormats.length))],
    [
      18,
      (out) => {
        out.u32(metadata.systems.length);
        for (const { name, formats } of metadata.systems) formats.reduce(sized, out.string(name).u32(formats.length));
      },
    ],
    [19, (out) => out.u32(metadata.kallsyms.length).text(metadata.kallsyms)],
    [20, (out) => out.u32(metadata.printk.length).text(metadata.printk)],
    [21, (out) => sized(out, metadata.tasks)],
  ];
}

/*
 * The parts of a recording's headers that the versions 6 and 7 share: in version 6 they follow each other, in
 * version 7 each is a section (trace-cmd.dat.v6.5.txt, trace-cmd.dat.v7.5.txt of trace-cmd 3.4).
 */
import { type ByteCursor, DamagedRecording } from './byte-cursor.ts';
import { fieldsOf, parseEventFormat } from './event-format.ts';
import type { Recording } from './recording.ts';

/** More than any kernel has. */
const MAX_SYSTEMS = 100_000;

/** `header_page` and `header_event`: of the former the size of `commit`, which is the kernel's long, and the start of data. */
export function readHeaderInfo(cursor: ByteCursor, recording: Recording): void {
  expect(cursor, 'header_page');
  const fields = fieldsOf(cursor.text(cursor.u64()));
  const commit = fields.find(({ name }) => name === 'commit');
  const data = fields.find(({ name }) => name === 'data');
  if (commit !== undefined) {
    const longSize = commit.size === 4 ? 4 : 8;
    recording.page = { longSize, dataOffset: data?.offset ?? 8 + longSize };
  }
  expect(cursor, 'header_event');
  cursor.skip(cursor.u64());
}

function expect(cursor: ByteCursor, name: string): void {
  if (cursor.string(name.length + 1) !== name) throw new DamagedRecording(`${name} is not where it should be`);
}

/** The formats of ftrace's own events. */
export function readFtraceFormats(cursor: ByteCursor, recording: Recording): void {
  readFormats(cursor, recording, 'ftrace');
}

/** The formats of all events, by system. */
export function readEventFormats(cursor: ByteCursor, recording: Recording): void {
  const systems = cursor.u32();
  if (systems > MAX_SYSTEMS) throw new DamagedRecording(`it claims to have events of ${systems} systems`);
  for (let index = 0; index < systems; index += 1) readFormats(cursor, recording, cursor.string());
}

function readFormats(cursor: ByteCursor, recording: Recording, system: string): void {
  const count = cursor.u32();
  for (let index = 0; index < count; index += 1) {
    const format = parseEventFormat(cursor.text(cursor.u64()), system);
    if (format !== undefined && !recording.formats.has(format.number)) recording.formats.set(format.number, format);
  }
}

/** /proc/kallsyms, of several megabytes: it becomes text when a symbol is looked up. */
export function readKallsyms(cursor: ByteCursor, recording: Recording): void {
  const size = cursor.u32();
  const at = cursor.at;
  cursor.skip(size);
  recording.symbols = () => {
    cursor.at = at;
    return cursor.text(size);
  };
}

/** `ADDRESS : "TEXT"`. */
const PRINTK = /^[ \t]*0x([0-9a-fA-F]+)[ \t]*:[ \t]*"(.*)"[ \t]*$/gm;

export function readPrintk(cursor: ByteCursor, recording: Recording): void {
  const text = cursor.text(cursor.u32());
  recording.printk = new Map(
    [...text.matchAll(PRINTK)].map(([, address = '', format = '']) => [
      address.toLowerCase().replace(/^0+(?=.)/, ''),
      format.replaceAll('\\n', '\n').replaceAll('\\t', '\t').replaceAll('\\"', '"'),
    ]),
  );
}

const UTF8 = new TextDecoder();
/** `PID COMM`, a comm may have blanks in it. */
const TASK = /^[ \t]*(\d+) (.+)$/gm;

export function readTasks(cursor: ByteCursor, recording: Recording): void {
  const text = UTF8.decode(cursor.bytes(cursor.u64()));
  const tasks = [...text.matchAll(TASK)].map(([, pid = '', comm = '']) => [Number(pid), comm.trim()] as const);
  recording.tasks = new Map(tasks.filter(([, comm]) => comm !== '' && comm !== '<...>'));
}

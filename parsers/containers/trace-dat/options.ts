/*
 * Options of a recording (trace-cmd.dat.v7.5.txt of trace-cmd 3.4, "Options section"; the numbers up to 15 are
 * those of version 6 as well). What only describes the machine or the session is skipped.
 */
import { ByteCursor, memorySource } from './byte-cursor.ts';
import type { CpuData, Recording } from './recording.ts';

export const OPTION = {
  done: 0,
  date: 1,
  buffer: 3,
  traceClock: 4,
  offset: 7,
  tscToNanoseconds: 14,
  headerInfo: 16,
  ftraceFormats: 17,
  eventFormats: 18,
  kallsyms: 19,
  printk: 20,
  tasks: 21,
  bufferText: 22,
} as const;

/** Applies the options that mean the same in both versions; others are left. */
export function applyOption(option: number, data: Uint8Array, recording: Recording): void {
  const cursor = new ByteCursor(memorySource(data), 0, recording.isLittleEndian);
  switch (option) {
    case OPTION.date:
      recording.timeOffset += numberIn(cursor.text(data.length)) * 1000n;
      return;
    case OPTION.offset:
      recording.timeOffset += numberIn(cursor.text(data.length));
      return;
    case OPTION.traceClock:
      recording.clock = currentClock(cursor.text(data.length)) ?? recording.clock;
      return;
    case OPTION.tscToNanoseconds:
      if (data.length >= 8) recording.cycles = { multiplier: cursor.u32(), shift: cursor.u32() };
      return;
    default:
  }
}

/** strtoll() with base 0: `0x…` or decimal, signed; 0 for what is no number. */
function numberIn(text: string): bigint {
  const match = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|\d+)/.exec(text);
  if (match === null) return 0n;
  const value = BigInt(match[2] ?? '0');
  return match[1] === '-' ? -value : value;
}

/** `local [mono] boot`: the one in brackets. */
export function currentClock(text: string): string | undefined {
  return /\[([^\]\s]+)\]/.exec(text)?.[1];
}

/** The option BUFFER of version 7. */
export interface BufferOption {
  /** Byte offset of the section with the data. */
  readonly section: number;
  readonly name: string;
  readonly clock: string;
  readonly pageSize: number;
  readonly cpus: readonly CpuData[];
}

export function readBufferOption(data: Uint8Array, isLittleEndian: boolean): BufferOption {
  const cursor = new ByteCursor(memorySource(data), 0, isLittleEndian);
  const section = cursor.u64();
  const name = cursor.string();
  const clock = cursor.string();
  const pageSize = cursor.u32();
  const count = cursor.u32();
  const cpus: CpuData[] = [];
  for (let index = 0; index < count; index += 1) {
    cpus.push({ cpu: cursor.u32(), offset: cursor.u64(), size: cursor.u64() });
  }
  return { section, name, clock, pageSize, cpus };
}

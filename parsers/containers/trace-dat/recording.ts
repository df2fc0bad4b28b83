import type { EventFormat } from './event-format.ts';

/** Where the data of one CPU of a buffer lies. */
export interface CpuData {
  readonly cpu: number;
  /** Byte offset in the file. */
  readonly offset: number;
  /** Bytes in the file. */
  readonly size: number;
}

/** The buffer of one tracing instance. */
export interface TraceBuffer {
  /** Empty for the top one. */
  readonly name: string;
  /** Size of a page of its ring buffer in bytes. */
  readonly pageSize: number;
  readonly isCompressed: boolean;
  readonly cpus: readonly CpuData[];
}

/** How the fields of a ring-buffer page lie (events/header_page). */
export interface PageLayout {
  /** Size of the kernel's `long`, which the commit field has: 4 or 8. */
  readonly longSize: 4 | 8;
  /** Where the events start. */
  readonly dataOffset: number;
}

/** From the cycles of the time stamp counter to nanoseconds: `cycles * multiplier >> shift`. */
export interface CycleScale {
  readonly multiplier: number;
  readonly shift: number;
}

/** What the headers of a trace.dat say, either version. */
export interface Recording {
  readonly version: 6 | 7;
  readonly isLittleEndian: boolean;
  /** Size of a page of the recorded machine in bytes. */
  readonly pageSize: number;
  readonly compression: Decompressor | undefined;
  page: PageLayout;
  readonly formats: Map<number, EventFormat>;
  /** Task names by pid. */
  tasks: ReadonlyMap<number, string>;
  /** The text of /proc/kallsyms, as recorded. */
  symbols: () => string;
  /** Format strings of trace_printk by their address (hexadecimal digits). */
  printk: ReadonlyMap<string, string>;
  /** As in the file `trace_clock`: the current one; undefined if it is not recorded. */
  clock: string | undefined;
  /** Nanoseconds to be added to all times (options DATE and OFFSET). */
  timeOffset: bigint;
  cycles: CycleScale | undefined;
  readonly buffers: TraceBuffer[];
  /** The text of a latency tracer in place of buffers. */
  isText: boolean;
  /** CPUs of which all data is missing. */
  readonly missingCpus: number[];
  /** What is damaged, in words that follow `FILE: `. */
  readonly problems: string[];
}

/** Gives the bytes of one compressed piece, of `size` bytes; throws if that cannot be done. */
export type Decompressor = (bytes: Uint8Array, size: number) => Buffer;

/*
 * The pages and records of the kernel's ring buffer (kernel/trace/ring_buffer.c, include/linux/ring_buffer.h,
 * Linux 7.3; format files header_page and header_event). A page begins with a time stamp and `commit`, the number of
 * its bytes with two flags; a record with a word of type or length and the time since the record before.
 */
import type { Block, BlockReader } from './blocks.ts';
import { DamagedRecording, viewOf } from './byte-cursor.ts';
import type { PageLayout } from './recording.ts';

const COMMIT_MASK = 0x07ff_ffff;
/** Records before this page were lost. */
const MISSED = 0x8000_0000;
/** How many stands behind the page's data. */
const MISSED_STORED = 0x4000_0000;
const PADDING = 29;
const TIME_EXTEND = 30;
const TIME_STAMP = 31;
const TWO_27 = 0x0800_0000;
/** Bits that a time stamp record does not hold. */
const STAMP_HIGH_BITS = 0xf800_0000_0000_0000n;

/** Damage that one CPU's data can show before nothing of it is believed. */
const MAX_BAD_PAGES = 16;

/** Reads the records of one CPU of one buffer one after the other. */
export class CpuStream {
  readonly cpu: number;
  readonly buffer: string;
  readonly #blocks: BlockReader;
  readonly #pageSize: number;
  readonly #layout: PageLayout;
  readonly #isLittleEndian: boolean;
  #block: Block | undefined;
  /** Of the current page in its block. */
  #page = 0;
  #badPages = 0;
  #next = 0;
  #end = 0;
  #base = 0n;

  /** The current record's time in units of the clock, relative to the base. */
  time = 0;
  /** Where the record's data starts in `bytes`. */
  start = 0;
  /** Bytes of data. */
  size = 0;
  bytes: Buffer = Buffer.alloc(0);
  view: DataView = viewOf(this.bytes);
  /** Records lost before the current one: -1 if it is not known how many. */
  missed = 0;
  /** What is damaged in this CPU's data; the records in front of it were given. */
  problem: string | undefined;

  constructor(
    cpu: number,
    buffer: string,
    blocks: BlockReader,
    pageSize: number,
    layout: PageLayout,
    isLittleEndian: boolean,
  ) {
    this.cpu = cpu;
    this.buffer = buffer;
    this.#blocks = blocks;
    this.#pageSize = pageSize;
    this.#layout = layout;
    this.#isLittleEndian = isLittleEndian;
  }

  /** Time stamp of the first page, before any record is read; undefined if there is none. */
  firstStamp(): bigint | undefined {
    this.#loadBlock();
    if (this.#block === undefined || this.#block.length < this.#layout.dataOffset) return undefined;
    return this.#block.view.getBigUint64(0, this.#isLittleEndian);
  }

  /** Begins with the first record; times are relative to `base`. False if there is none. */
  begin(base: bigint): boolean {
    this.#base = base;
    return this.#block !== undefined && (this.#openPage() || this.#nextPage()) && this.#toRecord();
  }

  /** Byte offset of the current record in the file; of a compressed one, of the piece that holds it. */
  get offset(): number {
    const block = this.#block;
    if (block === undefined) return 0;
    return block.isCompressed ? block.offset : block.offset + this.start;
  }

  /** Goes to the next record; false at the end. */
  advance(): boolean {
    this.missed = 0;
    return this.#toRecord();
  }

  #toRecord(): boolean {
    for (;;) {
      if (this.#next >= this.#end && !this.#nextPage()) return false;
      if (this.#next < this.#end && this.#readRecord()) return true;
    }
  }

  /** Reads what stands at `#next`; false if it is no record but time or padding. */
  #readRecord(): boolean {
    const { view } = this;
    const at = this.#next;
    const word = view.getUint32(at, this.#isLittleEndian);
    const type = this.#isLittleEndian ? word & 31 : word >>> 27;
    const delta = this.#isLittleEndian ? word >>> 5 : word & (TWO_27 - 1);
    if (type !== 0 && type < PADDING) {
      this.time += delta;
      return this.#give(at + 4, type * 4);
    }
    if (at + 8 > this.#end) return this.#stopPage();
    const second = view.getUint32(at + 4, this.#isLittleEndian);
    switch (type) {
      case 0:
        this.time += delta;
        return second < 4 ? this.#stopPage() : this.#give(at + 8, (second - 4 + 3) & ~3);
      case PADDING:
        if (delta === 0) this.#next = this.#end;
        else this.#next = at + 4 + Math.max(4, second);
        this.time += delta;
        return false;
      case TIME_EXTEND:
        this.time += second * TWO_27 + delta;
        break;
      case TIME_STAMP:
        this.time = this.#absolute(second, delta);
        break;
      default:
    }
    this.#next = at + 8;
    return false;
  }

  #give(start: number, size: number): boolean {
    if (size < 2 || start + size > this.#end) return this.#stopPage();
    this.start = start;
    this.size = size;
    this.#next = start + size;
    return true;
  }

  /** The rest of the page says something impossible. */
  #stopPage(): false {
    this.#next = this.#end;
    this.#badPages += 1;
    this.problem ??= `a page of CPU ${this.cpu} is damaged`;
    if (this.#badPages > MAX_BAD_PAGES) this.#block = undefined;
    return false;
  }

  #absolute(second: number, delta: number): number {
    const low = BigInt(second) * BigInt(TWO_27) + BigInt(delta);
    const now = BigInt(Math.max(0, Math.round(this.time))) + this.#base;
    return Number((low | (now & STAMP_HIGH_BITS)) - this.#base);
  }

  #nextPage(): boolean {
    this.#page += this.#pageSize;
    for (;;) {
      if (this.#block === undefined) return false;
      if (this.#page >= this.#block.length) {
        this.#loadBlock();
        if (this.#block === undefined) return false;
      }
      if (this.#openPage()) return true;
      this.#page += this.#pageSize;
    }
  }

  #loadBlock(): void {
    this.#page = 0;
    try {
      this.#block = this.#blocks.next();
    } catch (error) {
      if (!(error instanceof DamagedRecording)) throw error;
      this.problem ??= `the data of CPU ${this.cpu}: ${error.message}`;
      this.#block = undefined;
    }
    if (this.#block === undefined) return;
    this.bytes = this.#block.bytes;
    this.view = this.#block.view;
  }

  /** Reads the head of the current page; false if it is cut or empty. */
  #openPage(): boolean {
    const block = this.#block;
    if (block === undefined) return false;
    const { longSize, dataOffset } = this.#layout;
    const data = this.#page + dataOffset;
    if (data > block.length) {
      this.problem ??= `the data of CPU ${this.cpu} is cut within a page`;
      return false;
    }
    const isLow = this.#isLittleEndian || longSize === 4;
    const commit = this.view.getUint32(this.#page + 8 + (isLow ? 0 : 4), this.#isLittleEndian);
    const committed = data + (commit & COMMIT_MASK);
    this.#next = data;
    this.#end = Math.min(committed, block.length, this.#page + this.#pageSize);
    if (this.#end < committed) this.problem ??= `a page of CPU ${this.cpu} is cut or damaged`;
    const stamp = this.view.getBigUint64(this.#page, this.#isLittleEndian);
    this.time = Number(stamp - this.#base);
    if ((commit & MISSED) !== 0) this.missed = this.#missedCount(commit, committed, block.length);
    return this.#next < this.#end;
  }

  #missedCount(commit: number, at: number, length: number): number {
    const { longSize } = this.#layout;
    if ((commit & MISSED_STORED) === 0 || at + longSize > length) return -1;
    if (longSize === 4) return this.view.getUint32(at, this.#isLittleEndian);
    return Number(this.view.getBigUint64(at, this.#isLittleEndian));
  }
}

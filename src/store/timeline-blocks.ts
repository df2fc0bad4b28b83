import type { EventStore } from './event-store.ts';
import type { GroupStore } from './group-store.ts';
import { count, countedKind, emptyTally, type Tally } from './timeline-tally.ts';

/** Rows that are summed up together. */
export const BLOCK_ROWS = 256;
const BLOCK_SHIFT = 8;

interface Block extends Tally {
  /** The latest time up to and with this block; -Infinity before the first. */
  latest: number;
  /** Groups that came into flight less those that left it. */
  rise: number;
  /** Depth before its first row. */
  start: number;
  /** `minDepth` and `maxDepth`, which are relative to `start`, must be found anew. */
  isStale: boolean;
}

/** Bits of a row's byte: a group comes into flight with it, one leaves with it; below them what is counted. */
const RISES = 0x80;
const FALLS = 0x40;
const KIND = 0x3f;
const PIECE_BLOCKS = 64;
const NO_BYTES = new Uint8Array(0);

/**
 * Sums over blocks of rows, from which those of any range are put together: of whole blocks, and of the rows at its two
 * ends. Kept up to date while rows and instances are appended, in slices.
 */
export class TimelineBlocks {
  /** First row of the clock domain that is summed up. */
  readonly firstRow: number;
  readonly #events: EventStore;
  readonly #groups: GroupStore;
  readonly #blocks: Block[] = [];
  /** A byte for each row, see `RISES`: in pieces of `PIECE_BLOCKS` blocks. */
  readonly #bytes: Uint8Array[] = [];
  #row: number;
  #group = 0;
  /** First block whose `start` may be wrong. */
  #unsettled = 0;
  /** Blocks that are stale, or were. */
  readonly #stale: number[] = [];
  #latest = Number.NEGATIVE_INFINITY;
  #earliest = Number.POSITIVE_INFINITY;

  constructor(events: EventStore, groups: GroupStore, firstRow: number) {
    this.#events = events;
    this.#groups = groups;
    this.firstRow = firstRow;
    this.#row = firstRow;
  }

  /** Row behind the last one that is summed up. */
  get endRow(): number {
    return this.#row;
  }

  /** The first and the latest time; undefined without any. */
  get span(): { readonly from: number; readonly to: number } | undefined {
    return this.#earliest > this.#latest ? undefined : { from: this.#earliest, to: this.#latest };
  }

  /** Does a little of what is to be done; false if there is nothing left. */
  step(): boolean {
    if (this.#row < this.#events.count) this.#addRows();
    else if (this.#group < this.#groups.count) this.#addGroups();
    else if (this.#stale.length > 0) this.#settle();
    else return false;
    return true;
  }

  /** The first row whose time, or that of a row before it, is not before this one. */
  rowAtTime(time: number): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#blocks[middle]?.latest ?? time) < time) low = middle + 1;
      else high = middle;
    }
    const end = this.#endOf(low);
    for (let row = this.#startOf(low); row < end; row += 1) if (this.#events.timeOf(row) >= time) return row;
    return Math.min(end, this.#row);
  }

  /** Sums over the rows in [from, end). */
  tally(from: number, end: number): Tally {
    const stop = Math.min(end, this.#row);
    let row = Math.max(from, this.firstRow);
    const sum = emptyTally(this.#depthBefore(row));
    if (row >= stop) return sum;
    const first = this.#blockOf(row);
    const last = this.#blockOf(stop);
    if (row > this.#startOf(first)) {
      this.#sumRows(sum, row, Math.min(stop, this.#endOf(first)));
      row = this.#endOf(first);
    }
    for (let index = this.#blockOf(row); index < last; index += 1) this.#sumBlock(sum, index);
    const rest = Math.max(row, this.#startOf(last));
    if (rest < stop) this.#sumRows(sum, rest, stop);
    return sum;
  }

  #addRows(): void {
    const index = this.#blockOf(this.#row);
    const block = this.#blockAt(index);
    const bytes = this.#bytesOf(index);
    const first = firstByte(index) - this.#startOf(index);
    const end = Math.min(this.#events.count, this.#endOf(index));
    for (; this.#row < end; this.#row += 1) {
      const time = this.#events.timeOf(this.#row);
      if (time > this.#latest) this.#latest = time;
      if (time < this.#earliest) this.#earliest = time;
      const kind = countedKind(this.#events.kindOf(this.#row));
      bytes[first + this.#row] = kind;
      count(block, kind);
    }
    block.latest = this.#latest;
    this.#mark(index);
  }

  #addGroups(): void {
    const end = Math.min(this.#groups.count, this.#group + BLOCK_ROWS);
    for (; this.#group < end; this.#group += 1) {
      const sealed = this.#groups.sealedAt(this.#group);
      const left = this.#groups.leftAt(this.#group);
      if (sealed < this.firstRow) continue;
      this.#rise(sealed, 1);
      if (left >= 0) this.#rise(left, -1);
    }
  }

  #rise(row: number, by: 1 | -1): void {
    const index = this.#blockOf(row);
    const block = this.#blockAt(index);
    const bytes = this.#bytesOf(index);
    const at = firstByte(index) + row - this.#startOf(index);
    block.rise += by;
    bytes[at] = (bytes[at] ?? 0) | (by === 1 ? RISES : FALLS);
    this.#unsettled = Math.min(this.#unsettled, index);
    this.#mark(index);
  }

  #mark(index: number): void {
    const block = this.#blockAt(index);
    if (!block.isStale) this.#stale.push(index);
    block.isStale = true;
  }

  /** Brings starts up to date, and the depths of some blocks. */
  #settle(): void {
    this.#settleStarts();
    for (let count = 0; count < 16; count += 1) {
      const index = this.#stale.pop();
      if (index === undefined) return;
      if (this.#blockAt(index).isStale) this.#settleBlock(index);
    }
  }

  #settleStarts(): void {
    let start = this.#unsettled === 0 ? 0 : this.#endDepth(this.#unsettled - 1);
    for (let index = this.#unsettled; index < this.#blocks.length; index += 1) {
      const block = this.#blockAt(index);
      block.start = start;
      start += block.rise;
    }
    this.#unsettled = this.#blocks.length;
  }

  /** Depths relative to the block's start, which changes more often. */
  #settleBlock(index: number): void {
    const block = this.#blockAt(index);
    const sum = emptyTally(0);
    this.#walkDepth(sum, index, 0, BLOCK_ROWS, 0);
    block.minDepth = sum.minDepth;
    block.maxDepth = sum.maxDepth;
    block.isStale = false;
  }

  #endDepth(index: number): number {
    const block = this.#blockAt(index);
    return block.start + block.rise;
  }

  #depthBefore(row: number): number {
    if (row >= this.#row) return this.#blocks.length === 0 ? 0 : this.#depthAfterAll();
    this.#settleStarts();
    const index = this.#blockOf(row);
    const bytes = this.#bytesOf(index);
    const first = firstByte(index);
    const end = first + row - this.#startOf(index);
    let depth = this.#blockAt(index).start;
    for (let at = first; at < end; at += 1) depth += change(bytes[at] ?? 0);
    return depth;
  }

  #depthAfterAll(): number {
    this.#settleStarts();
    return this.#endDepth(this.#blocks.length - 1);
  }

  #sumBlock(sum: Tally, index: number): void {
    const block = this.#blockAt(index);
    if (block.isStale) this.#settleBlock(index);
    sum.events += block.events;
    sum.requests += block.requests;
    sum.responses += block.responses;
    sum.faults += block.faults;
    sum.iommuErrors += block.iommuErrors;
    sum.gaps += block.gaps;
    sum.minDepth = Math.min(sum.minDepth, block.start + block.minDepth);
    sum.maxDepth = Math.max(sum.maxDepth, block.start + block.maxDepth);
  }

  /** Rows of one block. */
  #sumRows(sum: Tally, from: number, end: number): void {
    const index = this.#blockOf(from);
    const bytes = this.#bytesOf(index);
    const start = this.#startOf(index);
    const first = firstByte(index) - start;
    for (let row = from; row < end; row += 1) count(sum, (bytes[first + row] ?? 0) & KIND);
    this.#walkDepth(sum, index, from - start, end - start, this.#depthBefore(from));
  }

  /** @param from and `end`: places in the block */
  #walkDepth(sum: Tally, index: number, from: number, end: number, before: number): void {
    const bytes = this.#bytesOf(index);
    const first = firstByte(index);
    let depth = before;
    for (let at = first + from; at < first + end; at += 1) {
      depth += change(bytes[at] ?? 0);
      if (depth < sum.minDepth) sum.minDepth = depth;
      if (depth > sum.maxDepth) sum.maxDepth = depth;
    }
  }

  #blockAt(index: number): Block {
    const known = this.#blocks[index];
    if (known !== undefined) return known;
    const last = this.#blocks.length === 0 ? 0 : this.#endDepth(this.#blocks.length - 1);
    const block: Block = {
      ...emptyTally(0),
      latest: this.#latest,
      rise: 0,
      start: last,
      isStale: false,
    };
    this.#blocks.push(block);
    return index === this.#blocks.length - 1 ? block : this.#blockAt(index);
  }

  #bytesOf(index: number): Uint8Array {
    const piece = Math.floor(index / PIECE_BLOCKS);
    for (let next = this.#bytes.length; next <= piece; next += 1) {
      this.#bytes.push(new Uint8Array(PIECE_BLOCKS * BLOCK_ROWS));
    }
    return this.#bytes[piece] ?? NO_BYTES;
  }

  #blockOf(row: number): number {
    return (row - this.firstRow) >>> BLOCK_SHIFT;
  }

  #startOf(index: number): number {
    return this.firstRow + index * BLOCK_ROWS;
  }

  #endOf(index: number): number {
    return this.#startOf(index + 1);
  }
}

/** Place of a block's first row in its piece. */
function firstByte(index: number): number {
  return (index % PIECE_BLOCKS) * BLOCK_ROWS;
}

/** How many more groups are in flight behind a row than before it. */
function change(byte: number): number {
  return ((byte & RISES) === 0 ? 0 : 1) - ((byte & FALLS) === 0 ? 0 : 1);
}

import type { EventStore } from './event-store.ts';
import type { GroupStore } from './group-store.ts';
import type { Marks } from './marks.ts';
import { TimelineBlocks } from './timeline-blocks.ts';
import type { Tally } from './timeline-tally.ts';

/** What happened in one column of a drawn timeline; times are nanoseconds on the clock of the events. */
export interface TimelineColumn extends Readonly<Tally> {
  readonly from: number;
  readonly to: number;
  /** Findings that events of this time triggered. */
  readonly errors: number;
  readonly warnings: number;
  /** The capture lost events in this time: what is shown is not all. */
  readonly isGap: boolean;
  /** First row of the column; the next row where it has none. */
  readonly row: number;
}

/** A part of the time in which the capture lost events. */
export interface TimelineGap {
  /** Row of the event that says so. */
  readonly row: number;
  /** The last event before it, of the same CPU where the gap names one. */
  readonly from: number;
  readonly to: number;
  /** Undefined where the log does not say how many. */
  readonly lost: number | undefined;
}

/** Gaps that are drawn; what lies behind them counts as one. */
const MOST_GAPS = 10_000;
/** Events that are looked at for the last one of a CPU. */
const GAP_REACH = 4096;

/**
 * The capture over time: of the trace's clock if there is a trace, else of the kernel log's. An event that came late counts
 * where it stands.
 */
export class Timeline {
  readonly #events: EventStore;
  readonly #blocks: TimelineBlocks;
  readonly #gaps: TimelineGap[] = [];
  #gapRow: number;

  constructor(events: EventStore, groups: GroupStore, firstRow: number) {
    this.#events = events;
    this.#blocks = new TimelineBlocks(events, groups, firstRow);
    this.#gapRow = firstRow;
  }

  /** First row of the time that is shown. */
  get firstRow(): number {
    return this.#blocks.firstRow;
  }

  get span(): { readonly from: number; readonly to: number } | undefined {
    return this.#blocks.span;
  }

  get gaps(): readonly TimelineGap[] {
    return this.#gaps;
  }

  /** Takes in a little of what was appended; false if there is nothing left. */
  step(): boolean {
    if (this.#blocks.step()) return true;
    if (this.#gapRow >= this.#blocks.endRow) return false;
    this.#findGaps();
    return true;
  }

  /** The first row that is not before a time. */
  rowAtTime(time: number): number {
    return this.#blocks.rowAtTime(time);
  }

  /**
   * Equal parts of [from, to], the last one with its end. What it costs grows with their number, not with that of the
   * events.
   */
  columns(from: number, to: number, count: number, marks: Marks): readonly TimelineColumn[] {
    const columns: TimelineColumn[] = [];
    const hasGap = this.#gapColumns(from, to, count);
    let row = this.#blocks.rowAtTime(from);
    for (let index = 0; index < count; index += 1) {
      const start = from + ((to - from) * index) / count;
      const end = from + ((to - from) * (index + 1)) / count;
      const next = index === count - 1 ? this.#endOf(to) : this.#blocks.rowAtTime(end);
      columns.push({
        ...this.#blocks.tally(row, next),
        from: start,
        to: end,
        errors: marks.count('error', row, next),
        warnings: marks.count('warning', row, next),
        isGap: hasGap[index] === 1,
        row,
      });
      row = next;
    }
    return columns;
  }

  /** 1 for each column in which the capture lost events. */
  #gapColumns(from: number, to: number, count: number): Uint8Array {
    const columns = new Uint8Array(count);
    const columnAt = (time: number): number => (to > from ? Math.floor(((time - from) / (to - from)) * count) : 0);
    for (const gap of this.#gaps) {
      if (gap.to < from || gap.from > to) continue;
      columns.fill(1, Math.max(0, columnAt(gap.from)), Math.min(count - 1, columnAt(gap.to)) + 1);
    }
    return columns;
  }

  /** Row behind the last one of this very time. */
  #endOf(time: number): number {
    let row = this.#blocks.rowAtTime(time);
    while (row < this.#blocks.endRow && !(this.#events.timeOf(row) > time)) row += 1;
    return row;
  }

  #findGaps(): void {
    const end = Math.min(this.#blocks.endRow, this.#gapRow + GAP_REACH);
    for (; this.#gapRow < end; this.#gapRow += 1) {
      if (this.#events.kindOf(this.#gapRow) === 'capture-gap') this.#addGap(this.#gapRow);
    }
  }

  #addGap(row: number): void {
    const to = this.#events.timeOf(row);
    if (Number.isNaN(to)) return;
    const from = this.#timeBefore(row);
    const lost = this.#events.shapeOf(row)?.details?.lost;
    const last = this.#gaps.at(-1);
    if (this.#gaps.length < MOST_GAPS) this.#gaps.push({ row, from, to, lost });
    else if (last !== undefined) this.#gaps[MOST_GAPS - 1] = { ...last, to: Math.max(last.to, to), lost: undefined };
  }

  #timeBefore(row: number): number {
    const cpu = this.#events.actorOf(row)?.cpu;
    const time = this.#events.timeOf(row);
    for (let other = row - 1; other >= Math.max(this.firstRow, row - GAP_REACH); other -= 1) {
      const before = this.#events.timeOf(other);
      if (before <= time && (cpu === undefined || this.#events.actorOf(other)?.cpu === cpu)) return before;
    }
    return time;
  }
}

import { isBoot, type TraceEvent } from '../model/event.ts';
import { BOOT_END } from '../model/parser.ts';
import { nanoseconds } from '../model/time.ts';
import type { LineSink } from './block-lines.ts';
import { EventRun } from './event-run.ts';
import type { Boot, InputReport } from './input.ts';

/** What shows a boot: journalctl, or only the clock; a kernel's first line has its function. */
export const JOURNAL = 'journal';
export const CLOCK = 'clock';

/** A kernel's clock that falls back by more than this, to less than this, has started anew. */
const RESTART_SECONDS = 120;
/** Boots that are listed; the others are counted only. */
const MOST_LISTED = 1000;

/** Gives a line; first the separator that a container put in front of it. */
export function withBoots(give: LineSink): LineSink {
  return (text, line, offset) => {
    const end = text.startsWith('-- ') ? text.indexOf(BOOT_END) : -1;
    if (end >= 0) give(text.slice(0, end), line, offset);
    give(end < 0 ? text : text.slice(end + 1), line, offset);
  };
}

/** True if the kernel's own clock went back to its start: no clock is set back so far while the machine runs. */
export function isRestart(previousSeconds: number, seconds: number): boolean {
  return seconds < RESTART_SECONDS && previousSeconds - seconds > RESTART_SECONDS;
}

/** Which boot is wanted: as `journalctl --boot` counts, 0 the last, -1 the one before, 1 the first. */
export interface BootChoice {
  readonly number: number;
  /** Boots of each input's log with its rotated parts, by the index of the input; known where `number` is below 1. */
  readonly totals: readonly number[];
}

/** Counts the boots of a log (and of its rotated parts), and leaves out those that are not wanted. */
export class BootCounter {
  readonly #wanted: number | undefined;
  readonly #tallies = new Map<InputReport, Tally>();
  #current: Boot | undefined;
  /** The marker that nothing has followed yet. */
  #mark: TraceEvent | undefined;
  #count = 0;

  /** @param wanted from 1; undefined: all of them. */
  constructor(wanted: number | undefined) {
    this.#wanted = wanted;
  }

  /** Takes out the marker of a boot that nothing precedes, and what is of other boots. */
  take(run: EventRun, report: InputReport): EventRun {
    const kept: TraceEvent[] = [];
    for (const event of run.events) {
      const isKept = isBoot(event) ? this.#begin(event, report) : this.#note(event, report);
      if (isKept) kept.push(event);
    }
    return new EventRun(kept);
  }

  /** Makes the reports speak of the wanted boot alone; call once, when all is read. */
  finish(reports: readonly InputReport[]): void {
    for (const report of reports) report.bootCount = this.#count;
    if (this.#wanted === undefined) return;
    for (const report of reports) {
      const { events, dialects, firstTime, lastTime } = this.#tallies.get(report) ?? newTally();
      report.events = events;
      report.dialects.clear();
      for (const [name, count] of dialects) report.dialects.set(name, count);
      report.firstTime = firstTime;
      report.lastTime = lastTime;
    }
  }

  /** journalctl's separator and the kernel's first line are one boot. */
  #begin(mark: TraceEvent, report: InputReport): boolean {
    const before = this.#mark;
    this.#mark = mark;
    const isSame = before !== undefined && isSeparator(before) && !isSeparator(mark);
    if (isSame) return false;
    const isFirst = this.#count === 0;
    this.#open(mark, report);
    return !isFirst && this.#wanted === undefined;
  }

  #note(event: TraceEvent, report: InputReport): boolean {
    this.#mark = undefined;
    if (this.#count === 0) this.#open(event, report);
    const boot = this.#current;
    if (boot !== undefined) {
      boot.events += 1;
      boot.firstTime ??= event.time;
      boot.lastTime = event.time ?? boot.lastTime;
    }
    if (this.#wanted === undefined) return true;
    if (this.#wanted !== this.#count) return false;
    this.#tally(event, report);
    return true;
  }

  #open(event: TraceEvent, report: InputReport): void {
    this.#count += 1;
    this.#current = {
      number: this.#count,
      id: isBoot(event) ? event.vendorReason : undefined,
      line: event.source.line,
      events: 0,
      firstTime: undefined,
      lastTime: undefined,
    };
    if (report.boots.length < MOST_LISTED) report.boots.push(this.#current);
  }

  #tally(event: TraceEvent, report: InputReport): void {
    let tally = this.#tallies.get(report);
    if (tally === undefined) {
      tally = newTally();
      this.#tallies.set(report, tally);
    }
    tally.events += 1;
    tally.dialects.set(event.dialect, (tally.dialects.get(event.dialect) ?? 0) + 1);
    if (event.time === undefined) return;
    tally.firstTime = nanoseconds(Math.min(tally.firstTime ?? event.time, event.time));
    tally.lastTime = nanoseconds(Math.max(tally.lastTime ?? event.time, event.time));
  }
}

interface Tally {
  events: number;
  readonly dialects: Map<string, number>;
  firstTime: number | undefined;
  lastTime: number | undefined;
}

function newTally(): Tally {
  return { events: 0, dialects: new Map(), firstTime: undefined, lastTime: undefined };
}

function isSeparator({ probe }: TraceEvent): boolean {
  return probe === JOURNAL;
}

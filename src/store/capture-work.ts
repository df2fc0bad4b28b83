import type { Finding } from '../model/finding.ts';
import type { EventStore } from './event-store.ts';
import type { GroupStore } from './group-store.ts';
import { type LatencyStream, LatencyStreams } from './latency-streams.ts';
import { FirstMarks, MarkSearch, Marks } from './marks.ts';
import { Timeline } from './timeline.ts';

/** As long as this the work goes on before everything else has its turn. */
const SLICE_MS = 4;
/** While loading, marks are sorted anew so often. */
const MARKS_EVERY_MS = 1000;

/** Sums up what is appended to a capture, in slices between which everything else has its turn. */
export class CaptureWork {
  timeline: Timeline;
  marks = new Marks([]);
  /** All findings and the events that they rest on are known: what was filtered by them before may be wrong. */
  isSettled = false;
  readonly #events: EventStore;
  readonly #groups: GroupStore;
  readonly #tell: () => void;
  readonly #streams: LatencyStreams;
  #search: MarkSearch | undefined;
  #findings: readonly Finding[] = [];
  #isKnown: (finding: Finding) => boolean = () => false;
  readonly #firstMarks: FirstMarks;
  #hasNewMarks = false;
  #markedAt = Number.NEGATIVE_INFINITY;
  #isLast = false;
  #isScheduled = false;
  #isStopped = false;

  /** @param tell called when a piece of work is done */
  constructor(events: EventStore, groups: GroupStore, tell: () => void) {
    this.#events = events;
    this.#groups = groups;
    this.#tell = tell;
    this.timeline = new Timeline(events, groups, 0);
    this.#streams = new LatencyStreams(groups);
    this.#firstMarks = new FirstMarks(events);
  }

  get streams(): readonly LatencyStream[] {
    return this.#streams.list;
  }

  get isBusy(): boolean {
    return this.#isScheduled;
  }

  update(news: {
    readonly findings: readonly Finding[];
    isKnown(finding: Finding): boolean;
    readonly traceStart: number | undefined;
    readonly isLast: boolean;
  }): void {
    const { findings, traceStart, isLast } = news;
    this.#findings = findings;
    this.#isKnown = news.isKnown;
    this.#isLast = isLast;
    if (traceStart !== undefined && traceStart !== this.timeline.firstRow) {
      this.timeline = new Timeline(this.#events, this.#groups, traceStart);
    }
    this.#schedule();
  }

  stop(): void {
    this.#isStopped = true;
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isStopped) return;
    this.#isScheduled = true;
    setImmediate(() => this.#run());
  }

  #run(): void {
    this.#isScheduled = false;
    if (this.#isStopped) return;
    const until = performance.now() + SLICE_MS;
    let isDone = false;
    do isDone = !this.#step();
    while (!isDone && performance.now() < until);
    if (isDone) this.#tell();
    else this.#schedule();
  }

  #step(): boolean {
    return this.#streams.step() || this.timeline.step() || this.#findMarks();
  }

  /** While loading each by itself, at the end all at once. */
  #findMarks(): boolean {
    if (!this.#isLast) return this.#findFirstMarks();
    if (this.isSettled) return false;
    this.#search ??= new MarkSearch(this.#events, this.#findings, this.#isKnown);
    const marks = this.#search.step();
    if (marks === undefined) return true;
    this.marks = marks;
    this.#search = undefined;
    this.isSettled = true;
    return true;
  }

  #findFirstMarks(): boolean {
    if (this.#firstMarks.step(this.#findings)) {
      this.#hasNewMarks = true;
      return true;
    }
    if (!this.#hasNewMarks || performance.now() - this.#markedAt < MARKS_EVERY_MS) return false;
    this.#hasNewMarks = false;
    this.#markedAt = performance.now();
    this.marks = this.#firstMarks.marks;
    return true;
  }
}

import { Histogram } from '../base/histogram.ts';
import type { ClockDomain } from '../intake/event-stream.ts';
import type { AnsweredGroup } from '../model/answered-group.ts';
import type { BoundedTable } from '../model/bounded-table.ts';
import { isBoot, type TraceEvent } from '../model/event.ts';
import type { RowSource } from '../model/event-rows.ts';
import type { GroupState } from '../model/group.ts';
import type { Lane } from '../model/lane.ts';
import type { AnalysisLimits } from '../model/limits.ts';
import type { Gap } from '../model/result.ts';
import type { CaptureGap, Observation } from '../replay/observation.ts';
import { latencyOf, type PageRequestGroup } from '../replay/page-request-group.ts';
import { Replay } from '../replay/replay.ts';
import type { CaptureEnd } from '../replay/unanswered-groups.ts';
import type { FindingDraft, Rule, RuleRun } from '../rules/rule.ts';
import type { JoinSpace } from './join-space.ts';
import { LaneJournal } from './lane-journal.ts';
import { LiveFindings } from './live-findings.ts';
import { PlacedLog } from './placed-log.ts';
import { SuspectList } from './suspect-list.ts';

/** Log events that may belong into a trace that follows are held up to this number. */
const MAX_HELD = 200_000;
/** Gaps that the result lists; more are counted. */
const MAX_GAPS = 10_000;

export interface LaneSink {
  report(draft: FindingDraft, rule: Rule): void;
  name(group: PageRequestGroup, rule: Rule): void;
  omits(groups: readonly PageRequestGroup[], rule: Rule): boolean;
  /** A finding while the capture goes on; absent where nobody follows. */
  live?(draft: FindingDraft, rule: Rule): void;
  groupClosed?(group: PageRequestGroup, lane: Lane): void;
  /** Answered instances that need no object; absent: all are given to `groupClosed`. */
  groupAnswered?(group: AnsweredGroup): void;
  gap?(gap: CaptureGap): void;
}

/** Replay and rules of one lane, with the sums that the result shows. */
export class LaneAnalysis {
  readonly lane: Lane;
  readonly laneName: string | undefined;
  firstEvent: TraceEvent | undefined;
  readonly groups: Record<GroupState, number>;
  latency = new Histogram();
  readonly gaps: Gap[] = [];
  /** What is not in the result because a table was full. */
  readonly beyondBounds = new Map<BoundedTable, number>();
  #isCut = false;
  headUnknown = 0;
  openAtEnd = 0;
  /** Of the join with other lanes; undefined where there is one lane. */
  readonly #space: JoinSpace | undefined;
  #journal: LaneJournal | undefined;
  readonly #sink: LaneSink;
  readonly #runs: readonly RuleRun[];
  readonly #byKind = new Map<Observation['kind'], RuleRun[]>();
  readonly #limits: AnalysisLimits;
  readonly #isEachSeen: boolean;
  #replay: Replay;
  #hasRebooted = false;
  #live: LiveFindings | undefined;
  readonly #suspects = new SuspectList(() => this.#replay.lacksAnswers);
  /** An input that is followed is a trace, or may still turn out to be one. */
  awaitsTrace = false;
  /** Observations of groups that wait until it is clear whether this lane is the base. */
  #waiting: Observation[] = [];
  #held: TraceEvent[] = [];
  /** What to add to the time of a log's event to have it on the trace's clock; undefined where that is another one. */
  logShift: (event: TraceEvent) => number | undefined = () => undefined;
  readonly #placed = new PlacedLog();
  #hasTrace = false;
  #hasSeconds = true;
  #lastTime: number | undefined;

  constructor(name: LaneKey, limits: AnalysisLimits, rules: readonly Rule[], sink: LaneSink, space?: JoinSpace) {
    const { lane } = name;
    this.lane = lane;
    this.laneName = name.laneName;
    this.#space = space;
    this.#journal = space === undefined ? undefined : new LaneJournal(lane, name.laneName);
    this.#sink = sink;
    this.groups = { ...ZERO_STATES };
    const { live } = sink;
    this.#limits = limits;
    const isEachClosed = sink.groupClosed !== undefined && sink.groupAnswered === undefined;
    this.#isEachSeen = space !== undefined || isEachClosed || live !== undefined;
    this.#replay = this.#newReplay();
    if (live !== undefined) this.#live = new LiveFindings(limits, rules, live);
    this.#runs = rules.map((rule) => {
      const run = rule.create({
        limits,
        report: (draft) => sink.report(draft, rule),
        name: (group) => sink.name(group, rule),
        omits: (groups) => sink.omits(groups, rule),
      });
      for (const kind of rule.observes) {
        const runs = this.#byKind.get(kind);
        if (runs === undefined) this.#byKind.set(kind, [run]);
        else runs.push(run);
      }
      return run;
    });
  }

  /** What was seen, for the join with other lanes; undefined where there is none. */
  get journal(): LaneJournal | undefined {
    return this.#space?.isSpent === true ? undefined : this.#journal;
  }

  /** Groups that a join has place for, if there were more. */
  get exceededSpace(): number | undefined {
    return this.#space?.isSpent === true ? this.#space.most : undefined;
  }

  /** Time of the newest event, in the unit of the lane's clock. */
  get lastTime(): number | undefined {
    return this.#lastTime;
  }

  get hasSeconds(): boolean {
    return this.#hasSeconds;
  }

  set hasSeconds(value: boolean) {
    this.#hasSeconds = value;
    this.#replay.hasSeconds = value;
  }

  push(domain: ClockDomain, event: TraceEvent): void {
    if (isBoot(event)) {
      this.#reboot(event);
      return;
    }
    this.firstEvent ??= event;
    if (domain === 'trace') {
      if (!this.#hasTrace) this.#startTrace();
      this.#lastTime = event.time ?? this.#lastTime;
      if (event.time !== undefined && event.time >= this.#placed.nextAt) this.#pushPlaced(event.time);
      this.#replay.push(event);
      return;
    }
    if (event.kind === 'fault' || event.kind === 'suppressed') {
      this.#observe({ kind: 'event', event, hasSeconds: this.#hasSeconds });
      return;
    }
    if (this.#hasTrace) {
      this.#replay.pushLog(event);
      return;
    }
    this.#held.push(event);
    // Where somebody follows, a log may be all that comes.
    if ((this.#live !== undefined && !this.awaitsTrace) || this.#held.length >= MAX_HELD) this.#replayHeld();
  }

  /** Reports what has become decidable, where somebody follows. */
  settle(isQuiet: boolean): void {
    if (!this.awaitsTrace && !this.#hasTrace) this.#replayHeld();
    if (isQuiet) this.#replay.settle();
    const { lacksAnswers, overdue } = this.#replay;
    this.#live?.settle({ now: this.#lastTime, isQuiet, lacksAnswers, overdue });
  }

  /** The same for a row of a trace, which is not the lane's first event. */
  pushRow(source: RowSource, row: number): void {
    const time = source.rows.time[row & source.rows.mask] ?? Number.NaN;
    this.#lastTime = time;
    if (time >= this.#placed.nextAt) this.#pushPlaced(time);
    this.#replay.pushRow(source, row);
  }

  /** Lines and clock of an input, for the rules that judge them. */
  observeInput(observation: Observation): void {
    this.#observe(observation);
  }

  /** Ends the replay; the accusations still wait for what other lanes say. */
  endReplay({ lastTime, end }: CaptureEnd): void {
    this.#live = undefined;
    if (!this.#hasTrace) this.#replayHeld();
    this.#pushPlaced(Number.MAX_VALUE);
    this.#isCut = end === 'cut' || this.#hasRebooted;
    // The inputs' last times are of the boot that ended last by its own clock.
    this.#replay.finish({ lastTime: this.#hasRebooted ? this.#lastTime : (lastTime ?? this.#lastTime), end });
    for (const [table, count] of this.#replay.refused) this.#countBeyond(table, count);
    this.journal?.sort();
  }

  /** False if the capture lost events or its end: then a message may have passed that it does not show. */
  get isWhole(): boolean {
    return this.gaps.length === 0 && !this.#isCut;
  }

  /** Gives everything to the rules. An upper lane of a base lane says nothing of groups: its base does. */
  finish(verdict: LaneVerdict): void {
    for (const group of verdict.byHost) {
      this.groups[group.state] -= 1;
      group.state = 'auto-answered';
      this.groups[group.state] += 1;
    }
    for (const observation of verdict.found) this.#dispatch(observation);
    if (verdict.isUpper) {
      this.#suspects.release(() => undefined, verdict.replaced);
      this.#countNothing();
    } else {
      for (const observation of this.#waiting) this.#dispatch(observation);
      this.#suspects.release((observation) => this.#dispatch(observation), verdict.replaced);
    }
    this.#waiting = [];
    for (const run of this.#runs) run.finish?.();
  }

  /** Nothing crosses a boot: what comes after it is replayed from an empty state. */
  #reboot(boot: TraceEvent): void {
    this.#replayHeld();
    this.#replay.finishAtBoot(boot);
    for (const [table, count] of this.#replay.refused) this.#countBeyond(table, count);
    this.#hasRebooted = true;
    this.#lastTime = undefined;
    this.#replay = this.#newReplay();
  }

  #newReplay(): Replay {
    const replay = new Replay(
      this.#limits,
      (observation) => this.#observe(observation),
      this.#isEachSeen ? undefined : (group) => this.#countAnswered(group),
    );
    replay.hasSeconds = this.#hasSeconds;
    return replay;
  }

  /** The base lane has counted the same groups. */
  #countNothing(): void {
    Object.assign(this.groups, ZERO_STATES);
    this.latency = new Histogram();
    this.openAtEnd = 0;
  }

  /** The kernel log stands on another clock than the trace that now begins, unless that declares the same one (semantics §7). */
  #startTrace(): void {
    this.#hasTrace = true;
    const held = this.#held;
    this.#held = [];
    const placed = [];
    for (const event of held) {
      const shift = this.#hasRebooted || event.time === undefined ? undefined : this.logShift(event);
      if (shift === undefined || event.time === undefined) this.#replay.pushLog(event);
      else placed.push({ event, at: event.time + shift });
    }
    this.#placed.fill(placed);
  }

  #pushPlaced(until: number): void {
    while (this.#placed.nextAt <= until) {
      const placed = this.#placed.take();
      if (placed !== undefined) this.#replay.pushPlaced(placed.event, placed.at);
    }
  }

  /** No trace follows: the log's own order is the order of events. */
  #replayHeld(): void {
    const held = this.#held;
    this.#held = [];
    for (const event of held) {
      this.#lastTime = event.time ?? this.#lastTime;
      this.#replay.push(event);
    }
  }

  #observe(observation: Observation): void {
    if (observation.kind === 'group-closed') this.#count(observation.group, observation.isOpenAtEnd);
    this.#note(observation);
    if (observation.kind === 'capture-gap') {
      if (this.gaps.length < MAX_GAPS) this.gaps.push(gapOf(observation.event, observation.lost));
      else this.#countBeyond('gaps', 1);
      this.#sink.gap?.(observation);
      this.#suspects.addGap(observation);
    }
    this.#live?.observe(observation);
    if (this.#suspects.hold(observation)) return;
    if (this.journal !== undefined && isOfGroups(observation)) this.#waiting.push(observation);
    else this.#dispatch(observation);
  }

  #note(observation: Observation): void {
    const space = this.#space;
    if (space === undefined || this.#journal === undefined) return;
    if (observation.kind === 'group-closed') space.take();
    if (!space.isSpent) {
      this.#journal.note(observation);
      return;
    }
    this.#journal = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const each of waiting) this.#dispatch(each);
  }

  #dispatch(observation: Observation): void {
    if (observation.kind === 'edge-response' && observation.cause !== 'silent-requester') this.headUnknown += 1;
    for (const run of this.#byKind.get(observation.kind) ?? NO_RUNS) run.observe(observation);
    if (observation.kind === 'group-closed') this.#sink.groupClosed?.(observation.group, this.lane);
  }

  #countBeyond(table: BoundedTable, count: number): void {
    this.beyondBounds.set(table, (this.beyondBounds.get(table) ?? 0) + count);
  }

  #countAnswered(group: AnsweredGroup): void {
    this.groups.answered += 1;
    this.latency.add(group.latencyNs);
    this.#sink.groupAnswered?.(group);
  }

  #count(group: PageRequestGroup, isOpenAtEnd: boolean): void {
    this.groups[group.state] += 1;
    if (isOpenAtEnd) this.openAtEnd += 1;
    if (group.state !== 'answered' && group.state !== 'auto-answered') return;
    const latency = latencyOf(group);
    if (latency !== undefined) this.latency.add(latency);
  }
}

/** A lane's name: several guests can be told apart. */
export interface LaneKey {
  readonly lane: Lane;
  readonly laneName: string | undefined;
}

/** What the join of the lanes says of one. */
export interface LaneVerdict {
  readonly isUpper: boolean;
  readonly found: readonly Observation[];
  readonly replaced: ReadonlySet<Observation>;
  readonly byHost: ReadonlySet<PageRequestGroup>;
}

export const ALONE: LaneVerdict = { isUpper: false, found: [], replaced: new Set(), byHost: new Set() };

function isOfGroups(observation: Observation): boolean {
  switch (observation.kind) {
    case 'group-closed':
    case 'edge-response':
    case 'refused-request':
    case 'response-refused':
    case 'queue-overflow':
      return true;
    default:
      return false;
  }
}

const NO_RUNS: readonly RuleRun[] = [];

const ZERO_STATES: Record<GroupState, number> = {
  answered: 0,
  'auto-answered': 0,
  dropped: 0,
  discarded: 0,
  refused: 0,
  pending: 0,
  collecting: 0,
  'hardware-finished': 0,
  unknown: 0,
};

function gapOf(event: TraceEvent, lost: number | undefined): Gap {
  return {
    input: event.source.input,
    line: event.source.line,
    ...(event.cpu === undefined || event.reason === 'sequence' ? {} : { cpu: event.cpu }),
    ...(event.iommu === undefined ? {} : { iommu: event.iommu }),
    ...(lost === undefined ? {} : { lost }),
  };
}

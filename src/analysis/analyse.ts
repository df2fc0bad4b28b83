import { Histogram } from '../base/histogram.ts';
import { VERSION } from '../base/version.ts';
import { type GroupFacts, type Sighting, toGroupRow } from '../format/group-row.ts';
import type { EventRun } from '../intake/event-run.ts';
import type { ClockDomain } from '../intake/event-stream.ts';
import type { InputReport, InputSpec } from '../intake/input.ts';
import { readEvents } from '../intake/read-events.ts';
import type { ReadOptions } from '../intake/read-options.ts';
import type { AnsweredGroup } from '../model/answered-group.ts';
import type { TraceEvent } from '../model/event.ts';
import type { ExportedGroup } from '../model/exported-group.ts';
import type { Finding } from '../model/finding.ts';
import type { GroupRow } from '../model/group.ts';
import type { Lane } from '../model/lane.ts';
import type { AnalysisLimits } from '../model/limits.ts';
import type { Owner } from '../model/owner.ts';
import type { ParserRegistry } from '../model/parser.ts';
import type { ClockOffset, Counts, Coverage, InputSummary, Latency, Result } from '../model/result.ts';
import { AdoptedGroups } from '../replay/adopted-group.ts';
import type { CaptureGap, CrossedResponse } from '../replay/observation.ts';
import { latencyOf as groupLatencyOf, type PageRequestGroup } from '../replay/page-request-group.ts';
import type { CaptureEnd } from '../replay/unanswered-groups.ts';
import { rules } from '../rules/registry.ts';
import { FindingCollector } from './finding-collector.ts';
import { summaryOf } from './input-summary.ts';
import { JoinSpace } from './join-space.ts';
import type { UpperGroup } from './journey.ts';
import { ALONE, LaneAnalysis, type LaneSink } from './lane-analysis.ts';
import { LaneMap } from './lane-map.ts';
import { joinLanes } from './lanes.ts';
import { middle } from './upper-lane.ts';

export interface AnalysisOptions {
  readonly limits: AnalysisLimits;
  readonly owners?: readonly Owner[];
  /** Stated clock offsets in seconds by lane (`guest`, `guest:vm1`): host time = lane time + offset. */
  readonly offsets?: ReadonlyMap<string, number>;
  /** Groups of all lanes that are kept for their join (default 1,000,000); of more, each lane is judged alone (FL905). */
  readonly mostJoined?: number;
  readonly read?: Partial<ReadOptions>;
  /** The reports of all inputs, before anything is read; they are filled while it is. */
  onStart?(reports: readonly InputReport[]): void;
  /** Each batch of events of one clock domain, in time order, before it is replayed. A promise holds the reading up. */
  onEvents?(events: readonly TraceEvent[], reports: readonly InputReport[], domain: ClockDomain): void | Promise<void>;
  /** The same batch, with what is read as rows as it is: no object is made for them. */
  onRun?(run: EventRun, reports: readonly InputReport[], domain: ClockDomain): void;
  /**
   * Each instance when it ends, in no set order, with what the lanes above saw of its delivery; its `findings` may still
   * grow. Nothing is kept for it.
   */
  onGroupEnd?(group: PageRequestGroup, lane: Lane, above: readonly Sighting[]): void;
  /**
   * Takes those answered instances, when they end, that need no object; the others still come to `onGroupEnd`. Not
   * given anything where `onGroup` or `onGroupFinding` ask for all as objects, or several lanes are joined.
   */
  onAnswered?(group: AnsweredGroup): void;
  /** A rule names an instance, ended or not. */
  onGroupFinding?(group: PageRequestGroup, ruleId: string): void;
  /** Each finding when it is made: not in the order of the result, without fingerprint, its consequences still to come. */
  onFinding?(finding: Finding): void;
  /**
   * Findings of an input that is followed, when they become decidable: of one moment, without fingerprints. The result
   * may know better. A promise holds the reading up.
   */
  onLiveFindings?(findings: readonly Finding[], inputs: readonly InputSummary[]): void | Promise<void>;
  /** Each crossing that several lanes prove or make likely, before any group is given away. */
  onCrossing?(crossing: CrossedResponse): void;
  /** Each place where events are missing, when the replay comes to it. */
  onGap?(gap: CaptureGap): void;
  /** Each instance, in the order of first requests, when all inputs are read. */
  onGroup?(row: GroupRow): void;
}

/**
 * Reads the inputs once, replays them lane by lane and judges what was found. Linear in the input; memory
 * grows with what is in flight and with the findings (and with the groups if `onGroup` asks for them).
 * An input that cannot be read is reported in its summary's `error`; the others are analysed.
 */
export async function analyse(
  inputs: readonly InputSpec[],
  parsers: ParserRegistry,
  options: AnalysisOptions,
): Promise<Result> {
  const { limits } = options;
  const stream = readEvents(inputs, parsers, { mergeWindowNs: limits.mergeWindowNs, ...options.read });
  const { reports } = stream;
  options.onStart?.(reports);
  const collector = new FindingCollector(reports, options.owners ?? [], options);
  const closed: ClosedGroup[] = [];
  /** Known when the lanes were joined, and before any of their instances is given away. */
  let deliveries: ReadonlyMap<PageRequestGroup, UpperGroup> = new Map();
  let carried: ReadonlyMap<PageRequestGroup, readonly UpperGroup[]> = new Map();
  const sink: LaneSink = {
    report: (draft, rule) => collector.add(draft, { rule }),
    name: (group, rule) => collector.name(group, rule),
    omits: (groups, rule) => collector.omits(groups, rule),
    ...(looksAtGroups(options) && {
      groupClosed: (group, lane) => {
        const above = [...(carried.get(group) ?? []), ...toList(deliveries.get(group))].flatMap(sightingsOf);
        options.onGroupEnd?.(group, lane, above);
        if (options.onGroup !== undefined) closed.push({ group, lane, above });
      },
    }),
  };
  if (options.onAnswered !== undefined && options.onGroup === undefined && options.onGroupFinding === undefined) {
    sink.groupAnswered = (group) => options.onAnswered?.(group);
  }
  if (options.onGap !== undefined) sink.gap = (gap) => options.onGap?.(gap);
  let live: FindingCollector | undefined;
  if (options.onLiveFindings !== undefined) {
    sink.live = (draft, rule) => {
      live ??= new FindingCollector(reports, options.owners ?? []);
      live.add(draft, { rule });
    };
  }
  const adopted = new AdoptedGroups();
  const space = new JoinSpace(options.mostJoined);
  const lanes = new LaneMap(
    inputs,
    reports,
    (key, hasOthers) => new LaneAnalysis(key, limits, rules, sink, hasOthers ? space : undefined),
  );
  const counts: Record<string, number> = {};
  for await (const batch of stream) {
    const { domain, run, isQuiet, groups, ofLane } = batch;
    const held = options.onEvents?.(batch.events, reports, domain);
    if (held !== undefined) await held;
    options.onRun?.(run, reports, domain);
    if (groups !== undefined) {
      for (const group of groups) adopt(group, adopted, closed, options);
      continue;
    }
    run.countKinds(counts);
    const followed = ofLane === undefined ? undefined : lanes.followed(ofLane);
    lanes.push(domain, run);
    if (sink.live === undefined) continue;
    followed?.settle(isQuiet);
    if (live !== undefined) await options.onLiveFindings?.(live.finish(), reports.map(summaryOf));
    live = undefined;
  }
  for (const lane of lanes.all()) {
    for (const report of lanes.reportsOf(lane)) observeInput(lane, report, reports.indexOf(report));
    const judged = lanes.clockReportsOf(lane);
    lane.endReplay({ lastTime: lastTimeOf(judged), end: endOf(lanes.traceReportsOf(lane)) });
  }
  const joined = joinLanes(lanes.all(), {
    owners: options.owners ?? [],
    offsets: options.offsets ?? new Map(),
    scaleOf: (lane) => lanes.clockReportsOf(lane)[0]?.scale,
    declaredClockOf: (lane) => {
      const [clock, ...others] = new Set(lanes.clockReportsOf(lane).map((report) => report.clock));
      return others.length === 0 ? clock : undefined;
    },
    isOneInput: (lane, other) => lanes.reportsOf(lane).some((report) => lanes.reportsOf(other).includes(report)),
  });
  deliveries = joined.deliveries;
  if (looksAtGroups(options)) carried = joined.carried();
  for (const crossing of joined.crossings) options.onCrossing?.(crossing);
  for (const lane of lanes.all()) lane.finish(joined.verdicts.get(lane) ?? ALONE);
  emitGroups(closed, reports, options);
  stream.close();
  return toResult(reports, lanes.all(), collector, counts, limits, joined.clocks);
}

/** False: groups of which no rule says anything need not become known. */
function looksAtGroups({ onGroup, onGroupEnd, onGroupFinding }: AnalysisOptions): boolean {
  return onGroup !== undefined || onGroupEnd !== undefined || onGroupFinding !== undefined;
}

/** Whether the captures' own headers count more entries than there are lines; `unknown` where there is no such header. */
function endOf(reports: readonly InputReport[]): CaptureEnd['end'] {
  const declared = reports.reduce((sum, report) => sum + (report.declaredEntries ?? 0), 0);
  if (declared === 0) return 'unknown';
  const lines = reports.reduce((sum, report) => sum + entryLinesOf(report), 0);
  return lines < declared ? 'cut' : 'complete';
}

function entryLinesOf({ lines, commentLines, isLastLineCut }: InputReport): number {
  return lines - commentLines - (isLastLineCut ? 1 : 0);
}

function lastTimeOf(reports: readonly InputReport[]): number | undefined {
  const times = reports.flatMap(({ lastTime }) => (lastTime === undefined ? [] : [lastTime]));
  return times.length === 0 ? undefined : Math.max(...times);
}

function observeInput(lane: LaneAnalysis, report: InputReport, input: number): void {
  if (report.unread > 0) {
    const samples = report.unreadSamples.map(({ count, ...line }) => ({ source: { input, ...line }, count }));
    lane.observeInput({ kind: 'unread-lines', count: report.unread, samples });
  }
  if (report.late !== undefined) {
    const { line, offset, text, backwardsNs, count } = report.late;
    lane.observeInput({
      kind: 'clock-step',
      count,
      backwardsNs,
      source: { input, line, offset, text },
    });
  }
}

function emitGroups(closed: ClosedGroup[], reports: readonly InputReport[], options: AnalysisOptions): void {
  const { onGroup, owners } = options;
  if (onGroup === undefined) return;
  closed.sort((a, b) => compareStart(a.group, b.group));
  for (const each of closed) {
    const row = each.row ?? toGroupRow(factsOf(each), (input) => reports[input]?.scale);
    const owner = owners?.find((each) => each.device === row.device && each.pasid === row.pasid)?.owner;
    onGroup(owner === undefined ? row : { ...row, owner });
  }
}

/** An instance that another run has judged is told of as it was written. */
function adopt(
  exported: ExportedGroup,
  adopted: AdoptedGroups,
  closed: ClosedGroup[],
  { onGroup, onGroupEnd }: AnalysisOptions,
): void {
  const group = adopted.adopt(exported);
  const { row } = exported;
  const lane = row.sentBy?.lane ?? group.requests[0]?.lane ?? 'host';
  onGroupEnd?.(group, lane, NO_SIGHTINGS);
  if (onGroup !== undefined) closed.push({ group, lane, above: NO_SIGHTINGS, row });
}

interface ClosedGroup {
  /** Of a group that was read as a row. */
  readonly row?: GroupRow;
  readonly group: PageRequestGroup;
  readonly lane: Lane;
  readonly above: readonly Sighting[];
}

function factsOf({ group, lane, above }: ClosedGroup): GroupFacts {
  return { ...group, device: group.requester.name, lane, above, latencyNs: groupLatencyOf(group) };
}

/** The messages of a delivery, with their times on the base lane's clock. */
function sightingsOf({ group, lane }: UpperGroup): readonly Sighting[] {
  const events = [...group.requests, ...group.upperHops, ...toList(group.response)];
  return events.map((event) => ({ event, at: middle(lane, event) }));
}

function toList<Item>(item: Item | undefined): readonly Item[] {
  return item === undefined ? [] : [item];
}

const NO_SIGHTINGS: readonly Sighting[] = [];

/** By time, then input, then line of the first request, or of the answer where no request was traced. */
function compareStart(a: PageRequestGroup, b: PageRequestGroup): number {
  const first = startOf(a);
  const second = startOf(b);
  if (first === undefined || second === undefined) return 0;
  return (
    (first.time ?? 0) - (second.time ?? 0) ||
    first.source.input - second.source.input ||
    first.source.line - second.source.line
  );
}

/** A refused request may stand in the kernel log alone, whose clock need not be the trace's. */
function startOf({ requests: [first], response }: PageRequestGroup): TraceEvent | undefined {
  return first?.kind === 'request-refused' ? (response ?? first) : (first ?? response);
}

function toResult(
  reports: readonly InputReport[],
  lanes: readonly LaneAnalysis[],
  collector: FindingCollector,
  events: Record<string, number>,
  limits: AnalysisLimits,
  clocks: readonly ClockOffset[],
): Result {
  const findings = collector.finish();
  const counts: Counts = {
    events,
    groups: {},
    findings: { error: 0, warning: 0, note: 0 },
    consequences: collector.consequences,
    byRule: {},
  };
  for (const finding of findings) {
    counts.findings[finding.severity] += 1;
    counts.byRule[finding.id] = (counts.byRule[finding.id] ?? 0) + 1;
  }
  for (const lane of lanes) {
    for (const [state, count] of Object.entries(lane.groups))
      counts.groups[state] = (counts.groups[state] ?? 0) + count;
  }
  const latency = latencyOf(lanes);
  return {
    schemaVersion: 1,
    tool: { name: 'faultlog', version: VERSION },
    limits: { ...limits },
    inputs: reports.map(summaryOf),
    ...(clocks.length === 0 ? {} : { clocks: [...clocks] }),
    coverage: coverageOf(reports, lanes),
    counts,
    ...(latency === undefined ? {} : { latency }),
    findings,
    ...(collector.omitted.size === 0 ? {} : { omitted: Object.fromEntries(collector.omitted) }),
    ...beyondBoundsOf(lanes),
  };
}

function coverageOf(reports: readonly InputReport[], lanes: readonly LaneAnalysis[]): Coverage {
  return {
    gaps: lanes.flatMap((lane) => lane.gaps),
    unread: reports.reduce((sum, report) => sum + report.unread, 0),
    headUnknown: lanes.reduce((sum, lane) => sum + lane.headUnknown, 0),
    openAtEnd: lanes.reduce((sum, lane) => sum + lane.openAtEnd, 0),
  };
}

function beyondBoundsOf(lanes: readonly LaneAnalysis[]): Pick<Result, 'beyondBounds'> {
  const beyondBounds: NonNullable<Result['beyondBounds']> = {};
  for (const lane of lanes) {
    for (const [table, count] of lane.beyondBounds) beyondBounds[table] = (beyondBounds[table] ?? 0) + count;
  }
  return Object.keys(beyondBounds).length === 0 ? {} : { beyondBounds };
}

function latencyOf(lanes: readonly LaneAnalysis[]): Latency | undefined {
  const all = new Histogram();
  for (const lane of lanes) all.merge(lane.latency);
  if (all.count === 0) return undefined;
  const at = (share: number): number => all.quantile(share) ?? 0;
  return { count: all.count, minNs: all.min, p50Ns: at(0.5), p90Ns: at(0.9), p99Ns: at(0.99), maxNs: all.max };
}

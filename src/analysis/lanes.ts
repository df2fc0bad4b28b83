import { laneRank } from '../model/ladder.ts';
import type { Lane } from '../model/lane.ts';
import type { Owner } from '../model/owner.ts';
import type { ClockOffset } from '../model/result.ts';
import { type ClockScale, NS_PER_SECOND } from '../model/time.ts';
import type { CrossedResponse, Observation, UnjoinedStream } from '../replay/observation.ts';
import type { PageRequestGroup } from '../replay/page-request-group.ts';
import { carriedGroups } from './carried-groups.ts';
import { type ClockAlignment, COMMON_CLOCK, estimate, isOneClock, type OffsetBound } from './clock-alignment.ts';
import { crossLanes } from './cross-lane.ts';
import type { UpperGroup } from './journey.ts';
import { ALONE, type LaneAnalysis, type LaneVerdict } from './lane-analysis.ts';
import type { LaneJournal, StreamJournal } from './lane-journal.ts';
import { boundsOf } from './offset-bounds.ts';
import { haveSamePages, partnersOf, type UndecidedStreams } from './partner-streams.ts';
import type { UpperLane } from './upper-lane.ts';

/** What the join of lanes is told. */
export interface LaneJoinOptions {
  readonly owners: readonly Owner[];
  /** Stated offsets in seconds by lane (`guest`, `guest:vm1`): base time = lane time + offset. */
  readonly offsets: ReadonlyMap<string, number>;
  /** Scale of a lane's times. */
  scaleOf(lane: LaneAnalysis): ClockScale | undefined;
  /** The trace clock that all traces of a lane declare; undefined if one does not. */
  declaredClockOf(lane: LaneAnalysis): string | undefined;
  /** True if one input holds both lanes, as a ladder does: then they have one clock. */
  isOneInput(lane: LaneAnalysis, other: LaneAnalysis): boolean;
}

export interface LaneJoin {
  readonly verdicts: ReadonlyMap<LaneAnalysis, LaneVerdict>;
  readonly clocks: readonly ClockOffset[];
  /** The delivery of a group of the base lane in the handler's lane, where it can be no other's. */
  readonly deliveries: ReadonlyMap<PageRequestGroup, UpperGroup>;
  /** The same in the lanes between, where somebody asks. */
  carried(): ReadonlyMap<PageRequestGroup, readonly UpperGroup[]>;
  /** Crossings that the lanes prove or make likely. */
  readonly crossings: readonly CrossedResponse[];
}

/**
 * Joins the lanes of a run: the lowest lane with page requests is judged, the highest lane with answers is the
 * handler's and tells whose answers they are; lanes between them carry. Lanes whose clocks nothing relates stand alone (FL905).
 */
export function joinLanes(lanes: readonly LaneAnalysis[], options: LaneJoinOptions): LaneJoin {
  // The device's own column in a drawing repeats what the host sees.
  const verdicts = new Map<LaneAnalysis, LaneVerdict>(
    lanes.map((lane) => [lane, lane.lane === 'device' ? { ...ALONE, isUpper: true } : ALONE]),
  );
  const clocks: ClockOffset[] = [];
  const [first] = lanes;
  if (first?.exceededSpace !== undefined) {
    verdicts.set(first, { ...(verdicts.get(first) ?? ALONE), found: [tooLarge(lanes, first.exceededSpace)] });
  }
  const base = lowestWithGroups(lanes);
  const journal = base?.journal;
  if (base === undefined || journal === undefined)
    return { verdicts, clocks, deliveries: new Map(), carried: () => new Map(), crossings: [] };
  const above = lanes.filter((lane) => laneRank(lane.lane) > laneRank(base.lane) && lane.journal?.hasMessages === true);
  const handler = handlerLane(above);
  const uppers: UpperLane[] = [];
  const carriers: UpperLane[] = [];
  const found: Observation[] = [];
  for (const lane of above) {
    const { partners, undecided } =
      lane.journal === undefined ? NO_PARTNERS : partnersOf(journal, lane.journal, options.owners);
    const hasSamePages = haveSamePages(partners);
    const clock = alignment(base, lane, options, () => boundsOf(partners, hasSamePages));
    if (clock === undefined) {
      found.push(mixedClocks(base, lane));
      // Answers alone mean nothing without the requests that the base saw.
      if (!hasGroups(lane.journal)) verdicts.set(lane, { ...ALONE, isUpper: true });
      continue;
    }
    verdicts.set(lane, { ...ALONE, isUpper: true });
    clocks.push(clockOffset(lane, clock, options.scaleOf(base), options.scaleOf(lane)));
    if (lane.journal === undefined) continue;
    if (lane.lane !== handler) {
      carriers.push({ journal: lane.journal, partners, clock, hasSamePages });
      continue;
    }
    for (const streams of undecided) found.push(unjoinedStreams(base, lane, streams));
    uppers.push({ journal: lane.journal, partners, clock, hasSamePages });
  }
  const isWhole = base.isWhole && above.every((lane) => lane.isWhole);
  const { lastTime, hasSeconds } = base;
  const known = { owners: options.owners, isWhole, lastTime, hasSeconds };
  const joined = uppers.length === 0 ? undefined : crossLanes(journal, uppers, known);
  verdicts.set(base, {
    isUpper: false,
    found: [...found, ...(joined?.found ?? [])],
    replaced: joined?.replaced ?? new Set<Observation>(),
    byHost: joined?.byHost ?? new Set<PageRequestGroup>(),
  });
  const crossings = (joined?.found ?? []).filter((each) => each.kind === 'crossed-response');
  return {
    verdicts,
    clocks,
    deliveries: joined?.deliveries ?? new Map(),
    carried: () => carriedGroups(journal, carriers, isWhole),
    crossings: crossings.filter(({ certainty }) => certainty !== 'possible'),
  };
}

const NO_PARTNERS = { partners: new Map<StreamJournal, StreamJournal>(), undecided: [] } as const;

/** `guest`, `guest:vm1`. */
export function laneText(lane: { readonly lane: Lane; readonly laneName: string | undefined }): string {
  return lane.laneName === undefined ? lane.lane : `${lane.lane}:${lane.laneName}`;
}

function lowestWithGroups(lanes: readonly LaneAnalysis[]): LaneAnalysis | undefined {
  const candidates = lanes.filter((lane) => lane.lane !== 'device' && hasGroups(lane.journal));
  return candidates.sort((a, b) => laneRank(a.lane) - laneRank(b.lane))[0];
}

function hasGroups(journal: LaneJournal | undefined): boolean {
  if (journal === undefined) return false;
  for (const key of journal.keys()) if (key.groups.length > 0) return true;
  return false;
}

function handlerLane(lanes: readonly LaneAnalysis[]): Lane | undefined {
  const answering = lanes.filter((lane) => [...(lane.journal?.keys() ?? [])].some((key) => key.answers.length > 0));
  return answering.sort((a, b) => laneRank(b.lane) - laneRank(a.lane))[0]?.lane;
}

function alignment(
  base: LaneAnalysis,
  lane: LaneAnalysis,
  options: LaneJoinOptions,
  bounds: () => readonly OffsetBound[],
): ClockAlignment | undefined {
  const stated = options.offsets.get(laneText(lane)) ?? options.offsets.get(lane.lane);
  if (stated !== undefined) {
    const offset = stated * NS_PER_SECOND + epochGap(options.scaleOf(base), options.scaleOf(lane));
    return { source: 'stated', low: offset, high: offset, rate: 0 };
  }
  if (options.isOneInput(base, lane)) return COMMON_CLOCK;
  const known = bounds();
  return declared(base, lane, options, known) ?? estimate(known);
}

/** The clock that both lanes declare, if that can be one clock and no message contradicts it. */
function declared(
  base: LaneAnalysis,
  lane: LaneAnalysis,
  options: LaneJoinOptions,
  bounds: readonly OffsetBound[],
): ClockAlignment | undefined {
  const clock = options.declaredClockOf(base);
  if (clock === undefined || clock !== options.declaredClockOf(lane)) return undefined;
  if (!isOneClock(clock, base.lane, lane.lane, bounds.length > 0)) return undefined;
  const [own, other] = [options.scaleOf(base), options.scaleOf(lane)];
  if (own === undefined || own.unit !== other?.unit) return undefined;
  const offset = own.unit === 'seconds' ? epochGap(own, other) : other.epoch - own.epoch;
  const isAllowed = bounds.every((bound) =>
    bound.kind === 'atLeast' ? bound.offset <= offset : bound.offset >= offset,
  );
  return isAllowed ? { source: 'common', low: offset, high: offset, rate: 0 } : undefined;
}

/** What must be added to an offset between printed times to get one between relative times. */
function epochGap(base: ClockScale | undefined, lane: ClockScale | undefined): number {
  return ((lane?.epoch ?? 0) - (base?.epoch ?? 0)) * NS_PER_SECOND;
}

function clockOffset(
  lane: LaneAnalysis,
  clock: ClockAlignment,
  base: ClockScale | undefined,
  own: ClockScale | undefined,
): ClockOffset {
  const gap = epochGap(base, own);
  return {
    lane: lane.lane,
    ...(lane.laneName === undefined ? {} : { laneName: lane.laneName }),
    source: clock.source,
    ...(Number.isFinite(clock.low) ? { lowNs: Math.round(clock.low - gap) } : {}),
    ...(Number.isFinite(clock.high) ? { highNs: Math.round(clock.high - gap) } : {}),
    ...(clock.rate === 0 ? {} : { ratePpm: clock.rate * 1e6 }),
  };
}

function mixedClocks(base: LaneAnalysis, lane: LaneAnalysis): Observation {
  const samples = [base.firstEvent, lane.firstEvent].filter((event) => event !== undefined);
  return { kind: 'mixed-clocks', lanes: [laneText(base), laneText(lane)], samples };
}

function tooLarge(lanes: readonly LaneAnalysis[], mostGroups: number): Observation {
  const samples = lanes.flatMap(({ firstEvent }) => (firstEvent === undefined ? [] : [firstEvent]));
  return { kind: 'unjoined-lanes', lanes: lanes.map(laneText), mostGroups, samples };
}

function unjoinedStreams(base: LaneAnalysis, lane: LaneAnalysis, { below, above }: UndecidedStreams): Observation {
  return {
    kind: 'unjoined-streams',
    lanes: [laneText(base), laneText(lane)],
    below: below.map(streamOf),
    above: above.map(streamOf),
  };
}

function streamOf({ requester, pasid, keys }: StreamJournal): UnjoinedStream {
  const [key] = keys.values();
  return { requester, pasid, first: key?.groups[0]?.requests[0] ?? key?.answers[0]?.event };
}

import { VERSION } from '../base/version.ts';
import type { EventRun } from '../intake/event-run.ts';
import type { ClockDomain } from '../intake/event-stream.ts';
import { BaseClock, type NamedLane } from '../model/base-clock.ts';
import type { TraceEvent } from '../model/event.ts';
import { GroupSums, StreamSums } from '../model/group-sums.ts';
import { laneRank } from '../model/ladder.ts';
import type { Lane } from '../model/lane.ts';
import type { Result } from '../model/result.ts';
import type { Rate, Stats, Step, StreamStats, WorstInstance } from '../model/stats.ts';
import { type ClockScale, formatTime, NS_PER_SECOND, nanoseconds } from '../model/time.ts';
import type { CountedGroup, CountedInput, EventPlace, Named, StatsFilter } from './counted.ts';
import { StatsTimeline } from './stats-timeline.ts';

/** Devices and PASIDs with sums of their own; a log can name any number of them. */
const MOST_STREAMS = 512;
const WORST = 10;
/** Steps of the timeline that is shown. */
const STEPS = 48;

/** What happened by the clock of one lane. */
interface LaneClock {
  readonly lane: NamedLane;
  readonly timeline: StatsTimeline;
  hasGroups: boolean;
}

/** Sums up groups and faults, in memory that is bounded by devices and PASIDs. */
export class StatsCollector {
  readonly #filter: StatsFilter;
  readonly #all = new GroupSums();
  readonly #streams: StreamSums[] = [];
  readonly #byLane = new Map<Lane, Map<string, Map<number | undefined, StreamSums>>>();
  /** Times of the kernel log's clock and of a trace do not compare, nor do those of lanes that nothing relates: shown are a trace's, if there are any. */
  readonly #clocks: Readonly<Record<ClockDomain, Map<string, LaneClock>>> = { log: new Map(), trace: new Map() };
  /** Of the inputs by the clock that is being read. */
  #ofInput: LaneClock[] = [];
  #domain: ClockDomain = 'log';
  #worst: WorstInstance[] = [];
  #inputs: readonly CountedInput[] = [];
  #faults = 0;
  #otherGroups = 0;
  #scale: ClockScale | undefined;

  constructor(filter: StatsFilter) {
    this.#filter = filter;
  }

  /** What follows is of these inputs and this clock. */
  enter(inputs: readonly CountedInput[], domain: ClockDomain): void {
    if (inputs !== this.#inputs || domain !== this.#domain) this.#ofInput = [];
    this.#inputs = inputs;
    this.#domain = domain;
  }

  addEvents(run: EventRun): void {
    const origin = run.source?.origin;
    for (let index = 0; index < run.length; index += 1) {
      if (origin !== undefined && run.rowAt(index) >= 0) this.#cover(origin.input, run.timeAt(index));
      else {
        const event = run.at(index);
        if (event !== undefined) this.#addEvent(event);
      }
    }
  }

  #addEvent(event: TraceEvent): void {
    const { kind, time, source } = event;
    this.#cover(source.input, time);
    if (kind === 'fault') this.addFault(event, { input: source.input, line: source.line, time });
  }

  addFault({ device, pasid }: Partial<Named>, place: EventPlace): void {
    if (!this.#isCounted(device, pasid, place)) return;
    this.#faults += 1;
    const time = this.#timeOf(place.input, place.time);
    if (time !== undefined) this.#clockOf(place.input).timeline.addFault(time);
  }

  /** The capture goes on to the time of this event. */
  cover({ input, time }: EventPlace): void {
    this.#cover(input, time);
  }

  #cover(input: number, ofEvent: number | undefined): void {
    const time = this.#timeOf(input, ofEvent);
    if (time !== undefined && !this.#filter.isTimed) this.#clockOf(input).timeline.cover(time);
  }

  #isCounted(device: string | undefined, pasid: number | undefined, place: EventPlace | undefined): boolean {
    const { isCounted } = this.#filter;
    return isCounted === undefined || isCounted(this.#named(device, pasid, place));
  }

  #clockOf(input: number): LaneClock {
    const known = this.#ofInput[input];
    if (known !== undefined) return known;
    const { lane, laneName } = this.#inputs[input]?.spec ?? { lane: 'host' };
    const clocks = this.#clocks[this.#domain];
    const key = `${lane}:${laneName ?? ''}`;
    const clock = clocks.get(key) ?? { lane: { lane, laneName }, timeline: new StatsTimeline(), hasGroups: false };
    clocks.set(key, clock);
    this.#ofInput[input] = clock;
    return clock;
  }

  /**
   * Of the lowest lane with groups, else of the lowest, with what happened in lanes whose clocks are related to its own. What a
   * lane above covers beyond it does not count, but for what happened there.
   */
  #shown({ clocks = [] }: Result): LaneClock | undefined {
    const all = [...this.#clocks[this.#domain].values()];
    const [base, ...others] = all.sort(
      (a, b) => Number(b.hasGroups) - Number(a.hasGroups) || laneRank(a.lane.lane) - laneRank(b.lane.lane),
    );
    const clock = new BaseClock(clocks);
    for (const { lane, timeline } of others) {
      if (clock.shiftAt(lane, 0) === undefined) continue;
      base?.timeline.absorb(timeline, (time) => time + (clock.shiftAt(lane, time) ?? 0));
    }
    return base;
  }

  addGroup(group: CountedGroup): void {
    const { lane, device, pasid, state, requests, latencyNs, last, response } = group;
    if (!this.#isCounted(device, pasid, last ?? response)) return;
    this.#all.add(state, requests, latencyNs);
    const stream = this.#streamOf(lane, device, pasid);
    if (stream === undefined) this.#otherGroups += 1;
    stream?.add(state, requests, latencyNs);
    if (latencyNs !== undefined) this.#considerWorst(group, latencyNs);
    if (!group.isSealed || last === undefined) return;
    const sealed = this.#timeOf(last.input, last.time);
    if (sealed === undefined) return;
    const ended = response === undefined ? undefined : this.#timeOf(response.input, response.time);
    const clock = this.#clockOf(last.input);
    clock.hasGroups = true;
    clock.timeline.addGroup(sealed, ended === undefined ? undefined : Math.max(sealed, ended), ended !== undefined);
  }

  finish(result: Result): Stats {
    const base = this.#shown(result);
    const shown = base?.timeline ?? new StatsTimeline();
    const { start, last } = shown;
    const spanNs = start === undefined ? undefined : last - start;
    const latency = this.#all.percentiles;
    const time = (ns: number | undefined): string | undefined =>
      ns === undefined || this.#scale === undefined ? undefined : formatTime(nanoseconds(ns), this.#scale);
    const firstTime = time(start);
    const lastTime = time(start === undefined ? undefined : last);
    const { timeline, stepNs } = this.#steps(shown);
    const peakDepth = timeline.length === 0 ? undefined : Math.max(...timeline.map((step) => step.peakDepth));
    const answers = timeline.reduce((sum, step) => sum + step.answers, 0);
    const sealed = timeline.reduce((sum, step) => sum + step.groups, 0);
    const faults = timeline.reduce((sum, step) => sum + step.faults, 0);
    const rates = {
      groupRate: rateOf(sealed, Math.max(0, ...timeline.map((step) => step.groups)), spanNs, stepNs),
      answerRate: rateOf(answers, Math.max(0, ...timeline.map((step) => step.answers)), spanNs, stepNs),
      faultRate: rateOf(faults, Math.max(0, ...timeline.map((step) => step.faults)), spanNs, stepNs),
    };
    return {
      schemaVersion: 1,
      tool: { name: 'faultlog', version: VERSION },
      inputs: result.inputs.map(({ path, lane, laneName }) => ({
        path,
        lane,
        ...(laneName !== undefined && { laneName }),
      })),
      ...(result.clocks !== undefined && { clocks: result.clocks }),
      ...(base !== undefined && this.#clocks[this.#domain].size > 1 && { timelineLane: laneOf(base) }),
      ...(firstTime !== undefined && { firstTime }),
      ...(lastTime !== undefined && { lastTime }),
      ...(spanNs !== undefined && { spanNs }),
      groups: this.#all.groups,
      requests: this.#all.requests,
      faults: this.#faults,
      states: this.#all.states,
      ...(rates.groupRate !== undefined && { groupRate: rates.groupRate }),
      ...(rates.answerRate !== undefined && { answerRate: rates.answerRate }),
      ...(rates.faultRate !== undefined && { faultRate: rates.faultRate }),
      ...(peakDepth !== undefined && { peakDepth }),
      ...(latency !== undefined && { latency }),
      histogram: this.#all.histogram,
      ...(stepNs !== undefined && { stepNs }),
      timeline,
      streams: this.#streams.toSorted((a, b) => b.groups - a.groups).map((each) => streamStats(each, spanNs)),
      ...(this.#otherGroups > 0 && { otherGroups: this.#otherGroups }),
      worst: this.#worst,
    };
  }

  #streamOf(lane: Lane, device = '', pasid: number | undefined): StreamSums | undefined {
    let devices = this.#byLane.get(lane);
    if (devices === undefined) {
      devices = new Map();
      this.#byLane.set(lane, devices);
    }
    let pasids = devices.get(device);
    if (pasids === undefined) {
      pasids = new Map();
      if (this.#streams.length < MOST_STREAMS) devices.set(device, pasids);
    }
    let stream = pasids.get(pasid);
    if (stream === undefined && this.#streams.length < MOST_STREAMS) {
      stream = new StreamSums(lane, device === '' ? undefined : device, pasid);
      pasids.set(pasid, stream);
      this.#streams.push(stream);
    }
    return stream;
  }

  #considerWorst(group: CountedGroup, latencyNs: number): void {
    const { device, last: request } = group;
    const shortest = this.#worst.at(-1);
    if (request === undefined || group.response === undefined) return;
    if (this.#worst.length >= WORST && shortest !== undefined && shortest.latencyNs >= latencyNs) return;
    const instance: WorstInstance = {
      ...(device !== undefined && { device }),
      ...(group.pasid !== undefined && { pasid: group.pasid }),
      prgi: group.prgi,
      instance: group.ordinal,
      latencyNs,
      request: this.#lineOf(request),
      response: this.#lineOf(group.response),
    };
    this.#worst = [...this.#worst, instance].sort((a, b) => b.latencyNs - a.latencyNs).slice(0, WORST);
  }

  #steps(shown: StatsTimeline): { timeline: Step[]; stepNs?: number } {
    const { start, steps, stepNs: fineNs } = shown;
    const scale = this.#scale;
    if (start === undefined || scale === undefined) return { timeline: [] };
    const count = Math.max(1, Math.ceil(steps.length / STEPS));
    const timeline = shown.depths(count).map(({ mean, peak }, index): Step => {
      const own = steps.slice(index * count, (index + 1) * count);
      return {
        time: formatTime(nanoseconds(start + index * count * fineNs), scale),
        groups: own.reduce((sum, step) => sum + step.groups, 0),
        answers: own.reduce((sum, step) => sum + step.answers, 0),
        faults: own.reduce((sum, step) => sum + step.faults, 0),
        meanDepth: Number(mean.toPrecision(4)),
        peakDepth: peak,
      };
    });
    return { timeline, stepNs: count * fineNs };
  }

  /** Time in nanoseconds of a clock in seconds; undefined on any other clock. */
  #timeOf(input: number, time: number | undefined): number | undefined {
    const scale = this.#inputs[input]?.scale;
    if (time === undefined || scale?.unit !== 'seconds') return undefined;
    if (this.#scale === undefined || scale.digits > this.#scale.digits) this.#scale = scale;
    return time;
  }

  #named(device: string | undefined, pasid: number | undefined, place: EventPlace | undefined) {
    const time = place === undefined ? undefined : this.#lineOf(place).time;
    return {
      ...(device !== undefined && { device }),
      ...(pasid !== undefined && { pasid }),
      ...(time !== undefined && { time }),
    };
  }

  #lineOf({ input, line, time }: EventPlace): { input: number; line: number; time?: string } {
    const scale = this.#inputs[input]?.scale;
    if (time === undefined || scale === undefined || scale.unit === 'none') return { input, line };
    return { input, line, time: formatTime(nanoseconds(time), scale) };
  }
}

function laneOf({ lane: { lane, laneName } }: LaneClock): NonNullable<Stats['timelineLane']> {
  return { lane, ...(laneName !== undefined && { laneName }) };
}

function streamStats(stream: StreamSums, spanNs: number | undefined): StreamStats {
  const { lane, device, pasid, groups, requests, states, percentiles, histogram } = stream;
  const rate = rateOf(groups, groups, spanNs, spanNs);
  return {
    lane,
    ...(device !== undefined && { device }),
    ...(pasid !== undefined && { pasid }),
    groups,
    requests,
    states,
    ...(rate !== undefined && { groupsPerSecond: rate.meanPerSecond }),
    ...(percentiles !== undefined && { latency: percentiles }),
    histogram,
  };
}

/** `most` is the count of the busiest step of `stepNs`. */
function rateOf(count: number, most: number, spanNs: number | undefined, stepNs: number | undefined): Rate | undefined {
  if (count === 0 || spanNs === undefined || spanNs === 0 || stepNs === undefined) return undefined;
  const perSecond = (number: number, ns: number): number =>
    Number(((number * NS_PER_SECOND) / Math.min(ns, spanNs)).toPrecision(4));
  const meanPerSecond = perSecond(count, spanNs);
  return { meanPerSecond, peakPerSecond: Math.max(meanPerSecond, perSecond(most, stepNs)) };
}

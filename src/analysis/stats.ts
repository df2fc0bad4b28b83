import { VERSION } from '../base/version.ts';
import type { ClockDomain } from '../intake/event-stream.ts';
import type { InputReport, InputSpec } from '../intake/input.ts';
import type { TraceEvent } from '../model/event.ts';
import { GroupSums, StreamSums } from '../model/group-sums.ts';
import type { Lane } from '../model/lane.ts';
import type { ParserRegistry } from '../model/parser.ts';
import type { Result } from '../model/result.ts';
import type { Rate, Stats, Step, StreamStats, WorstInstance } from '../model/stats.ts';
import { type ClockScale, formatTime, NS_PER_SECOND, nanoseconds } from '../model/time.ts';
import { lastRequestOf, latencyOf, type PageRequestGroup } from '../replay/page-request-group.ts';
import { type AnalysisOptions, analyse } from './analyse.ts';
import { StatsTimeline } from './stats-timeline.ts';

/** Devices and PASIDs with sums of their own; a log can name any number of them. */
const MOST_STREAMS = 512;
const WORST = 10;
/** Steps of the timeline that is shown. */
const STEPS = 48;

/** What is counted; the replay always sees everything. */
export interface StatsFilter {
  isCounted(thing: { readonly device?: string; readonly pasid?: number; readonly time?: string }): boolean;
  /** Only a part of the capture's time is counted: rates are of the time between the first and the last thing counted. */
  readonly isTimed: boolean;
}

/** Analyses the inputs and sums up their groups: memory is bounded by devices and PASIDs, not by groups. */
export async function collectStats(
  inputs: readonly InputSpec[],
  parsers: ParserRegistry,
  filter: StatsFilter,
  options: AnalysisOptions,
): Promise<{ readonly stats: Stats; readonly result: Result }> {
  const collector = new StatsCollector(filter);
  const result = await analyse(inputs, parsers, {
    ...options,
    onEvents(events, reports, domain) {
      collector.addEvents(events, reports, domain);
      return options.onEvents?.(events, reports, domain);
    },
    onGroupEnd(group, lane, above) {
      collector.addGroup(group, lane);
      options.onGroupEnd?.(group, lane, above);
    },
  });
  return { stats: collector.finish(result), result };
}

class StatsCollector {
  readonly #filter: StatsFilter;
  readonly #all = new GroupSums();
  readonly #streams = new Map<string, StreamSums>();
  /** Times of the kernel log's clock and of a trace do not compare: the trace's are shown, if there are any. */
  readonly #timelines: Readonly<Record<ClockDomain, StatsTimeline>> = {
    log: new StatsTimeline(),
    trace: new StatsTimeline(),
  };
  #domain: ClockDomain = 'log';
  #worst: WorstInstance[] = [];
  #reports: readonly InputReport[] = [];
  #faults = 0;
  #otherGroups = 0;
  #scale: ClockScale | undefined;

  constructor(filter: StatsFilter) {
    this.#filter = filter;
  }

  addEvents(events: readonly TraceEvent[], reports: readonly InputReport[], domain: ClockDomain): void {
    this.#reports = reports;
    this.#domain = domain;
    for (const event of events) {
      const time = this.#timeOf(event);
      if (time !== undefined && !this.#filter.isTimed) this.#timeline.cover(time);
      if (event.kind !== 'fault' || !this.#filter.isCounted(this.#named(event.device, event.pasid, event))) continue;
      this.#faults += 1;
      if (time !== undefined) this.#timeline.addFault(time);
    }
  }

  get #timeline(): StatsTimeline {
    return this.#timelines[this.#domain];
  }

  addGroup(group: PageRequestGroup, lane: Lane): void {
    const last = lastRequestOf(group);
    const device = group.requester.name === '' ? undefined : group.requester.name;
    if (!this.#filter.isCounted(this.#named(device, group.pasid, last ?? group.response))) return;
    const latencyNs = latencyOf(group);
    this.#all.add(group.state, group.requests.length, latencyNs);
    const stream = this.#streamOf(lane, device, group.pasid);
    if (stream === undefined) this.#otherGroups += 1;
    stream?.add(group.state, group.requests.length, latencyNs);
    if (latencyNs !== undefined) this.#considerWorst(group, device, latencyNs);
    const sealed = group.isSealed && last !== undefined ? this.#timeOf(last) : undefined;
    if (sealed === undefined) return;
    const ended = group.response === undefined ? undefined : this.#timeOf(group.response);
    this.#timeline.addGroup(sealed, ended === undefined ? undefined : Math.max(sealed, ended), ended !== undefined);
  }

  finish(result: Result): Stats {
    const { start, last } = this.#timeline;
    const spanNs = start === undefined ? undefined : last - start;
    const latency = this.#all.percentiles;
    const time = (ns: number | undefined): string | undefined =>
      ns === undefined || this.#scale === undefined ? undefined : formatTime(nanoseconds(ns), this.#scale);
    const firstTime = time(start);
    const lastTime = time(start === undefined ? undefined : last);
    const { timeline, stepNs } = this.#steps();
    const peakDepth = timeline.length === 0 ? undefined : Math.max(...timeline.map((step) => step.peakDepth));
    const answers = timeline.reduce((sum, step) => sum + step.answers, 0);
    const sealed = timeline.reduce((sum, step) => sum + step.groups, 0);
    const rates = {
      groupRate: rateOf(sealed, Math.max(0, ...timeline.map((step) => step.groups)), spanNs, stepNs),
      answerRate: rateOf(answers, Math.max(0, ...timeline.map((step) => step.answers)), spanNs, stepNs),
      faultRate: rateOf(this.#faults, Math.max(0, ...timeline.map((step) => step.faults)), spanNs, stepNs),
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
      streams: [...this.#streams.values()].sort((a, b) => b.groups - a.groups).map((each) => streamStats(each, spanNs)),
      ...(this.#otherGroups > 0 && { otherGroups: this.#otherGroups }),
      worst: this.#worst,
    };
  }

  #streamOf(lane: Lane, device: string | undefined, pasid: number | undefined): StreamSums | undefined {
    const key = `${lane}/${device ?? ''}/${pasid ?? '-'}`;
    let stream = this.#streams.get(key);
    if (stream === undefined && this.#streams.size < MOST_STREAMS) {
      stream = new StreamSums(lane, device, pasid);
      this.#streams.set(key, stream);
    }
    return stream;
  }

  #considerWorst(group: PageRequestGroup, device: string | undefined, latencyNs: number): void {
    const request = lastRequestOf(group);
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

  #steps(): { timeline: Step[]; stepNs?: number } {
    const { start, steps, stepNs: fineNs } = this.#timeline;
    const scale = this.#scale;
    if (start === undefined || scale === undefined) return { timeline: [] };
    const count = Math.max(1, Math.ceil(steps.length / STEPS));
    const timeline = this.#timeline.depths(count).map(({ mean, peak }, index): Step => {
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
  #timeOf(event: TraceEvent): number | undefined {
    const scale = this.#reports[event.source.input]?.scale;
    if (event.time === undefined || scale?.unit !== 'seconds') return undefined;
    if (this.#scale === undefined || scale.digits > this.#scale.digits) this.#scale = scale;
    return event.time;
  }

  #named(device: string | undefined, pasid: number | undefined, event: TraceEvent | undefined) {
    const time = event === undefined ? undefined : this.#lineOf(event).time;
    return {
      ...(device !== undefined && { device }),
      ...(pasid !== undefined && { pasid }),
      ...(time !== undefined && { time }),
    };
  }

  #lineOf({ source: { input, line }, time }: TraceEvent): { input: number; line: number; time?: string } {
    const scale = this.#reports[input]?.scale;
    if (time === undefined || scale === undefined || scale.unit === 'none') return { input, line };
    return { input, line, time: formatTime(time, scale) };
  }
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

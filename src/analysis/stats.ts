import type { InputSpec } from '../intake/input.ts';
import type { AnsweredGroup } from '../model/answered-group.ts';
import type { TraceEvent } from '../model/event.ts';
import type { Lane } from '../model/lane.ts';
import type { ParserRegistry } from '../model/parser.ts';
import type { Result } from '../model/result.ts';
import type { Stats } from '../model/stats.ts';
import { lastRequestOf, latencyOf, type PageRequestGroup } from '../replay/page-request-group.ts';
import { type AnalysisOptions, analyse } from './analyse.ts';
import type { CountedGroup, EventPlace, StatsFilter } from './counted.ts';
import { StatsCollector } from './stats-collector.ts';

/** Analyses the inputs and sums up their groups: memory is bounded by devices and PASIDs, not by groups. */
export async function collectStats(
  inputs: readonly InputSpec[],
  parsers: ParserRegistry,
  filter: StatsFilter,
  options: AnalysisOptions,
): Promise<{ readonly stats: Stats; readonly result: Result }> {
  const collector = new StatsCollector(filter);
  const answered = new CountedAnswer();
  const result = await analyse(inputs, parsers, {
    ...options,
    onRun(run, reports, domain) {
      collector.enter(reports, domain);
      collector.addEvents(run);
      options.onRun?.(run, reports, domain);
    },
    onAnswered: (group) => collector.addGroup(answered.of(group)),
    onGroupEnd(group, lane, above) {
      collector.addGroup(counted(group, lane));
      options.onGroupEnd?.(group, lane, above);
    },
  });
  return { stats: collector.finish(result), result };
}

function counted(group: PageRequestGroup, lane: Lane): CountedGroup {
  const { requester, pasid, prgi, ordinal, state, isSealed } = group;
  return {
    lane,
    device: requester.name === '' ? undefined : requester.name,
    pasid,
    prgi,
    ordinal,
    state,
    requests: group.requests.length,
    latencyNs: latencyOf(group),
    isSealed,
    last: placeOf(lastRequestOf(group)),
    response: placeOf(group.response),
  };
}

function placeOf(event: TraceEvent | undefined): EventPlace | undefined {
  return event && { input: event.source.input, line: event.source.line, time: event.time };
}

/** One object for all answered groups. */
class CountedAnswer implements CountedGroup {
  readonly state = 'answered';
  readonly isSealed = true;
  lane: Lane = 'host';
  device: string | undefined;
  pasid = 0;
  prgi = 0;
  ordinal = 0;
  requests = 0;
  latencyNs = 0;
  readonly last = { input: 0, line: 0, time: 0 };
  readonly response = { input: 0, line: 0, time: 0 };

  of(group: AnsweredGroup): this {
    const { origin } = group;
    const { last, response } = this;
    this.lane = origin.lane;
    this.device = group.device === '' ? undefined : group.device;
    this.pasid = group.pasid;
    this.prgi = group.prgi;
    this.ordinal = group.ordinal;
    this.requests = group.requests;
    this.latencyNs = group.latencyNs;
    last.input = origin.input;
    last.line = group.lastLine;
    last.time = group.sealedAt;
    response.input = origin.input;
    response.line = group.answerLine;
    response.time = group.answeredAt;
    return this;
  }
}

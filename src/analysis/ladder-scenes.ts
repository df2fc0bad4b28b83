import type { ClockDomain } from '../intake/event-stream.ts';
import type { InputReport, InputSpec } from '../intake/input.ts';
import type { TraceEvent } from '../model/event.ts';
import type { ParserRegistry } from '../model/parser.ts';
import type { Result } from '../model/result.ts';
import { type ClockScale, NS_PER_MS } from '../model/time.ts';
import type { PageRequestGroup } from '../replay/page-request-group.ts';
import { type AnalysisOptions, analyse } from './analyse.ts';
import { ContextWindow, type WindowLimits } from './context-window.ts';
import { instanceNumbers } from './instance-numbers.ts';
import type { LadderQuery } from './ladder-query.ts';

export type SceneOptions = AnalysisOptions & WindowLimits;

/** The events that one ladder shows. */
export interface LadderScene {
  /** Of one clock domain, in time order. */
  readonly events: readonly TraceEvent[];
  /** Those that were asked for. */
  readonly anchors: ReadonlySet<TraceEvent>;
  /** Events between them, and beyond the limit, that were left out. */
  readonly omitted: number;
  readonly scale: ClockScale;
  /** Number n of PRn and PSn where the replay knows it. */
  labelOf(event: TraceEvent): number | undefined;
}

export interface ScenesResult {
  /** In the order of the queries; without events where nothing is asked for. */
  readonly scenes: readonly LadderScene[];
  readonly result: Result;
}

/** Analyses the inputs and keeps what the queries ask for: bounded by the number of queries, not by the inputs. */
export async function collectScenes(
  inputs: readonly InputSpec[],
  parsers: ParserRegistry,
  queries: readonly LadderQuery[],
  options: SceneOptions,
): Promise<ScenesResult> {
  const shots = queries.map((query) => new Shot(query, options));
  const groups = new WeakMap<TraceEvent, PageRequestGroup>();
  let known: readonly InputReport[] = [];
  const result = await analyse(inputs, parsers, {
    ...options,
    onEvents(events, reports, domain) {
      known = reports;
      for (const event of events) {
        const scale = reports[event.source.input]?.scale ?? NO_SCALE;
        for (const shot of shots) shot.push(event, domain, scale);
      }
      options.onEvents?.(events, reports, domain);
    },
    onGroupEnd(group, lane, above) {
      for (const event of observationsOf(group)) {
        if (shots.some((shot) => shot.holds(event))) groups.set(event, group);
      }
      options.onGroupEnd?.(group, lane, above);
    },
  });
  const scenes = shots.map((shot) => sceneOf(shot, known, (event) => groups.get(event)));
  return { scenes, result };
}

function* observationsOf(group: PageRequestGroup): Generator<TraceEvent> {
  yield* group.requests;
  if (group.response !== undefined) yield group.response;
  if (group.submission !== undefined) yield group.submission;
}

/** What is collected for one query; clock domains are kept apart, for their times do not compare. */
class Shot {
  readonly #query: LadderQuery;
  readonly #windows: Readonly<Record<ClockDomain, ContextWindow>>;
  #lastMessage: TraceEvent | undefined;

  constructor(query: LadderQuery, limits: WindowLimits) {
    this.#query = query;
    this.#windows = { log: new ContextWindow(limits), trace: new ContextWindow(limits) };
  }

  push(event: TraceEvent, domain: ClockDomain, scale: ClockScale): void {
    const isAnchor = this.#query.isAnchor(event, scale);
    if (!isAnchor && !this.#query.isRelated(event) && !this.#refusesLast(event)) return;
    if (event.kind === 'page-response') this.#lastMessage = event;
    this.#windows[domain].push(event, isAnchor);
  }

  holds(event: TraceEvent): boolean {
    return this.#windows.trace.holds(event) || this.#windows.log.holds(event);
  }

  get window(): ContextWindow {
    return this.#windows.trace.hasAnchor ? this.#windows.trace : this.#windows.log;
  }

  /** A refusal that names no group is about the response of the same task just before. */
  #refusesLast(event: TraceEvent): boolean {
    const last = this.#lastMessage;
    if (event.kind !== 'response-refused' || event.prgi !== undefined || last === undefined) return false;
    if (last.lane !== event.lane || last.pid !== event.pid || last.source.input !== event.source.input) return false;
    return event.time === undefined || last.time === undefined || event.time - last.time <= NS_PER_MS;
  }
}

const NO_SCALE: ClockScale = { unit: 'none', epoch: 0, digits: 0 };

function sceneOf(
  shot: Shot,
  reports: readonly InputReport[],
  groupOf: (event: TraceEvent) => PageRequestGroup | undefined,
): LadderScene {
  const { window } = shot;
  const events = window.events.toSorted((a, b) => (a.time ?? 0) - (b.time ?? 0));
  const [first] = events;
  return {
    events,
    anchors: window.anchors,
    omitted: window.omitted,
    scale: (first === undefined ? undefined : reports[first.source.input]?.scale) ?? NO_SCALE,
    labelOf: instanceNumbers(events, groupOf),
  };
}

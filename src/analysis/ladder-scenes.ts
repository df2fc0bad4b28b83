import type { ClockDomain } from '../intake/event-stream.ts';
import type { InputReport, InputSpec } from '../intake/input.ts';
import { BaseClock } from '../model/base-clock.ts';
import { ContextWindow, type WindowLimits } from '../model/context-window.ts';
import type { TraceEvent } from '../model/event.ts';
import type { KnownInstance } from '../model/instance-numbers.ts';
import type { LadderQuery } from '../model/ladder-query.ts';
import { type LadderScene, LadderStory, ladderScene } from '../model/ladder-scene.ts';
import type { ParserRegistry } from '../model/parser.ts';
import type { Result } from '../model/result.ts';
import type { ClockScale } from '../model/time.ts';
import type { PageRequestGroup } from '../replay/page-request-group.ts';
import { type AnalysisOptions, analyse } from './analyse.ts';

export type SceneOptions = AnalysisOptions & WindowLimits;

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
  /** PSn is the response of instance n, whichever it closed (semantics §6). */
  const owed = new WeakMap<TraceEvent, PageRequestGroup>();
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
    onCrossing(crossing) {
      const { owner, accepted, response, counterpart } = crossing;
      const hops = accepted.upperHops.filter(({ kind }) => kind === 'page-response');
      if (owner !== undefined) for (const event of [response, ...hops]) owed.set(event, owner);
      if (counterpart !== undefined) owed.set(counterpart, accepted);
      options.onCrossing?.(crossing);
    },
  });
  const scenes = shots.map((shot) => sceneOf(shot, known, (event) => owed.get(event) ?? groups.get(event), result));
  return { scenes, result };
}

function* observationsOf(group: PageRequestGroup): Generator<TraceEvent> {
  yield* group.requests;
  if (group.response !== undefined) yield group.response;
  if (group.submission !== undefined) yield group.submission;
  yield* group.upperHops;
}

/** What is collected for one query; clock domains are kept apart, for their times do not compare. */
class Shot {
  readonly #story: LadderStory;
  readonly #windows: Readonly<Record<ClockDomain, ContextWindow>>;

  constructor(query: LadderQuery, limits: WindowLimits) {
    this.#story = new LadderStory(query);
    this.#windows = { log: new ContextWindow(limits), trace: new ContextWindow(limits) };
  }

  push(event: TraceEvent, domain: ClockDomain, scale: ClockScale): void {
    const part = this.#story.partOf(event, scale);
    if (part !== undefined) this.#windows[domain].push(event, part === 'anchor');
  }

  holds(event: TraceEvent): boolean {
    return this.#windows.trace.holds(event) || this.#windows.log.holds(event);
  }

  get window(): ContextWindow {
    return this.#windows.trace.hasAnchor ? this.#windows.trace : this.#windows.log;
  }
}

const NO_SCALE: ClockScale = { unit: 'none', epoch: 0, digits: 0 };

function sceneOf(
  { window }: Shot,
  reports: readonly InputReport[],
  groupOf: (event: TraceEvent) => PageRequestGroup | undefined,
  { clocks = [] }: Result,
): LadderScene {
  const instances = new Map<PageRequestGroup, KnownInstance>();
  const clock = new BaseClock(clocks);
  const originals = new Map<TraceEvent, TraceEvent>();
  const events = window.events.map((event) => {
    const moved = clock.moved(event);
    originals.set(moved, event);
    return moved;
  });
  const anchors = new Set(events.filter((event) => window.anchors.has(originals.get(event) ?? event)));
  return ladderScene(
    { events, anchors, omitted: window.omitted },
    (input) => reports[input]?.scale,
    (event) => {
      const group = groupOf(originals.get(event) ?? event);
      if (group === undefined) return undefined;
      const known = instances.get(group);
      if (known !== undefined) return known;
      const { requester, pasid = 0, prgi, privateData = '', ordinal } = group;
      const instance = { keyName: `${requester.name}/${pasid}/${prgi}/${privateData}`, ordinal };
      instances.set(group, instance);
      return instance;
    },
    clock.notes(events),
  );
}

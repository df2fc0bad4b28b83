import type { ContextWindow } from './context-window.ts';
import type { SourceLine, TraceEvent } from './event.ts';
import { instanceNumbers, type KnownInstance } from './instance-numbers.ts';
import type { LadderMessage } from './ladder.ts';
import type { LadderQuery } from './ladder-query.ts';
import { type ClockScale, NS_PER_MS } from './time.ts';

/** The events that one ladder shows. */
export interface LadderScene {
  /** Of one clock domain, in time order. */
  readonly events: readonly TraceEvent[];
  /** Those that were asked for. */
  readonly anchors: ReadonlySet<TraceEvent>;
  /** Events between them, and beyond the limit, that were left out. */
  readonly omitted: number;
  readonly scale: ClockScale;
  /** How far the times of lanes with clocks of their own can be trusted, a sentence each. */
  readonly clockNotes: readonly string[];
  /** Number n of PRn and PSn where the replay knows it. */
  labelOf(event: TraceEvent): number | undefined;
}

/** The messages that tell most of a finding, in about as many rows as were asked for; not empty. */
export interface FindingLadder {
  readonly messages: readonly LadderMessage[];
  /** The lines that the finding rests on. */
  readonly lines: ReadonlySet<SourceLine>;
  readonly scale: ClockScale;
  readonly clockNotes: readonly string[];
  /** Messages that are left out. */
  readonly omitted: number;
  inputName(input: number): string;
}

/** What the events of a stream are for a query: `anchor`, asked for; `related`, of the same story; undefined: neither. */
export class LadderStory {
  readonly #query: LadderQuery;
  #lastMessage: TraceEvent | undefined;

  constructor(query: LadderQuery) {
    this.#query = query;
  }

  /** To be asked for each event, in the order of the stream. */
  partOf(event: TraceEvent, scale: ClockScale): 'anchor' | 'related' | undefined {
    const isAnchor = this.#query.isAnchor(event, scale);
    if (!isAnchor && !this.#query.isRelated(event) && !this.#refusesLast(event)) return undefined;
    if (event.kind === 'page-response') this.#lastMessage = event;
    return isAnchor ? 'anchor' : 'related';
  }

  /** A refusal that names no group is about the response of the same task just before. */
  #refusesLast(event: TraceEvent): boolean {
    const last = this.#lastMessage;
    if (event.kind !== 'response-refused' || event.prgi !== undefined || last === undefined) return false;
    if (last.lane !== event.lane || last.pid !== event.pid || last.source.input !== event.source.input) return false;
    return event.time === undefined || last.time === undefined || event.time - last.time <= NS_PER_MS;
  }
}

/** The scene of what a window holds. */
export function ladderScene(
  window: Pick<ContextWindow, 'events' | 'anchors' | 'omitted'>,
  scaleOf: (input: number) => ClockScale | undefined,
  instanceOf: (event: TraceEvent) => KnownInstance | undefined,
  clockNotes: readonly string[] = [],
): LadderScene {
  const events = window.events.toSorted((a, b) => (a.time ?? 0) - (b.time ?? 0));
  const [first] = events;
  return {
    events,
    anchors: window.anchors,
    omitted: window.omitted,
    scale: (first === undefined ? undefined : scaleOf(first.source.input)) ?? NO_SCALE,
    clockNotes,
    labelOf: instanceNumbers(events, instanceOf),
  };
}

const NO_SCALE: ClockScale = { unit: 'none', epoch: 0, digits: 0 };

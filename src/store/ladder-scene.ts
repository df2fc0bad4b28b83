import { BaseClock } from '../model/base-clock.ts';
import { ContextWindow, type WindowLimits } from '../model/context-window.ts';
import type { TraceEvent } from '../model/event.ts';
import type { KnownInstance } from '../model/instance-numbers.ts';
import type { LadderQuery } from '../model/ladder-query.ts';
import { type LadderScene, LadderStory, ladderScene } from '../model/ladder-scene.ts';
import type { ClockScale } from '../model/time.ts';
import type { Capture } from './capture.ts';

export interface StoredSceneOptions extends WindowLimits {
  /** Rows on either side of what is asked for in which its story is looked for. */
  readonly reach: number;
  /** First row of another clock: what lies on the other side of it does not compare. */
  readonly clockRow?: number;
}

/**
 * The events that a ladder shows, from rows that hold what the query asks for: what a pass over the whole capture gives, as
 * far as the reach goes. Costs rows × reach at most.
 */
export function storedScene(
  capture: Capture,
  query: LadderQuery,
  rows: readonly number[],
  options: StoredSceneOptions,
): LadderScene {
  // Some queries learn from what was asked for what else belongs to it.
  for (const row of rows) {
    const event = capture.events.traceEvent(row);
    if (event !== undefined) query.isAnchor(event, capture.scaleOf(event.source.input) ?? NO_SCALE);
  }
  const anchors = new Set(rows);
  const parts = reachOf(rows, capture.events.count, options);
  return sceneOfParts(capture, query, parts, options, (row) => anchors.has(row) || mayBelong(capture, row, query));
}

/** The events in [from, end) that the query asks for. */
export function storedRange(
  capture: Capture,
  query: LadderQuery,
  [from, end]: RowRange,
  limits: WindowLimits,
): LadderScene {
  return sceneOfParts(capture, query, [[from, end]], limits);
}

/** The events of rows in order, of one clock: the trace's where there is one among them. */
export function storedEvents(capture: Capture, rows: readonly number[], limits: WindowLimits): LadderScene {
  const { firstRow } = capture.timeline;
  const ofTrace = rows.filter((row) => row >= firstRow);
  const window = new ContextWindow(limits);
  const shown = new Map<TraceEvent, number>();
  for (const row of ofTrace.length > 0 ? ofTrace : rows) {
    const event = capture.events.traceEvent(row);
    if (event === undefined) continue;
    window.push(event, true);
    shown.set(event, row);
  }
  return sceneOf(capture, window, shown);
}

/** First row, and the one behind the last. */
export type RowRange = readonly [from: number, end: number];

function sceneOfParts(
  capture: Capture,
  query: LadderQuery,
  parts: readonly RowRange[],
  limits: WindowLimits,
  isLookedAt: (row: number) => boolean = () => true,
): LadderScene {
  const story = new LadderStory(query);
  const window = new ContextWindow(limits);
  const shown = new Map<TraceEvent, number>();
  for (const [from, end] of parts) {
    for (let row = from; row < end; row += 1) {
      if (!isLookedAt(row)) continue;
      const event = capture.events.traceEvent(row);
      if (event === undefined) continue;
      const part = story.partOf(event, capture.scaleOf(event.source.input) ?? NO_SCALE);
      if (part === undefined) continue;
      window.push(event, part === 'anchor');
      shown.set(event, row);
    }
  }
  return sceneOf(capture, window, shown);
}

/** False for most messages around, which need not become events to be turned down. */
function mayBelong({ events }: Capture, row: number, { prgi }: LadderQuery): boolean {
  if (prgi === undefined) return true;
  const kind = events.kindOf(row);
  return (kind !== 'page-request' && kind !== 'page-response') || events.prgiOf(row) === prgi;
}

/** On one clock as far as the lanes' clocks are related, which is known when all is read. */
function sceneOf(capture: Capture, window: ContextWindow, shown: ReadonlyMap<TraceEvent, number>): LadderScene {
  const instances = new Map<number, KnownInstance>();
  const clock = new BaseClock(capture.result?.clocks ?? []);
  const rows = new Map<TraceEvent, number | undefined>();
  const anchors = new Set<TraceEvent>();
  const events = window.events.map((event) => {
    const moved = clock.moved(event);
    rows.set(moved, shown.get(event));
    if (window.anchors.has(event)) anchors.add(moved);
    return moved;
  });
  return ladderScene(
    { events, anchors, omitted: window.omitted },
    (input) => capture.scaleOf(input),
    (event) => instanceAt(capture, rows.get(event), instances),
    capture.result === undefined ? [] : clock.notes(events),
  );
}

function instanceAt(
  { events, groups, owedTo }: Capture,
  row: number | undefined,
  known: Map<number, KnownInstance>,
): KnownInstance | undefined {
  const groupRow = row === undefined ? undefined : (owedTo.get(row) ?? events.groupOf(row));
  if (groupRow === undefined) return undefined;
  const before = known.get(groupRow);
  if (before !== undefined) return before;
  const group = groups.view(groupRow);
  if (group === undefined) return undefined;
  const { device = '', pasid = 0, prgi, instance, firstRequest } = group;
  const { privateData = '' } = (firstRequest === undefined ? undefined : events.traceEvent(firstRequest)) ?? {};
  const fresh = { keyName: `${device}/${pasid}/${prgi}/${privateData}`, ordinal: instance };
  known.set(groupRow, fresh);
  return fresh;
}

/** Parts of the table around rows, in order and apart from each other; of one clock, that of the last row. */
function reachOf(
  rows: readonly number[],
  count: number,
  { reach, clockRow = 0 }: StoredSceneOptions,
): readonly RowRange[] {
  const sorted = [...rows].sort((a, b) => a - b);
  const isBehind = (sorted.at(-1) ?? 0) >= clockRow;
  const first = isBehind ? clockRow : 0;
  const last = isBehind ? count : clockRow;
  const parts: [number, number][] = [];
  for (const row of sorted) {
    if (row < first || row >= last) continue;
    const from = Math.max(first, row - reach);
    const end = Math.min(last, row + reach + 1);
    const before = parts.at(-1);
    if (before !== undefined && from <= before[1]) before[1] = end;
    else parts.push([from, end]);
  }
  return parts;
}

const NO_SCALE: ClockScale = { unit: 'none', epoch: 0, digits: 0 };

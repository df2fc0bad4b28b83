import type { World } from '../world.ts';
import type { OverviewPlace, TimeWindow } from './place.ts';

/** Nobody asks what happens within less. */
const SHORTEST_NS = 1000;
const STEP_SHARE = 0.25;

/** The timeline's window larger or smaller by a factor, around the finding under the cursor if it is in sight. */
export function zoomed(place: OverviewPlace, factor: number, world: World): OverviewPlace {
  const { span } = world.capture.timeline;
  if (span === undefined) return place;
  const shown = place.window ?? span;
  const finding = world.timeOfFinding(place.cursor.selected);
  const isInSight = finding !== undefined && finding >= shown.from && finding <= shown.to;
  const middle = isInSight ? finding : (shown.from + shown.to) / 2;
  const length = Math.max(SHORTEST_NS, (shown.to - shown.from) * factor);
  if (length >= span.to - span.from) {
    const { window: _, ...whole } = place;
    return whole;
  }
  return { ...place, window: within({ from: middle - length / 2, to: middle + length / 2 }, span) };
}

/** The window moved by a part of its length. */
export function moved(window: TimeWindow, side: 1 | -1, world: World): TimeWindow {
  const { span } = world.capture.timeline;
  const step = (window.to - window.from) * STEP_SHARE * side;
  return span === undefined ? window : within({ from: window.from + step, to: window.to + step }, span);
}

function within({ from, to }: TimeWindow, span: TimeWindow): TimeWindow {
  const length = to - from;
  const start = Math.max(span.from, Math.min(from, span.to - length));
  return { from: start, to: start + length };
}

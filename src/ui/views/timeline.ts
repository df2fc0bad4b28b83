import { formatDuration } from '../../model/time.ts';
import type { TimelineColumn } from '../../store/timeline.ts';
import type { TimeWindow } from '../state/place.ts';
import { type Line, line, type Span, type StyleName, span } from '../text/line.ts';
import type { World } from '../world.ts';

const LABEL_WIDTH = 11;
const LEVELS = '▁▂▃▄▅▆▇█';
/** Columns in which the capture lost events: nothing is known there. */
const GAP = '░';

interface StyledText {
  readonly text: string;
  readonly style: StyleName;
}

/** Groups in flight over time, with marks for errors, warnings, faults and gaps. */
export function timelineLines(world: World, window: TimeWindow | undefined, width: number): readonly Line[] {
  const shown = window ?? world.capture.timeline.span;
  const count = width - LABEL_WIDTH - 1;
  if (shown === undefined || count < 8 || shown.to <= shown.from) return [];
  const columns = world.timelineColumns(shown.from, shown.to, count);
  const most = columns.reduce((max, { maxDepth }) => Math.max(max, maxDepth), 0);
  const perColumn = (shown.to - shown.from) / Math.max(1, columns.length);
  const gap = columns.some(({ isGap }) => isGap) ? `, ${GAP} events lost` : '';
  const depth = most === 0 ? '' : `, ${most} in flight at most`;
  const hasLanes = world.capture.result?.clocks?.some(({ source }) => source !== 'common') === true;
  const lanes = hasLanes ? ', each lane by its own clock' : '';
  const zoom = window === undefined ? '' : ', zoomed (Z: back)';
  const from = world.capture.timeText(shown.from, world.timelineInput);
  const to = world.capture.timeText(shown.to, world.timelineInput);
  return [
    line(
      span('timeline'.padEnd(LABEL_WIDTH), 'title'),
      `${from} to ${to}, ${formatDuration(Math.round(perColumn))} a column${depth}${gap}${lanes}${zoom}`,
    ),
    ...(depth === '' && gap === ''
      ? []
      : [line(span('in flight'.padEnd(LABEL_WIDTH), 'faint'), ...depthSpans(columns, most))]),
    ...markRow('errors', '✗', 'error', columns, ({ errors }) => errors),
    ...markRow('warnings', '!', 'warning', columns, ({ warnings }) => warnings),
    ...markRow('faults', '×', 'warning', columns, ({ faults }) => faults),
  ];
}

function depthSpans(columns: readonly TimelineColumn[], most: number): Span[] {
  return runs(columns, (column) => {
    if (column.isGap) return { text: GAP, style: 'warning' as const };
    return { text: column.maxDepth === 0 ? ' ' : levelOf(column.maxDepth, most), style: 'bar' as const };
  });
}

export function levelOf(value: number, most: number): string {
  return LEVELS[Math.min(LEVELS.length - 1, Math.max(0, Math.ceil((value / most) * LEVELS.length) - 1))] ?? ' ';
}

/** A row of marks; left out where there is none. */
function markRow(
  label: string,
  mark: string,
  style: 'error' | 'warning',
  columns: readonly TimelineColumn[],
  countOf: (column: TimelineColumn) => number,
): Line[] {
  const total = columns.reduce((sum, column) => sum + countOf(column), 0);
  if (total === 0) return [];
  const spans = runs(columns, (column) => ({ text: countOf(column) > 0 ? mark : ' ', style }));
  return [line(span(label.padEnd(LABEL_WIDTH), 'faint'), ...spans)];
}

/** Neighbours of one style as one span. */
function runs(columns: readonly TimelineColumn[], spanOf: (column: TimelineColumn) => StyledText): Span[] {
  const spans: { text: string; style: StyleName }[] = [];
  for (const column of columns) {
    const { text, style } = spanOf(column);
    const last = spans.at(-1);
    if (last?.style === style) last.text += text;
    else spans.push({ text, style });
  }
  return spans;
}

import { assertDefined } from '../base/assert.ts';
import type { SourceLine, TraceEvent } from '../model/event.ts';
import type { LadderMessage } from '../model/ladder.ts';
import { type JoinOptions, messagesOfEvents } from '../model/ladder-messages.ts';
import type { Canvas } from './ladder/canvas.ts';
import { drawRows } from './ladder/draw-rows.ts';
import type { Layout } from './ladder/layout.ts';
import type { Lead, LeadOptions } from './ladder/lead.ts';
import { sourcesOf } from './ladder/marks.ts';
import { ladderRows, placeLadder } from './ladder/place.ts';

export interface LadderOptions extends LeadOptions {
  /** Characters a line; less than 60 is taken as 60. Absent: 100. */
  readonly width?: number;
  /** Line drawing characters in place of `-`, `>`, `\` and the like. */
  readonly unicode?: boolean;
}

export const MIN_LADDER_WIDTH = 60;
const DEFAULT_WIDTH = 100;

/** Draws what events of one or several lanes observe; `events` in time order. See `drawLadder`. */
export function drawEvents(events: readonly TraceEvent[], options: LadderOptions & JoinOptions = {}): string {
  return drawLadder(messagesOfEvents(events, options).messages, options);
}

/** A drawing by its parts. */
export interface DrawnLadder {
  readonly heading: string;
  /** From the top. */
  readonly rows: readonly DrawnRow[];
  /** Comments below the rows. */
  readonly legend: readonly string[];
}

export interface DrawnRow {
  readonly text: string;
  /** The lines that it rests on. */
  readonly sources: readonly SourceLine[];
}

/**
 * Draws messages in the notation of semantics §6: a column a lane, time downwards, each row one message or
 * its journey at one time, arrows that take time as lines over several rows. The text ends in a line end and
 * is empty for no messages; reading it gives the same messages, their times where `times` is set.
 */
export function drawLadder(messages: readonly LadderMessage[], options: LadderOptions = {}): string {
  const drawn = drawLadderRows(messages, options);
  if (drawn === undefined) return '';
  return `${[drawn.heading, ...drawn.rows.map(({ text }) => text), ...drawn.legend].join('\n')}\n`;
}

/** The same, row by row; undefined for no messages. */
export function drawLadderRows(
  unordered: readonly LadderMessage[],
  options: LadderOptions = {},
): DrawnLadder | undefined {
  if (unordered.length === 0) return undefined;
  const ladder = ladderRows(unordered, options);
  const { rows, lead } = ladder;
  const width = Math.max(MIN_LADDER_WIDTH, options.width ?? DEFAULT_WIDTH);
  const halves = new Set<LadderMessage>();
  for (;;) {
    const { texts, names, layout } = placeLadder(ladder, halves, width);
    const { canvas, unrouted } = drawRows(texts, layout, names);
    if (unrouted.length === 0) {
      const lines = rowTexts(layout, lead, canvas, options.unicode === true);
      return {
        heading: headingOf(layout),
        rows: rows.map((row, index) => ({ text: lines[index] ?? '', sources: sourcesOf(row) })),
        legend: [...names.legend(layout.level === 2), ...stepLegend(layout, lead)],
      };
    }
    // Texts of halves differ, so that the columns may move: each turn makes at least one more half.
    for (const message of unrouted) halves.add(message);
  }
}

function rowTexts(layout: Layout, lead: Lead, canvas: Canvas, isUnicode: boolean): string[] {
  return lead.steps.map((step, row) => {
    const time = layout.times === 'row' ? `${(lead.times[row] ?? '').padStart(layout.timeWidth)}  ` : '';
    const before = `${step.padEnd(layout.stepWidth)} ${time}`;
    const body = before + canvas.render(row, isUnicode).slice(before.length);
    const sources = layout.sources === 'row' ? (lead.sources[row] ?? '') : '';
    return sources === '' ? body.trimEnd() : `${body.padEnd(layout.sideStart)}; ${sources}`;
  });
}

function headingOf(layout: Layout): string {
  let heading = '#'.padEnd(layout.stepWidth + 1);
  if (layout.times === 'row') heading += 'time'.padEnd(layout.timeWidth + 2);
  for (const column of layout.columns) heading = heading.padEnd(column.start) + column.label;
  return heading;
}

/** `# step 9: 1234.567890, lines 40, 55`: what has no room beside the rows. */
function stepLegend(layout: Layout, lead: Lead): string[] {
  const hasTimes = layout.times === 'legend';
  if (!hasTimes && layout.sources !== 'legend') return [];
  const steps = new Map<string, { time: string; sources: string[] }>();
  for (const [row, step] of lead.steps.entries()) {
    const entry = steps.get(step) ?? {
      time: hasTimes ? assertDefined(lead.absoluteTimes[row], 'a time') : '',
      sources: [],
    };
    const sources = layout.sources === 'legend' ? lead.sources[row] : undefined;
    if (sources !== undefined && sources !== '') entry.sources.push(sources);
    steps.set(step, entry);
  }
  return [...steps].map(([step, { time, sources }]) => {
    const lines = sources.length === 0 ? '' : `lines ${sources.join(', ')}`;
    return `# step ${step}: ${[time, lines].filter((part) => part !== '').join(', ')}`;
  });
}

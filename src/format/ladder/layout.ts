import type { Lane } from '../../model/lane.ts';
import { type Cell, cellText, type RowTexts, type TextLevel } from './cells.ts';
import type { Lead } from './lead.ts';
import type { DrawnLanes } from './marks.ts';
import type { Names } from './names.ts';

/** One lane's place on the page, in characters. */
export interface LayoutColumn {
  readonly lane: Lane;
  readonly label: string;
  readonly start: number;
  readonly width: number;
}

export interface Layout {
  readonly level: TextLevel;
  readonly columns: readonly LayoutColumn[];
  /** Where the times and the line numbers stand. */
  readonly times: 'none' | 'row' | 'legend';
  readonly sources: 'none' | 'row' | 'legend';
  readonly stepWidth: number;
  readonly timeWidth: number;
  /** Column at which line numbers begin. */
  readonly sideStart: number;
}

/** Between two texts: a blank, `->`, a blank. */
const ARROW_GAP = 4;
/** Between two texts that an arrow with corners joins: a blank, `-.`, and below `'->`, a blank. */
const CORNER_GAP = 6;
/** Room that is left for lines to slope in. */
const WIDE_GAP = 12;

const LABELS: Readonly<Record<Lane, readonly [long: string, short: string]>> = {
  device: ['Dev', 'Dev'],
  host: ['Host', 'Host'],
  driver: ['mdev drv', 'Drv'],
  vmm: ['VFIO/QEMU', 'VMM'],
  guest: ['Guest', 'Guest'],
};

interface Choice {
  readonly level: TextLevel;
  /** Times and line numbers go below the drawing. */
  readonly isBare: boolean;
  readonly gap: number;
}

/**
 * Places the columns in `width` characters. Where the texts are too long they are shortened, times and line
 * numbers go below, and texts are explained below; what does not fit even then is wider than asked for.
 */
export function layoutOf(
  drawn: DrawnLanes,
  rows: readonly RowTexts[],
  names: Names,
  lead: Lead,
  width: number,
): Layout {
  const hasCorners = rows.some((row) => row.segments.some((segment) => segment.shape === 'tail'));
  const gap = hasCorners ? CORNER_GAP : ARROW_GAP;
  const choices: Choice[] = [
    { level: 0, isBare: false, gap },
    { level: 1, isBare: false, gap },
    { level: 0, isBare: true, gap },
    { level: 1, isBare: true, gap },
    { level: 2, isBare: false, gap },
    { level: 2, isBare: true, gap },
    { level: 2, isBare: true, gap: ARROW_GAP },
  ];
  const widths = ([0, 1, 2] as const).map((level) => columnWidths(drawn, rows, names, level));
  let layout: Layout | undefined;
  for (const choice of choices) {
    const columnWidth = widths[choice.level] ?? [];
    layout = placed(drawn, columnWidth, lead, choice, width);
    if (layout.sideStart + sideWidth(layout, lead) <= width) return layout;
  }
  return layout ?? placed(drawn, [], lead, { level: 2, isBare: true, gap }, width);
}

function sideWidth(layout: Layout, lead: Lead): number {
  return layout.sources === 'row' ? longest(lead.sources) + 2 : 0;
}

function placed(drawn: DrawnLanes, widths: readonly number[], lead: Lead, choice: Choice, width: number): Layout {
  const stepWidth = Math.max(1, longest(lead.steps));
  const hasSources = longest(lead.sources) > 0;
  const times = lead.times.length === 0 ? 'none' : choice.isBare ? 'legend' : 'row';
  const sources = hasSources ? (choice.isBare ? 'legend' : 'row') : 'none';
  const timeWidth = times === 'row' ? Math.max('time'.length, longest(lead.times)) : 0;
  const left = stepWidth + 1 + (times === 'row' ? timeWidth + 2 : 0);
  const side = sources === 'row' ? longest(lead.sources) + 4 : 0;
  const texts = widths.reduce((sum, each) => sum + each, 0);
  const gaps = Math.max(1, drawn.lanes.length - 1);
  const room = Math.floor((width - left - side - texts) / gaps);
  const gap = Math.max(choice.gap, Math.min(WIDE_GAP, room));
  const columns: LayoutColumn[] = [];
  let start = left;
  for (const [index, lane] of drawn.lanes.entries()) {
    const columnWidth = widths[index] ?? 0;
    columns.push({ lane, label: labelOf(lane, drawn, choice.level), start, width: columnWidth });
    start += columnWidth + gap;
  }
  return {
    level: choice.level,
    columns,
    times,
    sources,
    stepWidth,
    timeWidth,
    sideStart: start - gap + (side > 0 ? 2 : 0),
  };
}

function columnWidths(drawn: DrawnLanes, rows: readonly RowTexts[], names: Names, level: TextLevel): number[] {
  return drawn.lanes.map((lane) => {
    const texts = rows.flatMap((row) => row.cells.filter((cell: Cell) => cell.lane === lane));
    return Math.max(labelOf(lane, drawn, level).length, longest(texts.map((cell) => cellText(cell, level, names))));
  });
}

function labelOf(lane: Lane, drawn: DrawnLanes, level: TextLevel): string {
  const label = LABELS[lane][level === 0 ? 0 : 1];
  return drawn.observed.has(lane) ? label : `(${label})`;
}

function longest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, text.length), 0);
}

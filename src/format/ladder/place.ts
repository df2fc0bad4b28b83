import { type LadderMessage, startOf } from '../../model/ladder.ts';
import { type RowTexts, textsOf } from './cells.ts';
import { type Layout, layoutOf } from './layout.ts';
import { type Lead, type LeadOptions, leadOf } from './lead.ts';
import { type DrawnLanes, type LadderRow, lanesOf, rowsOf } from './marks.ts';
import { Names } from './names.ts';

/** The rows of a ladder before anything is placed. */
export interface LadderRows {
  readonly messages: readonly LadderMessage[];
  readonly drawn: DrawnLanes;
  readonly rows: readonly LadderRow[];
  readonly lead: Lead;
}

/** A ladder whose texts have their columns: what is left is to draw it, on whatever. */
export interface PlacedLadder {
  readonly texts: readonly RowTexts[];
  readonly names: Names;
  readonly layout: Layout;
}

/** Messages in any order. */
export function ladderRows(unordered: readonly LadderMessage[], options: LeadOptions): LadderRows {
  const messages = [...unordered].sort((a, b) => (startOf(a) ?? 0) - (startOf(b) ?? 0));
  const drawn = lanesOf(messages);
  const rows = rowsOf(messages, drawn.observed);
  return { messages, drawn, rows, lead: leadOf(rows, options) };
}

/** `halves`: messages whose line finds no room between its ends. `width` in characters. */
export function placeLadder(
  { messages, drawn, rows, lead }: LadderRows,
  halves: ReadonlySet<LadderMessage>,
  width: number,
): PlacedLadder {
  const texts = rows.map((row) => textsOf(row, halves));
  const names = new Names(messages, mentionsOf(texts));
  return { texts, names, layout: layoutOf(drawn, texts, names, lead, width) };
}

function mentionsOf(texts: readonly RowTexts[]) {
  return texts.flatMap(({ cells }) =>
    cells.flatMap((cell) => (cell.message === undefined ? [] : [{ message: cell.message, lane: cell.lane }])),
  );
}

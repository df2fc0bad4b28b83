import { type GroupMessage, type LadderMessage, laneRank } from '../../../src/model/ladder.ts';
import { LANES, type Lane } from '../../../src/model/lane.ts';
import type { Arrow } from './arrows.ts';
import type { LadderColumn } from './columns.ts';
import type { MessageItem, NoteItem } from './items.ts';
import { type Drawing, groupMessage, noteFields, type Step, sourceOf, withAutomatic } from './message-parts.ts';
import { LadderSyntaxError } from './problem.ts';
import type { PlacedItem } from './rows.ts';

/** What a text says beyond its arrows. */
export function textSteps(drawing: Drawing, placed: PlacedItem): Step[] {
  const { item, row, column } = placed;
  const incoming = drawing.fields.incoming(placed);
  const outgoing = drawing.fields.outgoing(placed);
  switch (item.kind) {
    case 'note':
      if (outgoing !== undefined || incoming !== undefined || column.isInferred) return [];
      return [{ row: row.line.row, order: item.start * 2, messages: [noteMessage(drawing, placed, item)] }];
    case 'inject':
      if (drawing.fields.messageOf(placed) !== undefined) return [];
      throw new LadderSyntaxError(row.line.row, item.start, '`inject` needs an arrow to the message that is injected');
    case 'verdict':
      return sentOn(drawing, placed, outgoing);
    case 'message':
      return loneMessage(drawing, placed, item, incoming, outgoing);
    default:
      return item satisfies never;
  }
}

/** The arrow that brings the response which a verdict is about. */
function arrivalAt(drawing: Drawing, placed: PlacedItem): Arrow {
  const message = drawing.fields.messageOf(placed);
  const incoming = drawing.fields.incoming(placed) ?? (message && drawing.fields.incoming(message.placed));
  if (incoming !== undefined) return incoming;
  const word = placed.row.line.text.slice(placed.item.start, placed.item.end);
  throw new LadderSyntaxError(placed.row.line.row, placed.item.start, `no response arrives at this \`${word}\``);
}

/** An accepted response goes on to the device, drawn or not. */
function sentOn(drawing: Drawing, placed: PlacedItem, outgoing: Arrow | undefined): Step[] {
  const { item, row, column } = placed;
  const incoming = arrivalAt(drawing, placed);
  if (item.kind !== 'verdict' || item.verdict === 'reject' || !item.sendsOn) return [];
  if (outgoing !== undefined || column.lane !== 'host' || column.isInferred) return [];
  const message = drawing.fields.messageOf(placed);
  const fields = drawing.fields.fieldsOf(placed);
  if (message === undefined || fields === undefined) return [];
  const onward: GroupMessage = {
    ...groupMessage(drawing, message.item, fields, 'host', 'device', row.line.row, item.start),
    sentAt: row.time,
    sentLine: sourceOf(drawing, row),
    ...(item.verdict === 'unknown' ? { verdict: item.verdict } : {}),
  };
  // Behind the arrow that brings the response; a diagonal one began in an earlier row.
  const isSameRow = incoming.tailRow === row;
  return [
    { row: row.line.row, order: isSameRow ? -incoming.at * 2 + 1 : Number.NEGATIVE_INFINITY, messages: [onward] },
  ];
}

/**
 * A text without arrows is seen in its lane only. In the lowest column of a ladder that does not show the
 * device, a request came from below, and a response that arrives there is not followed further.
 */
function loneMessage(
  drawing: Drawing,
  placed: PlacedItem,
  item: MessageItem,
  incoming: Arrow | undefined,
  outgoing: Arrow | undefined,
): Step[] {
  const { column, row } = placed;
  if (incoming !== undefined || column.isInferred) return [];
  const isLowest = drawing.columns[0] === column && column.lane !== 'device';
  const isRequest = item.message !== 'response';
  if (outgoing !== undefined && !(isLowest && isRequest)) return [];
  const fields = drawing.fields.fieldsOf(placed);
  if (fields === undefined) return [];
  const seen = { time: row.time, line: sourceOf(drawing, row) };
  const sends = isRequest === (column.lane === 'device');
  const other = neighbourLane(drawing, column, sends === isRequest ? 1 : -1);
  const ends = sends ? ([column.lane, other] as const) : ([other, column.lane] as const);
  const message: GroupMessage = {
    ...groupMessage(drawing, item, fields, ends[0], ends[1], row.line.row, item.start),
    ...(sends ? { sentAt: seen.time, sentLine: seen.line } : { receivedAt: seen.time, receivedLine: seen.line }),
  };
  const order = (isRequest ? item.start : -item.start) * 2 - 1;
  return [{ row: row.line.row, order, messages: [withAutomatic(drawing, message, sends ? placed : undefined)] }];
}

function neighbourLane(drawing: Drawing, column: LadderColumn, side: 1 | -1): Lane {
  const drawn = drawing.columns[drawing.columns.indexOf(column) + side];
  return drawn?.lane ?? LANES[laneRank(column.lane) + side] ?? column.lane;
}

function noteMessage(drawing: Drawing, placed: PlacedItem, note: NoteItem): LadderMessage {
  const { column, row } = placed;
  return {
    kind: 'epoch',
    from: column.lane,
    to: column.lane,
    ...noteFields(drawing, note),
    sentAt: row.time,
    sentLine: sourceOf(drawing, row),
  };
}

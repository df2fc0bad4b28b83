import type { SourceLine } from '../../../src/model/event.ts';
import { pasid, prgi } from '../../../src/model/ids.ts';
import { type GroupMessage, type LadderMessage, laneRank } from '../../../src/model/ladder.ts';
import { LANES, type Lane } from '../../../src/model/lane.ts';
import type { Arrow } from './arrows.ts';
import type { LadderColumn } from './columns.ts';
import { checkArrow, type FieldReader, type Fields } from './fields.ts';
import type { MessageItem, NoteItem } from './items.ts';
import { LadderSyntaxError } from './problem.ts';
import type { LadderRow, PlacedItem } from './rows.ts';

export interface Drawing {
  readonly rows: ReadonlyMap<number, LadderRow>;
  readonly columns: readonly LadderColumn[];
  readonly arrows: readonly Arrow[];
  readonly fields: FieldReader;
  /** Index of the input, for the source lines. */
  readonly input: number;
  readonly deviceOf: (short: string | undefined) => string;
  readonly ownerOf: (short: string) => string;
}

/** A text or an arrow, at the place where its messages come in the order of the ladder. */
interface Step {
  readonly row: number;
  readonly order: number;
  readonly messages: LadderMessage[];
  readonly half?: 'sent' | 'arrived';
}

/** The messages of a drawing, by row, in a row in the order of travel. */
export function messagesOf(drawing: Drawing): LadderMessage[] {
  const steps: Step[] = [];
  for (const arrow of drawing.arrows) {
    checkArrow(arrow, drawing.fields);
    steps.push(arrowStep(drawing, arrow));
  }
  for (const row of drawing.rows.values()) {
    for (const placed of row.items) steps.push(...textSteps(drawing, placed));
  }
  steps.sort((a, b) => a.row - b.row || a.order - b.order);
  return joinHalves(steps);
}

function arrowStep(drawing: Drawing, arrow: Arrow): Step {
  const { source, target } = arrow;
  const order = (arrow.direction === 1 ? arrow.at : -arrow.at) * 2;
  const start = arrow.shape === 'arrived' || arrow.shape === 'from-nowhere' ? arrow.headRow : arrow.tailRow;
  const place = { row: start.line.row, order };
  if (source?.item.kind === 'note') return { ...place, messages: epochHop(drawing, arrow, source.item) };
  const about = source ?? target;
  const message = about === undefined ? undefined : drawing.fields.messageOf(about);
  const fields = about === undefined ? undefined : drawing.fields.fieldsOf(about);
  if (about === undefined || message === undefined || fields === undefined) {
    throw new LadderSyntaxError(arrow.row, arrow.at, 'it is not said which message this arrow is');
  }
  const messages: LadderMessage[] = [];
  for (let index = 1; index < arrow.columns.length; index += 1) {
    const isLastHop = index === arrow.columns.length - 1;
    const own = isLastHop && target !== undefined ? (overriding(drawing, target, fields) ?? fields) : fields;
    const hop = hopOf(drawing, arrow, index, isLastHop ? target : undefined, message.item, own);
    if (hop !== undefined) messages.push(withAutomatic(drawing, hop, index === 1 ? source : undefined));
  }
  const half = arrow.shape === 'sent' || arrow.shape === 'arrived' ? { half: arrow.shape } : {};
  return { ...place, messages, ...half };
}

/** A text at the head that names another key or owner than the tail's says what arrived. */
function overriding(drawing: Drawing, target: PlacedItem, before: Fields): Fields | undefined {
  if (target.item.kind !== 'message') return undefined;
  const { item } = target;
  const own = drawing.fields.fieldsOf(target);
  if (own === undefined) return undefined;
  return {
    ...before,
    instance: before.instance ?? own.instance,
    owner: item.owner ?? before.owner ?? own.owner,
    prgi: item.prgi ?? before.prgi ?? own.prgi,
    pasid: item.pasid ?? before.pasid ?? own.pasid,
    code: item.code ?? before.code,
    isLast: own.isLast && before.isLast,
  };
}

function hopOf(
  drawing: Drawing,
  arrow: Arrow,
  index: number,
  target: PlacedItem | undefined,
  item: MessageItem,
  fields: Fields,
): GroupMessage | undefined {
  const from = arrow.columns[index - 1];
  const to = arrow.columns[index];
  if (from === undefined || to === undefined) return undefined;
  const sentRow = rowAtColumn(drawing, arrow, from, index === 1 ? 'tail' : undefined);
  const receivedRow = rowAtColumn(drawing, arrow, to, index === arrow.columns.length - 1 ? 'head' : undefined);
  const hasSent = arrow.shape !== 'arrived' && arrow.shape !== 'from-nowhere' && !from.isInferred;
  const hasReceived = arrow.shape !== 'sent' && arrow.shape !== 'lost' && !to.isInferred;
  if (!hasSent && !hasReceived) return undefined;
  const verdict = verdictOf(drawing, target, from, to, arrow);
  return {
    ...groupMessage(drawing, item, fields, from.lane, to.lane, lineOf(arrow), arrow.at),
    ...(hasSent ? { sentAt: sentRow.time, sentLine: sourceOf(drawing, sentRow) } : {}),
    ...(hasReceived ? { receivedAt: receivedRow.time, receivedLine: sourceOf(drawing, receivedRow) } : {}),
    ...(verdict === undefined ? {} : { verdict }),
  };
}

function lineOf(arrow: Arrow): number {
  return arrow.row;
}

function verdictOf(
  drawing: Drawing,
  target: PlacedItem | undefined,
  from: LadderColumn,
  to: LadderColumn,
  arrow: Arrow,
): GroupMessage['verdict'] {
  if (target?.item.kind === 'verdict') return target.item.verdict;
  if (to.lane !== 'device' || arrow.columns[0] !== from) return undefined;
  const item = arrow.source?.item;
  return item?.kind === 'verdict' && item.verdict === 'unknown' && drawing.columns.includes(from)
    ? 'unknown'
    : undefined;
}

/** The row in which an arrow is at a column: a lane that it crosses sees it where the line passes its middle. */
function rowAtColumn(
  drawing: Drawing,
  arrow: Arrow,
  column: LadderColumn,
  end: 'tail' | 'head' | undefined,
): LadderRow {
  if (end === 'tail') return arrow.tailRow;
  if (end === 'head') return arrow.headRow;
  const middle = (column.start + column.end - 1) / 2;
  const reached = arrow.path.find((point) => (point.column - middle) * arrow.direction >= 0);
  return (reached === undefined ? undefined : drawing.rows.get(reached.row)) ?? arrow.headRow;
}

function withAutomatic(drawing: Drawing, message: GroupMessage, source: PlacedItem | undefined): GroupMessage {
  if (message.kind !== 'response' || source?.item.kind !== 'message') return message;
  const isOrigin = drawing.fields.incoming(source) === undefined;
  const hasHandler = drawing.columns.some((column) => laneRank(column.lane) > laneRank(source.column.lane));
  return isOrigin && hasHandler && source.column.lane === 'host' ? { ...message, isAutomatic: true } : message;
}

function groupMessage(
  drawing: Drawing,
  item: MessageItem,
  fields: Fields,
  from: Lane,
  to: Lane,
  row: number,
  at: number,
): GroupMessage {
  if (fields.prgi === undefined) {
    throw new LadderSyntaxError(row, at, 'this message names no page request group: write its PRGI, as in `PR1 G1 P1`');
  }
  return {
    kind: item.message,
    from,
    to,
    device: drawing.deviceOf(fields.device),
    prgi: prgi(fields.prgi),
    ...(fields.pasid === undefined || fields.pasid === 'none' ? {} : { pasid: pasid(fields.pasid) }),
    ...(fields.instance === undefined ? {} : { instance: fields.instance }),
    ...(fields.owner === undefined ? {} : { owner: drawing.ownerOf(fields.owner) }),
    ...(item.message === 'request' ? { isLast: fields.isLast } : {}),
    ...(item.message === 'response' ? { code: fields.code ?? 'success' } : {}),
  };
}

/** What a text says beyond its arrows. */
function textSteps(drawing: Drawing, placed: PlacedItem): Step[] {
  const { item, row, column } = placed;
  const incoming = drawing.fields.incoming(placed);
  const outgoing = drawing.fields.outgoing(placed);
  switch (item.kind) {
    case 'note':
      if (outgoing !== undefined || column.isInferred) return [];
      return [{ row: row.line.row, order: item.start * 2, messages: [noteMessage(drawing, placed, item)] }];
    case 'inject':
      if (drawing.fields.messageOf(placed) !== undefined) return [];
      throw new LadderSyntaxError(row.line.row, item.start, '`inject` needs an arrow to the message that is injected');
    case 'verdict':
      return incoming === undefined ? [missingResponse(placed)] : sentOn(drawing, placed, incoming, outgoing);
    case 'message':
      return loneMessage(drawing, placed, item, incoming, outgoing);
    default:
      return item satisfies never;
  }
}

function missingResponse(placed: PlacedItem): never {
  const word = placed.row.line.text.slice(placed.item.start, placed.item.end);
  throw new LadderSyntaxError(placed.row.line.row, placed.item.start, `no response arrives at this \`${word}\``);
}

/** An accepted response goes on to the device, drawn or not. */
function sentOn(drawing: Drawing, placed: PlacedItem, incoming: Arrow, outgoing: Arrow | undefined): Step[] {
  const { item, row, column } = placed;
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

function epochHop(drawing: Drawing, arrow: Arrow, note: NoteItem): LadderMessage[] {
  const [from, to] = arrow.columns;
  if (from === undefined || to === undefined) return [];
  const sends = !from.isInferred && arrow.shape !== 'arrived';
  const arrives = !to.isInferred && (arrow.shape === 'whole' || arrow.shape === 'arrived');
  if (!sends && !arrives) return [];
  return [
    {
      kind: 'epoch',
      from: from.lane,
      to: to.lane,
      ...noteFields(drawing, note),
      ...(sends ? { sentAt: arrow.tailRow.time, sentLine: sourceOf(drawing, arrow.tailRow) } : {}),
      ...(arrives ? { receivedAt: arrow.headRow.time, receivedLine: sourceOf(drawing, arrow.headRow) } : {}),
    },
  ];
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

function noteFields(drawing: Drawing, note: NoteItem) {
  return {
    event: note.event,
    device: drawing.deviceOf(note.device),
    ...(note.detail === undefined ? {} : { detail: note.detail }),
    ...(note.prgi === undefined ? {} : { prgi: prgi(note.prgi) }),
    ...(note.pasid === undefined ? {} : { pasid: pasid(note.pasid) }),
  };
}

function sourceOf(drawing: Drawing, row: LadderRow): SourceLine {
  const { line } = row;
  return { input: drawing.input, line: line.row + 1, offset: line.offset, text: line.raw };
}

/** A tail half `--~` and the next head half `~->` of the same message are one. */
function joinHalves(steps: readonly Step[]): LadderMessage[] {
  const out: LadderMessage[] = [];
  const waiting = new Map<string, { readonly index: number; readonly message: LadderMessage }[]>();
  for (const step of steps) {
    for (const message of step.messages) {
      const key = halfKey(message);
      const tail = step.half === 'arrived' ? waiting.get(key)?.shift() : undefined;
      if (tail !== undefined) {
        const { receivedAt, receivedLine } = message;
        const verdict = message.kind === 'epoch' ? undefined : message.verdict;
        out[tail.index] = {
          ...tail.message,
          ...(receivedAt === undefined ? {} : { receivedAt }),
          ...(receivedLine === undefined ? {} : { receivedLine }),
          ...(verdict === undefined ? {} : { verdict }),
        };
        continue;
      }
      if (step.half === 'sent') {
        const list = waiting.get(key) ?? [];
        list.push({ index: out.length, message });
        waiting.set(key, list);
      }
      out.push(message);
    }
  }
  return out;
}

function halfKey(message: LadderMessage): string {
  const what = message.kind === 'epoch' ? message.event : `${message.instance ?? ''}:${message.isLast}:${message.code}`;
  return [message.kind, message.from, message.to, message.device, message.prgi, message.pasid, what].join('/');
}

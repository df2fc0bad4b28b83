import type { GroupMessage, LadderMessage } from '../../../src/model/ladder.ts';
import type { Arrow } from './arrows.ts';
import type { LadderColumn } from './columns.ts';
import { checkArrow, type Fields, verdictBefore } from './fields.ts';
import type { MessageItem, NoteItem } from './items.ts';
import { type Drawing, groupMessage, noteFields, type Step, sourceOf, withAutomatic } from './message-parts.ts';
import { LadderSyntaxError } from './problem.ts';
import type { LadderRow, PlacedItem } from './rows.ts';
import { textSteps } from './texts.ts';

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
  const half = arrow.shape === 'sent' || arrow.shape === 'arrived' ? { half: arrow.shape } : {};
  const about = source ?? target;
  if (about?.item.kind === 'note') return { ...place, messages: epochHop(drawing, arrow, about.item), ...half };
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
    ...groupMessage(drawing, item, fields, from.lane, to.lane, arrow.row, arrow.at),
    ...(hasSent ? { sentAt: sentRow.time, sentLine: sourceOf(drawing, sentRow) } : {}),
    ...(hasReceived ? { receivedAt: receivedRow.time, receivedLine: sourceOf(drawing, receivedRow) } : {}),
    ...(verdict === undefined ? {} : { verdict }),
  };
}

function verdictOf(
  drawing: Drawing,
  target: PlacedItem | undefined,
  from: LadderColumn,
  to: LadderColumn,
  arrow: Arrow,
): GroupMessage['verdict'] {
  if (target?.item.kind === 'verdict') return target.item.verdict;
  const before = target?.item.kind === 'message' ? verdictBefore(target) : undefined;
  if (before !== undefined) return before.verdict;
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

function epochHop(drawing: Drawing, arrow: Arrow, note: NoteItem): LadderMessage[] {
  const [from, to] = arrow.columns;
  if (from === undefined || to === undefined) return [];
  const sends = !from.isInferred && arrow.shape !== 'arrived' && arrow.shape !== 'from-nowhere';
  const arrives = !to.isInferred && arrow.shape !== 'sent' && arrow.shape !== 'lost';
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
          ...message,
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

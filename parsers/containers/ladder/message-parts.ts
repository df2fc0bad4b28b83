import type { SourceLine } from '../../../src/model/event.ts';
import { pasid, prgi } from '../../../src/model/ids.ts';
import { type GroupMessage, type LadderMessage, laneRank } from '../../../src/model/ladder.ts';
import type { Lane } from '../../../src/model/lane.ts';
import type { Arrow } from './arrows.ts';
import type { LadderColumn } from './columns.ts';
import type { FieldReader, Fields } from './fields.ts';
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
export interface Step {
  readonly row: number;
  readonly order: number;
  readonly messages: LadderMessage[];
  readonly half?: 'sent' | 'arrived';
}

export function groupMessage(
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
    ...(fields.owner === undefined || fields.owner === 'none' ? {} : { owner: drawing.ownerOf(fields.owner) }),
    ...(item.message === 'request' ? { isLast: fields.isLast } : {}),
    ...(item.message === 'response' ? { code: fields.code ?? 'success' } : {}),
  };
}

export function withAutomatic(drawing: Drawing, message: GroupMessage, source: PlacedItem | undefined): GroupMessage {
  if (message.kind !== 'response' || source?.item.kind !== 'message') return message;
  const isOrigin = drawing.fields.incoming(source) === undefined;
  const hasHandler = drawing.columns.some((column) => laneRank(column.lane) > laneRank(source.column.lane));
  return isOrigin && hasHandler && source.column.lane === 'host' ? { ...message, isAutomatic: true } : message;
}

export function noteFields(drawing: Drawing, note: NoteItem) {
  return {
    event: note.event,
    device: drawing.deviceOf(note.device),
    ...(note.detail === undefined ? {} : { detail: note.detail }),
    ...(note.prgi === undefined ? {} : { prgi: prgi(note.prgi) }),
    ...(note.pasid === undefined ? {} : { pasid: pasid(note.pasid) }),
  };
}

export function sourceOf(drawing: Drawing, row: LadderRow): SourceLine {
  const { line } = row;
  return { input: drawing.input, line: line.row + 1, offset: line.offset, text: line.raw };
}

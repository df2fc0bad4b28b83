import type { ResponseCode } from '../../../src/model/event.ts';
import { laneRank } from '../../../src/model/ladder.ts';
import type { Arrow } from './arrows.ts';
import { findItems, type MessageItem, type VerdictItem } from './items.ts';
import type { Legend } from './legend.ts';
import { LadderSyntaxError } from './problem.ts';
import type { LadderRow, PlacedItem } from './rows.ts';

/** What a message text says, or what the rest of the ladder says for it. */
export interface Fields {
  device: string | undefined;
  owner: string | undefined;
  instance: number | undefined;
  prgi: number | undefined;
  pasid: number | 'none' | undefined;
  code: ResponseCode | undefined;
  isLast: boolean;
}

/** Key and owner of an instance, for the texts that leave them out. */
type Known = Pick<Fields, 'device' | 'owner' | 'prgi' | 'pasid'>;

/** Completes the texts of a ladder: `M1 PS1 G1` has the PASID of PR1, `accept` is about what arrives at it. */
export class FieldReader {
  readonly #incoming = new Map<PlacedItem['item'], Arrow>();
  readonly #outgoing = new Map<PlacedItem['item'], Arrow>();
  readonly #known = new Map<string, Known>();

  constructor(rows: Iterable<LadderRow>, arrows: readonly Arrow[], legend: Legend) {
    for (const arrow of arrows) {
      if (arrow.source !== undefined) this.#outgoing.set(arrow.source.item, arrow);
      if (arrow.target !== undefined) this.#incoming.set(arrow.target.item, arrow);
    }
    this.#readLegend(legend);
    this.#readTexts(rows);
  }

  incoming(placed: PlacedItem): Arrow | undefined {
    return this.#incoming.get(placed.item);
  }

  outgoing(placed: PlacedItem): Arrow | undefined {
    return this.#outgoing.get(placed.item);
  }

  /** The message text that this text is about: itself, or what `accept` or `inject` hands on. */
  messageOf(placed: PlacedItem): { readonly placed: PlacedItem; readonly item: MessageItem } | undefined {
    const { item } = placed;
    if (item.kind === 'message') return { placed, item };
    if (item.kind === 'note') return undefined;
    const source = this.incoming(placed)?.source;
    const before = source === undefined ? undefined : this.messageOf(source);
    if (before !== undefined) return before;
    if (item.kind === 'verdict') return companionOf(placed);
    const after = this.outgoing(placed)?.target;
    if (after?.item.kind === 'message') return { placed: after, item: after.item };
    return undefined;
  }

  /** Fields of the message that this text is about; undefined where it is about none. */
  fieldsOf(placed: PlacedItem): Fields | undefined {
    const message = this.messageOf(placed);
    if (message === undefined) return undefined;
    const { item } = message;
    const known = item.instance === undefined ? undefined : this.#known.get(labelOf(item.instance));
    const source = this.incoming(message.placed)?.source;
    // An `inject` without an arrow to it is about this very text.
    const hasSource = source !== undefined && this.messageOf(source)?.item !== item;
    const before = hasSource ? this.fieldsOf(source) : undefined;
    return {
      instance: item.instance ?? before?.instance,
      isLast: item.isLast && before?.isLast !== false,
      device: item.device ?? known?.device ?? before?.device,
      owner: item.owner ?? known?.owner ?? before?.owner,
      prgi: item.prgi ?? known?.prgi ?? before?.prgi,
      pasid: item.pasid ?? known?.pasid ?? before?.pasid,
      code: item.code ?? before?.code,
    };
  }

  /** Requests say what their instance is; among them the text nearest to the device. */
  #readTexts(rows: Iterable<LadderRow>): void {
    const texts: { readonly item: MessageItem; readonly weight: number }[] = [];
    for (const row of rows) {
      for (const { item, column } of row.items) {
        if (item.kind !== 'message') continue;
        texts.push({ item, weight: (item.message === 'request' ? 0 : 10) + laneRank(column.lane) });
      }
    }
    texts.sort((a, b) => a.weight - b.weight);
    for (const { item } of texts) this.#learn(item);
  }

  #readLegend(legend: Legend): void {
    for (const [name, meaning] of legend.messages) {
      const key = /(?:D\d+\s*)?(?:M\d+\s*)?/.exec(meaning)?.[0] ?? '';
      const text = `${key}${name} ${meaning.slice(key.length)}`;
      const item = findItems(text, 0, 0).find((found) => found.kind === 'message');
      if (item?.kind === 'message') this.#learn(item);
    }
  }

  #learn(item: MessageItem): void {
    if (item.instance === undefined) return;
    const label = labelOf(item.instance);
    const known = this.#known.get(label);
    this.#known.set(label, {
      device: known?.device ?? item.device,
      owner: known?.owner ?? item.owner,
      prgi: known?.prgi ?? item.prgi,
      pasid: known?.pasid ?? item.pasid,
    });
  }
}

/** `accept PS1 G1 P1`: the message that a verdict stands in front of. */
function companionOf(verdict: PlacedItem): { readonly placed: PlacedItem; readonly item: MessageItem } | undefined {
  for (const placed of verdict.row.items) {
    const { item, column } = placed;
    if (column === verdict.column && item.kind === 'message' && item.start > verdict.item.start)
      return { placed, item };
  }
  return undefined;
}

/** The verdict that stands in front of a message in its column. */
export function verdictBefore(message: PlacedItem): VerdictItem | undefined {
  for (const { item, column } of message.row.items) {
    if (column === message.column && item.kind === 'verdict' && item.start < message.item.start) return item;
  }
  return undefined;
}

function labelOf(instance: number): string {
  return String(instance);
}

/** Both ends of an arrow are about the same message that goes this way; throws where they are not. */
export function checkArrow(arrow: Arrow, fields: FieldReader): void {
  const source = arrow.source === undefined ? undefined : fields.messageOf(arrow.source)?.item;
  const target = arrow.target === undefined ? undefined : fields.messageOf(arrow.target)?.item;
  const item = source ?? target;
  if (item === undefined) return;
  const isRightwards = item.message !== 'response';
  if (isRightwards !== (arrow.direction === 1)) {
    const what = isRightwards ? 'a page request goes to the right' : 'a page response goes to the left';
    throw new LadderSyntaxError(arrow.row, arrow.at, `this arrow points the wrong way: ${what}`);
  }
  if (source === undefined || target === undefined) return;
  const sameInstance = source.instance === undefined || source.instance === target.instance;
  if (source.message !== target.message || !(sameInstance || target.instance === undefined)) {
    const text = `this arrow joins two messages: ${nameOf(source)} and ${nameOf(target)}`;
    throw new LadderSyntaxError(arrow.row, arrow.at, text);
  }
}

function nameOf(item: MessageItem): string {
  const name = { request: 'PR', response: 'PS', 'stop-marker': 'SM' }[item.message];
  return `${name}${item.instance ?? ''}`;
}

import { assertUnreachable } from '../../base/assert.ts';
import {
  type EpochMessage,
  type GroupMessage,
  LADDER_WORDS,
  type LadderMessage,
  laneRank,
} from '../../model/ladder.ts';
import type { Lane } from '../../model/lane.ts';
import type { LadderRow, Mark } from './marks.ts';
import { type Names, pasidToken, showsOwner } from './names.ts';

/** The text of a lane in a row. */
export interface Cell {
  readonly lane: Lane;
  /** `accept` and the like; alone, or in front of its message where no arrow brings that. */
  readonly verdict?: string;
  readonly inject?: true;
  readonly note?: EpochMessage;
  readonly message?: GroupMessage;
}

/** An arrow, or a half, of a row; `from` and `to` are the lanes at its ends. */
export interface Segment {
  readonly shape: 'whole' | 'tail' | 'head' | 'lost' | 'nowhere' | 'sent' | 'arrived';
  readonly from: Lane;
  readonly to: Lane;
  readonly message: LadderMessage;
}

export interface RowTexts {
  readonly cells: readonly Cell[];
  readonly segments: readonly Segment[];
}

/** Texts and arrows of a row. `halves`: messages whose line finds no room between its ends. */
export function textsOf(row: LadderRow, halves: ReadonlySet<LadderMessage>): RowTexts {
  const cells = new Map<Lane, Cell>();
  const segments: Segment[] = [];
  for (const [index, mark] of row.marks.entries()) {
    const { message } = mark;
    if (mark.shape === 'note') {
      if (message.kind === 'epoch') cells.set(message.from, { lane: message.from, note: message });
      continue;
    }
    if (mark.shape === 'implied' && index > 0) continue;
    const isHalf = halves.has(message);
    const next = row.marks[index + 1];
    addSource(cells, mark, isHalf, index === 0);
    addTarget(cells, mark, isHalf, next);
    addSegment(segments, cells, mark, isHalf);
  }
  return { cells: [...cells.values()], segments };
}

function addSource(cells: Map<Lane, Cell>, mark: Mark, isHalf: boolean, isOrigin: boolean): void {
  const { message, shape } = mark;
  const lane = message.from;
  if (cells.has(lane) || shape === 'head' || shape === 'nowhere') return;
  if (message.kind === 'epoch') {
    cells.set(lane, { lane, note: message });
    return;
  }
  const arrives = shape === 'whole' || (shape === 'tail' && !isHalf);
  if (lane === 'vmm' && message.kind === 'request' && message.to === 'guest' && arrives) {
    cells.set(lane, { lane, inject: true });
  } else if (isOrigin || shape !== 'whole' || lane === 'driver') {
    cells.set(lane, { lane, message });
  }
}

function addTarget(cells: Map<Lane, Cell>, mark: Mark, isHalf: boolean, next: Mark | undefined): void {
  const { message, shape } = mark;
  const lane = message.to;
  if (message.kind === 'epoch') {
    if (shape === 'head' && isHalf) cells.set(lane, { lane, note: message });
    return;
  }
  if (shape === 'tail' || shape === 'lost' || shape === 'implied') return;
  const verdict = verdictWord(message, next);
  const isLoose = shape === 'nowhere' || (shape === 'head' && isHalf);
  if (verdict !== undefined) cells.set(lane, isLoose ? { lane, verdict, message } : { lane, verdict });
  else if (shape !== 'whole') cells.set(lane, { lane, message });
  else if (message.kind !== 'response' && (lane === 'driver' || lane === 'guest')) cells.set(lane, { lane, message });
}

function verdictWord(message: GroupMessage, next: Mark | undefined): string | undefined {
  switch (message.verdict) {
    case undefined:
      return undefined;
    case 'reject':
      return 'reject';
    case 'unknown':
      return message.to === 'host' ? 'accept ??' : undefined;
    case 'accept':
      return next === undefined ? 'taken' : 'accept';
    default:
      return assertUnreachable(message.verdict);
  }
}

function addSegment(segments: Segment[], cells: ReadonlyMap<Lane, Cell>, mark: Mark, isHalf: boolean): void {
  const { message } = mark;
  const shape = segmentShape(mark, isHalf);
  const last = segments.at(-1);
  if (shape === 'whole' && last?.to === message.from && last.shape === 'whole' && !cells.has(message.from)) {
    segments[segments.length - 1] = { ...last, to: message.to };
    return;
  }
  segments.push({ shape, from: message.from, to: message.to, message });
}

function segmentShape(mark: Mark, isHalf: boolean): Segment['shape'] {
  switch (mark.shape) {
    case 'tail':
      return isHalf ? 'sent' : 'tail';
    case 'head':
      return isHalf ? 'arrived' : 'head';
    case 'implied':
    case 'lost':
      return 'lost';
    case 'nowhere':
    case 'whole':
      return mark.shape;
    case 'note':
      return 'whole';
    default:
      return assertUnreachable(mark.shape);
  }
}

/**
 * How much a text says.
 * 0: as in the specification. 1: without blanks, short words. 2: `PR1~`, explained in the legend.
 */
export type TextLevel = 0 | 1 | 2;

const WORD_OF = new Map(LADDER_WORDS.map(([word, kind]) => [kind, word]));
const CODE_LETTER = { success: '', 'response-failure': '(F)', 'invalid-request': '(I)', abort: '(A)', reserved: '(R)' };

export function cellText(cell: Cell, level: TextLevel, names: Names): string {
  const parts: string[] = [];
  if (cell.verdict !== undefined) parts.push(level === 0 ? cell.verdict : cell.verdict.replace(' ', ''));
  if (cell.inject) parts.push(level === 0 ? 'inject' : 'inj');
  if (cell.note !== undefined) parts.push(noteText(cell.note, level, names));
  if (cell.message !== undefined) parts.push(messageText(cell.message, cell.lane, level, names));
  return parts.join(' ');
}

function messageText(message: GroupMessage, lane: Lane, level: TextLevel, names: Names): string {
  const short = level === 2 && message.instance !== undefined;
  const usual = names.usualOf(message);
  const device = names.deviceNumber(message.device);
  const isOwned = showsOwner(message, lane);
  const owner = isOwned ? names.ownerToken(message) : '';
  const showsPasid = laneRank(lane) <= laneRank('host') || !isOwned || names.isAnchor(message, lane);
  const pasid = pasidToken(message.pasid, usual.hasPasid);
  const pasidSpeaks = pasid !== pasidToken(usual.pasid, usual.hasPasid);
  const more = message.kind === 'request' && message.isLast !== true ? '+' : '';
  const label = `${{ request: 'PR', response: 'PS', 'stop-marker': 'SM' }[message.kind]}${message.instance ?? ''}${more}`;
  const code = CODE_LETTER[message.code ?? 'success'];
  const parts = short
    ? [
        device === usual.device ? '' : device,
        owner === usual.owner ? '' : owner,
        `${label}~`,
        message.prgi === usual.prgi ? '' : `G${message.prgi}`,
        pasidSpeaks ? pasid : '',
        code,
      ]
    : [
        device !== '' && (device !== usual.device || showsPasid) ? device : '',
        owner,
        label,
        `G${message.prgi ?? ''}`,
        showsPasid || pasidSpeaks ? pasid : '',
        code,
      ];
  return parts.filter((part) => part !== '').join(level === 0 ? ' ' : '');
}

function noteText(note: EpochMessage, level: TextLevel, names: Names): string {
  const word = WORD_OF.get(note.event) ?? 'error';
  const isHandler = note.event === 'handler-registered' || note.event === 'handler-unregistered';
  const detail = isHandler ? 'handler' : plainDetail(note.detail);
  const brackets = detail === undefined || (isHandler && level > 0) ? '' : `(${detail})`;
  const device = names.deviceNumber(note.device);
  const tokens = [
    device,
    note.prgi === undefined ? '' : `G${note.prgi}`,
    note.pasid === undefined ? '' : `P${note.pasid}`,
  ];
  return [`${word}${brackets}`, ...tokens].filter((part) => part !== '').join(' ');
}

/** Details that are words; a reason in prose belongs to the finding's text. */
function plainDetail(detail: string | undefined): string | undefined {
  return detail !== undefined && /^[\w-]{1,12}$/.test(detail) ? detail : undefined;
}

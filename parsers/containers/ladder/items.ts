import type { EventKind, LadderVerdict, ResponseCode } from '../../../src/model/event.ts';
import { type GroupMessageKind, LADDER_WORDS } from '../../../src/model/ladder.ts';
import { LadderSyntaxError } from './problem.ts';

interface Placed {
  /** Character columns, end exclusive. */
  readonly start: number;
  readonly end: number;
}

/** `M1 PR1+ G1 P1`, `PS1 G1 P1 (F)`. */
export interface MessageItem extends Placed {
  readonly kind: 'message';
  readonly message: GroupMessageKind;
  readonly instance?: number;
  readonly isLast: boolean;
  /** D and M numbers, as names: `D2`, `M1`. */
  readonly device?: string;
  /** `none` for `M-`. */
  readonly owner?: string;
  readonly prgi?: number;
  /** `none` for `P-`. */
  readonly pasid?: number | 'none';
  /** Only where it is written. */
  readonly code?: ResponseCode;
}

export interface VerdictItem extends Placed {
  readonly kind: 'verdict';
  readonly verdict: LadderVerdict;
  /** `taken`: accepted, and what it sends on is drawn elsewhere or not known. */
  readonly sendsOn: boolean;
}

/** `inject`: the message to its right (or left) as the VMM hands it on. */
export interface InjectItem extends Placed {
  readonly kind: 'inject';
}

export interface NoteItem extends Placed {
  readonly kind: 'note';
  readonly event: EventKind;
  readonly detail?: string;
  readonly device?: string;
  readonly prgi?: number;
  readonly pasid?: number;
}

export type LadderItem = MessageItem | VerdictItem | InjectItem | NoteItem;

export const CODE_OF: Readonly<Record<string, ResponseCode>> = {
  S: 'success',
  F: 'response-failure',
  I: 'invalid-request',
  A: 'abort',
  R: 'reserved',
};

const BEFORE = '(?<![A-Za-z0-9_])';
const AFTER = '(?![A-Za-z0-9_])';
const PREFIXES = '(?:D(?<device>\\d+) {0,2})?(?:M(?<owner>\\d+|-) {0,2})?';
const NAME = '(?<name>PR|PS|SM)(?<instance>\\d*)(?<more>\\+?)~?';
const KEY = '(?<key>(?: {0,2}(?:G(?:0x[0-9a-f]+|\\d+)|P(?:0x[0-9a-f]+|\\d+|-)))*)';
const CODE = '(?: {0,2}\\((?<code>[SFIAR])\\))?';
const MESSAGE = new RegExp(`${BEFORE}${PREFIXES}${NAME}${KEY}${CODE}(?![A-Za-z0-9_(])`, 'g');

const VERDICT = /(?<![A-Za-z0-9_])(?<word>accept(?:ed)?|taken|reject(?:ed)?)(?<doubt> ?\?\??)?(?![A-Za-z0-9_?])/gi;
const INJECT = /(?<![A-Za-z0-9_])inj(?:ect(?:ed)?)?(?![A-Za-z0-9_])/gi;

const MORE_WORDS: readonly (readonly [string, EventKind])[] = [
  ['register', 'handler-registered'],
  ['unregister', 'handler-unregistered'],
  ['lost', 'capture-gap'],
  ['flush', 'partial-discarded'],
];
const EVENT_OF: ReadonlyMap<string, EventKind> = new Map([...LADDER_WORDS, ...MORE_WORDS]);
const WORDS = [...EVENT_OF.keys()].sort((a, b) => b.length - a.length).join('|');
const NOTE = new RegExp(
  `${BEFORE}(?<word>${WORDS})(?:\\((?<detail>[^()]*)\\))?(?<key>(?: {1,2}(?:D\\d+|G\\d+|P\\d+))*)${AFTER}`,
  'gi',
);

/** All texts of a row from `from` on, left to right. Throws on a message that is no message. */
export function findItems(text: string, from: number, row: number): LadderItem[] {
  const body = ' '.repeat(from) + text.slice(from);
  const items: LadderItem[] = [
    ...[...body.matchAll(MESSAGE)].map((match) => messageItem(match, row)),
    ...[...body.matchAll(VERDICT)].map(verdictItem),
    ...[...body.matchAll(INJECT)].map((match) => ({ kind: 'inject', ...spanOf(match) }) as const),
    ...[...body.matchAll(NOTE)].map(noteItem),
  ];
  return items.sort((a, b) => a.start - b.start);
}

function spanOf(match: RegExpExecArray): Placed {
  return { start: match.index, end: match.index + match[0].length };
}

function messageItem(match: RegExpExecArray, row: number): MessageItem {
  const groups = match.groups ?? {};
  const kind = kindOf(groups.name);
  if (kind !== 'request' && groups.more === '+') {
    throw new LadderSyntaxError(
      row,
      match.index,
      `\`${match[0]}\`: only a request can have a \`+\` (more follow in its group)`,
    );
  }
  if (kind !== 'response' && groups.code !== undefined) {
    throw new LadderSyntaxError(row, match.index, `\`${match[0]}\`: only a response has a code`);
  }
  const code = CODE_OF[groups.code ?? ''];
  return {
    kind: 'message',
    ...spanOf(match),
    message: kind,
    isLast: kind === 'request' && groups.more !== '+',
    ...(groups.instance === '' ? {} : { instance: Number(groups.instance) }),
    ...(groups.device === undefined ? {} : { device: `D${groups.device}` }),
    ...(groups.owner === undefined ? {} : { owner: groups.owner === '-' ? 'none' : `M${groups.owner}` }),
    ...readKey(groups.key ?? '', match, row),
    ...(code === undefined ? {} : { code }),
  };
}

function kindOf(name: string | undefined): GroupMessageKind {
  if (name === 'PR') return 'request';
  return name === 'PS' ? 'response' : 'stop-marker';
}

const PRGI_LIMIT = 0x10000;
const PASID_LIMIT = 0x100000;

function readKey(key: string, match: RegExpExecArray, row: number): { prgi?: number; pasid?: number | 'none' } {
  const out: { prgi?: number; pasid?: number | 'none' } = {};
  for (const [, letter, digits = ''] of key.matchAll(/([GP])(0x[0-9a-f]+|\d+|-)/g)) {
    const value = Number(digits);
    if (letter === 'G') {
      if (out.prgi !== undefined) throw new LadderSyntaxError(row, match.index, `\`${match[0]}\` has two G`);
      if (value >= PRGI_LIMIT)
        throw new LadderSyntaxError(row, match.index, `\`${match[0]}\`: a PRGI has at most 16 bits`);
      out.prgi = value;
    } else {
      if (out.pasid !== undefined) throw new LadderSyntaxError(row, match.index, `\`${match[0]}\` has two P`);
      if (value >= PASID_LIMIT) throw new LadderSyntaxError(row, match.index, `\`${match[0]}\`: a PASID has 20 bits`);
      out.pasid = digits === '-' ? 'none' : value;
    }
  }
  return out;
}

function verdictItem(match: RegExpExecArray): VerdictItem {
  const word = match.groups?.word?.toLowerCase() ?? '';
  const sendsOn = word !== 'taken';
  const isDoubtful = match.groups?.doubt !== undefined;
  const verdict = isDoubtful ? 'unknown' : word.startsWith('reject') ? 'reject' : 'accept';
  return { kind: 'verdict', ...spanOf(match), verdict, sendsOn };
}

function noteItem(match: RegExpExecArray): NoteItem {
  const groups = match.groups ?? {};
  const event = EVENT_OF.get(groups.word?.toLowerCase() ?? '') ?? 'iommu-error';
  const detail = groups.detail?.trim();
  const device = /D\d+/.exec(groups.key ?? '')?.[0];
  const prgi = /G(\d+)/.exec(groups.key ?? '')?.[1];
  const pasid = /P(\d+)/.exec(groups.key ?? '')?.[1];
  return {
    kind: 'note',
    ...spanOf(match),
    event,
    ...(detail === undefined || detail === '' || detail === 'handler' ? {} : { detail }),
    ...(device === undefined ? {} : { device }),
    ...(prgi === undefined ? {} : { prgi: Number(prgi) }),
    ...(pasid === undefined ? {} : { pasid: Number(pasid) }),
  };
}

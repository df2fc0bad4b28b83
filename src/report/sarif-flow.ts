import { sanitise } from '../base/text.ts';
import type { SourceLine } from '../model/event.ts';
import type { Evidence } from '../model/finding.ts';
import { LADDER_WORDS, type LadderMessage } from '../model/ladder.ts';
import { type ClockScale, formatTime, type Nanoseconds } from '../model/time.ts';

/** What a ladder of a finding shows: its messages in the order of its rows. */
export interface LadderRows {
  readonly messages: readonly LadderMessage[];
  readonly scale: ClockScale;
}

/** The lines that the rows of a ladder rest on, in their order, each with what it shows. */
export function linesOfLadder({ messages, scale }: LadderRows): readonly Evidence[] {
  const lines: Evidence[] = [];
  const note = (line: SourceLine | undefined, time: Nanoseconds | undefined, role: string): void => {
    if (line === undefined) return;
    const { input, line: number, offset, text } = line;
    const when = time === undefined || scale.unit === 'none' ? {} : { time: formatTime(time, scale) };
    lines.push({ input, line: number, offset, text: sanitise(text), role, ...when });
  };
  for (const message of messages) {
    const what = wordsOf(message);
    note(message.sentLine, message.sentAt, what);
    if (!isSameLine(message.sentLine, message.receivedLine)) note(message.receivedLine, message.receivedAt, what);
  }
  return lines;
}

function isSameLine(one: SourceLine | undefined, other: SourceLine | undefined): boolean {
  return one !== undefined && one.input === other?.input && one.line === other.line;
}

const WORDS = new Map(LADDER_WORDS.map(([word, kind]) => [kind, word]));

/** `host to device: response PASID 1 PRGI 3 (success)`, `host: unbind PASID 1`. */
function wordsOf(message: LadderMessage): string {
  const { from, to, pasid, prgi } = message;
  const key = [pasid === undefined ? '' : ` PASID ${pasid}`, prgi === undefined ? '' : ` PRGI ${prgi}`].join('');
  const where = from === to ? from : `${from} to ${to}`;
  if (message.kind === 'epoch') return `${where}: ${WORDS.get(message.event) ?? message.event}${key}`;
  const kind = message.kind === 'request' && message.isLast === true ? 'last request' : message.kind;
  return `${where}: ${kind}${key}${message.code === undefined ? '' : ` (${message.code})`}`;
}

import type { SourceLine } from '../../model/event.ts';
import { type GroupMessage, type LadderMessage, laneRank } from '../../model/ladder.ts';
import { LANES, type Lane } from '../../model/lane.ts';
import { type Nanoseconds, nanoseconds } from '../../model/time.ts';

/**
 * What one row shows of a message.
 * - `whole`: from lane to lane at once
 * - `tail`, `head`: the two ends of an arrow that takes time
 * - `lost`, `nowhere`: one end, of which the other was not seen
 * - `implied`: what `accept` says already
 * - `note`: a text in one lane
 */
export type MarkShape = 'whole' | 'tail' | 'head' | 'lost' | 'nowhere' | 'implied' | 'note';

export interface Mark {
  readonly shape: MarkShape;
  readonly message: LadderMessage;
  readonly time: Nanoseconds;
}

/** Marks of one journey at one time, in the direction of travel. */
export interface LadderRow {
  readonly time: Nanoseconds;
  readonly marks: readonly Mark[];
}

export interface DrawnLanes {
  /** From the device up. */
  readonly lanes: readonly Lane[];
  /** Those in which something was seen. */
  readonly observed: ReadonlySet<Lane>;
}

export function lanesOf(messages: readonly LadderMessage[]): DrawnLanes {
  const drawn = new Set<Lane>();
  const observed = new Set<Lane>();
  for (const { from, to, sentAt, receivedAt } of messages) {
    drawn.add(from).add(to);
    if (sentAt !== undefined) observed.add(from);
    if (receivedAt !== undefined) observed.add(to);
  }
  const lanes = LANES.filter((lane) => drawn.has(lane));
  // Below the lowest column a reader would take every request for one that came from there.
  const lowest = lanes[0];
  const below = lowest === undefined ? undefined : LANES[laneRank(lowest) - 1];
  return { lanes: below === undefined ? lanes : [below, ...lanes], observed };
}

/** The rows of a ladder by time; equal times in the order of the messages. */
export function rowsOf(messages: readonly LadderMessage[], observed: ReadonlySet<Lane>): LadderRow[] {
  const marks = marksOf(messages, observed).sort((a, b) => a.time - b.time);
  const rows: LadderRow[] = [];
  for (let start = 0; start < marks.length; ) {
    const time = marks[start]?.time;
    let end = start;
    while (end < marks.length && marks[end]?.time === time) end += 1;
    rows.push(...journeysOf(marks.slice(start, end)));
    start = end;
  }
  return rows;
}

function marksOf(messages: readonly LadderMessage[], observed: ReadonlySet<Lane>): Mark[] {
  const accepted = acceptedOf(messages);
  const marks: Mark[] = [];
  for (const message of messages) {
    const { sentAt, receivedAt } = message;
    if (message.kind === 'epoch' && (message.from === message.to || sentAt === undefined || receivedAt === undefined)) {
      marks.push({ shape: 'note', message, time: sentAt ?? receivedAt ?? nanoseconds(0) });
    } else if (sentAt !== undefined && sentAt === receivedAt) {
      marks.push({ shape: 'whole', message, time: sentAt });
    } else if (sentAt !== undefined && receivedAt !== undefined && sentAt < receivedAt) {
      marks.push({ shape: 'tail', message, time: sentAt }, { shape: 'head', message, time: receivedAt });
    } else {
      if (sentAt !== undefined) {
        const isImplied =
          message.kind !== 'epoch' && receivedAt === undefined && accepted.has(onwardKey(message, sentAt));
        const shape = isImplied ? 'implied' : observed.has(message.to) ? 'lost' : 'whole';
        marks.push({ shape, message, time: sentAt });
      }
      if (receivedAt !== undefined) {
        marks.push({ shape: observed.has(message.from) ? 'nowhere' : 'whole', message, time: receivedAt });
      }
    }
  }
  return marks;
}

/** What `accept` says by itself: that the response went on to the device at that time. */
function acceptedOf(messages: readonly LadderMessage[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const message of messages) {
    if (message.kind === 'epoch' || message.to !== 'host' || message.receivedAt === undefined) continue;
    if (isAccepted(message)) {
      keys.add(onwardKey({ ...message, from: 'host', to: 'device' }, message.receivedAt));
    }
  }
  return keys;
}

function isAccepted(message: GroupMessage): boolean {
  return message.verdict === 'accept' || message.verdict === 'unknown';
}

function onwardKey(message: GroupMessage, time: Nanoseconds): string {
  const { kind, from, to, instance, prgi, pasid, device, code } = message;
  return [kind, from, to, time, instance, prgi, pasid, device, code].join('|');
}

function journeysOf(marks: readonly Mark[]): LadderRow[] {
  const rows: { readonly time: Nanoseconds; readonly marks: Mark[] }[] = [];
  const unplaced = [...marks];
  for (let first = unplaced.shift(); first !== undefined; first = unplaced.shift()) {
    const row = { time: first.time, marks: [first] };
    for (let last = first; ; ) {
      const implied = unplaced.findIndex((mark) => mark.shape === 'implied' && continues(last, mark));
      const index = implied >= 0 ? implied : unplaced.findIndex((mark) => continues(last, mark));
      const next = index < 0 ? undefined : unplaced.splice(index, 1)[0];
      if (next === undefined) break;
      row.marks.push(next);
      last = next;
    }
    rows.push(row);
  }
  return rows;
}

function continues(last: Mark, next: Mark): boolean {
  if (last.shape !== 'whole' && last.shape !== 'head' && last.shape !== 'nowhere') return false;
  if (next.shape === 'head' || next.shape === 'nowhere' || next.shape === 'note') return false;
  const { message: before } = last;
  const { message: after } = next;
  if (before.kind === 'epoch' || after.kind === 'epoch' || !sameJourney(before, after)) return false;
  if (next.shape === 'implied') return before.to === after.from && isAccepted(before);
  if (before.to === after.from)
    return after.to !== 'device' || after.verdict !== 'unknown' || before.verdict === 'unknown';
  // `M1 PR1 G1   inject -> M1 PR1 G1`: the texts on both sides show that no arrow joins them.
  return before.kind === 'request' && before.to === 'driver' && after.from === 'vmm' && next.shape === 'whole';
}

function sameJourney(a: GroupMessage, b: GroupMessage): boolean {
  return (
    a.kind === b.kind &&
    a.instance === b.instance &&
    a.prgi === b.prgi &&
    a.pasid === b.pasid &&
    a.device === b.device &&
    a.isLast === b.isLast &&
    a.code === b.code
  );
}

/** The lines that a row rests on. */
export function sourcesOf(row: LadderRow): SourceLine[] {
  const lines: SourceLine[] = [];
  for (const { shape, message } of row.marks) {
    const seen = [shape === 'head' ? undefined : message.sentLine, shape === 'tail' ? undefined : message.receivedLine];
    for (const line of seen) {
      if (line !== undefined && !lines.some((other) => other.input === line.input && other.line === line.line)) {
        lines.push(line);
      }
    }
  }
  return lines;
}

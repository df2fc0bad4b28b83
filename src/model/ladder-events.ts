import { type EventKind, newEvent, type SourceLine, type TraceEvent } from './event.ts';
import { requesterIdOfName } from './ids.ts';
import {
  type EpochMessage,
  type GroupMessage,
  type GroupMessageKind,
  type LadderMessage,
  notePoint,
  pointTowards,
} from './ladder.ts';
import type { Lane } from './lane.ts';
import type { Nanoseconds } from './time.ts';

/** Name in `TraceEvent.dialect` of what was read from a ladder. */
export const LADDER_DIALECT = 'ladder';

/**
 * The observations that messages stand for: one where a message was sent, one where it arrived, and a
 * `response-refused` where a response was rejected. By time; equal times in the order of the messages.
 */
export function eventsOfMessages(messages: readonly LadderMessage[]): TraceEvent[] {
  const events: TraceEvent[] = [];
  for (const message of messages) {
    if (message.kind === 'epoch') addEpoch(events, message);
    else addGroupMessage(events, message);
  }
  return events.sort((a, b) => (a.time ?? 0) - (b.time ?? 0));
}

const KIND_OF: Readonly<Record<GroupMessageKind, EventKind>> = {
  request: 'page-request',
  response: 'page-response',
  'stop-marker': 'stop-marker',
};

function addGroupMessage(events: TraceEvent[], message: GroupMessage): void {
  const kind = KIND_OF[message.kind];
  if (message.sentAt !== undefined) {
    const sent = groupEvent(kind, message, message.from, message.to, message.sentAt, message.sentLine);
    if (message.to === 'device') sent.verdict = message.verdict;
    events.push(sent);
  }
  if (message.receivedAt === undefined) return;
  const received = groupEvent(kind, message, message.to, message.from, message.receivedAt, message.receivedLine);
  // What reached the device was sent: the doubt is about the sending.
  if (message.to !== 'device') received.verdict = message.verdict;
  events.push(received);
  if (message.verdict !== 'reject') return;
  const line = message.receivedLine;
  events.push(groupEvent('response-refused', message, message.to, message.from, message.receivedAt, line));
}

function groupEvent(
  kind: EventKind,
  message: GroupMessage,
  lane: Lane,
  neighbour: Lane,
  time: Nanoseconds,
  line: SourceLine | undefined,
): TraceEvent {
  const event = placedEvent(kind, message, lane, time, line);
  event.point = pointTowards(lane, neighbour);
  event.isLast = message.isLast === true;
  event.code = message.code;
  event.instanceLabel = message.instance;
  if (lane === 'guest') event.laneName = message.owner;
  return event;
}

function addEpoch(events: TraceEvent[], message: EpochMessage): void {
  const { from, to, event: kind } = message;
  if (message.sentAt !== undefined) {
    const event = placedEvent(kind, message, from, message.sentAt, message.sentLine);
    event.point = from === to ? (message.point ?? notePoint(from, kind)) : pointTowards(from, to);
    events.push(applyDetail(event, message.detail));
  }
  if (message.receivedAt === undefined || from === to) return;
  const event = placedEvent(kind, message, to, message.receivedAt, message.receivedLine);
  event.point = pointTowards(to, from);
  events.push(applyDetail(event, message.detail));
}

function placedEvent(
  kind: EventKind,
  message: LadderMessage,
  lane: Lane,
  time: Nanoseconds,
  line: SourceLine | undefined,
): TraceEvent {
  const event = newEvent(kind, LADDER_DIALECT, 'none');
  if (line !== undefined) event.source = line;
  event.time = time;
  event.lane = lane;
  event.device = message.device;
  event.requester = message.device === undefined ? undefined : requesterIdOfName(message.device);
  event.pasid = message.pasid;
  event.prgi = message.prgi;
  return event;
}

function applyDetail(event: TraceEvent, detail: string | undefined): TraceEvent {
  if (detail === undefined) return event;
  switch (event.kind) {
    case 'drain':
      if (isDrainStep(detail)) event.drainStep = detail;
      break;
    case 'capture-gap':
    case 'suppressed':
      event.lost = Number(detail);
      break;
    case 'handler-read':
    case 'handler-write':
      event.count = Number(detail);
      break;
    default:
      event.reason = detail;
  }
  return event;
}

const DRAIN_STEPS = ['fence', 'iotlb', 'device-tlb', 'start', 'end'] as const;

export function isDrainStep(word: string): word is (typeof DRAIN_STEPS)[number] {
  return DRAIN_STEPS.some((step) => step === word);
}

/** What a note shows in brackets for this event; the inverse of what reading a ladder does with it. */
export function detailOfEvent(event: TraceEvent): string | undefined {
  switch (event.kind) {
    case 'drain':
      return event.drainStep;
    case 'capture-gap':
    case 'suppressed':
      return event.lost?.toString();
    case 'handler-read':
    case 'handler-write':
      return event.count?.toString();
    default:
      return event.reason;
  }
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readLadder } from '../../../parsers/containers/ladder.ts';
import { drawEvents, drawLadder, type LadderOptions } from '../../../src/format/ladder.ts';
import type { TraceEvent } from '../../../src/model/event.ts';
import type { LadderMessage } from '../../../src/model/ladder.ts';
import { eventsOfMessages } from '../../../src/model/ladder-events.ts';
import { eventLine } from '../../parsers/containers/ladder/event-line.ts';
import { ladders } from './arbitrary-ladder.ts';

const SEED = 20240611;

/** Everything that a ladder says of each event; what happens at one time has no order between lanes. */
function factsOf(events: readonly TraceEvent[]): string[] {
  return events.map(eventLine).sort();
}

function readBack(text: string): readonly TraceEvent[] {
  const reading = readLadder(text);
  expect(reading.problem, text).toBeUndefined();
  return reading.events;
}

const styles: fc.Arbitrary<LadderOptions> = fc.record({
  width: fc.constantFrom(60, 72, 80, 100, 160),
  unicode: fc.boolean(),
  times: fc.constantFrom('absolute', 'delta'),
  lines: fc.boolean(),
});

/** Short texts and texts without M are completed by the instance's number. */
function isNumbered(message: LadderMessage): boolean {
  return message.kind === 'epoch' || message.instance !== undefined;
}

function crossingOf(message: LadderMessage): string {
  const { kind, from, to, sentAt, receivedAt, pasid, prgi } = message;
  const what =
    message.kind === 'epoch'
      ? message.event
      : `${message.instance} ${message.code} ${message.isLast} ${message.verdict}`;
  return `${kind} ${from}@${sentAt} ${to}@${receivedAt} P${pasid} G${prgi} ${what}`;
}

/** The same without instance numbers, which joining gives to messages that have none. */
function unnumbered(events: readonly TraceEvent[]): string[] {
  return events.map((event) => eventLine({ ...event, instanceLabel: undefined })).sort();
}

test('what is drawn and read back are the same events', () => {
  fc.assert(
    fc.property(ladders, styles, (messages, style) => {
      const text = drawLadder(messages, style);
      expect(factsOf(readBack(text)), text).toEqual(factsOf(eventsOfMessages(messages)));
    }),
    { seed: SEED, numRuns: 400 },
  );
});

test('arrows that are drawn from end to end join the same sender and receiver', () => {
  fc.assert(
    fc.property(ladders, styles, (messages, style) => {
      const numbered = messages.filter(isNumbered);
      const text = drawLadder(numbered, { ...style, unicode: false, lines: false });
      // Halves of equal messages may be joined the other way round.
      fc.pre(!text.includes('--~') && !text.includes('~--'));
      expect(readLadder(text).messages.map(crossingOf).sort(), text).toEqual(numbered.map(crossingOf).sort());
    }),
    { seed: SEED, numRuns: 200 },
  );
});

test('events joined to messages, drawn and read back are the same events', () => {
  fc.assert(
    fc.property(ladders, styles, (messages, style) => {
      const events = eventsOfMessages(messages);
      const text = drawEvents(events, style);
      expect(unnumbered(readBack(text)), text).toEqual(unnumbered(events));
    }),
    { seed: SEED, numRuns: 200 },
  );
});

test('no line is wider than asked for, where every instance has a number to shorten its texts with', () => {
  fc.assert(
    fc.property(ladders, fc.constantFrom(80, 100, 160), (messages: LadderMessage[], width) => {
      const lines = drawLadder(messages.filter(isNumbered), { width, times: 'absolute' }).split('\n');
      expect(lines.filter((line) => line.length > width)).toEqual([]);
    }),
    { seed: SEED, numRuns: 200 },
  );
});

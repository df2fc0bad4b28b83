import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readLadder } from '../../../parsers/containers/ladder.ts';
import { drawLadder } from '../../../src/format/ladder.ts';
import { excerptOf } from '../../../src/format/ladder-excerpt.ts';
import { messagesOfEvents } from '../../../src/model/ladder-messages.ts';

/** The rows of a small drawing of a fixture; `lines` are those that a finding rests on. */
function rows(name: string, lines: readonly number[], most: number) {
  const text = readFileSync(new URL(`../../../fixtures/ladder/${name}.ladder`, import.meta.url), 'utf8');
  const reading = readLadder(text);
  const { messages } = messagesOfEvents(reading.events);
  const anchors = new Set(reading.events.map(({ source }) => source).filter(({ line }) => lines.includes(line)));
  const excerpt = excerptOf(messages, anchors, most);
  const drawing = drawLadder(excerpt.messages, { scale: reading.scale });
  const steps = drawing.split('\n').flatMap((row) => /^\d+/.exec(row)?.[0] ?? []);
  return { steps, omitted: excerpt.omitted };
}

describe('excerpt of a ladder', () => {
  test('what fits is drawn as a whole: hops of one journey share a row', () => {
    const { steps, omitted } = rows('6.1-late-answer', [3, 10], 12);
    expect(steps).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11']);
    expect(omitted).toBe(0);
  });

  test('lines asked for come first, then their instances, then what changed for the PASID', () => {
    expect(rows('6.1-late-answer', [3, 10], 2).steps).toEqual(['2', '9']);
    expect(rows('6.1-late-answer', [3, 10], 4).steps).toEqual(['2', '4', '8', '9']);
    const six = rows('6.1-late-answer', [3, 10], 6);
    expect(six.steps).toHaveLength(6);
    expect(six.steps).toContain('3');
    expect(six.omitted).toBeGreaterThan(0);
  });
});

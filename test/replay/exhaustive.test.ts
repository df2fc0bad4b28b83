import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import type { Observation } from '../../src/replay/observation.ts';
import { lastRequestOf } from '../../src/replay/page-request-group.ts';
import { Replay } from '../../src/replay/replay.ts';
import { ALPHABET, eventsOf, isCanonical, MESSAGES, type Step, spell } from './alphabet.ts';
import { judge, type Verdict } from './brute-force.ts';

const STRAY_IDS = {
  'stop-marker': 'FL106',
  incomplete: 'FL105',
  'wrong-pasid': 'FL104',
  late: 'FL103',
  duplicate: 'FL102',
  'unknown-group': 'FL101',
} as const;

/** What the engine observes, in the words of the brute force; line numbers are symbol numbers. */
function replay(capture: readonly Step[]): Verdict[] {
  const found: Verdict[] = [];
  const engine = new Replay(DEFAULT_LIMITS, (observation) => found.push(...verdictsOf(observation)));
  for (const event of eventsOf(capture)) engine.push(event);
  engine.finish({ end: 'complete' });
  return found.sort((a, b) => a.at - b.at || a.what.localeCompare(b.what));
}

function verdictsOf(observation: Observation): Verdict[] {
  const at = (line: number | undefined): number => (line ?? 0) - 1;
  switch (observation.kind) {
    case 'stray-response':
      return [
        {
          at: at(observation.response.source.line),
          what: STRAY_IDS[observation.verdict],
          certainty: observation.certainty,
        },
      ];
    case 'crossed-response':
      return [{ at: at(observation.response.source.line), what: 'FL201', certainty: observation.certainty }];
    case 'reuse-in-flight':
      return [{ at: at(observation.request.source.line), what: 'FL203', certainty: 'certain' }];
    case 'shared-in-flight':
      return [{ at: at(lastRequestOf(observation.later)?.source.line), what: 'FL204', certainty: 'certain' }];
    case 'group-closed': {
      const { group, isAbandoned } = observation;
      const place = at(lastRequestOf(group)?.source.line);
      const found: Verdict[] = [];
      if (group.strangers.length > 0) found.push({ at: place, what: 'FL205', certainty: 'certain' });
      if (isAbandoned) found.push({ at: place, what: 'FL306', certainty: 'certain' });
      else if (group.state === 'dropped') found.push({ at: place, what: 'FL305', certainty: 'certain' });
      else if (observation.isOpenAtEnd) found.push({ at: place, what: 'open', certainty: 'certain' });
      return found;
    }
    default:
      return [{ at: 0, what: observation.kind, certainty: 'certain' }];
  }
}

function* captures(alphabet: readonly Step[], length: number): Generator<Step[]> {
  if (length === 0) {
    yield [];
    return;
  }
  for (const shorter of captures(alphabet, length - 1)) for (const symbol of alphabet) yield [...shorter, symbol];
}

function compareAll(alphabet: readonly Step[], length: number): number {
  let count = 0;
  for (const capture of captures(alphabet, length)) {
    if (!isCanonical(capture)) continue;
    count += 1;
    const expected = judge(capture);
    const actual = replay(capture);
    if (JSON.stringify(expected) !== JSON.stringify(actual)) expect(actual, spell(capture)).toEqual(expected);
  }
  return count;
}

const isExhaustive = process.env.EXHAUSTIVE === '1';

describe('replay against brute force over assignments', () => {
  it.each([1, 2, 3])('agrees on every capture of %i symbols', (length) => {
    expect(compareAll(ALPHABET, length)).toBeGreaterThan(0);
  });

  it('agrees on a seeded share of the longer ones', () => {
    const symbol = fc.constantFrom(...ALPHABET);
    const message = fc.constantFrom(...MESSAGES);
    const capture = fc.oneof(
      fc.array(symbol, { minLength: 4, maxLength: 6 }),
      fc.array(message, { minLength: 4, maxLength: 7 }),
    );
    fc.assert(
      fc.property(capture, (symbols) => {
        expect(replay(symbols), spell(symbols)).toEqual(judge(symbols));
      }),
      { seed: 20261123, numRuns: 6000 },
    );
  });

  it.runIf(isExhaustive).each([4, 5])(
    'agrees on every capture of %i symbols (EXHAUSTIVE=1)',
    (length) => {
      expect(compareAll(ALPHABET, length)).toBeGreaterThan(0);
    },
    3_600_000,
  );

  it.runIf(isExhaustive).each([4, 5, 6, 7])(
    'agrees on every capture of %i last requests and responses (EXHAUSTIVE=1)',
    (length) => {
      expect(compareAll(MESSAGES, length)).toBeGreaterThan(0);
    },
    3_600_000,
  );
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readLadder } from '../../../../parsers/containers/ladder.ts';
import { eventLine } from './event-line.ts';

function fixture(name: string): string {
  return readFileSync(new URL(`../../../../fixtures/ladder/${name}.ladder`, import.meta.url), 'utf8');
}

function linesOf(text: string): string[] {
  const reading = readLadder(text);
  expect(reading.problem).toBeUndefined();
  return reading.events.map(eventLine);
}

/** What each step of semantics §6.1 says, by hand. */
const LATE_ANSWER: readonly (readonly string[])[] = [
  ['1 driver/core handler-registered', '1 host/core handler-registered'],
  [
    '2 device/wire PR1 G1 P1',
    '2 host/wire PR1 G1 P1',
    '2 host/core PR1 G1 P1',
    '2 driver/core PR1 G1 P1',
    '2 vmm/wire PR1 G1 P1',
    '2 guest/wire PR1 G1 P1 M1',
  ],
  ['3 driver/core handler-unregistered', '3 host/core handler-unregistered'],
  ['4 host/wire PS1 G1 P1 response-failure', '4 device/wire PS1 G1 P1 response-failure'],
  ['5 driver/core handler-unregistered'],
  ['6 driver/core handler-registered', '6 host/core handler-registered'],
  [
    '7 device/wire PR2 G1 P1',
    '7 host/wire PR2 G1 P1',
    '7 host/core PR2 G1 P1',
    '7 driver/core PR2 G1 P1',
    '7 vmm/wire PR2 G1 P1',
    '7 guest/wire PR2 G1 P1 M2',
  ],
  ['8 guest/wire PS1 G1 P1 M1', '8 vmm/wire PS1 G1 P1'],
  ['9 driver/core PS1 G1 P1', '9 host/core PS1 G1 P1 unknown', '9 host/wire PS1 G1 P1 unknown'],
  ['10 guest/wire PS2 G1 P1 M2', '10 vmm/wire PS2 G1 P1'],
  ['11 driver/core PS2 G1 P1', '11 host/core PS2 G1 P1 accept', '11 host/wire PS2 G1 P1'],
];

const ACCEPTED_9 = ['9 driver/core PS1 G1 P1', '9 host/core PS1 G1 P1 accept', '9 host/wire PS1 G1 P1'];
const REFUSED_9 = ['9 driver/core PS1 G1 P1', '9 host/core PS1 G1 P1 reject', '9 host/core response-refused1 G1 P1'];
const REFUSED_11 = [
  '11 driver/core PS2 G1 P1',
  '11 host/core PS2 G1 P1 reject',
  '11 host/core response-refused2 G1 P1',
];

function lateAnswer(changes: Readonly<Record<number, readonly string[]>> = {}): string[] {
  return LATE_ANSWER.flatMap((lines, index) => changes[index + 1] ?? lines);
}

describe('§6.1 a response that comes after its handler was replaced', () => {
  test('the table as it stands', () => {
    expect(linesOf(fixture('6.1-late-answer'))).toEqual(lateAnswer());
  });

  test('without step 4', () => {
    expect(linesOf(fixture('6.1-never-answered-at-unregister'))).toEqual(lateAnswer({ 4: [] }));
  });

  test('the host accepts step 9 and refuses step 11', () => {
    const expected = lateAnswer({ 9: ACCEPTED_9, 11: REFUSED_11 });
    expect(linesOf(fixture('6.1-host-accepts-late-answer'))).toEqual(expected);
  });

  test('the host accepts step 9 and the codes differ', () => {
    const invalid = (line: string): string => line.replace(/( accept)?$/, ' invalid-request$1');
    const expected = lateAnswer({ 9: ACCEPTED_9.map(invalid), 11: REFUSED_11 }).map((line) =>
      line.startsWith('8 ') ? invalid(line) : line,
    );
    expect(linesOf(fixture('6.1-host-accepts-late-answer-other-code'))).toEqual(expected);
  });

  test('the host refuses step 9', () => {
    expect(linesOf(fixture('6.1-host-refuses-late-answer'))).toEqual(lateAnswer({ 9: REFUSED_9 }));
  });

  test('without reg and unreg', () => {
    expect(linesOf(fixture('6.1-without-registration'))).toEqual(lateAnswer({ 1: [], 3: [], 5: [], 6: [] }));
  });

  test('without the guest and VMM lanes', () => {
    const expected = lateAnswer().filter((line) => !/ (?:guest|vmm)\//.test(line));
    expect(linesOf(fixture('6.1-without-guest-and-vmm'))).toEqual(expected);
  });

  test('the device hop alone', () => {
    expect(linesOf(fixture('6.1-device-hop'))).toEqual([
      '2 device/wire PR1 G1 P1',
      '2 host/wire PR1 G1 P1',
      '4 host/wire PS1 G1 P1 response-failure',
      '4 device/wire PS1 G1 P1 response-failure',
      '7 device/wire PR2 G1 P1',
      '7 host/wire PR2 G1 P1',
      '9 host/wire PS1 G1 P1',
      '9 device/wire PS1 G1 P1',
      '11 host/wire PS2 G1 P1',
      '11 device/wire PS2 G1 P1',
    ]);
  });

  test('the answer at step 4 is automatic, the others are not', () => {
    const { messages } = readLadder(fixture('6.1-late-answer'));
    const automatic = messages.filter((message) => message.kind === 'response' && message.isAutomatic === true);
    expect(automatic.map((message) => message.sentLine?.line)).toEqual([5]);
  });
});

/** The crossing of §6.2: PR2 leaves at 7 and is delivered at 9; PS1 leaves at 8 and is accepted at 10. */
const CROSSED = [
  '7 device/wire PR2 G1 P1',
  '8 host/wire PR2 G1 P1',
  '8 host/core PR2 G1 P1',
  '8 guest/wire PS1 G1 P1 M1',
  '8 vmm/wire PS1 G1 P1',
  '8 vmm/user PS1 G1 P1',
  '9 driver/core PR2 G1 P1',
  '9 driver/user PR2 G1 P1',
  '9 vmm/user PR2 G1 P1',
  '9 vmm/wire PR2 G1 P1',
  '9 guest/wire PR2 G1 P1 M1',
  '10 driver/user PS1 G1 P1',
  '10 driver/core PS1 G1 P1',
  '10 host/core PS1 G1 P1 accept',
  '10 host/wire PS1 G1 P1',
  '11 guest/wire PS2 G1 P1 M1',
  '11 vmm/wire PS2 G1 P1',
  '11 vmm/user PS2 G1 P1',
  '11 driver/user PS2 G1 P1',
  '11 driver/core PS2 G1 P1',
  '11 host/core PS2 G1 P1 reject',
  '11 host/core response-refused2 G1 P1',
];

describe('§6.2 request and response cross in flight', () => {
  test('the drawing as it stands, without a heading', () => {
    expect(linesOf(fixture('6.2-crossed-in-flight'))).toEqual(CROSSED);
  });

  test('with the first request in front', () => {
    expect(linesOf(fixture('6.2-with-first-request'))).toEqual([
      ...lateAnswer().slice(2, 8),
      ...lateAnswer().slice(10, 12),
      ...CROSSED,
    ]);
  });
});

test('§6.3 the PRGI is reused for another PASID', () => {
  const other = (line: string): string => (/(?:PR|PS)2/.test(line) ? line.replace(' P1', ' P2') : line);
  expect(linesOf(fixture('6.3-other-pasid'))).toEqual(lateAnswer({ 9: REFUSED_9 }).map(other));
});

test('§6.4 two guests of one function use the same PRGI at once', () => {
  const request = (time: number, n: number): string[] =>
    ['device/wire', 'host/wire', 'host/core', 'driver/core', 'vmm/wire', 'guest/wire'].map(
      (at) => `${time} ${at} PR${n} G1 P${n}${at === 'guest/wire' ? ` vm${n}` : ''}`,
    );
  const answer = (time: number, n: number): string[] => [
    `${time} guest/wire PS${n} G1 P${n} vm${n}`,
    `${time} vmm/wire PS${n} G1 P${n}`,
    `${time + 1} driver/core PS${n} G1 P${n}`,
    `${time + 1} host/core PS${n} G1 P${n} accept`,
    `${time + 1} host/wire PS${n} G1 P${n}`,
    `${time + 1} device/wire PS${n} G1 P${n}`,
  ];
  const expected = [...request(1, 1), ...request(2, 2), ...answer(3, 2), ...answer(5, 1)];
  expect(linesOf(fixture('6.4-two-guests'))).toEqual(expected);
});

test('§6.5 lost in the queue: a time column, a request that is not the last, a request that never arrives', () => {
  const reading = readLadder(fixture('6.5-lost-in-the-queue'));
  expect(reading.scale).toEqual({ unit: 'seconds', epoch: 0, digits: 6 });
  expect(reading.events.map(eventLine)).toEqual([
    '10 device/wire PR1 G1 P1',
    '10 host/wire PR1 G1 P1',
    '10.0002 device/wire PR2+ G2 P1',
    '10.0002 host/wire PR2+ G2 P1',
    '10.0003 host/none queue-overflow',
    '10.00035 device/wire PR2 G2 P1',
    '10.00045 host/wire PS1 G1 P1',
    '10.00045 device/wire PS1 G1 P1',
  ]);
});

test.each(['6.5-never-answered', '6.5-lost-on-the-way'])('%s reads without a problem', (name) => {
  const reading = readLadder(fixture(name));
  expect(reading.problem).toBeUndefined();
  const answers = reading.events.filter(
    (event) => event.lane === 'host' && event.kind === 'page-response' && event.point === 'wire',
  );
  expect(answers.map((event) => event.instanceLabel)).toEqual([2, 3]);
});

import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { registry } from '../../parsers/registry.ts';
import { collectScenes } from '../../src/analysis/ladder-scenes.ts';
import { loadCaptureHere } from '../../src/cli/load-capture.ts';
import { drawLadder } from '../../src/format/ladder.ts';
import type { InputSpec } from '../../src/intake/input.ts';
import { messagesOfEvents } from '../../src/model/ladder-messages.ts';
import { evidencePlaces, queryOfFinding } from '../../src/model/ladder-query.ts';
import type { LadderScene } from '../../src/model/ladder-scene.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import { storedScene } from '../../src/store/ladder-scene.ts';
import { answer, drain, request, trace } from '../replay/trace-lines.ts';

/** The guest's clock stands this many seconds ahead. */
const AHEAD = 50;
const KEY = { pasid: 9, prgi: 9 };

const HOST = [
  request(9, { ...KEY, page: 0x900 }),
  answer(9.003, KEY),
  request(10, { page: 0x100 }),
  drain(10.1),
  answer(10.1001, { code: 1 }),
  request(10.2, { page: 0x200 }),
  answer(10.3),
  answer(10.4),
  request(30, { ...KEY, page: 0x901 }),
  answer(30.003, KEY),
];
const GUEST = [
  request(AHEAD + 9.001, { ...KEY, page: 0x900 }),
  answer(AHEAD + 9.002, KEY),
  request(AHEAD + 10.001, { page: 0x100 }),
  answer(AHEAD + 10.2019),
  request(AHEAD + 10.202, { page: 0x200 }),
  answer(AHEAD + 10.203),
  request(AHEAD + 30.001, { ...KEY, page: 0x901 }),
  answer(AHEAD + 30.002, KEY),
];

const input = (lane: 'host' | 'guest', lines: readonly string[]): InputSpec => ({
  path: `${lane}.txt`,
  lane,
  open: () => Readable.from([Buffer.from(trace(lines))]),
});

/** The rows of the crossing's drawing, blanks squeezed, and the notes on its clocks. */
async function drawn(inputs: readonly InputSpec[]): Promise<{ rows: string[]; notes: readonly string[] }> {
  const options = { limits: DEFAULT_LIMITS, margin: 12, edge: 4, most: 400 };
  const { result } = await collectScenes(inputs, registry, [], options);
  const [finding] = result.findings.filter(({ severity }) => severity === 'error');
  if (finding === undefined) throw new Error('no finding');
  const query = queryOfFinding(finding, new Set(['host', 'guest']));
  const { scenes } = await collectScenes(inputs, registry, [query], options);
  const [scene] = scenes;
  if (scene === undefined) throw new Error('no scene');
  return rowsOf(scene);
}

/** The same from the store behind the terminal UI. */
async function stored(inputs: readonly InputSpec[]): Promise<{ rows: string[]; notes: readonly string[] }> {
  const { capture, loaded } = loadCaptureHere(inputs, registry, { limits: DEFAULT_LIMITS });
  await loaded;
  const [finding] = capture.findings.filter(({ severity }) => severity === 'error');
  if (finding === undefined) throw new Error('no finding');
  const rows = evidencePlaces(finding).flatMap(({ input, line }) => capture.events.index.rowOfLine(input, line) ?? []);
  const query = queryOfFinding(finding, new Set(['host', 'guest']));
  return rowsOf(storedScene(capture, query, rows, { margin: 12, edge: 4, most: 400, reach: 1000 }));
}

function rowsOf(scene: LadderScene): { rows: string[]; notes: readonly string[] } {
  const { messages } = messagesOfEvents(scene.events, { labelOf: scene.labelOf });
  const drawing = drawLadder(messages, { width: 100, scale: scene.scale, times: 'absolute' });
  const rows = drawing.split('\n').filter((line) => /^\d/.test(line) && !line.includes('drain'));
  return { rows: rows.map((line) => line.replaceAll(/\s+/g, ' ').replaceAll(/-+/g, '-')), notes: scene.clockNotes };
}

describe.each([
  ['a pass over the inputs', drawn],
  ['the store', stored],
])('a drawing of two lanes, by %s', (_, draw) => {
  it('has one order, and names each answer after the instance that it was owed to', async () => {
    const { rows, notes } = await draw([input('host', HOST), input('guest', GUEST)]);
    expect(rows).toEqual([
      '1 10.000000 PR1 G1 P1 ->',
      '2 10.002000 ?-> PR1 G1',
      '4 10.100100 <- PS1 G1 P1 (I)',
      '5 10.200000 PR2 G1 P1 ->',
      '6 10.202900 x- PS1 G1',
      '7 10.203000 ?-> PR2 G1',
      '8 10.204000 x- PS2 G1',
      '9 10.300000 <- PS1 G1 P1',
      '10 10.400000 <- PS2 G1 P1',
    ]);
    expect(notes).toEqual(['times of guest are moved by -49.999 s, and may be up to 102 ms earlier']);
  });

  it('says so where the clocks are not related', async () => {
    const late = GUEST.map((line) => line.replace('index=0x1 ', 'index=0x2 ')).reverse();
    const { notes } = await draw([input('host', HOST), input('guest', [late[0] ?? '', answer(AHEAD + 1)])]);
    expect(notes).toEqual([
      'the clock of guest is not related to the others: in which order its rows stand is not known',
    ]);
  });
});

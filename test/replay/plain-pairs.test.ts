import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { registry } from '../../parsers/registry.ts';
import { analyse } from '../../src/analysis/analyse.ts';
import type { InputSpec } from '../../src/intake/input.ts';
import { readEvents } from '../../src/intake/read-events.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import type { ParserRegistry } from '../../src/model/parser.ts';
import type { Result } from '../../src/model/result.ts';
import type { Observation } from '../../src/replay/observation.ts';
import { Replay } from '../../src/replay/replay.ts';
import { input } from '../intake/fake-parsers.ts';
import { placedInput } from '../intake/placed-input.ts';
import { textParsers } from '../intake/text-parsers.ts';
import { uncompressed } from '../parsers/containers/trace-dat/uncompressed.ts';
import { probedCapture } from '../sim/probed-capture.ts';
import { requestLine, responseLine, troubledCapture, WORST_SEED } from '../sim/troubled-capture.ts';

const limits = { ...DEFAULT_LIMITS, slowNs: 2_000_000, timeoutNs: 50_000_000 };

const resultOf = (spec: InputSpec, parsers: ParserRegistry): Promise<Result> => analyse([spec], parsers, { limits });

/** Rows that are plain pairs need no object; a file's are read again when they are quoted, a pipe's texts are held. */
async function expectSame(content: Uint8Array): Promise<Result> {
  const long = await resultOf(input(content), textParsers);
  const short = await resultOf(placedInput(content), registry);
  expect(short).toEqual(long);
  expect(await resultOf(input(content), registry)).toEqual(long);
  return short;
}

/** How many groups were closed without an object, and with one. */
async function closedOf(text: string): Promise<{ readonly plain: number; readonly others: number }> {
  const stream = readEvents([placedInput(Buffer.from(text))], registry, { mergeWindowNs: 1e9 });
  const closed = { plain: 0, others: 0 };
  const emit = ({ kind }: Observation): void => {
    if (kind === 'group-closed') closed.others += 1;
  };
  const replay = new Replay(limits, emit, () => {
    closed.plain += 1;
  });
  for await (const { run } of stream) {
    for (let index = 0; index < run.length; index += 1) {
      const row = run.rowAt(index);
      const event = row >= 0 ? undefined : run.at(index);
      if (event !== undefined) replay.push(event);
      else if (run.source !== undefined) replay.pushRow(run.source, row);
    }
  }
  replay.finish({ end: 'unknown' });
  return closed;
}

/** Compares the ways on captures with ever more trouble. Gives the rules that found something. */
async function rulesFoundIn(captureOf: (seed: number) => string): Promise<readonly string[]> {
  const found = new Set<string>();
  for (let seed = 1; seed <= WORST_SEED; seed += 1) {
    const { findings } = await expectSame(Buffer.from(captureOf(seed)));
    for (const { id } of findings) found.add(id);
  }
  return [...found].sort();
}

const ALL_RULES = [
  'FL101',
  'FL102',
  'FL103',
  'FL104',
  'FL105',
  'FL106',
  'FL107',
  'FL201',
  'FL203',
  'FL204',
  'FL205',
  'FL301',
  'FL302',
  'FL304',
  'FL305',
  'FL306',
  'FL401',
  'FL402',
  'FL404',
  'FL501',
  'FL901',
  'FL902',
  'FL903',
  'FL904',
];

const root = fileURLToPath(new URL('../..', import.meta.url));
const fixtures = globSync('fixtures/**/*.txt', { cwd: root });
const captures = globSync('../shared/captures/pri-*/*.txt', { cwd: root }).filter((path) => !/truth|how/.test(path));

const recordings = [
  ...globSync('fixtures/trace-dat/*.dat', { cwd: root }),
  ...globSync('../shared/captures/pri-*/*.dat', { cwd: root }),
];

describe('the short way for plain pairs gives what the replay of events gives', () => {
  test('all fixtures', async () => {
    for (const path of fixtures) await expectSame(readFileSync(`${root}/${path}`));
  });

  test.skipIf(captures.length === 0)(`captures${captures.length === 0 ? ' (no ../shared)' : ''}`, async () => {
    for (const path of captures) await expectSame(readFileSync(`${root}/${path}`));
  });

  test('recordings', async () => {
    for (const path of recordings) {
      const content = uncompressed(readFileSync(`${root}/${path}`));
      expect(await resultOf(placedInput(content), registry)).toEqual(await resultOf(input(content), registry));
    }
  });

  test('generated captures with all that can go wrong', async () => {
    expect(await rulesFoundIn(troubledCapture)).toEqual(ALL_RULES);
  });

  test('generated captures of every hop, with all that can go wrong', async () => {
    // All groups of a calm capture are known.
    expect(await rulesFoundIn(probedCapture)).toEqual(ALL_RULES.filter((id) => id !== 'FL106'));
  });

  test('nearly all groups of a calm capture are plain', async () => {
    expect(await closedOf(troubledCapture(0, 3000))).toEqual({ plain: 1224, others: 85 });
    expect(await closedOf(probedCapture(0, 3000))).toEqual({ plain: 1224, others: 85 });
  });

  test('what was in flight for longer than rows are kept is read again', async () => {
    const lines = ['# tracer: nop', requestLine(1000, 0, 1, 1, 7, true), requestLine(1010, 1, 1, 2, 9, false)];
    let sequence = 2;
    for (let pair = 0; pair < 20_000; pair += 1) {
      const micros = 2000 + pair * 2;
      lines.push(requestLine(micros, sequence, 1, 3, 8, true), responseLine(micros + 1, 1, 3, 8, 0, 30));
      sequence += 1;
    }
    lines.push(responseLine(70_000, 1, 1, 7, 0, 30), responseLine(70_001, 1, 1, 7, 0, 30), '');
    const { findings } = await expectSame(Buffer.from(lines.join('\n')));
    expect(findings.map(({ id, evidence }) => [id, ...evidence.map(({ line }) => line)])).toEqual([
      ['FL301', 2, 40_004],
      ['FL102', 40_005, 2, 40_004],
      ['FL306', 3],
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import { registry } from '../../parsers/registry.ts';
import { collectScenes } from '../../src/analysis/ladder-scenes.ts';
import { lanesOfFinding } from '../../src/cli/finding-ladders.ts';
import { drawLadder } from '../../src/format/ladder.ts';
import { messagesOfEvents } from '../../src/model/ladder-messages.ts';
import { evidencePlaces, queryOfFinding } from '../../src/model/ladder-query.ts';
import type { LadderScene } from '../../src/model/ladder-scene.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import { storedScene } from '../../src/store/ladder-scene.ts';
import { fixturePaths, inputsOf, readTwice } from './read-fixture.ts';

const LIMITS = { margin: 12, edge: 4, most: 400 };
const FOLDERS = ['pri/pri-intel-handler-7.2.13', 'pri/pri-intel-sva-7.2.13'];

function drawn({ events, labelOf, scale, omitted }: LadderScene): string {
  const { messages } = messagesOfEvents(events, { labelOf });
  return `${drawLadder(messages, { lines: true, times: 'absolute', scale })}${omitted} left out`;
}

describe('a ladder from the store is that of a pass over the capture', () => {
  test.each(fixturePaths(FOLDERS))('%s', async (path) => {
    const inputs = inputsOf([path]);
    const { capture, result } = await readTwice([path]);
    const query = (index: number) => {
      const finding = result.findings[index];
      if (finding === undefined) throw new Error('no finding');
      return queryOfFinding(finding, lanesOfFinding(finding, inputs));
    };
    const queries = result.findings.map((_, index) => query(index));
    const settings = { limits: DEFAULT_LIMITS, ...LIMITS };
    // In a first pass the queries learn which PASIDs belong to what they ask for.
    await collectScenes(inputsOf([path]), registry, queries, settings);
    const { scenes } = await collectScenes(inputsOf([path]), registry, queries, settings);
    for (const [index, finding] of result.findings.entries()) {
      const rows = evidencePlaces(finding).flatMap(({ input, line }) => {
        const row = capture.events.index.rowOfLine(input, line);
        return row === undefined || capture.events.lineOf(row) !== line ? [] : [row];
      });
      const stored = storedScene(capture, query(index), rows, { ...LIMITS, reach: 100_000 });
      const scene = scenes[index];
      expect(drawn(stored)).toBe(scene === undefined ? '' : drawn(scene));
    }
  });
});

import { expect, test } from 'vitest';
import { applyBaseline, baselineOf } from '../../src/config/baseline.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Result } from '../../src/model/result.ts';
import { frameOf } from '../../src/ui/frame.ts';
import { worstOfGroup } from '../../src/ui/group-severity.ts';
import { reduce } from '../../src/ui/state/reduce.ts';
import { initialState, type UiState } from '../../src/ui/state/state.ts';
import { textOf } from '../../src/ui/text/line.ts';
import type { World } from '../../src/ui/world.ts';
import { openJudgedWorld } from './open-world.ts';

const CAPTURE = 'fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt';
const TODAY = new Date('2026-03-04T00:00:00Z');

/** As `browse --baseline` judges, with a baseline of the findings of one rule. */
function judge(analysed: Result, rule: string) {
  const kept = analysed.findings.filter(({ id }) => id === rule);
  const made = baselineOf(kept, undefined, TODAY);
  const baseline = { ...made, entries: made.entries.map((entry) => ({ ...entry, reason: 'firmware 1.2' })) };
  const { result, known } = applyBaseline(analysed, baseline, analysed, TODAY);
  return { result, known: new Map(known.map(({ finding, entry }) => [finding, entry])) };
}

function screen(world: World, ...keys: readonly string[]): string {
  const state = keys.reduce<UiState>(
    (before, key) => reduce(before, { kind: 'input', input: { kind: 'key', key } }, world).state,
    initialState({ columns: 120, rows: 40 }),
  );
  return frameOf(state, world)
    .lines.map((line) => textOf(line).trimEnd())
    .join('\n');
}

test('findings that the baseline knows: in no count, behind the others, marked, with the reason', async () => {
  const world = await openJudgedWorld({ judge: (result) => judge(result, 'FL102') }, CAPTURE);
  const { findings, known, result } = world.capture;
  expect(known.size).toBeGreaterThan(0);
  expect([...known.keys()].every(({ id }: Finding) => id === 'FL102')).toBe(true);
  expect(result?.counts.byRule.FL102).toBeUndefined();
  expect(result?.baselined).toEqual({ FL102: known.size });
  const order = world.findings('severity').map((finding) => known.has(finding));
  expect(order).toEqual([...order].sort());
  expect(findings).toHaveLength(order.length);

  expect(screen(world)).toContain(`beyond ${known.size} known findings`);
  const list = screen(world, '2', 'G');
  expect(list.match(/FL102 .* known 0000:01:00\.0 PASID/g)).toHaveLength(known.size);
  expect(list).toContain('known to the baseline since 2026-03-04, in no count: firmware 1.2');
});

test('e and E, the marks of the timeline and of rows pass over what the baseline knows', async () => {
  const plain = await openJudgedWorld({}, CAPTURE);
  const judged = await openJudgedWorld({ judge: (result) => judge(result, 'FL102') }, CAPTURE);
  const { capture } = judged;
  const marksOf = ({ capture: { marks, events } }: World) => marks.count('error', 0, events.count);
  const knownErrors = [...capture.known.keys()].filter(({ severity }) => severity === 'error');
  expect(knownErrors.length).toBeGreaterThan(0);
  expect(marksOf(judged)).toBe(marksOf(plain) - knownErrors.length);
  expect(screen(plain, '5', 'e')).not.toContain('no further error');
  expect(screen(judged, '5', 'e')).toContain('no further error');
  expect(screen(judged, '2', 'e')).toContain('no further error');
  expect(screen(plain, '1')).toMatch(/^errors +.*✗/m);
  expect(screen(judged, '1')).not.toMatch(/^errors +.*✗/m);
  for (const { evidence } of knownErrors) {
    const { input = 0, line = 0 } = evidence[0] ?? {};
    expect(plain.markOfLine(input, line)).toEqual({ severity: 'error', isAccused: true });
    expect(judged.markOfLine(input, line)?.isAccused).toBe(false);
  }
});

test('a group is marked for what the baseline does not know of it', async () => {
  const severities = (world: World) => {
    const { groups } = world.capture;
    return Array.from({ length: groups.count }, (_, row) => {
      const group = groups.view(row);
      return group === undefined ? 'no group' : `${group.findings.join(' ')}: ${worstOfGroup(world, group) ?? '-'}`;
    }).sort();
  };
  expect(severities(await openJudgedWorld({}, CAPTURE))).toEqual([
    ': -',
    'FL102 FL204: error',
    'FL102: error',
    'FL102: error',
    'FL204: warning',
  ]);
  const judged = await openJudgedWorld({ judge: (result) => judge(result, 'FL102') }, CAPTURE);
  expect(severities(judged)).toEqual([': -', 'FL102 FL204: warning', 'FL102: -', 'FL102: -', 'FL204: warning']);
});

test('nothing is marked without one', async () => {
  const world = await openJudgedWorld({}, CAPTURE);
  expect(world.capture.known.size).toBe(0);
  expect(screen(world, '2')).not.toContain('known');
});

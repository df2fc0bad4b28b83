import { join } from 'node:path';
import stringWidth from 'string-width';
import { beforeAll, describe, expect, test } from 'vitest';
import type { World } from '../../../src/ui/world.ts';
import { drawn } from '../drawn.tsx';
import { openWorld } from '../open-world.ts';

const SIZES = [
  [80, 24],
  [120, 40],
  [200, 50],
  [40, 10],
] as const;

const DOWN = '\x1b[B';

type Screen = readonly [name: string, keys: readonly string[]];

/** Screens, by the keys that lead to them. */
const ALL: readonly Screen[] = [
  ['overview', []],
  ['findings', ['2']],
  ['finding', ['2', DOWN, '\r', DOWN, DOWN, DOWN]],
  ['groups', ['3', DOWN, DOWN, DOWN]],
  ['groups-filtered', ['3', '&', ...'id=FL102 latency>10ms', '\r', 's']],
  ['ladder', ['l']],
  ['events', ['5', 'G', 't', 't']],
  ['raw', ['2', 'r']],
  ['latency', ['7']],
  ['help', ['?']],
  ['filter-mistake', ['5', '&', ...'pasid=1 devise=2']],
];

const only = (...names: readonly string[]): readonly Screen[] => ALL.filter(([name]) => names.includes(name));

const CAPTURES: readonly (readonly [name: string, paths: readonly string[], screens: readonly Screen[]])[] = [
  ['h02', ['fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt'], ALL],
  [
    'crossed',
    ['fixtures/ladder/6.2-crossed-in-flight.ladder'],
    only('overview', 'findings', 'ladder', 'groups', 'events'),
  ],
  ['gaps', ['fixtures/framing/ftrace-7.2-trace_pipe-lost-live.txt'], only('overview', 'findings')],
  [
    'hostile',
    ['test/ui/frames/hostile.txt'],
    only('overview', 'findings', 'groups', 'ladder', 'events', 'raw', 'latency'),
  ],
];

describe.each(CAPTURES)('%s', (name, paths, screens) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(...paths);
  });

  describe.each(SIZES)('%d×%d', (columns, rows) => {
    test.each(screens)('%s', async (screen, keys) => {
      const frame = await drawn(world, { columns, rows }, keys);
      const lines = frame.split('\n');
      expect(lines).toHaveLength(rows);
      for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      expect(frame).not.toMatch(/[^\n\P{C}]|\p{Zl}|\p{Zp}/u);
      const file = join(import.meta.dirname, `${columns}x${rows}`, `${name}-${screen}.txt`);
      await expect(`${lines.map((line) => line.trimEnd()).join('\n')}\n`).toMatchFileSnapshot(file);
    });
  });
});

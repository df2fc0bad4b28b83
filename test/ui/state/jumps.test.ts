import { beforeAll, describe, expect, test } from 'vitest';
import { viewOf } from '../../../src/ui/state/context.ts';
import { reduce } from '../../../src/ui/state/reduce.ts';
import { initialState, placeOf, type UiState } from '../../../src/ui/state/state.ts';
import type { World } from '../../../src/ui/world.ts';
import { openWorld } from '../open-world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld('fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt');
});

const ROOT_STATE = initialState({ columns: 80, rows: 24 });

/** The state after these keys; what looks for rows has its time in between. */
function pressed(keys: readonly string[], from: UiState = ROOT_STATE): UiState {
  return keys.reduce((state, name) => {
    const key = name === ' ' ? 'space' : name;
    const { state: next } = reduce(state, { kind: 'input', input: { kind: 'key', key } }, world);
    while (world.lists.hasWork) world.lists.work(50);
    return reduce(next, { kind: 'data' }, world).state;
  }, from);
}

/** The raw line under the cursor. */
function lineOf(state: UiState): number | undefined {
  return viewOf(state, world).focus.at?.line;
}

describe('keys that lead from one thing to another', () => {
  test('e and E: the lines that errors are about, one after the other', () => {
    const first = pressed(['5', 'e']);
    const second = pressed(['e'], first);
    const third = pressed(['e'], second);
    expect([first, second, third].map(lineOf)).toEqual([29, 35, 53]);
    expect(pressed(['e'], third).message?.text).toBe('no further error');
    expect(lineOf(pressed(['E'], third))).toBe(35);
    expect(lineOf(pressed(['5', 'w']))).toBe(23);
  });

  test('o and O: the events of one group', () => {
    const first = pressed(['5', ':', ...'goto 17', 'enter']);
    expect(lineOf(first)).toBe(17);
    const second = pressed(['o'], first);
    expect([second, pressed(['o'], second)].map(lineOf)).toEqual([24, 25]);
    expect(lineOf(pressed(['O'], second))).toBe(17);
  });

  test('[ and ]: the uses of one PRGI', () => {
    const third = pressed(['5', ':', ...'goto 41', 'enter']);
    expect(lineOf(third)).toBe(41);
    const next = pressed([']'], third);
    expect(lineOf(next)).toBe(45);
    expect(pressed([']'], next).message?.text).toBe('this is the last use of its PRGI');
  });

  test('[ from a response too many: the use that it came behind', () => {
    const spurious = pressed(['5', ':', ...'goto 29', 'enter']);
    expect(viewOf(spurious, world).focus.groupRow).toBeUndefined();
    expect(lineOf(pressed(['['], spurious))).toBe(15);
  });

  test('> in Latency: the slowest answer among the groups, and its ladder', () => {
    const slowest = pressed(['7', '>']);
    expect(placeOf(slowest).view).toBe('groups');
    expect(viewOf(slowest, world).textAt(placeOf(slowest).cursor.selected)).toContain('26.18 ms');
    expect(placeOf(pressed(['enter'], slowest)).view).toBe('ladder');
    expect(placeOf(pressed(['enter', 'esc'], slowest)).view).toBe('groups');
  });

  test('z and Z: into the timeline and out, within the capture', () => {
    const { span } = world.capture.timeline;
    const near = placeOf(pressed(['z', 'z', 'left', 'left', 'left']));
    if (near.view !== 'overview' || near.window === undefined || span === undefined) throw new Error('no window');
    expect(near.window.from).toBe(span.from);
    expect(near.window.to - near.window.from).toBeCloseTo((span.to - span.from) / 4, -1);
    const whole = placeOf(pressed(['z', 'z', 'Z', 'Z']));
    expect(whole).not.toHaveProperty('window');
  });
});

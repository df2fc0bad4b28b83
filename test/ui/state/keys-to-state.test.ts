import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { frameOf } from '../../../src/ui/frame.ts';
import type { TerminalInput } from '../../../src/ui/input/decode-keys.ts';
import { KEY_BINDINGS } from '../../../src/ui/keys.ts';
import { viewOf } from '../../../src/ui/state/context.ts';
import { type Action, reduce } from '../../../src/ui/state/reduce.ts';
import { initialState, MAX_STACK, placeOf, type UiState } from '../../../src/ui/state/state.ts';
import { lineWidth, textOf } from '../../../src/ui/text/line.ts';
import { activeCursor } from '../../../src/ui/views/view.ts';
import type { World } from '../../../src/ui/world.ts';
import { openWorld } from '../open-world.ts';

const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 200, rows: 50 },
  { columns: 40, rows: 10 },
  { columns: 79, rows: 30 },
  { columns: 20, rows: 5 },
];

const worlds: World[] = [];
beforeAll(async () => {
  worlds.push(
    await openWorld('fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt'),
    await openWorld('fixtures/pri/pri-intel-sva-7.2.13/a01-normal-groups.txt'),
  );
});

const bound = KEY_BINDINGS.flatMap(({ keys }) => keys);
const lines = [
  'la\t\t',
  'device=\t',
  '1',
  'response',
  'zzz',
  'goto 17',
  'goto 99999',
  'time 15.1',
  'explain FL102',
  'nonsense',
  '12',
];
const key = (name: string): TerminalInput => ({ kind: 'key', key: name });

const inputs: fc.Arbitrary<readonly Action[]> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...bound).map((name) => [input(key(name))]) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 2 }).map((name) => [input(key(name))]) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('/', ':', '&'), fc.constantFrom(...lines), fc.constantFrom('enter', 'esc'))
      .map(([sign, text, end]) =>
        [sign, ...text, end].map((name) => input(key(name === ' ' ? 'space' : name === '\t' ? 'tab' : name))),
      ),
  },
  { weight: 1, arbitrary: fc.constantFrom(...SIZES).map((size) => [{ kind: 'resize' as const, size }]) },
  { weight: 1, arbitrary: fc.nat(100).map((row) => [{ kind: 'found' as const, row }]) },
  { weight: 1, arbitrary: fc.constant([{ kind: 'data' as const }]) },
  {
    weight: 1,
    arbitrary: fc
      .record({ action: fc.constantFrom('press', 'wheel-up', 'wheel-down'), column: fc.nat(210), row: fc.nat(60) })
      .map((mouse) => [input({ kind: 'mouse', ...mouse })]),
  },
  { weight: 1, arbitrary: fc.string().map((text) => [input({ kind: 'paste', text })]) },
);

function input(what: TerminalInput): Action {
  return { kind: 'input', input: what };
}

function stateAfter(
  world: World,
  actions: readonly Action[],
  start: UiState = initialState({ columns: 80, rows: 24 }),
): UiState {
  return actions.reduce((state, action) => reduce(state, action, world).state, start);
}

function assertValid(state: UiState, world: World): void {
  expect(state.stack.length).toBeGreaterThan(0);
  expect(state.stack.length).toBeLessThanOrEqual(MAX_STACK);
  expect(state.stack[0]?.view).toBe('overview');
  const view = viewOf(state, world);
  const { selected, top } = activeCursor(placeOf(state));
  expect(selected).toBeGreaterThanOrEqual(0);
  expect(selected).toBeLessThanOrEqual(Math.max(0, view.count - 1));
  expect(top).toBeGreaterThanOrEqual(0);
  expect(top).toBeLessThanOrEqual(selected);
  expect(selected - top).toBeLessThan(view.pageRows);
  if (state.prompt !== undefined) {
    expect(state.prompt.at).toBeGreaterThanOrEqual(0);
    expect(state.prompt.at).toBeLessThanOrEqual([...state.prompt.text].length);
  }
  const { lines: frame, cursorColumn = 0 } = frameOf(state, world);
  expect(frame).toHaveLength(state.size.rows);
  for (const line of frame) expect(lineWidth(line)).toBeLessThanOrEqual(state.size.columns);
  expect(cursorColumn).toBeLessThan(state.size.columns);
}

describe('Tab in the line of a filter', () => {
  const typed = (...keys: readonly string[]): UiState => {
    const [world] = worlds;
    if (world === undefined) throw new Error('no world');
    return stateAfter(
      world,
      ['5', '&', ...keys].map((name) => input(key(name))),
    );
  };

  test('completes a field and a value, offers several one after the other, and forgets them at the next key', () => {
    expect(typed(...'dev', 'tab').prompt).toMatchObject({ text: 'device=', at: 7 });
    expect(typed(...'dev', 'tab', 'tab').prompt?.text).toBe('device=0000:01:00.0');
    const offered = typed(...'la', 'tab');
    expect(offered.prompt).toMatchObject({
      text: 'la',
      choices: { words: ['latency=', 'lane=', 'last='], chosen: -1 },
    });
    expect(typed(...'la', 'tab', 'tab').prompt?.text).toBe('latency=');
    expect(typed(...'la', 'tab', 'tab', 'tab').prompt?.text).toBe('lane=');
    expect(typed(...'la', 'tab', 'shift-tab').prompt?.text).toBe('last=');
    expect(typed(...'la', 'tab', 'tab', ...'5ms').prompt).toEqual({
      kind: 'filter',
      text: 'latency=5ms',
      at: 11,
      back: 0,
    });
    expect(typed(...'zzz', 'tab').prompt?.text).toBe('zzz');
  });

  test('shows what it offers beside the line', () => {
    const [world] = worlds;
    if (world === undefined) throw new Error('no world');
    const { lines: frame } = frameOf(typed(...'kind=page-', 'tab'), world);
    expect(textOf(frame.at(-1) ?? { spans: [] })).toBe('&kind=page-re  page-request page-response');
  });
});

describe('any sequence of keys', () => {
  test('leaves a valid state and a screen that fits', () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 1), fc.array(inputs, { maxLength: 40 }), (which, groups) => {
        const world = worlds[which];
        if (world === undefined) throw new Error('no world');
        let state = initialState({ columns: 80, rows: 24 });
        for (const actions of groups) {
          state = stateAfter(world, actions, state);
          while (world.lists.hasWork) world.lists.work(50);
          state = stateAfter(world, [{ kind: 'data' }], state);
          assertValid(state, world);
        }
      }),
      { seed: 3320, numRuns: 150 },
    );
  });

  test('the same keys give the same state', () => {
    fc.assert(
      fc.property(fc.array(inputs, { maxLength: 40 }), (groups) => {
        const [world] = worlds;
        if (world === undefined) throw new Error('no world');
        expect(stateAfter(world, groups.flat())).toEqual(stateAfter(world, groups.flat()));
      }),
      { seed: 3321, numRuns: 50 },
    );
  });

  test('filtering twice by the same is filtering once', () => {
    const filters = ['pasid=1', 'id=FL102', 'latency>10ms | !pasid=1', 'device=01:00.0 (prgi=1 | prgi=3)', '', 'zzz=1'];
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1),
        fc.array(inputs, { maxLength: 20 }),
        fc.constantFrom('2', '3', '5'),
        fc.constantFrom(...filters),
        (which, groups, view, filter) => {
          const world = worlds[which];
          if (world === undefined) throw new Error('no world');
          const sized: Action = { kind: 'resize', size: { columns: 80, rows: 24 } };
          const settle = (state: UiState): UiState => {
            while (world.lists.hasWork) world.lists.work(50);
            return stateAfter(world, [{ kind: 'data' }], state);
          };
          const typed = ['&', 'ctrl-u', ...filter, 'enter'].map((name) => input(key(name === ' ' ? 'space' : name)));
          const start = stateAfter(world, [...groups.flat(), sized, input(key('esc')), input(key(view))]);
          const once = settle(stateAfter(world, typed, start));
          const twice = settle(stateAfter(world, typed, once.prompt === undefined ? once : start));
          expect(placeOf(twice)).toEqual(placeOf(once));
          expect(viewOf(twice, world).count).toBe(viewOf(once, world).count);
        },
      ),
      { seed: 3323, numRuns: 150 },
    );
  });

  test('as many backs as there are places lead to the root, and only q quits there', () => {
    fc.assert(
      fc.property(fc.array(inputs, { maxLength: 40 }), (groups) => {
        const [world] = worlds;
        if (world === undefined) throw new Error('no world');
        const sized: Action = { kind: 'resize', size: { columns: 80, rows: 24 } };
        const state = stateAfter(world, [...groups.flat(), sized, input(key('esc'))]);
        const backs = Array.from({ length: state.stack.length }, () => input(key('esc')));
        const root = stateAfter(world, backs, state);
        expect(root.stack).toHaveLength(1);
        expect(reduce(root, input(key('esc')), world).effects).toEqual([]);
        expect(reduce(root, input(key('q')), world).effects).toEqual([{ kind: 'quit' }]);
      }),
      { seed: 3322, numRuns: 100 },
    );
  });
});

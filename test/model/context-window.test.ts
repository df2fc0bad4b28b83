import { describe, expect, test } from 'vitest';
import { ContextWindow, type WindowLimits } from '../../src/model/context-window.ts';
import { newEvent } from '../../src/model/event.ts';
import { prgi } from '../../src/model/ids.ts';

/** Letters are anchors, dots other events; returns the positions kept. */
function kept(stream: string, limits: WindowLimits) {
  const window = new ContextWindow(limits);
  const events = [...stream].map((letter, at) => {
    const event = newEvent('page-request', 'test', 'wire');
    event.prgi = prgi(at);
    window.push(event, letter !== '.');
    return event;
  });
  return {
    kept: window.events.map((event) => Number(event.prgi)),
    omitted: window.omitted,
    held: events.filter((event) => window.holds(event)).length,
  };
}

describe('context window', () => {
  test('without an anchor nothing is kept', () => {
    expect(kept('......', { margin: 2, edge: 1, most: 10 })).toMatchObject({ kept: [], omitted: 0 });
  });

  test('the edge before the first and behind the last anchor', () => {
    expect(kept('.....A.....', { margin: 3, edge: 1, most: 10 })).toMatchObject({ kept: [4, 5, 6], omitted: 0 });
  });

  test('all between anchors that are near to each other', () => {
    expect(kept('...A....B...', { margin: 2, edge: 0, most: 20 })).toMatchObject({
      kept: [3, 4, 5, 6, 7, 8],
      omitted: 0,
    });
  });

  test('far apart: what lies between is counted', () => {
    expect(kept('A..........B', { margin: 2, edge: 0, most: 20 })).toMatchObject({
      kept: [0, 1, 2, 9, 10, 11],
      omitted: 6,
    });
  });

  test('no more than the limit, and no more is held', () => {
    const { kept: positions, omitted, held } = kept('AAAAAAAAAA', { margin: 1, edge: 1, most: 4 });
    expect(positions).toEqual([0, 1, 2, 3]);
    expect(omitted).toBe(6);
    expect(held).toBe(4);
  });
});

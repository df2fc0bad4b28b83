import { describe, expect, it } from 'vitest';
import { FragmentJoiner } from '../../src/intake/fragment-joiner.ts';
import { newEvent, type SourceLine, type TraceEvent } from '../../src/model/event.ts';
import type { Continuation } from '../../src/model/parser.ts';

let lines = 0;

function line(text: string): SourceLine {
  lines += 1;
  return { input: 0, line: lines, offset: 0, text };
}

function first(iommu: string | undefined): TraceEvent {
  const event = newEvent('fault', 'test', 'wire');
  event.iommu = iommu;
  event.isFragment = true;
  event.source = line('first');
  return event;
}

function more(iommu: string | undefined, reason: string, state: 'open' | 'complete'): Continuation {
  const join = (event: TraceEvent) => {
    event.reason = `${event.reason ?? ''}${reason}`;
    return state;
  };
  return { kind: 'continuation', dialect: 'test', iommu, join };
}

/** Reasons and units in the order in which they come out. */
function run(play: (joiner: FragmentJoiner) => void): string[] {
  const out: string[] = [];
  const joiner = new FragmentJoiner((event) => out.push(`${event.iommu}:${event.reason}:${event.also?.length ?? 0}`));
  play(joiner);
  joiner.flush();
  return out;
}

describe('joining lines', () => {
  it('passes whole events on at once', () => {
    const out = run((joiner) => {
      const event = newEvent('fault', 'test', 'wire');
      event.iommu = 'a';
      joiner.takeEvent(event);
      joiner.takeEvent(first('b'));
    });
    expect(out).toEqual(['a:undefined:0', 'b:undefined:0']);
  });

  it('joins interleaved messages of two units, each to its own', () => {
    const out = run((joiner) => {
      joiner.takeEvent(first('a'));
      joiner.takeEvent(first('b'));
      joiner.takeContinuation(more('a', '1', 'open'), line('a1'));
      joiner.takeContinuation(more('b', '1', 'complete'), line('b1'));
      joiner.takeContinuation(more('a', '2', 'complete'), line('a2'));
    });
    expect(out).toEqual(['b:1:1', 'a:12:2']);
  });

  it('gives a continuation without a first line back', () => {
    const joiner = new FragmentJoiner(() => undefined);
    const alone = newEvent('fault', 'test', 'wire');
    expect(joiner.takeContinuation({ ...more('a', '1', 'complete'), alone }, line('x'))).toBe(alone);
    expect(joiner.takeContinuation(more('a', '1', 'complete'), line('x'))).toBeUndefined();
  });

  it('joins nothing of another dialect', () => {
    const out = run((joiner) => {
      joiner.takeEvent(first('a'));
      joiner.takeContinuation({ ...more('a', '1', 'complete'), dialect: 'other' }, line('x'));
    });
    expect(out).toEqual(['a:undefined:0']);
  });

  it('does not wait for ever', () => {
    const seen: string[] = [];
    const joiner = new FragmentJoiner((event) => seen.push(event.dialect));
    joiner.takeEvent(first('a'));
    for (let count = 0; count < 70; count += 1) joiner.takeEvent(newEvent('fault', 'filler', 'wire'));
    expect(seen.filter((dialect) => dialect === 'test')).toEqual(['test']);
  });

  it('holds a bounded number of open messages', () => {
    const seen: TraceEvent[] = [];
    const joiner = new FragmentJoiner((event) => seen.push(event));
    for (let count = 0; count < 65; count += 1) joiner.takeEvent(first(`unit${count}`));
    expect(seen.map((event) => [event.iommu, event.isFragment])).toEqual([['unit0', false]]);
  });
});

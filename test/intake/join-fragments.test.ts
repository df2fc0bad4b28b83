import { describe, expect, it } from 'vitest';
import { carrierOf, FragmentJoiner } from '../../src/intake/join-fragments.ts';
import { type Continuation, newEvent, type TraceEvent } from '../../src/model/event.ts';
import { nanoseconds } from '../../src/model/time.ts';

let lines = 0;

function placed(event: TraceEvent, timeMs: number): TraceEvent {
  lines += 1;
  event.source = { input: 0, line: lines, offset: 0, text: 'line' };
  event.time = nanoseconds(timeMs * 1e6);
  return event;
}

function first(iommu: string, timeMs = 0): TraceEvent {
  const event = newEvent('fault', 'test', 'wire');
  event.iommu = iommu;
  event.isFragment = true;
  return placed(event, timeMs);
}

function whole(iommu: string, timeMs = 0): TraceEvent {
  const event = newEvent('fault', 'test', 'wire');
  event.iommu = iommu;
  return placed(event, timeMs);
}

function more(iommu: string | undefined, reason: string, state: 'open' | 'complete', timeMs = 0): TraceEvent {
  return placed(carrierOf(continuation(iommu, reason, state)), timeMs);
}

function continuation(iommu: string | undefined, reason: string, state: 'open' | 'complete'): Continuation {
  const join = (event: TraceEvent): 'open' | 'complete' => {
    event.reason = `${event.reason ?? ''}${reason}`;
    return state;
  };
  return { kind: 'continuation', dialect: 'test', iommu, join };
}

/** Units, reasons and numbers of further lines, in the order in which the events come out. */
function run(...events: TraceEvent[]): string[] {
  const joiner = new FragmentJoiner();
  const out = events.flatMap((event) => joiner.push([event]));
  out.push(...joiner.flush());
  return out.map((event) => `${event.iommu}:${event.reason}:${event.also?.length ?? 0}:${event.isFragment}`);
}

describe('joining lines', () => {
  it('passes whole events on as they are', () => {
    const events = [whole('a'), whole('b')];
    expect(new FragmentJoiner().push(events)).toBe(events);
  });

  it('joins interleaved messages of two units, each to its own', () => {
    const out = run(
      first('a'),
      first('b'),
      more('a', '1', 'open'),
      more('b', '1', 'complete'),
      more('a', '2', 'complete'),
    );
    expect(out).toEqual(['a:12:2:false', 'b:1:1:false']);
  });

  it('keeps the order of what stands between the lines', () => {
    const out = run(first('a', 0), whole('x', 1), more('a', '1', 'complete', 2), whole('y', 3));
    expect(out).toEqual(['a:1:1:false', 'x:undefined:0:false', 'y:undefined:0:false']);
  });

  it('lets a continuation without a first line stand alone, or drops it if it says nothing then', () => {
    const alone = whole('z');
    const standing = placed(carrierOf({ ...continuation('z', '1', 'complete'), alone }), 0);
    expect(run(standing, more('a', '1', 'complete'))).toEqual(['z:undefined:0:false']);
  });

  it('joins nothing of another dialect, and nothing that comes too late', () => {
    const other = carrierOf({ ...continuation('a', '1', 'complete'), dialect: 'other' });
    expect(run(first('a'), placed(other, 0))).toEqual(['a:undefined:0:false']);
    expect(run(first('a', 0), more('a', '1', 'complete', 1201))).toEqual(['a:undefined:0:false']);
  });

  it('holds back a bounded number of events', () => {
    const joiner = new FragmentJoiner();
    const out = joiner.push([first('a'), ...Array.from({ length: 2000 }, () => whole('b'))]);
    expect(out.length).toBe(2001);
    expect(out[0]?.iommu).toBe('a');
  });
});

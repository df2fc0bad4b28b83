import { describe, expect, test } from 'vitest';
import { pasid, prgi } from '../../../src/model/ids.ts';
import type { LadderMessage } from '../../../src/model/ladder.ts';
import { nanoseconds } from '../../../src/model/time.ts';
import { ladderSvg } from '../../../src/report/html/ladder-svg.ts';
import { latencyChart, rangeOf } from '../../../src/report/html/latency-chart.ts';
import type { Markup } from '../../../src/report/html/markup.ts';
import { type Timeline, timelineChart } from '../../../src/report/html/timeline-chart.ts';
import { attribute, elementsNamed } from './page-problems.ts';

const at = (second: number) => nanoseconds(second * 1e9);

function message(
  kind: 'request' | 'response',
  instance: number,
  times: { sentAt?: number; receivedAt?: number },
): LadderMessage {
  const [from, to] = kind === 'request' ? (['host', 'driver'] as const) : (['driver', 'host'] as const);
  return {
    kind,
    from,
    to,
    instance,
    pasid: pasid(1),
    prgi: prgi(1),
    ...(kind === 'request' && { isLast: true }),
    ...(times.sentAt !== undefined && { sentAt: at(times.sentAt) }),
    ...(times.receivedAt !== undefined && { receivedAt: at(times.receivedAt) }),
  };
}

function drawn(messages: readonly LadderMessage[]): string {
  const scale = { unit: 'seconds', epoch: 0, digits: 6 } as const;
  return ladderSvg({ messages, lines: new Set(), scale, omitted: 0, clockNotes: [], inputName: String }, 'A drawing')
    .text;
}

/** Start and end of the arrows of a kind. */
function arrows(svg: string, kind: string): readonly { x1: number; y1: number; x2: number; y2: number }[] {
  return elementsNamed(svg, 'g')
    .filter((group) => attribute(group, 'class')?.split(' ').includes(kind))
    .map((group) => {
      const path = group.childNodes.find((node) => 'tagName' in node && node.tagName === 'path');
      const d = path !== undefined && 'attrs' in path ? (attribute(path, 'd') ?? '') : '';
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = [...d.matchAll(/[\d.]+/g)].map(([number]) => Number(number));
      return { x1, y1, x2, y2 };
    });
}

describe('a ladder', () => {
  test('of messages in flight at once has arrows that cross', () => {
    const svg = drawn([
      message('request', 1, { sentAt: 1, receivedAt: 1 }),
      message('request', 2, { sentAt: 2, receivedAt: 4 }),
      message('response', 1, { sentAt: 3, receivedAt: 5 }),
    ]);
    const [, request] = arrows(svg, 'request');
    const [response] = arrows(svg, 'response');
    if (request === undefined || response === undefined) throw new Error('an arrow is missing');
    expect(request.x1).toBeLessThan(request.x2);
    expect(response.x2).toBeLessThan(response.x1);
    expect(request.y2 - request.y1).toBe(48);
    expect(response.y2 - response.y1).toBe(48);
    // On its way, each is above and then below the other.
    expect(response.y1).toBeGreaterThan(request.y1);
    expect(response.y1).toBeLessThan(request.y2);
    expect(elementsNamed(svg, 'polygon')).toHaveLength(3);
  });

  test('shows what was not seen to arrive, and what came from nowhere', () => {
    const svg = drawn([
      message('request', 1, { sentAt: 1, receivedAt: 1 }),
      message('response', 1, { sentAt: 2 }),
      message('request', 2, { receivedAt: 3 }),
    ]);
    expect(arrows(svg, 'lost')).toHaveLength(1);
    expect(elementsNamed(svg, 'text').filter((text) => attribute(text, 'class') === 'unseen')).toHaveLength(1);
  });
});

describe('a timeline', () => {
  const step = (index: number) => ({
    time: `${index}.0`,
    groups: 1,
    answers: 1,
    faults: 0,
    meanDepth: 1,
    peakDepth: 2,
  });
  const timeline: Timeline = {
    steps: [0, 1, 2, 3, 4, 5].map(step),
    stepNs: 1e9,
    spanNs: 6e9,
    gaps: [],
    findings: [{ atNs: 3e9, severity: 'error' }],
    errors: [],
  };
  const paths = (chart: Markup, kind: string): readonly string[] =>
    elementsNamed(chart.text, 'path').flatMap((path) => {
      return attribute(path, 'class') === kind ? (attribute(path, 'd') ?? '') : [];
    });
  const across = (d: string) => {
    const xs = [...d.matchAll(/[ML](-?[\d.]+),/g)].map(([, x]) => Number(x));
    return [Math.min(...xs), Math.max(...xs)];
  };

  test('without a gap is one curve over all of the time', () => {
    const chart = timelineChart(timeline, 'A timeline');
    expect(paths(chart, 'peak-depth').map(across)).toEqual([[64, 950]]);
    expect(paths(chart, 'rate groups').map(across)).toEqual([[64, 950]]);
    expect(chart.text).not.toContain('class="gap"');
  });

  test('with a gap says nothing of what was in flight then', () => {
    const chart = timelineChart({ ...timeline, gaps: [{ fromNs: 2.2e9, toNs: 3.5e9 }] }, 'A timeline');
    const x = (seconds: number) => expect.closeTo(64 + ((950 - 64) * seconds) / 6, 1);
    expect(paths(chart, 'peak-depth').map(across)).toEqual([
      [x(0), x(2)],
      [x(4), x(6)],
    ]);
    expect(paths(chart, 'rate groups partial').map(across)).toEqual([[x(2), x(4)]]);
    const [band] = elementsNamed(chart.text, 'rect').filter((rect) => attribute(rect, 'class') === 'gap');
    expect(Number(band === undefined ? 0 : attribute(band, 'x'))).toEqual(x(2.2));
  });
});

test('a histogram has a bar for each bin, as high as it counts, and the limits that lie in it', () => {
  const bins = [
    { fromNs: 1024, toNs: 2048, count: 1 },
    { fromNs: 4096, toNs: 8192, count: 4 },
  ];
  const latency = { count: 5, minNs: 1500, p50Ns: 5000, p90Ns: 8000, p99Ns: 8000, maxNs: 8000 };
  const chart = latencyChart({ bins, latency, slowNs: 1e8 }, rangeOf(bins), 'A histogram', { width: 960, height: 230 });
  const heights = elementsNamed(chart.text, 'rect').map((bar) => Number(attribute(bar, 'height')));
  expect(heights[1]).toBe(4 * (heights[0] ?? 0));
  const names = elementsNamed(chart.text, 'text').filter((text) => attribute(text, 'class') === 'limit-name');
  expect(names.map(({ childNodes: [node] }) => (node !== undefined && 'value' in node ? node.value : ''))).toEqual([
    'p50 5 µs',
    'p99 8 µs',
  ]);
});

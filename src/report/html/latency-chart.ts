import { scaleLinear, scaleLog } from 'd3-scale';
import { plural } from '../../base/text.ts';
import type { Latency } from '../../model/result.ts';
import type { LatencyBin } from '../../model/stats.ts';
import { formatDuration } from '../../model/time.ts';
import { bottomAxis, countAxis, type Frame } from './axes.ts';
import { html, type Markup, px } from './markup.ts';

/** Latencies that all histograms of a page share, so that they compare. */
export type LatencyRange = readonly [lowNs: number, highNs: number];

export interface LatencyPlot {
  readonly bins: readonly LatencyBin[];
  readonly latency: Latency | undefined;
  /** Above this an answer is slow. */
  readonly slowNs: number;
}

export function rangeOf(bins: readonly LatencyBin[]): LatencyRange {
  const low = Math.max(1, Math.min(...bins.map(({ fromNs }) => fromNs)));
  return [low, Math.max(low * 2, ...bins.map(({ toNs }) => toNs))];
}

/** A histogram with logarithmic latencies; percentiles and the limit for slow answers are lines with words. */
export function latencyChart(
  { bins, latency, slowNs }: LatencyPlot,
  range: LatencyRange,
  label: string,
  size: { readonly width: number; readonly height: number },
): Markup {
  const frame: Frame = { left: 52, right: size.width - 14, top: 54, bottom: size.height - 26 };
  const x = scaleLog([...range], [frame.left, frame.right]);
  const y = scaleLinear([0, Math.max(1, ...bins.map(({ count }) => count))], [frame.bottom, frame.top]).nice(4);
  const bars = bins.map(({ fromNs, toNs, count }) => {
    const left = x(Math.max(range[0], fromNs));
    const right = x(Math.max(range[0], toNs));
    const text = `${formatDuration(fromNs)} to ${formatDuration(toNs)}: ${plural(count, 'answer')}`;
    return html`<rect class="bar" x="${px(left + 0.5)}" y="${px(y(count))}" width="${px(Math.max(1, right - left - 1))}" height="${px(frame.bottom - y(count))}"><title>${text}</title></rect>`;
  });
  const most = Math.max(...bins.map(({ count }) => count));
  return html`<svg class="chart latency" role="img" aria-label="${label}" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}">${countAxis(y, frame, Math.min(4, most))}${bars}${bottomAxis(latencyTicks(range, (frame.right - frame.left) / 70), x, frame, formatDuration)}${limits(latency, slowNs, range, frame, x)}</svg>`;
}

/** Powers of ten, with 2 and 5 between them where they are few; no more than find room. */
function latencyTicks([low, high]: LatencyRange, most: number): readonly number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.floor(Math.log10(high) + 1e-9);
  const digits = last - first < 3 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil((last - first + 1) / Math.max(1, most)));
  const ticks: number[] = [];
  for (let power = first; power <= last; power += every) ticks.push(...digits.map((digit) => digit * 10 ** power));
  return ticks.filter((tick) => tick >= low && tick <= high);
}

/** Each name has its own line, so that neighbours do not cover each other. */
function limits(
  latency: Latency | undefined,
  slowNs: number,
  [low, high]: LatencyRange,
  frame: Frame,
  x: (ns: number) => number,
): readonly Markup[] {
  const named: (readonly [name: string, ns: number, kind: string])[] = [
    ...(latency === undefined
      ? []
      : ([
          ['p50', latency.p50Ns, 'percentile'],
          ['p99', latency.p99Ns, 'percentile'],
        ] as const)),
    ['slow', slowNs, 'slow'],
  ];
  return named
    .filter(([, ns]) => ns >= low && ns <= high)
    .map(([name, ns, kind], index) => {
      const at = x(ns);
      const isRight = at > (frame.left + frame.right) / 2;
      const top = frame.top - 44 + 14 * index;
      return html`<path class="limit ${kind}" d="M${px(at)} ${px(top)}V${px(frame.bottom)}"/><text class="limit-name" x="${px(at + (isRight ? -4 : 4))}" y="${px(top + 9)}" text-anchor="${isRight ? 'end' : 'start'}">${name} ${formatDuration(ns)}</text>`;
    });
}

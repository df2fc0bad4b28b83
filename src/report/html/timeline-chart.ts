import { scaleLinear } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import { plural } from '../../base/text.ts';
import type { Severity } from '../../model/finding.ts';
import type { Step } from '../../model/stats.ts';
import { formatDuration, NS_PER_SECOND } from '../../model/time.ts';
import { bottomAxis, countAxis, type Frame, timeUnit } from './axes.ts';
import { html, type Markup, px } from './markup.ts';

/** Times are nanoseconds since the first step. */
export interface Timeline {
  readonly steps: readonly Step[];
  readonly stepNs: number;
  readonly spanNs: number;
  readonly gaps: readonly { readonly fromNs: number; readonly toNs: number }[];
  readonly findings: readonly { readonly atNs: number; readonly severity: Severity }[];
  readonly errors: readonly { readonly atNs: number; readonly count: number }[];
}

const WIDTH = 960;
const LEFT = 64;
const RIGHT = 950;
const MARKS: Frame = { left: LEFT, right: RIGHT, top: 6, bottom: 50 };
const DEPTH: Frame = { left: LEFT, right: RIGHT, top: 78, bottom: 208 };
const RATES: Frame = { left: LEFT, right: RIGHT, top: 242, bottom: 352 };
const HEIGHT = 396;

export const RATE_SERIES = ['groups', 'answers', 'faults'] as const;

/**
 * Findings and errors above, groups in flight and rates below, on one time axis. Where events are missing nobody knows what
 * was in flight, so nothing is drawn; rates are what was recorded, at least, and drawn faintly.
 */
export function timelineChart(timeline: Timeline, label: string): Markup {
  const { stepNs, steps } = timeline;
  const endNs = Math.max(timeline.spanNs, 1);
  const x = scaleLinear([0, endNs], [LEFT, RIGHT]);
  const points = pointsOf(timeline, endNs);
  const unit = timeUnit(endNs);
  const ticks = scaleLinear([0, endNs / unit.ns], [0, 1]).ticks(8);
  const axis = bottomAxis(
    ticks.map((tick) => tick * unit.ns),
    x,
    RATES,
    (tick) => String(Number((tick / unit.ns).toPrecision(6))),
  );
  const title = `${unit.name} since ${steps[0]?.time ?? ''} s, in steps of ${formatDuration(stepNs)}`;
  return html`<svg class="chart timeline" role="img" aria-label="${label}" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">${gapBands(timeline, x)}${marks(timeline, x)}${depthPlot(points, x)}${ratePlot(points, stepNs, x)}${axis}<text class="axis-title" x="${px((LEFT + RIGHT) / 2)}" y="${HEIGHT - 8}" text-anchor="middle">${title}</text>${hovers(timeline, x, endNs)}</svg>`;
}

type TimeScale = (ns: number) => number;

/** A step's start with its values; the last one closes the last step. `isKnown`: no event of it is missing. */
interface StepPoint {
  readonly atNs: number;
  readonly step: Step;
  readonly isKnown: boolean;
}

function pointsOf({ steps, stepNs, gaps }: Timeline, endNs: number): readonly StepPoint[] {
  const points = steps.map((step, index): StepPoint => {
    const atNs = index * stepNs;
    return {
      atNs,
      step,
      isKnown: !gaps.some(({ fromNs, toNs }) => fromNs < atNs + stepNs && Math.max(toNs, fromNs + 1) > atNs),
    };
  });
  const last = points.at(-1);
  return last === undefined ? [] : [...points, { ...last, atNs: endNs }];
}

/** Step curves of the steps that are known, or of those that are not: each goes to the end of its last step. */
function runsOf(points: readonly StepPoint[], areKnown: boolean): readonly (readonly StepPoint[])[] {
  const runs: StepPoint[][] = [];
  let run: StepPoint[] = [];
  for (const point of points) {
    if (point.isKnown === areKnown) {
      run.push(point);
      continue;
    }
    const last = run.at(-1);
    if (last !== undefined) runs.push([...run, { ...last, atNs: point.atNs }]);
    run = [];
  }
  // The point that closes the last step is no step.
  if (run.length > 1) runs.push(run);
  return runs;
}

function gapBands({ gaps, spanNs }: Timeline, x: TimeScale): readonly Markup[] {
  return gaps.map(({ fromNs, toNs }) => {
    const left = x(Math.max(0, fromNs));
    const width = Math.max(3, x(Math.min(spanNs, toNs)) - left);
    const text =
      width < 40
        ? ''
        : html`<text class="gap-name" x="${px(left + width / 2)}" y="${RATES.bottom - 6}" text-anchor="middle">events lost</text>`;
    return html`<rect class="gap" x="${px(left)}" y="${MARKS.top}" width="${px(width)}" height="${RATES.bottom - MARKS.top}" fill="url(#hatch)"/>${text}`;
  });
}

function marks({ findings, errors }: Timeline, x: TimeScale): Markup {
  const row = { error: MARKS.top + 2, warning: MARKS.top + 17, note: MARKS.top + 32 } as const;
  const found = findings.map(
    ({ atNs, severity }) =>
      html`<use class="shape ${severity}" href="#shape-${severity}" x="${px(x(atNs) - 6)}" y="${row[severity]}" width="12" height="12"/>`,
  );
  const failed = errors.map(({ atNs }) => html`<path class="iommu-error" d="M${px(x(atNs))} ${MARKS.bottom + 2}v14"/>`);
  const names = (['error', 'warning', 'note'] as const).map(
    (severity) =>
      html`<text class="tick" x="${LEFT - 10}" y="${row[severity] + 10}" text-anchor="end">${severity}s</text>`,
  );
  const errorName =
    errors.length === 0
      ? ''
      : html`<text class="tick" x="${LEFT - 10}" y="${MARKS.bottom + 13}" text-anchor="end">IOMMU</text>`;
  return html`${names}${errorName}<path class="axis" d="M${LEFT} ${MARKS.bottom}H${RIGHT}"/>${found}${failed}`;
}

function depthPlot(points: readonly StepPoint[], x: TimeScale): Markup {
  const most = Math.max(1, ...points.map(({ step }) => step.peakDepth));
  const y = scaleLinear([0, most], [DEPTH.bottom, DEPTH.top]).nice(4);
  const mean = area<StepPoint>(
    (point) => x(point.atNs),
    y(0),
    (point) => y(point.step.meanDepth),
  ).curve(curveStepAfter);
  const peak = line<StepPoint>(
    (point) => x(point.atNs),
    (point) => y(point.step.peakDepth),
  ).curve(curveStepAfter);
  const paths = runsOf(points, true).map(
    (run) =>
      html`<path class="mean-depth" d="${mean([...run]) ?? ''}"/><path class="peak-depth" d="${peak([...run]) ?? ''}"/>`,
  );
  return html`${countAxis(y, DEPTH, Math.min(4, most))}<text class="plot-name" x="${LEFT}" y="${DEPTH.top - 8}">Groups in flight</text>${paths}`;
}

function ratePlot(points: readonly StepPoint[], stepNs: number, x: TimeScale): Markup {
  const perSecond = NS_PER_SECOND / stepNs;
  const most = Math.max(...points.flatMap(({ step }) => RATE_SERIES.map((name) => step[name] * perSecond)), perSecond);
  const y = scaleLinear([0, most], [RATES.bottom, RATES.top]).nice(4);
  const runs = [
    ...runsOf(points, true).map((run) => ({ run, kind: '' })),
    ...runsOf(points, false).map((run) => ({ run, kind: ' partial' })),
  ];
  const paths = RATE_SERIES.flatMap((name) => {
    if (points.every(({ step }) => step[name] === 0)) return [];
    const curve = line<StepPoint>(
      (point) => x(point.atNs),
      (point) => y(point.step[name] * perSecond),
    ).curve(curveStepAfter);
    return runs.map(({ run, kind }) => html`<path class="rate ${name}${kind}" d="${curve([...run]) ?? ''}"/>`);
  });
  return html`${countAxis(y, RATES, 4)}<text class="plot-name" x="${LEFT}" y="${RATES.top - 8}">Per second</text>${paths}`;
}

/** What a pointer reads of a step; the table below the chart says the same. */
function hovers({ steps, stepNs, spanNs }: Timeline, x: TimeScale, endNs: number): readonly Markup[] {
  return steps.map((step, index) => {
    const left = x(Math.min(endNs, index * stepNs));
    const right = x(Math.min(endNs, Math.max(spanNs, 1), (index + 1) * stepNs));
    const text = `${step.time} s: ${plural(step.groups, 'group')}, ${plural(step.answers, 'answer')}, ${plural(step.faults, 'fault')}; in flight ${step.meanDepth}, at most ${step.peakDepth}`;
    return html`<rect class="hover" x="${px(left)}" y="${MARKS.top}" width="${px(Math.max(0, right - left))}" height="${RATES.bottom - MARKS.top}"><title>${text}</title></rect>`;
  });
}

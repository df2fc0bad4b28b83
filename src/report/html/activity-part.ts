import { plural } from '../../base/text.ts';
import type { Finding } from '../../model/finding.ts';
import { laneShift } from '../../model/lane-shift.ts';
import type { Rate } from '../../model/stats.ts';
import { formatDuration, NS_PER_SECOND } from '../../model/time.ts';
import { triggerOf } from '../wording.ts';
import { BOUNDS } from './bounds.ts';
import { html, type Markup } from './markup.ts';
import type { HtmlMaterial } from './material.ts';
import { scrolled, table } from './table.ts';
import { RATE_SERIES, type Timeline, timelineChart } from './timeline-chart.ts';

const NAMES: Readonly<Record<(typeof RATE_SERIES)[number], string>> = {
  groups: 'page-request groups',
  answers: 'answers',
  faults: 'unrecoverable faults',
};

/** What happened when: as a drawing, and as a table that says the same. */
export function activityPart(material: HtmlMaterial): Markup {
  const { stats } = material;
  const timeline = timelineOf(material);
  const body =
    timeline === undefined
      ? html`<p>No timeline: the capture has no clock in seconds, or nothing in it has a time.</p>`
      : drawn(timeline, material);
  const rates = [
    rateText('groups', stats.groupRate),
    rateText('answers', stats.answerRate),
    rateText('faults', stats.faultRate),
    stats.peakDepth === undefined ? '' : `${plural(stats.peakDepth, 'group')} in flight at most`,
  ].filter((text) => text !== '');
  return html`<section id="activity" aria-labelledby="activity-title"><h2 id="activity-title">Activity over time</h2>${rates.length === 0 ? '' : html`<p>${rates.join('; ')}.</p>`}${body}</section>`;
}

function rateText(name: string, rate: Rate | undefined): string {
  return rate === undefined ? '' : `${rate.meanPerSecond} ${name} a second, at most ${rate.peakPerSecond}`;
}

function timelineOf({ stats, marks, findings, result }: HtmlMaterial): Timeline | undefined {
  const { timeline: steps, stepNs, spanNs } = stats;
  const [first] = steps;
  if (first === undefined || stepNs === undefined || spanNs === undefined) return undefined;
  const shifts = result.inputs.map((input) => Number(laneShift(input, result) ?? 0n));
  const at = (time: string, input?: number): number =>
    nanosecondsBetween(first.time, time) + (input === undefined ? 0 : (shifts[input] ?? 0));
  const shown = [...findings.detailed, ...findings.listed].map(({ finding }) => finding);
  return {
    steps,
    stepNs,
    spanNs,
    gaps: marks.gaps.map(({ input, since, until }) => ({
      fromNs: since === undefined ? 0 : at(since, input),
      toNs: at(until, input),
    })),
    findings: shown
      .flatMap((finding) => timedFinding(finding, marks.inputs, at))
      .filter(({ atNs }) => atNs >= 0 && atNs <= spanNs)
      .slice(0, BOUNDS.findingMarks),
    errors: marks.errors
      .map(({ time, count }) => ({ atNs: at(time), count }))
      .filter(({ atNs }) => atNs >= 0 && atNs <= spanNs),
  };
}

function timedFinding(finding: Finding, inputs: ReadonlySet<number>, at: (time: string, input: number) => number) {
  const input = triggerOf(finding)?.input;
  if (finding.time === undefined || input === undefined || !inputs.has(input)) return [];
  return [{ atNs: at(finding.time, input), severity: finding.severity }];
}

/** Of two texts in seconds, however many digits they have. */
function nanosecondsBetween(from: string, to: string): number {
  return Number(nanosecondsOf(to) - nanosecondsOf(from));
}

function nanosecondsOf(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  const sign = whole.startsWith('-') ? -1n : 1n;
  return BigInt(whole) * BigInt(NS_PER_SECOND) + sign * BigInt(fraction.padEnd(9, '0').slice(0, 9));
}

function drawn(timeline: Timeline, { stats, result }: HtmlMaterial): Markup {
  const { gaps, findings, errors, steps } = timeline;
  const parts = [
    `Timeline over ${formatDuration(timeline.spanNs)}`,
    `${plural(findings.length, 'finding')} marked`,
    ...(gaps.length > 0 ? [`${plural(gaps.length, 'gap')} where events were lost`] : []),
    ...(errors.length > 0 ? ['IOMMU errors marked'] : []),
    'the table below has the figures',
  ];
  const present = RATE_SERIES.filter((name) => steps.some((step) => step[name] > 0));
  const swatches = [
    html`<li>${swatch('mean-depth')} in flight on average</li><li>${swatch('peak-depth')} in flight at most</li>`,
    ...present.map((name) => html`<li>${swatch(`rate ${name}`)} ${NAMES[name]} a second</li>`),
    ...(gaps.length > 0
      ? [html`<li>${swatch('gap')} events lost: what was in flight is not known, rates are those recorded</li>`]
      : []),
    ...(errors.length > 0 ? [html`<li>${swatch('iommu-error')} IOMMU errors</li>`] : []),
  ];
  const lanes = new Set(result.inputs.map(({ lane, laneName = '' }) => `${lane}/${laneName}`)).size;
  const clocks =
    lanes > 1
      ? html`<p>Gaps and findings of upper lanes are drawn on the clock of the lowest lane, in the middle of what is known of their offsets (see Coverage); rates and IOMMU errors of each lane, and lanes of which nothing is known, on their own clocks.</p>`
      : '';
  const rows = steps.map(({ time, groups, answers, faults, meanDepth, peakDepth }) => [
    time,
    groups,
    answers,
    faults,
    meanDepth,
    peakDepth,
  ]);
  const columns = ['from (s)', 'groups', 'answers', 'faults', 'in flight on average', 'in flight at most'];
  return html`<figure><figcaption>Findings, groups in flight and rates over the capture's time.</figcaption>${scrolled('Timeline', timelineChart(timeline, parts.join('; ')))}<ul class="legend-list">${swatches}</ul></figure>${clocks}
<details><summary>The timeline as a table</summary>${table(
    `${plural(steps.length, 'step')} of ${formatDuration(stats.stepNs ?? 0)}`,
    columns.map((name) => ({ name, isNumber: true })),
    rows,
  )}</details>`;
}

function swatch(kind: string): Markup {
  const drawing =
    kind === 'gap'
      ? html`<rect class="gap" width="24" height="12" fill="url(#hatch)"/>`
      : kind === 'mean-depth'
        ? html`<rect class="mean-depth" width="24" height="12"/>`
        : html`<path class="${kind}" d="${kind === 'iommu-error' ? 'M12 0v12' : 'M0 6h24'}"/>`;
  return html`<svg class="swatch chart" width="24" height="12" aria-hidden="true" focusable="false">${drawing}</svg>`;
}

import { plural } from '../../base/text.ts';
import { BaseClock } from '../../model/base-clock.ts';
import type { Finding } from '../../model/finding.ts';
import type { InputSummary } from '../../model/result.ts';
import type { Rate, Stats } from '../../model/stats.ts';
import { formatDuration, NS_PER_SECOND } from '../../model/time.ts';
import { laneLabel, triggerOf } from '../wording.ts';
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
  const at = placing(first.time, { stats, marks, result });
  const shown = [...findings.detailed, ...findings.listed].map(({ finding }) => finding);
  const isWithin = ({ atNs }: { readonly atNs: number }): boolean => atNs >= 0 && atNs <= spanNs;
  return {
    steps,
    stepNs,
    spanNs,
    gaps: marks.gaps.flatMap(({ input, since, until }) => {
      const fromNs = since === undefined ? 0 : at(since, input);
      const toNs = at(until, input);
      return fromNs === undefined || toNs === undefined ? [] : [{ fromNs, toNs }];
    }),
    findings: shown
      .flatMap((finding) => timedFinding(finding, at))
      .filter(isWithin)
      .slice(0, BOUNDS.findingMarks),
    errors: marks.errors
      .flatMap(({ input, time, count }) => {
        const atNs = at(time, input);
        return atNs === undefined ? [] : [{ atNs, count }];
      })
      .filter(isWithin),
  };
}

/** Nanoseconds since the first step of a time of an input; undefined where its clock is not related to the timeline's. */
type Placing = (time: string, input: number) => number | undefined;

function placing(first: string, { stats, marks, result }: Pick<HtmlMaterial, 'stats' | 'marks' | 'result'>): Placing {
  const clock = new BaseClock(result.clocks ?? []);
  return (time, input) => {
    const lane = result.inputs[input];
    const epoch = marks.epochs.get(input);
    if (lane === undefined || epoch === undefined) return undefined;
    const shift = clock.shiftAt(lane, nanosecondsBetween(String(epoch), time));
    if (shift === undefined && !isTimelineLane(lane, stats)) return undefined;
    return nanosecondsBetween(first, time) + (shift ?? 0);
  };
}

function isTimelineLane({ lane, laneName }: InputSummary, { timelineLane }: Stats): boolean {
  return timelineLane === undefined || (timelineLane.lane === lane && timelineLane.laneName === laneName);
}

function timedFinding(finding: Finding, at: Placing) {
  const input = triggerOf(finding)?.input;
  const atNs = finding.time === undefined || input === undefined ? undefined : at(finding.time, input);
  return atNs === undefined ? [] : [{ atNs, severity: finding.severity }];
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

/** On which clock lanes are drawn, and which are not. */
function clockTexts({ stats, marks, result }: Pick<HtmlMaterial, 'stats' | 'marks' | 'result'>): readonly string[] {
  const { timelineLane } = stats;
  if (timelineLane === undefined) return [];
  const clock = new BaseClock(result.clocks ?? []);
  const timed = result.inputs.filter((input, index) => marks.epochs.has(index) && !isTimelineLane(input, stats));
  const labels = (are: boolean) => {
    const lanes = timed.filter((lane) => (clock.shiftAt(lane, 0) !== undefined) === are).map(laneLabel);
    return [...new Set(lanes)].slice(0, BOUNDS.inputs).join(', ');
  };
  const related = labels(true);
  const alone = labels(false);
  return [
    ...(related === ''
      ? []
      : [
          `Times of ${related} are on the clock of ${laneLabel(timelineLane)}, as late as their offsets allow (see Coverage).`,
        ]),
    ...(alone === ''
      ? []
      : [
          `Not drawn is what happened in ${alone}: nothing relates that clock to the one of ${laneLabel(timelineLane)}.`,
        ]),
  ];
}

function drawn(timeline: Timeline, { stats, marks, result }: HtmlMaterial): Markup {
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
  const clocks = clockTexts({ stats, marks, result }).map((text) => html`<p>${text}</p>`);
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

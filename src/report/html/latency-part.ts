import { plural } from '../../base/text.ts';
import type { Latency } from '../../model/result.ts';
import type { LatencyBin, StreamStats, WorstInstance } from '../../model/stats.ts';
import { formatDuration } from '../../model/time.ts';
import { shortNames, subjectOf } from '../wording.ts';
import { clip } from '../wrap.ts';
import { BOUNDS } from './bounds.ts';
import { type LatencyRange, latencyChart, rangeOf } from './latency-chart.ts';
import { html, type Markup } from './markup.ts';
import type { HtmlMaterial } from './material.ts';
import { leftOut, scrolled, table } from './table.ts';

/** How long answers took: of all, of the busiest devices and PASIDs, and the slowest with their lines. */
export function latencyPart(material: HtmlMaterial): Markup {
  const { stats } = material;
  const body =
    stats.latency === undefined || stats.histogram.length === 0
      ? html`<p>No answer with a measured latency.</p>`
      : histograms(material, stats.latency);
  return html`<section id="latency" aria-labelledby="latency-title"><h2 id="latency-title">Latency</h2>${body}${streams(material)}${slowest(material)}</section>`;
}

function histograms({ stats, result }: HtmlMaterial, latency: Latency): Markup {
  const range = rangeOf(stats.histogram);
  const { slowNs } = result.limits;
  const size = { width: 960, height: 230 };
  const all = latencyChart({ bins: stats.histogram, latency, slowNs }, range, labelOf('all answers', latency), size);
  const busy = stats.streams.length > 1 ? stats.streams.filter(({ histogram }) => histogram.length > 0) : [];
  const shown = busy.slice(0, BOUNDS.histograms).map((stream) => small(stream, range, slowNs));
  return html`<p>From a group's last request to its answer: ${latencyText(latency)}.</p>
<figure><figcaption>Latency of ${plural(latency.count, 'answer')}; the scale of time is logarithmic.</figcaption>${scrolled('Latency histogram', all)}</figure>
${bins(stats.histogram)}${shown.length === 0 ? '' : html`<h3>The busiest devices and PASIDs</h3><div class="small-charts">${shown}</div>`}`;
}

function labelOf(what: string, latency: Latency): string {
  return `Histogram of the latency of ${what}: ${latencyText(latency)}`;
}

function latencyText({ minNs, p50Ns, p90Ns, p99Ns, maxNs }: Latency): string {
  const named = [
    ['min', minNs],
    ['p50', p50Ns],
    ['p90', p90Ns],
    ['p99', p99Ns],
    ['max', maxNs],
  ] as const;
  return named.map(([name, ns]) => `${name} ${formatDuration(ns)}`).join(', ');
}

function bins(all: readonly LatencyBin[]): Markup {
  const rows = all.map(({ fromNs, toNs, count }) => [`${formatDuration(fromNs)} to ${formatDuration(toNs)}`, count]);
  return html`<details><summary>The histogram as a table</summary>${table('Answers by latency', [{ name: 'latency' }, { name: 'answers', isNumber: true }], rows)}</details>`;
}

function small(stream: StreamStats, range: LatencyRange, slowNs: number): Markup {
  const { histogram, latency } = stream;
  const name = nameOf(stream);
  const label = latency === undefined ? name : labelOf(name, latency);
  const chart = latencyChart({ bins: histogram, latency, slowNs }, range, label, { width: 460, height: 150 });
  return html`<figure><figcaption>${name}</figcaption>${scrolled(`Latency of ${name}`, chart)}</figure>`;
}

function nameOf(stream: StreamStats): string {
  const subject = clip(subjectOf(withoutUnknown(stream)), BOUNDS.name);
  return `${stream.lane}: ${subject === '' ? 'no device named' : subject}${stream.pasid === undefined ? ' without PASID' : ''}`;
}

function withoutUnknown({ device, pasid }: { device?: string | undefined; pasid?: number | undefined }) {
  return { ...(device !== undefined && { device }), ...(pasid !== undefined && { pasid }) };
}

function streams({ stats }: HtmlMaterial): Markup | string {
  if (stats.streams.length === 0) return '';
  const rows = stats.streams.slice(0, BOUNDS.streams).map((stream) => {
    const { latency } = stream;
    const times = [latency?.p50Ns, latency?.p99Ns, latency?.maxNs];
    return [
      nameOf(stream),
      stream.groups,
      stream.requests,
      stream.groupsPerSecond ?? '',
      ...times.map((ns) => (ns === undefined ? '' : formatDuration(ns))),
      Object.entries(stream.states)
        .map(([state, count]) => `${count} ${state}`)
        .join(', '),
    ];
  });
  const hidden = stats.streams.length - rows.length;
  const numbers = ['groups', 'requests', 'groups/s', 'p50', 'p99', 'max'];
  const columns = [
    { name: 'device and PASID' },
    ...numbers.map((name) => ({ name, isNumber: true as const })),
    { name: 'states' },
  ];
  return html`<h3>Devices and PASIDs</h3>${table('The busiest first', columns, rows)}${hidden > 0 ? leftOut(plural(hidden, 'more device or PASID', 'more devices and PASIDs')) : ''}${stats.otherGroups === undefined ? '' : leftOut(`${plural(stats.otherGroups, 'group')} of others, in the sums only`)}`;
}

function slowest({ stats, result }: HtmlMaterial): Markup | string {
  if (stats.worst.length === 0) return '';
  const names = shortNames(result.inputs);
  const placeText = ({ input, line }: WorstInstance['request']): string =>
    `${clip(names[input] ?? `input ${input + 1}`, BOUNDS.name)}:${line}`;
  const rows = stats.worst.map(({ device, pasid, prgi, instance, latencyNs, request, response }) => [
    clip(
      subjectOf({
        ...withoutUnknown({ device, pasid }),
        prgi,
      }),
      BOUNDS.name,
    ),
    instance,
    formatDuration(latencyNs),
    placeText(request),
    placeText(response),
  ]);
  const columns = [
    { name: 'group' },
    { name: 'instance', isNumber: true as const },
    { name: 'latency', isNumber: true as const },
    { name: 'last request' },
    { name: 'answer' },
  ];
  return html`<h3>The slowest answers</h3>${table('The longest latency first', columns, rows)}`;
}

import { plural } from '../../base/text.ts';
import type { Gap, InputSummary, Result } from '../../model/result.ts';
import { formatDuration, formatOffset } from '../../model/time.ts';
import { beyondBoundsParts, displayPath, headUnknownText, laneLabel, placeOf, unreadText } from '../wording.ts';
import { clip } from '../wrap.ts';
import { BOUNDS } from './bounds.ts';
import { html, type Markup } from './markup.ts';
import type { HtmlMaterial } from './material.ts';
import { leftOut, table } from './table.ts';

/** What the capture cannot tell, and all that is needed to repeat the analysis. */
export function coveragePart({ result, marks }: HtmlMaterial): Markup {
  const { coverage } = result;
  const unknown = [
    `${plural(coverage.gaps.length, 'gap')} where events were lost`,
    unreadText(coverage.unread),
    headUnknownText(coverage.headUnknown),
    `${plural(coverage.openAtEnd, 'group')} open at the end`,
    ...beyondBoundsParts(result),
  ];
  const times = new Map(marks.gaps.map((gap) => [`${gap.input}:${gap.line}`, gap]));
  return html`<section id="coverage" aria-labelledby="coverage-title"><h2 id="coverage-title">Coverage</h2>
<ul>${unknown.map((text) => html`<li>${text}</li>`)}</ul>
${gapTable(result, times)}<h3>Inputs</h3>${inputTable(result)}${clockTable(result)}<h3>Limits</h3>
<p>${limitText(result)}</p></section>`;
}

function gapTable(result: Result, times: ReadonlyMap<string, { since?: string; until: string }>): Markup | string {
  const { gaps } = result.coverage;
  if (gaps.length === 0) return '';
  const rows = gaps.slice(0, BOUNDS.gaps).map((gap: Gap) => {
    const time = times.get(`${gap.input}:${gap.line}`);
    const when = time === undefined ? '' : `${time.since ?? 'the beginning'} to ${time.until}`;
    return [clip(placeOf(result, gap), BOUNDS.name), gap.lost ?? 'unknown', gap.cpu ?? '', gap.iommu ?? '', when];
  });
  const hidden = gaps.length - rows.length;
  const columns = [
    { name: 'line' },
    { name: 'events lost', isNumber: true as const },
    { name: 'CPU', isNumber: true as const },
    { name: 'IOMMU' },
    { name: 'events are missing from, to (s)' },
  ];
  return html`<h3>Gaps</h3>${table('Where events were lost', columns, rows)}${hidden > 0 ? leftOut(plural(hidden, 'more gap')) : ''}`;
}

function inputTable(result: Result): Markup {
  const rows = result.inputs
    .slice(0, BOUNDS.inputs)
    .map((input) => [
      clip(displayPath(input.path), BOUNDS.name),
      laneLabel(input),
      input.framing ?? 'not known',
      input.clock ?? 'not stated',
      input.firstTime === undefined || input.lastTime === undefined ? '' : `${input.firstTime} to ${input.lastTime}`,
      input.lines,
      input.events,
      input.unread,
      input.lostEvents,
      dialects(input),
      input.error === undefined ? 'to its end' : `not to its end: ${clip(input.error, BOUNDS.name)}`,
    ]);
  const hidden = result.inputs.length - rows.length;
  const columns = [
    { name: 'input' },
    { name: 'lane' },
    { name: 'framing' },
    { name: 'clock' },
    { name: 'from, to (s)' },
    { name: 'lines', isNumber: true as const },
    { name: 'events', isNumber: true as const },
    { name: 'unread', isNumber: true as const },
    { name: 'lost', isNumber: true as const },
    { name: 'dialects' },
    { name: 'read' },
  ];
  return html`${table(plural(result.inputs.length, 'input'), columns, rows)}${hidden > 0 ? leftOut(plural(hidden, 'more input')) : ''}`;
}

function dialects(input: InputSummary): string {
  return Object.entries(input.dialects)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function clockTable({ clocks = [] }: Result): Markup | string {
  if (clocks.length === 0) return '';
  const rows = clocks.map((clock) => [
    laneLabel(clock),
    clock.source,
    clock.lowNs === undefined ? 'unbounded' : formatOffset(clock.lowNs),
    clock.highNs === undefined ? 'unbounded' : formatOffset(clock.highNs),
    clock.ratePpm === undefined ? '' : `${clock.ratePpm} ppm`,
  ]);
  const numbers = ['at least', 'at most', 'drift'].map((name) => ({ name, isNumber: true as const }));
  return html`<h3>Clocks</h3>${table('What is to be added to the times of a lane to make them those of the lowest one', [{ name: 'lane' }, { name: 'known by' }, ...numbers], rows)}`;
}

function limitText({ limits, tool }: Result): string {
  return [
    `an answer is missing after ${formatDuration(limits.timeoutNs)} and slow above ${formatDuration(limits.slowNs)}`,
    `lines may stand ${formatDuration(limits.mergeWindowNs)} out of order`,
    `more than ${limits.stormPerSecond} faults a second are a storm`,
    `${tool.name} ${tool.version}`,
  ].join('; ');
}

import { plural } from '../../base/text.ts';
import { drawLadder } from '../../format/ladder.ts';
import type { Evidence, Finding } from '../../model/finding.ts';
import type { FindingLadder } from '../../model/ladder-scene.ts';
import { actorLine, selectEvidence } from '../text-finding.ts';
import { countedOnlyText, shortNames, subjectOf } from '../wording.ts';
import { clip } from '../wrap.ts';
import { BOUNDS, type NumberedFinding } from './bounds.ts';
import { ladderSvg } from './ladder-svg.ts';
import { html, lines, type Markup } from './markup.ts';
import type { HtmlMaterial } from './material.ts';
import { severityBadge } from './shapes.ts';
import { leftOut, scrolled, table } from './table.ts';

/** Findings, the worst first: some with evidence and drawing, more as rows of a table, the rest as numbers. */
export function* findingsPart(material: HtmlMaterial): Generator<Markup> {
  const { detailed, listed, counted } = material.findings;
  yield html`<section id="findings" aria-labelledby="findings-title"><h2 id="findings-title">Findings</h2>`;
  if (detailed.length === 0) yield html`<p>${material.filter === undefined ? 'None.' : 'None in what is shown.'}</p>`;
  const names = shortNames(material.result.inputs);
  for (const each of detailed) yield detail(each, names, material);
  if (listed.length > 0) yield list(listed);
  for (const [id, { name, count }] of counted)
    yield leftOut(`${count} more ${id} ${name}, which this page only counts`);
  for (const [id, count] of Object.entries(material.result.omitted ?? {})) {
    yield leftOut(countedOnlyText(id, count));
  }
  yield html`</section>`;
}

function detail({ finding, number }: NumberedFinding, names: readonly string[], material: HtmlMaterial): Markup {
  const id = `finding-${number}`;
  const subject = clip(subjectOf(finding), BOUNDS.name);
  const ladder = material.ladderOf(finding);
  const drawing = ladder === undefined ? '' : figure(ladder, number);
  return html`<article class="finding ${finding.severity}" id="${id}" aria-labelledby="${id}-title">
<h3 id="${id}-title">${severityBadge(finding.severity)} <span class="number-of">${number}.</span> ${finding.id} ${finding.name}${subject === '' ? '' : html`: <span class="subject">${subject}</span>`}</h3>
${statement(finding, names)}${consequences(finding, names)}${drawing}
<p class="more"><a href="#rule-${finding.id}">What ${finding.id} means and what can mislead</a></p></article>`;
}

function statement(finding: Finding, names: readonly string[]): Markup {
  const { certainty, count = 1, time } = finding;
  const facts = [certainty, ...(count > 1 ? [`${count} times`] : []), ...(time === undefined ? [] : [`at ${time} s`])];
  const actor = actorLine(finding);
  return html`<p class="certainty">${facts.join(' · ')}</p><p class="message">${clip(finding.message, BOUNDS.message)}</p>${actor === undefined ? '' : html`<p class="actor">${clip(actor, BOUNDS.name)}</p>`}${evidence(finding.evidence, names)}`;
}

function evidence(all: readonly Evidence[], names: readonly string[]): Markup | string {
  if (all.length === 0) return '';
  const { shown, hidden } = selectEvidence(all, false);
  const items = shown.map(({ input, line, role, time, text }) => {
    const when = time === undefined ? '' : html`<span class="time">${time} s</span> `;
    const raw = clip(text.trim().replaceAll(/\s+/g, ' '), BOUNDS.rawLine);
    const place = `${clip(names[input] ?? `input ${input + 1}`, BOUNDS.name)}:${line}`;
    return html`<li><span class="place">${place}</span> <span class="role">${role}</span> ${when}<code dir="ltr">${raw}</code></li>`;
  });
  return html`<ul class="evidence" aria-label="Evidence">${items}</ul>${hidden > 0 ? leftOut(plural(hidden, 'more line of evidence', 'more lines of evidence')) : ''}`;
}

function consequences({ consequences: all = [] }: Finding, names: readonly string[]): Markup | string {
  if (all.length === 0) return '';
  const shown = all.slice(0, BOUNDS.consequences).map((each) => {
    const subject = clip(subjectOf(each), BOUNDS.name);
    return html`<li><p>${severityBadge(each.severity)} ${each.id} ${each.name}${subject === '' ? '' : `: ${subject}`}</p>${statement(each, names)}</li>`;
  });
  const hidden = all.length - shown.length;
  return html`<h4>Consequences</h4><ul class="consequences">${shown}</ul>${hidden > 0 ? leftOut(plural(hidden, 'more consequence')) : ''}`;
}

function figure(ladder: FindingLadder, number: number): Markup {
  const text = drawLadder(ladder.messages, { lines: true, scale: ladder.scale, inputName: ladder.inputName });
  const names = text.split('\n').filter((line) => /^# .* = /.test(line));
  const legend = [...names.map((line) => line.slice(2)), ...ladder.clockNotes];
  const omitted =
    ladder.omitted === 0
      ? ''
      : html`<p class="left-out">${plural(ladder.omitted, 'message')} left out: <code>faultlog ladder --finding ${number}</code> shows more</p>`;
  return html`<figure class="drawing"><figcaption>Who saw what, from the device on the left upwards; time runs down. The shaded rows are evidence.</figcaption>
${scrolled(`Sequence diagram of finding ${number}`, ladderSvg(ladder, `Sequence diagram of finding ${number}`))}
${legend.length === 0 ? '' : html`<p class="legend">${legend.join('; ')}</p>`}${omitted}
<details><summary>The drawing of finding ${number} as text</summary>${scrolled(`Drawing of finding ${number} as text`, html`<pre>${lines(text)}</pre>`)}</details></figure>`;
}

function list(listed: readonly NumberedFinding[]): Markup {
  const rows = listed.map(({ finding, number }) => [
    number,
    severityBadge(finding.severity),
    html`<a href="#rule-${finding.id}">${finding.id} ${finding.name}</a>`,
    finding.certainty,
    clip(subjectOf(finding), BOUNDS.name),
    finding.time ?? '',
    finding.count ?? 1,
  ]);
  const columns = [
    { name: 'number', isNumber: true as const },
    { name: 'severity' },
    { name: 'rule' },
    { name: 'certainty' },
    { name: 'about' },
    { name: 'time (s)', isNumber: true as const },
    { name: 'times', isNumber: true as const },
  ];
  return table(`${plural(listed.length, 'further finding')}`, columns, rows);
}

import { plural } from '../../base/text.ts';
import type { Severity } from '../../model/finding.ts';
import type { Result } from '../../model/result.ts';
import { paintFor } from '../paint.ts';
import { coverageLines } from '../text-basis.ts';
import { verdictOf } from '../verdict.ts';
import { html, type Markup } from './markup.ts';
import type { HtmlMaterial } from './material.ts';
import { type Shape, severityBadge, shape } from './shapes.ts';
import { scrolled } from './table.ts';

const PLAIN = paintFor(false);
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];

/** The verdict as a sentence, what it counts, and the rules that found something. */
export function summaryPart({ result, rules, filter }: HtmlMaterial): Markup {
  const worst = worstOf(result);
  const counts = SEVERITIES.map((severity) => {
    const count = result.counts.findings[severity];
    return html`<li class="tile ${count === 0 ? 'none' : severity}">${shape(severity)}<b>${count}</b> ${count === 1 ? severity : `${severity}s`}</li>`;
  });
  const facts = coverageLines(result).map((line) => {
    return html`<div><dt>${line.slice(0, 10).trim()}</dt><dd>${line.slice(10)}</dd></div>`;
  });
  const filtered =
    filter === undefined
      ? ''
      : html`<p class="notice">Findings and figures of a part only: ${filter}. The analysis and the counts are of all.</p>`;
  return html`<section id="verdict" aria-labelledby="verdict-title"><h2 id="verdict-title">Verdict</h2>
<p class="verdict ${worst}">${shape(worst)}<span>${verdictOf(result, PLAIN)}</span></p>
<ul class="tiles" aria-label="Findings by severity">${counts}</ul>${filtered}
<dl class="facts">${facts}</dl>
${ruleCounts(result, rules)}</section>`;
}

function worstOf({ counts, inputs }: Result): Shape {
  const { error, warning } = counts.findings;
  if (error > 0) return 'error';
  if (warning > 0) return 'warning';
  return inputs.every(({ events }) => events === 0) ? 'note' : 'good';
}

function ruleCounts({ counts }: Result, rules: HtmlMaterial['rules']): Markup | string {
  const found = rules.filter(({ id }) => (counts.byRule[id] ?? 0) > 0);
  if (found.length === 0) return '';
  const rows = found.map(({ id, name, severity, docs }) => {
    return html`<tr><td>${severityBadge(severity)}</td><th scope="row"><a href="#rule-${id}">${id} ${name}</a></th><td class="number">${counts.byRule[id]}</td><td class="prose">${docs.finds}</td></tr>`;
  });
  return scrolled(
    'Rules that found something',
    html`<table><caption>${plural(found.length, 'rule')} found something</caption><thead><tr><th scope="col">severity</th><th scope="col">rule</th><th scope="col" class="number">findings</th><th scope="col">what it finds</th></tr></thead><tbody>${rows}</tbody></table>`,
  );
}

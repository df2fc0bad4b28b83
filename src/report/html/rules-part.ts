import type { Finding } from '../../model/finding.ts';
import { ruleSections } from '../rule-docs.ts';
import { html, lines, type Markup } from './markup.ts';
import type { HtmlMaterial } from './material.ts';

/** What the rules mean that found something, for readers who cannot ask the program. */
export function rulesPart({ result, rules, findings }: HtmlMaterial): Markup {
  const ids = new Set(Object.entries(result.counts.byRule).flatMap(([id, count]) => (count > 0 ? [id] : [])));
  for (const { finding } of [...findings.detailed, ...findings.listed]) addIds(finding, ids);
  const shown = rules.filter(({ id }) => ids.has(id));
  if (shown.length === 0) return html``;
  const items = shown.map((rule) => {
    const sections = ruleSections(rule).map(([title, body]) => {
      const isDrawn = title === 'Example' || title === 'References';
      return html`<h3>${title}</h3>${isDrawn ? html`<pre>${lines(body)}</pre>` : html`<p>${body.replaceAll(/\s+/g, ' ')}</p>`}`;
    });
    // A link to what is inside opens the details around it.
    return html`<details class="rule"><summary>${rule.id} ${rule.name}</summary><div id="rule-${rule.id}">${sections}</div></details>`;
  });
  return html`<section id="rules" aria-labelledby="rules-title"><h2 id="rules-title">What the rules mean</h2>${items}</section>`;
}

function addIds({ id, consequences = [] }: Finding, ids: Set<string>): void {
  ids.add(id);
  for (const each of consequences) addIds(each, ids);
}

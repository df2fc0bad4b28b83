import { createHash } from 'node:crypto';
import { plural } from '../../base/text.ts';
import { shortNames } from '../wording.ts';
import { clip } from '../wrap.ts';
import { activityPart } from './activity-part.ts';
import { BOUNDS } from './bounds.ts';
import { coveragePart } from './coverage-part.ts';
import { findingsPart } from './findings-part.ts';
import { latencyPart } from './latency-part.ts';
import { html, Markup } from './markup.ts';
import type { HtmlMaterial } from './material.ts';
import { rulesPart } from './rules-part.ts';
import { SHAPE_DEFINITIONS } from './shapes.ts';
import { STYLE } from './style.ts';
import { summaryPart } from './summary-part.ts';

/** Nothing may be loaded, sent or run; the one style sheet is allowed by its hash, so that none of a log's would work. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Names of inputs in the heading. */
const NAMED_INPUTS = 3;

/**
 * The report as one HTML page without script, which needs nothing beside it: of bounded size, and the same for the
 * same result. All text of the log is escaped. In pieces, for it may be a megabyte.
 */
export function* htmlReport(material: HtmlMaterial): Generator<string> {
  const { result } = material;
  const names = shortNames(result.inputs).map((name) => clip(name, BOUNDS.name));
  const more = names.length - NAMED_INPUTS;
  const title = `${names.slice(0, NAMED_INPUTS).join(', ')}${more > 0 ? ` and ${plural(more, 'more input')}` : ''}`;
  const rules = rulesPart(material);
  yield html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">
<meta name="generator" content="faultlog ${result.tool.version}"><title>IOMMU fault report: ${title}</title><style>${new Markup(STYLE)}</style></head>
<body>${SHAPE_DEFINITIONS}<a class="skip" href="#content">To the content</a><div class="page">
<header><h1>IOMMU fault report</h1><p>${title}</p></header>
<nav aria-label="Parts of the report"><ul>${navigation(rules.text !== '')}</ul></nav>
<main id="content" tabindex="-1">
`.text;
  yield `${summaryPart(material).text}\n`;
  for (const piece of findingsPart(material)) yield `${piece.text}\n`;
  yield `${activityPart(material).text}\n`;
  yield `${latencyPart(material).text}\n`;
  yield `${coveragePart(material).text}\n`;
  yield `${rules.text}\n`;
  yield html`</main><footer><p>Made by ${result.tool.name} ${result.tool.version} from what was recorded; it claims no more than the capture shows.</p></footer></div></body></html>
`.text;
}

function navigation(hasRules: boolean): readonly Markup[] {
  const parts = [
    ['verdict', 'Verdict'],
    ['findings', 'Findings'],
    ['activity', 'Activity over time'],
    ['latency', 'Latency'],
    ['coverage', 'Coverage'],
    ...(hasRules ? ([['rules', 'What the rules mean']] as const) : []),
  ] as const;
  return parts.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`);
}

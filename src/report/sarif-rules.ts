import type * as Sarif from 'sarif';
import type { DocumentedRule } from './rule-docs.ts';
import { explainMarkdown, explainText } from './rule-docs.ts';
import { clip } from './wrap.ts';

/** GitHub cuts descriptions there. */
const MOST_DESCRIPTION = 1024;
const STYLE = { colour: false, width: 100, isVerbose: false, isQuiet: false };

/** A rule with its documentation as SARIF's reporting descriptor. */
export function sarifRule(rule: DocumentedRule): Sarif.ReportingDescriptor {
  const { id, name, severity, docs } = rule;
  return {
    id,
    name,
    shortDescription: { text: firstSentence(docs.finds) },
    fullDescription: { text: clip(`${docs.finds} ${docs.matters}`, MOST_DESCRIPTION) },
    help: { text: explainText(rule, STYLE), markdown: explainMarkdown(rule) },
    defaultConfiguration: { level: severity },
    properties: {
      tags: ['iommu', 'reliability'],
      'problem.severity': severity === 'note' ? 'recommendation' : severity,
    },
  };
}

/** Up to the first point that ends a sentence; abbreviations and versions have no blank behind theirs. */
function firstSentence(text: string): string {
  const end = /[.;:](?= )/.exec(text);
  return end === null ? text : `${text.slice(0, end.index)}.`;
}

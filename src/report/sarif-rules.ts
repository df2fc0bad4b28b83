import type * as Sarif from 'sarif';
import type { Certainty, Finding } from '../model/finding.ts';
import type { DocumentedRule } from './rule-docs.ts';
import { explainMarkdown, explainText } from './rule-docs.ts';
import { clip } from './wrap.ts';

/** GitHub cuts descriptions there. */
const MOST_DESCRIPTION = 1024;
const STYLE = { colour: false, width: 100, isVerbose: false, isQuiet: false };

/** GitHub's words: very-high, high, medium, low. */
const PRECISION: Readonly<Record<Certainty, string>> = { certain: 'very-high', likely: 'high', possible: 'low' };

export function precisionOf(certainty: Certainty): string {
  return PRECISION[certainty];
}

/**
 * A rule with its documentation as SARIF's reporting descriptor. Code scanning sorts by severity and precision of the rule, so it
 * has that of its least sure finding here: more is not claimed. `findings`: of all rules.
 */
export function sarifRule(rule: DocumentedRule, findings: readonly Finding[]): Sarif.ReportingDescriptor {
  const { id, name, severity, docs } = rule;
  const certainties = new Set(findings.flatMap((finding) => (finding.id === id ? [finding.certainty] : [])));
  const least = (['possible', 'likely', 'certain'] as const).find((certainty) => certainties.has(certainty));
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
      ...(least !== undefined && { precision: precisionOf(least) }),
    },
  };
}

/** Up to the first point that ends a sentence; abbreviations and versions have no blank behind theirs. */
function firstSentence(text: string): string {
  const end = /[.;:](?= )/.exec(text);
  return end === null ? text : `${text.slice(0, end.index)}.`;
}

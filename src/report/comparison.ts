import { plural, sanitise } from '../base/text.ts';
import type { ChangedFinding, ComparedSide, Comparison } from '../model/comparison.ts';
import type { Finding } from '../model/finding.ts';
import { displayPath, subjectOf } from './wording.ts';

/** Findings of a kind that are shown; the rest is counted, unless verbose. */
export const SHOWN_FINDINGS = 50;

/** `2 new findings, 1 gone, 1 changed, 3 the same`. */
export function comparisonVerdict(comparison: Comparison): string {
  const parts = [plural(comparison.new.length, 'new finding'), `${comparison.gone.length} gone`];
  parts.push(`${comparison.changed.length} changed`, `${comparison.unchanged} the same`);
  return parts.join(', ');
}

/** `before  a.txt: 4 findings (capture, faultlog 0.1.0)`. */
export function sideText({ path, source, findings, toolVersion }: ComparedSide): string {
  const what = source === 'capture' ? 'analysed now' : `result of faultlog ${sanitise(toolVersion)}`;
  return `${displayPath(path)}: ${plural(findings, 'finding')}, ${what}`;
}

/** `error FL102 spurious-duplicate (certain): 0000:01:00.0 PASID 1 PRGI 1`. */
export function findingHead(finding: Finding): string {
  const { severity, id, name, certainty } = finding;
  const subject = subjectOf(finding);
  return `${severity} ${id} ${sanitise(name)} (${certainty})${subject === '' ? '' : `: ${subject}`}`;
}

/** `severity error → warning; count 1 → 3`. */
export function changeText({ changes, before, after }: ChangedFinding): string {
  const textOf = (finding: Finding, change: ChangedFinding['changes'][number]): string => {
    if (change === 'consequences') return (finding.consequences ?? []).map(({ id }) => id).join(' ') || 'none';
    if (change === 'count') return String(finding.count ?? 1);
    return sanitise(finding[change] ?? 'none');
  };
  return changes.map((change) => `${change} ${textOf(before, change)} → ${textOf(after, change)}`).join('; ');
}

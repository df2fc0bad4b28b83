import type { Finding, Severity } from '../model/finding.ts';

/** What a line is for the findings that rest on it. */
export interface LineMark {
  readonly severity: Severity;
  /** The first line of a finding: what it is about. Others are what it rests on besides. */
  readonly isAccused: boolean;
}

export const SEVERITY_RANK: Readonly<Record<Severity, number>> = { error: 2, warning: 1, note: 0 };

/** By `input:line`. What the baseline knows accuses nothing. */
export function marksOfLines(
  findings: readonly Finding[],
  isKnown: (finding: Finding) => boolean,
): ReadonlyMap<string, LineMark> {
  const marks = new Map<string, LineMark>();
  const add = ({ severity, evidence, consequences = [] }: Finding, isNew: boolean): void => {
    for (const [index, { input, line }] of evidence.entries()) {
      const place = `${input}:${line}`;
      const mark = worseOf(marks.get(place), { severity, isAccused: isNew && index === 0 });
      if (mark !== undefined) marks.set(place, mark);
    }
    for (const consequence of consequences) add(consequence, isNew);
  };
  for (const finding of findings) add(finding, !isKnown(finding));
  return marks;
}

/** What a finding accuses is worse than what it only rests on. */
export function worseOf(one: LineMark | undefined, other: LineMark | undefined): LineMark | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  if (one.isAccused !== other.isAccused) return one.isAccused ? one : other;
  return SEVERITY_RANK[other.severity] > SEVERITY_RANK[one.severity] ? other : one;
}

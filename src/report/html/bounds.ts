import type { Finding } from '../../model/finding.ts';
import { worstFirst } from '../wording.ts';

/** What a page shows at most, so that no capture makes one that a browser cannot open. Everything beyond is counted. */
export const BOUNDS = {
  /** Findings with evidence: of one rule, and of all. */
  detailedPerRule: 20,
  detailed: 100,
  /** Findings with one row each. */
  listed: 400,
  ladders: 20,
  ladderRows: 24,
  consequences: 10,
  /** Characters of a message, a raw line, a name. */
  message: 2_000,
  rawLine: 500,
  name: 200,
  inputs: 100,
  gaps: 100,
  streams: 50,
  histograms: 6,
  findingMarks: 300,
} as const;

/** A finding and its number in the order of the report, from 1: that of `faultlog ladder --finding`. */
export interface NumberedFinding {
  readonly finding: Finding;
  readonly number: number;
}

export interface ShownFindings {
  /** With evidence. */
  readonly detailed: readonly NumberedFinding[];
  /** One row each. */
  readonly listed: readonly NumberedFinding[];
  /** Findings that are only counted, by rule. */
  readonly counted: ReadonlyMap<string, { readonly name: string; readonly count: number }>;
}

/** The worst in full, but not so many of one rule that another finds no place; then rows, then counts. */
export function shareOut(findings: readonly Finding[], isShown: (finding: Finding) => boolean): ShownFindings {
  const detailed: NumberedFinding[] = [];
  const listed: NumberedFinding[] = [];
  const counted = new Map<string, { name: string; count: number }>();
  const perRule = new Map<string, number>();
  for (const [index, finding] of worstFirst(findings).entries()) {
    if (!isShown(finding)) continue;
    const before = perRule.get(finding.id) ?? 0;
    const numbered = { finding, number: index + 1 };
    if (before < BOUNDS.detailedPerRule && detailed.length < BOUNDS.detailed) {
      detailed.push(numbered);
      perRule.set(finding.id, before + 1);
    } else if (listed.length < BOUNDS.listed) listed.push(numbered);
    else counted.set(finding.id, { name: finding.name, count: (counted.get(finding.id)?.count ?? 0) + 1 });
  }
  return { detailed, listed, counted };
}

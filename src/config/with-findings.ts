import type { Finding } from '../model/finding.ts';
import type { Result } from '../model/result.ts';

/** The result with these findings in place of its own, and the counts that they have. */
export function withFindings(result: Result, findings: readonly Finding[]): Result {
  const bySeverity = { error: 0, warning: 0, note: 0 };
  const byRule: Record<string, number> = {};
  let consequences = 0;
  for (const finding of findings) {
    bySeverity[finding.severity] += 1;
    byRule[finding.id] = (byRule[finding.id] ?? 0) + 1;
    consequences += finding.consequences?.length ?? 0;
  }
  return {
    ...result,
    findings: [...findings],
    counts: { ...result.counts, findings: bySeverity, consequences, byRule },
  };
}

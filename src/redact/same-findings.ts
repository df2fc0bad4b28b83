import type { Finding } from '../model/finding.ts';
import type { Result } from '../model/result.ts';

/** What a redaction must leave as it is, for a comparison. */
export function comparable(result: Result): unknown {
  return {
    inputs: result.inputs.map(({ path: _, bytes: __, ...input }) => input),
    coverage: result.coverage,
    counts: result.counts,
    latency: result.latency,
    findings: result.findings.map(comparableFinding),
  };
}

/** Messages and evidence name tasks and addresses; where they stand, and what is made of them, stays. */
function comparableFinding({ message: _, sentBy, evidence, consequences, ...rest }: Finding): unknown {
  return {
    ...rest,
    ...(sentBy !== undefined && { sentBy: { lane: sentBy.lane, sinceEpochNs: sentBy.sinceEpochNs } }),
    evidence: evidence.map(({ input, line, role, time }) => ({ input, line, role, time })),
    ...(consequences !== undefined && { consequences: consequences.map(comparableFinding) }),
  };
}

/** True if `check` says the same of both. */
export function hasSameFindings(one: Result, other: Result): boolean {
  return JSON.stringify(comparable(one)) === JSON.stringify(comparable(other));
}

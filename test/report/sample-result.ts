import type { Finding } from '../../src/model/finding.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import { type Result, resultSchema } from '../../src/model/result.ts';

/** A result with nothing in it but one healthy input; parts replace what differs. */
export function sampleResult(parts: Partial<Result> = {}): Result {
  const findings = parts.findings ?? [];
  const bySeverity = { error: 0, warning: 0, note: 0 };
  const byRule: Record<string, number> = {};
  for (const { id, severity } of findings) {
    bySeverity[severity] += 1;
    byRule[id] = (byRule[id] ?? 0) + 1;
  }
  return resultSchema.parse({
    schemaVersion: 1,
    tool: { name: 'faultlog', version: '1.2.3' },
    limits: DEFAULT_LIMITS,
    inputs: [
      {
        path: 'trace.txt',
        lane: 'host',
        framing: 'ftrace',
        dialects: { 'intel-trace': 4 },
        bytes: 800,
        lines: 16,
        events: 4,
        unread: 0,
        lostEvents: 0,
        clock: 'local',
        firstTime: '15.077469',
        lastTime: '15.264294',
      },
    ],
    coverage: { gaps: [], unread: 0, headUnknown: 0, openAtEnd: 0 },
    counts: {
      events: { 'page-request': 2, 'page-response': 2 },
      groups: { answered: 2, pending: 0 },
      findings: bySeverity,
      consequences: findings.reduce((sum, finding) => sum + (finding.consequences?.length ?? 0), 0),
      byRule,
    },
    ...parts,
    findings,
  });
}

export function sampleFinding(parts: Partial<Finding> = {}): Finding {
  return {
    id: 'FL102',
    name: 'spurious-duplicate',
    severity: 'error',
    certainty: 'certain',
    message: 'the group was answered already, success, 0.5 ms before',
    device: '0000:01:00.0',
    pasid: 1,
    prgi: 1,
    scope: 'function',
    time: '15.086522',
    fingerprint: '0123456789abcdef',
    evidence: [
      {
        input: 0,
        line: 12,
        offset: 600,
        role: 'request',
        time: '15.077469',
        text: '  irq/24-53 [000] ..... 15.077469: prq_report: x',
      },
      {
        input: 0,
        line: 16,
        offset: 700,
        role: 'response',
        time: '15.086522',
        text: '  run-164 [000] d..1. 15.086522: qi_submit: y',
      },
    ],
    ...parts,
  };
}

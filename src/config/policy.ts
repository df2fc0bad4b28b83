import { parseDuration } from '../base/duration.ts';
import { normaliseDeviceName } from '../model/device-name.ts';
import type { Finding } from '../model/finding.ts';
import type { Result } from '../model/result.ts';
import { NS_PER_SECOND } from '../model/time.ts';
import type { ConfigFile, IgnoreMatcher, Toleration } from './schema.ts';

/** A result after the configuration's severities and ignores, with what was taken out. */
export interface PolicyOutcome {
  readonly result: Result;
  /** Matchers whose day has passed: they ignore nothing any more. */
  readonly expired: readonly IgnoreMatcher[];
}

/** Applies `severity` and `ignore`. Counts are adapted: `ignored` tells how many findings of each rule went. */
export function applyPolicy(result: Result, config: ConfigFile, today: Date): PolicyOutcome {
  const day = today.toISOString().slice(0, 10);
  const matchers = config.ignore ?? [];
  const expired = matchers.filter((matcher) => matcher.expires !== undefined && matcher.expires < day);
  const valid = matchers.filter((matcher) => !expired.includes(matcher));
  if (valid.length === 0 && config.severity === undefined) return { result, expired };

  const ignored: Record<string, number> = {};
  const findings: Finding[] = [];
  for (const finding of result.findings) {
    const severity = config.severity?.[finding.id] ?? finding.severity;
    if (severity === 'off' || valid.some((matcher) => matches(matcher, finding))) {
      ignored[finding.id] = (ignored[finding.id] ?? 0) + 1;
    } else {
      findings.push(severity === finding.severity ? finding : { ...finding, severity });
    }
  }
  return { result: { ...result, findings, ...recount(result, findings, ignored) }, expired };
}

function matches(matcher: IgnoreMatcher, finding: Finding): boolean {
  if (matcher.rule !== undefined && matcher.rule !== finding.id) return false;
  if (matcher.device !== undefined && normaliseDeviceName(matcher.device) !== finding.device) return false;
  return matcher.pasid === undefined || matcher.pasid === finding.pasid;
}

function recount(
  result: Result,
  findings: readonly Finding[],
  ignored: Record<string, number>,
): Pick<Result, 'counts' | 'ignored'> {
  const bySeverity = { ...result.counts.findings };
  for (const finding of result.findings) bySeverity[finding.severity] -= 1;
  for (const finding of findings) bySeverity[finding.severity] += 1;
  const byRule = { ...result.counts.byRule };
  for (const [id, count] of Object.entries(ignored)) byRule[id] = Math.max(0, (byRule[id] ?? 0) - count);
  const consequences = findings.reduce((sum, finding) => sum + (finding.consequences?.length ?? 0), 0);
  return {
    counts: { ...result.counts, findings: bySeverity, consequences, byRule },
    ...(Object.keys(ignored).length > 0 && { ignored }),
  };
}

/**
 * Which findings `tolerate` keeps out of the exit code. `per: capture`: all of a rule that has at most `max`.
 * `per` a time: those of which at most `max` lie in any window of that length; without times, as for a capture.
 */
export function toleratedFindings(result: Result, tolerations: readonly Toleration[]): ReadonlySet<Finding> {
  const tolerated = new Set<Finding>();
  for (const { rule, max, per } of tolerations) {
    const findings = result.findings.filter((finding) => finding.id === rule);
    const windowNs = per === 'capture' ? undefined : parseDuration(per);
    const omitted = result.omitted?.[rule] ?? 0;
    const isWithin =
      omitted === 0 && (windowNs === undefined ? countOf(findings) <= max : isRateWithin(findings, max, windowNs));
    if (isWithin) for (const finding of findings) tolerated.add(finding);
  }
  return tolerated;
}

function countOf(findings: readonly Finding[]): number {
  return findings.reduce((sum, finding) => sum + (finding.count ?? 1), 0);
}

function isRateWithin(findings: readonly Finding[], max: number, windowNs: number): boolean {
  const times = findings.flatMap((finding) =>
    finding.time === undefined ? [] : Array.from({ length: finding.count ?? 1 }, () => Number(finding.time)),
  );
  if (times.length < countOf(findings)) return countOf(findings) <= max;
  times.sort((a, b) => a - b);
  const seconds = windowNs / NS_PER_SECOND;
  return times.every((time, index) => {
    const beyond = times[index + max];
    return beyond === undefined || beyond - time >= seconds;
  });
}

import { parseDuration } from '../base/duration.ts';
import { normaliseDeviceName } from '../model/device-name.ts';
import type { Finding } from '../model/finding.ts';
import type { Result } from '../model/result.ts';
import { NS_PER_SECOND } from '../model/time.ts';
import type { ConfigFile, IgnoreMatcher, Toleration } from './schema.ts';
import { withFindings } from './with-findings.ts';

/** A result after the configuration's severities and ignores, with what was taken out. */
export interface PolicyOutcome {
  readonly result: Result;
  /** Findings that a matcher takes out, with the severity that they would have. */
  readonly ignored: readonly { readonly finding: Finding; readonly matcher: IgnoreMatcher }[];
  /** Matchers whose day has passed: they ignore nothing any more. */
  readonly expired: readonly IgnoreMatcher[];
}

/** Applies `severity` and `ignore`. Counts are adapted: `ignored` tells how many findings of each rule went. */
export function applyPolicy(result: Result, config: ConfigFile, today: Date): PolicyOutcome {
  const day = today.toISOString().slice(0, 10);
  const matchers = config.ignore ?? [];
  const expired = matchers.filter((matcher) => matcher.expires !== undefined && matcher.expires < day);
  const valid = matchers.filter((matcher) => !expired.includes(matcher));
  if (valid.length === 0 && config.severity === undefined) return { result, ignored: [], expired };

  const counts: Record<string, number> = {};
  const findings: Finding[] = [];
  const ignored: { finding: Finding; matcher: IgnoreMatcher }[] = [];
  for (const finding of result.findings) {
    const severity = config.severity?.[finding.id] ?? finding.severity;
    const matcher = valid.find((each) => matches(each, finding));
    if (severity === 'off' || matcher !== undefined) {
      counts[finding.id] = (counts[finding.id] ?? 0) + 1;
      if (matcher !== undefined && severity !== 'off') ignored.push({ finding: { ...finding, severity }, matcher });
    } else {
      findings.push(severity === finding.severity ? finding : { ...finding, severity });
    }
  }
  const isLess = findings.length < result.findings.length;
  return { result: { ...withFindings(result, findings), ...(isLess && { ignored: counts }) }, ignored, expired };
}

/**
 * What severities and ignores make of single findings, for those that are shown before there is a result: undefined where
 * they take it out.
 */
export function findingPolicy(config: ConfigFile, today: Date): (finding: Finding) => Finding | undefined {
  const day = today.toISOString().slice(0, 10);
  const matchers = (config.ignore ?? []).filter(({ expires }) => expires === undefined || expires >= day);
  return (finding) => {
    const severity = config.severity?.[finding.id] ?? finding.severity;
    if (severity === 'off' || matchers.some((each) => matches(each, finding))) return undefined;
    return severity === finding.severity ? finding : { ...finding, severity };
  };
}

function matches(matcher: IgnoreMatcher, finding: Finding): boolean {
  if (matcher.rule !== undefined && matcher.rule !== finding.id) return false;
  if (matcher.device !== undefined && normaliseDeviceName(matcher.device) !== finding.device) return false;
  return matcher.pasid === undefined || matcher.pasid === finding.pasid;
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

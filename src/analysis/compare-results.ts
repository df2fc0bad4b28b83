import { plural } from '../base/text.ts';
import { VERSION } from '../base/version.ts';
import type { ChangedFinding, ComparedSide, Comparison, FINDING_CHANGES } from '../model/comparison.ts';
import type { Finding } from '../model/finding.ts';
import type { Result } from '../model/result.ts';
import { formatDuration } from '../model/time.ts';

type Change = (typeof FINDING_CHANGES)[number];

/** One of two analyses to compare. */
export interface Side {
  readonly path: string;
  readonly source: ComparedSide['source'];
  readonly result: Result;
}

/** Compares two analyses by the fingerprints of their findings; consequences belong to their finding. Linear. */
export function compareResults(before: Side, after: Side): Comparison {
  const earlier = new Map(before.result.findings.map((finding) => [finding.fingerprint, finding]));
  const later = new Set(after.result.findings.map(({ fingerprint }) => fingerprint));
  const fresh: Finding[] = [];
  const changed: ChangedFinding[] = [];
  let unchanged = 0;
  for (const finding of after.result.findings) {
    const known = earlier.get(finding.fingerprint);
    if (known === undefined) {
      fresh.push(finding);
      continue;
    }
    const changes = changesOf(known, finding);
    if (changes.length > 0) changed.push({ changes, before: known, after: finding });
    else unchanged += 1;
  }
  return {
    schemaVersion: 1,
    tool: { name: 'faultlog', version: VERSION },
    before: summaryOf(before),
    after: summaryOf(after),
    caveats: caveatsOf(before, after),
    new: fresh,
    gone: before.result.findings.filter(({ fingerprint }) => !later.has(fingerprint)),
    changed,
    unchanged,
  };
}

function summaryOf({ path, source, result }: Side): ComparedSide {
  const { tool, limits, inputs, findings } = result;
  return { path, source, toolVersion: tool.version, limits, inputs, findings: findings.length };
}

function changesOf(before: Finding, after: Finding): Change[] {
  const facts: Record<Change, (finding: Finding) => unknown> = {
    severity: ({ severity }) => severity,
    certainty: ({ certainty }) => certainty,
    count: ({ count = 1 }) => count,
    scope: ({ scope }) => scope,
    owner: ({ owner }) => owner,
    answeredBy: ({ answeredBy }) => answeredBy,
    consequences: ({ consequences = [] }) =>
      consequences
        .map(({ id }) => id)
        .sort()
        .join(),
  };
  const changes: Change[] = [];
  for (const change of ['severity', 'certainty', 'count', 'scope', 'owner', 'answeredBy', 'consequences'] as const) {
    const fact = facts[change];
    if (fact(before) !== fact(after)) changes.push(change);
  }
  return changes;
}

function caveatsOf(before: Side, after: Side): string[] {
  const caveats: string[] = [];
  const [one, two] = [before.result, after.result];
  if (one.tool.version !== two.tool.version) {
    caveats.push(`analysed by faultlog ${one.tool.version} and ${two.tool.version}`);
  }
  for (const [name, earlier, later] of [
    ['timeout', one.limits.timeoutNs, two.limits.timeoutNs],
    ['slow', one.limits.slowNs, two.limits.slowNs],
    ['merge window', one.limits.mergeWindowNs, two.limits.mergeWindowNs],
  ] as const) {
    if (earlier !== later) caveats.push(`${name} ${formatDuration(earlier)} and ${formatDuration(later)}`);
  }
  if (one.limits.stormPerSecond !== two.limits.stormPerSecond) {
    caveats.push(`storm ${one.limits.stormPerSecond}/s and ${two.limits.stormPerSecond}/s`);
  }
  for (const { path, result } of [before, after]) {
    const omitted = Object.values(result.omitted ?? {}).reduce((sum, count) => sum + count, 0);
    if (omitted > 0) caveats.push(`${path}: not compared: ${plural(omitted, 'finding')} beyond the limit of a rule`);
    if (result.beyondBounds !== undefined) caveats.push(`${path}: names more than is kept, so not all was judged`);
    if (result.inputs.some(({ error }) => error !== undefined)) caveats.push(`${path}: not read to its end`);
    if (result.coverage.gaps.length > 0) caveats.push(`${path}: the capture lost events`);
  }
  return caveats;
}

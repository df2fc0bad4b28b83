import { agree, plural, sanitise } from '../base/text.ts';
import { BOUNDED_TABLES, type BoundedTable } from '../model/bounded-table.ts';
import type { Certainty, Evidence, Finding, Severity } from '../model/finding.ts';
import type { ClockOffset, Result } from '../model/result.ts';
import { formatOffset } from '../model/time.ts';
import type { HiddenFindings } from './reporter.ts';

/** What a finding is about: `0000:01:00.0 PASID 1 PRGI 3 (vm3)`; empty if it names nothing. */
export function subjectOf(finding: Pick<Finding, 'device' | 'pasid' | 'prgi' | 'owner'>): string {
  const parts: string[] = [];
  if (finding.device !== undefined) parts.push(sanitise(finding.device));
  if (finding.pasid !== undefined) parts.push(`PASID ${finding.pasid}`);
  if (finding.prgi !== undefined) parts.push(`PRGI ${finding.prgi}`);
  if (finding.owner !== undefined) parts.push(`(${sanitise(finding.owner)})`);
  return parts.join(' ');
}

/** `trace.txt:42`; the input is named also where there is only one, so that editors can jump. */
export function placeOf(result: Pick<Result, 'inputs'>, at: { readonly input: number; readonly line: number }): string {
  return `${pathOf(result, at.input)}:${at.line}`;
}

/** The line that triggers the finding: the evidence of its time, else the first, which rules put there. */
export function triggerOf({ evidence, time }: Finding): Evidence | undefined {
  const atTime = time === undefined ? undefined : evidence.findLast((line) => line.time === time);
  return atTime ?? evidence[0];
}

/** Names of the inputs without their folders where the file name alone says which one it is. */
export function shortNames(inputs: readonly { readonly path: string }[]): readonly string[] {
  const paths = inputs.map(({ path }) => displayPath(path));
  const names = paths.map((path) => path.slice(path.lastIndexOf('/') + 1));
  return names.map((name, index) => (names.indexOf(name) === names.lastIndexOf(name) ? name : (paths[index] ?? name)));
}

export function pathOf(result: Pick<Result, 'inputs'>, input: number): string {
  const path = result.inputs[input]?.path;
  return path === undefined ? `input ${input}` : displayPath(path);
}

export function displayPath(path: string): string {
  return path === '-' ? '<stdin>' : sanitise(path);
}

/** `host`, `guest:vm3`. */
export function laneLabel(input: { readonly lane: string; readonly laneName?: string | undefined }): string {
  return input.laneName === undefined ? input.lane : `${input.lane}:${sanitise(input.laneName)}`;
}

/** `3 errors, 1 warning, 2 notes`; parts that are 0 are left out, all 0 gives an empty text. */
export function severityCounts(counts: Readonly<Record<Severity, number>>): string {
  const parts: string[] = [];
  if (counts.error > 0) parts.push(plural(counts.error, 'error'));
  if (counts.warning > 0) parts.push(plural(counts.warning, 'warning'));
  if (counts.note > 0) parts.push(plural(counts.note, 'note'));
  return parts.join(', ');
}

const SEVERITY_ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };
const CERTAINTY_ORDER: Readonly<Record<Certainty, number>> = { certain: 0, likely: 1, possible: 2 };

/** Worst first: severity, then certainty; among equals the order of the result, which is that of time. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (a, b) =>
      SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity] ||
      CERTAINTY_ORDER[a.certainty] - CERTAINTY_ORDER[b.certainty],
  );
}

/** Groups in all states. */
export function groupTotal(result: Result): number {
  return Object.values(result.counts.groups).reduce((sum, count) => sum + count, 0);
}

const BEYOND: Readonly<Record<BoundedTable, string>> = {
  iommus: 'not judged: more IOMMUs are named than faultlog follows',
  requesters: 'not judged: more devices are named than faultlog follows',
  pasids: 'not judged: more PASIDs are named than faultlog follows',
  keys: 'not judged: more page-request-group keys (PASID and PRGI) are named than faultlog follows',
  gaps: 'not listed',
};

/** Lines that name an IOMMU and that nobody reads. */
export function unreadText(count: number): string {
  return `${plural(count, 'line')} that ${agree(count, 'names', 'name')} an IOMMU and ${agree(count, 'was', 'were')} not understood`;
}

/** Answers at the head of a capture. */
export function headUnknownText(count: number): string {
  return `${plural(count, 'answer')} at the head whose ${agree(count, 'request', 'requests')} may precede the capture`;
}

/** What display filters leave out. */
export function hiddenText({ count, filter }: HiddenFindings): string {
  return `${plural(count, 'finding')} not shown: only those of ${sanitise(filter)} are; verdict, counts and coverage are of all`;
}

/** Findings of a rule that are in no list. */
export function countedOnlyText(rule: string, count: number): string {
  return `${count} more ${rule} that ${agree(count, 'was', 'were')} counted only: the rule reached its limit`;
}

/** The interval of a lane's offset: `-50.1019 s to -49.9998 s, drift 12 ppm`. */
export function offsetText({ lowNs, highNs, ratePpm }: ClockOffset): string {
  const [low, high] = [lowNs, highNs].map((ns) => (ns === undefined ? 'unbounded' : formatOffset(ns)));
  return `${low === high ? low : `${low} to ${high}`}${ratePpm === undefined ? '' : `, drift ${ratePpm} ppm`}`;
}

/** What is not in the result because a limit was reached: findings that were only counted, and what was not judged. */
export function leftOutParts(result: Pick<Result, 'omitted' | 'beyondBounds'>): readonly string[] {
  const counted = Object.entries(result.omitted ?? {}).map(([id, count]) => {
    return `${plural(count, 'more finding')} of ${id}: the rule reached its limit`;
  });
  return [...counted, ...beyondBoundsParts(result)];
}

/** What is not in the result because a table was full. */
export function beyondBoundsParts({ beyondBounds = {} }: Pick<Result, 'beyondBounds'>): readonly string[] {
  return BOUNDED_TABLES.flatMap((table) => {
    const count = beyondBounds[table];
    if (count === undefined) return [];
    return [`${plural(count, table === 'gaps' ? 'more gap' : 'event')} ${BEYOND[table]}`];
  });
}

import { plural, sanitise } from '../base/text.ts';
import type { Evidence, Finding } from '../model/finding.ts';
import type { Result } from '../model/result.ts';
import type { Paint } from './paint.ts';
import type { ReportStyle } from './reporter.ts';
import { shortNames, subjectOf } from './wording.ts';
import { clip, wrap } from './wrap.ts';

/** Evidence lines of one finding that are shown: the first ones and the last. */
const SHOWN_EVIDENCE = 8;
/** Characters of a raw line that are shown: what matters stands at its end, so that the width does not cut it. */
const SHOWN_RAW = 200;

/** A finding with its evidence and, indented under it, its consequences. */
export function findingLines(
  result: Pick<Result, 'inputs'>,
  finding: Finding,
  paint: Paint,
  style: ReportStyle,
): readonly string[] {
  const lines = [headLine(finding, paint), wrap(sanitise(finding.message), style.width, '  ')];
  const actor = actorLine(finding);
  if (actor !== undefined) lines.push(`  ${actor}`);
  lines.push(...evidenceLines(result, finding, paint, style));
  for (const consequence of finding.consequences ?? []) {
    const [head = '', ...rest] = findingLines(result, consequence, paint, { ...style, width: style.width - 4 });
    lines.push(`  ↳ ${head}`, ...rest.map((line) => line.replaceAll(/^/gm, '    ')));
  }
  return lines;
}

function headLine(finding: Finding, paint: Paint): string {
  const what = paint.severity(finding.severity, `${finding.severity} ${finding.id} ${finding.name}`);
  const count = finding.count === undefined || finding.count === 1 ? '' : `, ${finding.count} times`;
  const when = finding.time === undefined ? '' : ` at ${finding.time}`;
  const subject = subjectOf(finding);
  const about = subject === '' ? '' : `: ${paint.strong(subject)}`;
  return `${what} (${finding.certainty}${count})${about}${when}`;
}

/** Who answered, and whom the damage can reach. */
export function actorLine(finding: Finding): string | undefined {
  const parts: string[] = [];
  if (finding.answeredBy !== undefined) parts.push(`answered by the ${finding.answeredBy}`);
  if (finding.sentBy?.task !== undefined) {
    parts.push(`sent by ${sanitise(finding.sentBy.task)} on the ${finding.sentBy.lane}`);
  }
  if (finding.scope !== undefined) parts.push(`scope: ${finding.scope}`);
  return parts.length === 0 ? undefined : parts.join('; ');
}

/** The lines that a finding rests on, indented by four; long lists are cut and say so. */
export function evidenceLines(
  result: Pick<Result, 'inputs'>,
  finding: Finding,
  paint: Paint,
  style: ReportStyle,
): readonly string[] {
  const { shown, hidden } = selectEvidence(finding.evidence, style.isVerbose);
  const names = shortNames(result.inputs);
  const places = shown.map(({ input, line }) => `${names[input] ?? `input ${input}`}:${line}`);
  const placeWidth = Math.max(0, ...places.map((place) => place.length));
  const roles = shown.map(({ role }) => sanitise(role));
  const roleWidth = Math.max(0, ...roles.map((role) => role.length));
  const lines = shown.map((evidence, index) => {
    const head = `    ${(places[index] ?? '').padEnd(placeWidth)}  ${(roles[index] ?? '').padEnd(roleWidth)}  `;
    const raw = sanitise(evidence.text.trim().replaceAll(/\s+/g, ' '));
    return `${paint.faint(head)}${style.isVerbose ? raw : clip(raw, SHOWN_RAW)}`;
  });
  if (hidden > 0) lines.splice(SHOWN_EVIDENCE - 1, 0, `    … ${plural(hidden, 'more line')} (--verbose shows all)`);
  return lines;
}

/** The first lines (that which triggered the finding leads them) and the last one, in the order of the capture. */
export function selectEvidence(
  evidence: readonly Evidence[],
  isVerbose: boolean,
): { shown: readonly Evidence[]; hidden: number } {
  const isAll = isVerbose || evidence.length <= SHOWN_EVIDENCE;
  const chosen = isAll ? evidence : [...evidence.slice(0, SHOWN_EVIDENCE - 1), ...evidence.slice(-1)];
  const shown = chosen.toSorted((a, b) => a.input - b.input || a.line - b.line);
  return { shown, hidden: evidence.length - shown.length };
}

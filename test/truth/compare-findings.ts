import type { Finding } from '../../src/model/finding.ts';
import type { ExpectedFinding } from './expected.ts';

interface Slot {
  readonly entry: ExpectedFinding;
  taken: number;
}

/**
 * Differences between findings and expectations, one text each; none if they agree. Complete: one finding of
 * severity error or warning too many or too few is a difference. Notes are ignored. How a rule folds its
 * occurrences is not compared, their number is.
 */
export function compareFindings(expected: readonly ExpectedFinding[], findings: readonly Finding[]): readonly string[] {
  const slots = [...expected].sort(bySpecificity).map((entry) => ({ entry, taken: 0 }));
  const surplus: string[] = [];
  for (const finding of findings) {
    if (finding.severity === 'note') continue;
    const left = place(finding, slots);
    if (left > 0) surplus.push(`too many: ${left} × ${showFinding(finding)}`);
  }
  // A finding that stands under its cause is still said.
  for (const finding of findings.flatMap((one) => one.consequences ?? [])) place(finding, slots);
  const missing = slots
    .filter((slot) => slot.taken < slot.entry.count)
    .map((slot) => `too few: ${slot.entry.count - slot.taken} of ${showEntry(slot.entry)}`);
  return [...missing, ...surplus];
}

/** Occurrences of the finding that no expectation admits. */
function place(finding: Finding, slots: readonly Slot[]): number {
  // FL306 is one a (requester, PRGI), and counts its PASIDs.
  let left = finding.id === 'FL306' ? 1 : (finding.count ?? 1);
  for (const slot of slots) {
    if (left === 0) return 0;
    if (!admits(slot.entry, finding)) continue;
    const room = (slot.entry.max ?? slot.entry.count) - slot.taken;
    const used = Math.min(room, left);
    slot.taken += used;
    left -= used;
  }
  return left;
}

function admits(entry: ExpectedFinding, finding: Finding): boolean {
  if (![entry.id].flat().includes(finding.id)) return false;
  if (![entry.severity].flat().includes(finding.severity)) return false;
  if (!entry.certainty.includes(finding.certainty)) return false;
  if (entry.device !== undefined && entry.device !== finding.device) return false;
  const foldsSeveral = finding.count !== undefined && finding.count > 1;
  // A pair of PASIDs is folded whichever of the two came second.
  const isPair = finding.id === 'FL204' && foldsSeveral;
  if (!isPair && entry.pasid !== undefined && finding.pasid !== undefined && entry.pasid !== finding.pasid)
    return false;
  if (foldsSeveral) return true;
  if (entry.prgi !== undefined && entry.prgi !== finding.prgi) return false;
  const lines = entry.lines;
  if (lines === undefined) return true;
  return finding.evidence.some((evidence) => evidence.input === 0 && lines.includes(evidence.line));
}

/** What must be there before what may be, and the narrower entry before the wider. */
function bySpecificity(a: ExpectedFinding, b: ExpectedFinding): number {
  return rank(a) - rank(b);
}

function rank(entry: ExpectedFinding): number {
  const optional = entry.count === 0 ? 8 : 0;
  const wide = entry.prgi === undefined ? 4 : 0;
  const several = typeof entry.id === 'string' ? 0 : 2;
  return optional + wide + several + (entry.lines === undefined ? 1 : 0);
}

function showFinding(finding: Finding): string {
  const lines = finding.evidence.map((evidence) => evidence.line).slice(0, 4);
  return `${finding.id} ${finding.severity} ${finding.certainty} ${finding.device ?? '-'}/${finding.pasid ?? '-'}/${finding.prgi ?? '-'} lines ${lines.join(' ')}: ${finding.message}`;
}

function showEntry(entry: ExpectedFinding): string {
  const id = [entry.id].flat().join('|');
  const lines = entry.lines === undefined ? '' : ` lines ${entry.lines.join('|')}`;
  return `${id} ${[entry.severity].flat().join('|')} ${entry.certainty.join('|')} ${entry.device ?? '-'}/${entry.pasid ?? '-'}/${entry.prgi ?? '-'}${lines}: ${entry.why}`;
}

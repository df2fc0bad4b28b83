import type { Finding } from '../../src/model/finding.ts';
import type { ExpectedNote } from './expected.ts';

/**
 * Differences in the notes FL107 and FL902, one text each. FL107 is complete: as many as expected for every key,
 * and none for another (`atLeast` where the capture also has the kernel's own lines on refused requests). Of FL902 every
 * expected one must be there; how it is folded is not compared.
 */
export function compareNotes(
  expected: readonly ExpectedNote[],
  findings: readonly Finding[],
  atLeast: boolean,
): readonly string[] {
  const refusals = findings.filter((finding) => finding.id === 'FL107');
  const differences: string[] = [];
  for (const note of expected) {
    const found = findings.filter((finding) => covers(note, finding));
    const count = found.reduce((sum, finding) => sum + (finding.count ?? 1), 0);
    const wanted = expected.filter((other) => other.id === note.id && isSameKey(other, note));
    const sum = wanted.reduce((total, other) => total + other.count, 0);
    if (note.id === 'FL902' ? found.length === 0 : atLeast ? count < sum : count !== sum) {
      differences.push(`${note.id} ${keyOf(note)}: ${sum} expected, found ${count} (${note.why})`);
    }
  }
  if (atLeast) return differences;
  const wanted = expected.filter((note) => note.id === 'FL107');
  for (const finding of refusals) {
    if (!wanted.some((note) => covers(note, finding)))
      differences.push(`too many: FL107 ${keyOf(finding)} ${finding.message}`);
  }
  return differences;
}

function isSameKey(one: ExpectedNote, other: ExpectedNote): boolean {
  return one.device === other.device && one.pasid === other.pasid && one.prgi === other.prgi;
}

function covers(note: ExpectedNote, finding: Finding): boolean {
  if (finding.id !== note.id) return false;
  if (finding.device !== undefined && !isSameDevice(finding.device, note.device)) return false;
  const folds = (finding.count ?? 1) > 1;
  if (note.id === 'FL902' && folds) return true;
  if (finding.pasid !== undefined && finding.pasid !== 0 && finding.pasid !== note.pasid) return false;
  if (note.pasid !== undefined && finding.pasid === undefined && note.id === 'FL107') return false;
  return note.prgi === undefined || finding.prgi === note.prgi || (note.id === 'FL902' && finding.prgi === undefined);
}

/** A descriptor names no PCI segment: a requester that nothing else names may stand without one. */
function isSameDevice(found: string, expected: string | undefined): boolean {
  return expected?.endsWith(found) ?? false;
}

function keyOf(key: { device?: string; pasid?: number; prgi?: number }): string {
  return `${key.device ?? '-'}/${key.pasid ?? '-'}/${key.prgi ?? '-'}`;
}

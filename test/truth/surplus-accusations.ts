import type { Finding } from '../../src/model/finding.ts';
import { type Analysed, analyseTexts } from './analyse-text.ts';
import { type Damaged, isEvent, linesOf } from './damage.ts';
import { readVisible } from './visible.ts';

/** For each line the line of the original; undefined for a new one. */
export type Origin = readonly (number | undefined)[];

export const identity = (count: number): Origin => Array.from({ length: count }, (_, index) => index + 1);

/** An answer too many is called FL101 to FL105 after what else is known of its key; so is one that is missing. */
function family(id: string): string {
  if (/^FL30[125]$/.test(id)) return 'dropped';
  return /^FL10[1-5]$/.test(id) ? 'spurious' : id;
}

function isAccusation(finding: Finding): boolean {
  return finding.severity === 'error' && finding.certainty !== 'possible';
}

/** Every accusation in the damaged text should be one in the whole text, about the same lines: those that are none. */
export async function surplusAccusations(
  whole: Analysed,
  damaged: Damaged,
  isExcused: (finding: Finding) => boolean = () => false,
): Promise<readonly string[]> {
  const seen = await analyseTexts([damaged.text]);
  const surplus = seen.findings.filter(
    (finding) => isAccusation(finding) && !isKnown(finding, whole, damaged.origin) && !isExcused(finding),
  );
  return surplus.map((finding) => `${finding.id} ${finding.message}`);
}

/**
 * FL101 is certain where the capture shows the PASID's attach (§5): the same number may have lived before the
 * capture began, and be answered late (`h07`). Nothing in the text tells of that life if the attach is its first event.
 */
export function isFirstLife(finding: Finding, text: string): boolean {
  if (finding.id !== 'FL101') return false;
  const epochs = readVisible(text).events.filter(
    (event) =>
      (event.kind === 'attach' || event.kind === 'detach' || event.kind === 'drain') && event.pasid === finding.pasid,
  );
  const [first] = epochs;
  return first?.kind === 'attach' && finding.evidence.some((evidence) => evidence.line > first.line);
}

/** The PRGI of the finding, or one of those that it folds, has a message that stands there twice. */
export function isAboutCopy(finding: Finding, damaged: Damaged): boolean {
  const lines = linesOf(damaged.text);
  const foldsSeveral = (finding.count ?? 1) > 1;
  const isCopy = (line: number): boolean => damaged.origin[line - 1] === undefined && isEvent(lines[line - 1] ?? '');
  return readVisible(damaged.text).events.some(
    (event) => isCopy(event.line) && 'prgi' in event && (foldsSeveral || event.prgi === finding.prgi),
  );
}

/** An overflow concerns a whole IOMMU, whichever groups were open. */
function isOfUnit({ id }: Finding): boolean {
  return id === 'FL304';
}

function isKnown(finding: Finding, whole: Analysed, origin: Origin): boolean {
  const lines = new Set(finding.evidence.map((evidence) => origin[evidence.line - 1]));
  return whole.findings.some(
    (other) =>
      family(other.id) === family(finding.id) &&
      (isOfUnit(finding) || (other.device === finding.device && other.pasid === finding.pasid)) &&
      // A folded finding quotes the first of what it counts.
      ((other.count ?? 1) > 1 || other.evidence.some((evidence) => lines.has(evidence.line))),
  );
}

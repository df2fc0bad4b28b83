import { appendFileSync, statSync } from 'node:fs';
import { complain } from './messages.ts';
import type { Session } from './session.ts';

/** GitHub refuses the summary of a step that is larger. */
const MOST_BYTES = 1024 * 1024;
const CUT = '\n… cut: GitHub takes 1 MiB for the summary of a step. `--format markdown=FILE` has all.\n';

export function wantsJobSummary({ env }: Session): boolean {
  return (env.GITHUB_STEP_SUMMARY ?? '') !== '';
}

/**
 * Appends a Markdown report to the summary of the step, as far as GitHub's limit allows; cut between two pieces, and
 * it says so. A summary that cannot be written is complained about and changes nothing else.
 */
export async function appendJobSummary(session: Session, pieces: Iterable<string>): Promise<void> {
  const path = session.env.GITHUB_STEP_SUMMARY ?? '';
  try {
    const used = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const text = fitting(pieces, MOST_BYTES - used);
    if (text !== '') appendFileSync(path, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await complain(session, `warning: the job summary cannot be written: ${reason}`, 'Check GITHUB_STEP_SUMMARY.');
  }
}

/** As many pieces as fit, and a note where that is not all; empty if not even the note fits. */
function fitting(pieces: Iterable<string>, room: number): string {
  const kept: string[] = [];
  const sizes: number[] = [];
  let size = 0;
  let isCut = false;
  for (const piece of pieces) {
    const bytes = Buffer.byteLength(piece);
    if (size + bytes > room) {
      isCut = true;
      break;
    }
    kept.push(piece);
    sizes.push(bytes);
    size += bytes;
  }
  if (!isCut) return kept.join('');
  while (kept.length > 0 && size + Buffer.byteLength(CUT) > room) {
    kept.pop();
    size -= sizes.pop() ?? 0;
  }
  return size + Buffer.byteLength(CUT) > room ? '' : kept.join('') + CUT;
}

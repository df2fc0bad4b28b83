import type { Finding, Severity } from '../model/finding.ts';
import type { Result } from '../model/result.ts';

export const EXIT = { clean: 0, findings: 1, failed: 2, inconclusive: 3, interrupted: 130, readerGone: 141 } as const;

export const FAIL_ON = ['error', 'warning', 'note', 'never'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** What decides the exit code of `check` beside the result. */
export interface ExitPolicy {
  readonly failOn: FailOn;
  readonly failOnPossible: boolean;
  readonly exitZero: boolean;
  readonly strictCoverage: boolean;
  /** Unread lines that strict coverage lets pass. */
  readonly maxUnread: number;
  readonly errorOnEmpty: boolean;
  /** Whether the configuration tolerates this finding. */
  isTolerated(finding: Finding): boolean;
}

const RANK: Readonly<Record<Severity, number>> = { error: 3, warning: 2, note: 1 };
const THRESHOLD: Readonly<Record<FailOn, number>> = { error: 3, warning: 2, note: 1, never: 4 };

/** Exit code of `check` for what was analysed: never depends on formats and display filters. */
export function exitCodeOf(result: Result, policy: ExitPolicy): number {
  if (result.inputs.some((input) => input.error !== undefined)) return EXIT.failed;
  if (policy.errorOnEmpty && result.inputs.some((input) => input.events === 0)) return EXIT.failed;
  if (policy.exitZero) return EXIT.clean;
  if (result.findings.some((finding) => fails(finding, policy))) return EXIT.findings;
  if (policy.strictCoverage && isInconclusive(result, policy.maxUnread)) return EXIT.inconclusive;
  return EXIT.clean;
}

/** Whether a finding makes the run fail. */
export function fails(
  finding: Finding,
  policy: Pick<ExitPolicy, 'failOn' | 'failOnPossible' | 'isTolerated'>,
): boolean {
  if (RANK[finding.severity] < THRESHOLD[policy.failOn]) return false;
  if (finding.certainty === 'possible' && !policy.failOnPossible) return false;
  return !policy.isTolerated(finding);
}

/** Lost events, lines that were cut, events beyond a bound, or more unread lines than allowed. */
function isInconclusive(result: Result, maxUnread: number): boolean {
  const { coverage, inputs } = result;
  if (result.beyondBounds !== undefined || coverage.gaps.length > 0 || coverage.unread > maxUnread) return true;
  return inputs.some((input) => input.lostEvents > 0 || (input.overlong ?? 0) > 0);
}

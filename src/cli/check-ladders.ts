import type { AnalysisOptions } from '../analysis/analyse.ts';
import type { InputSpec } from '../intake/input.ts';
import type { Finding } from '../model/finding.ts';
import type { Result } from '../model/result.ts';
import type { LadderOf } from '../report/reporter.ts';
import type { LadderRows } from '../report/sarif-flow.ts';
import { worstFirst } from '../report/wording.ts';
import type { CheckFormat, CheckOptions } from './command-options.ts';
import type { NumberedFinding } from './finding-ladders.ts';
import { complain } from './messages.ts';
import { MOST_KEPT_BYTES, type Reopenable, reopenable } from './reopen.ts';
import type { Session } from './session.ts';
import type { Setup } from './setup.ts';

/** Error findings that get a drawing, the worst first; more with --verbose. */
const DRAWN_FINDINGS = 3;
const DRAWN_FINDINGS_VERBOSE = 12;
/** Findings whose ladder is the code flow of SARIF, and the rows of one. */
const FLOWING_FINDINGS = 100;
const FLOW_ROWS = 12;
/** `github` draws in the job summary. */
const DRAWING_FORMATS: readonly CheckFormat[] = ['text', 'markdown', 'github'];
/** Drawings need a second look at the inputs, which has to be quick: larger ones get them with --ladder only. */
const QUICK_BYTES = 32 * 1024 * 1024;

/** The inputs of a check, such that they can be read a second time if a finding is to be drawn. */
export function checkInputs(inputs: readonly InputSpec[], options: CheckOptions): Reopenable {
  if (!wantsLadders(options) && !wantsRows(options)) return { inputs, again: () => undefined };
  return reopenable(inputs, options.ladder === true ? MOST_KEPT_BYTES : QUICK_BYTES);
}

/**
 * What draws the worst error findings for the formats that people read; their code is loaded, and the inputs
 * are read again, only where there are any. Numbers are those of the report without display filters.
 */
export async function ladderOfCheck(
  session: Session,
  source: Reopenable,
  { parsers }: Setup,
  result: Result,
  isShown: (finding: Finding) => boolean,
  settings: AnalysisOptions,
  options: CheckOptions,
): Promise<LadderOf | undefined> {
  const findings = findingsToDraw(result, isShown, options);
  const [worst] = findings;
  if (worst === undefined) return undefined;
  if (options.ladder !== true && sizeOf(result) > QUICK_BYTES) return notDrawn(worst);
  const inputs = source.again();
  if (inputs !== undefined) {
    const { ladderOfFindings } = await import('./finding-ladders.ts');
    return ladderOfFindings(inputs, parsers, findings, settings);
  }
  if (options.ladder === true) {
    await complain(
      session,
      'the input is too large to be read twice: no ladder',
      'Save it into a file and check that.',
    );
  }
  return undefined;
}

/** The ladders of the worst findings, for the steps of SARIF; the inputs are read again for them, unless that takes long. */
export async function rowsOfCheck(
  source: Reopenable,
  { parsers }: Setup,
  result: Result,
  settings: AnalysisOptions,
  options: CheckOptions,
): Promise<((finding: Finding) => LadderRows | undefined) | undefined> {
  if (!wantsRows(options) || (options.ladder !== true && sizeOf(result) > QUICK_BYTES)) return undefined;
  const findings = worstFirst(result.findings)
    .slice(0, FLOWING_FINDINGS)
    .map((finding, index) => ({ finding, number: index + 1 }));
  const inputs = findings.length === 0 ? undefined : source.again();
  if (inputs === undefined) return undefined;
  const { findingScenes } = await import('./finding-ladders.ts');
  return findingScenes(inputs, parsers, findings, settings, FLOW_ROWS);
}

function wantsRows({ format, ladder }: CheckOptions): boolean {
  return ladder !== false && format?.some((target) => target.format === 'sarif') === true;
}

function wantsLadders({ format, ladder, quiet }: CheckOptions): boolean {
  if (ladder === false || (quiet === true && ladder !== true)) return false;
  return format === undefined || format.some((target) => DRAWING_FORMATS.includes(target.format));
}

function findingsToDraw(
  result: Result,
  isShown: (finding: Finding) => boolean,
  options: CheckOptions,
): readonly NumberedFinding[] {
  if (!wantsLadders(options)) return [];
  return worstFirst(result.findings)
    .map((finding, index) => ({ finding, number: index + 1 }))
    .filter(({ finding }) => finding.severity === 'error' && isShown(finding))
    .slice(0, options.verbose === true ? DRAWN_FINDINGS_VERBOSE : DRAWN_FINDINGS);
}

function sizeOf(result: Result): number {
  return result.inputs.reduce((sum, input) => sum + input.bytes, 0);
}

/** Says under the worst finding why nothing is drawn, in the words of a drawing's own comments. */
function notDrawn(worst: NumberedFinding): LadderOf {
  const reason = `inputs above ${QUICK_BYTES / 1024 / 1024} MiB are not read a second time for drawings`;
  const text = `# not drawn: ${reason}; faultlog ladder --finding ${worst.number} or check --ladder draws it\n`;
  return (finding) => (finding === worst.finding ? text : undefined);
}

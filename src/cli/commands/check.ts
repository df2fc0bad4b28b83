import { type AnalysisOptions, analyse } from '../../analysis/analyse.ts';
import type { Baseline } from '../../config/baseline.ts';
import type { Finding } from '../../model/finding.ts';
import type { Result } from '../../model/result.ts';
import type { PipelineContext } from '../../report/pipeline.ts';
import { shownBy } from '../../report/shown-filter.ts';
import { applyConfig, type JudgedResult } from '../apply-config.ts';
import { loadBaseline, writeBaseline } from '../baseline-file.ts';
import { checkInputs, ladderOfCheck, rowsOfCheck } from '../check-ladders.ts';
import { type CheckTarget, checkTargets, writeReports } from '../check-reports.ts';
import type { CheckOptions } from '../command-options.ts';
import { EXIT, type ExitPolicy, exitCodeOf, fails } from '../exit-code.ts';
import type { LiveReport } from '../follow/live-report.ts';
import { complain, sayWhatWasLeftOut, sayWhatWasNotRead } from '../messages.ts';
import { startProgress } from '../progress.ts';
import { repositoryPath } from '../repository-path.ts';
import type { Session } from '../session.ts';
import { limitsOf, loadOwners, offsetsOf, prepare, type Setup } from '../setup.ts';
import { filterOf, filterText } from '../shown.ts';

/** `faultlog check`: analyses, reports in every format asked for, and gives the exit code. */
export async function runCheck(session: Session, files: readonly string[], options: CheckOptions): Promise<number> {
  const setup = await prepare(session, files, options);
  const targets = checkTargets(session, options, setup.inputs);
  const owners = await loadOwners(session, options, setup.loaded);
  const baseline = await loadBaseline(session, setup.loaded, options);
  const isFollowing = options.follow === true;
  const progress = startProgress(session, setup.inputs, options.progress && options.quiet !== true && !isFollowing);
  const source = checkInputs(setup.inputs, isFollowing ? { ...options, ladder: false } : options);
  const isShown = shownBy(filterOf(options));
  const live = isFollowing ? await liveReportOf(session, targets, options, setup, baseline, isShown) : undefined;
  const settings: AnalysisOptions = {
    limits: limitsOf(options, setup.loaded.config),
    offsets: offsetsOf(options, setup.loaded.config, setup.inputs),
    ...(owners.length > 0 && { owners }),
    read: setup.read,
  };
  const analysed = await analyse(source.inputs, setup.parsers, {
    ...settings,
    ...(live !== undefined && { onLiveFindings: live.show }),
    read: { ...setup.read, onProgress: progress.advance },
  }).finally(progress.end);
  const { writeBaseline: baselinePath, errorOnStale = false } = options;
  const isQuiet = options.quiet === true;
  const isStaleTold = baselinePath === undefined && (!isQuiet || errorOnStale);
  const judged = await applyConfig(session, analysed, setup.loaded.config, baseline, isStaleTold);
  const { result, suppressed, staleEntries } = judged;
  await sayWhatWasNotRead(session, result.inputs, setup, isQuiet && options.errorOnEmpty !== true);
  if (targets.every(({ format }) => format === 'concise')) await sayWhatWasLeftOut(session, result, isQuiet, true);
  if (result.inputs.every((input) => input.error !== undefined && input.events === 0)) return EXIT.failed;
  const policy = policyOf(options, judged, baselinePath !== undefined);
  await live?.takeBack(analysed);
  const shown = result.findings.filter(isShown);
  const hidden = result.findings.length - shown.length;
  const filter = filterText(options);
  const isWritten = await writeReports(session, targets, options, {
    shown: { ...result, findings: shown },
    hidden: filter !== undefined && hidden > 0 ? { count: hidden, filter } : undefined,
    ladderOf: await ladderOfCheck(session, source, setup, result, isShown, settings, options),
    pipeline: async () => {
      const rowsOf = await rowsOfCheck(source, setup, result, settings, options);
      return pipelineOf(session, result, options, policy, {
        ...(rowsOf !== undefined && { rowsOf }),
        suppressed: suppressed.filter(({ finding }) => isShown(finding)),
        hasBaseline: baseline !== undefined,
      });
    },
  });
  if (baselinePath !== undefined) await keepBaseline(session, baselinePath, judged, baseline, isQuiet);
  if (!isWritten || (errorOnStale && baselinePath === undefined && staleEntries > 0)) return EXIT.failed;
  return exitCodeOf(result, policy);
}

async function liveReportOf(
  session: Session,
  targets: readonly CheckTarget[],
  options: CheckOptions,
  { loaded: { config } }: Setup,
  baseline: Baseline | undefined,
  isShown: (finding: Finding) => boolean,
): Promise<LiveReport> {
  const { liveReport } = await import('../follow/live-report.ts');
  return liveReport(session, targets, options, { config, baseline }, isShown);
}

/** All findings that are not ignored, those of the baseline in use among them. A part of an analysis is no baseline. */
async function keepBaseline(
  session: Session,
  path: string,
  { result, suppressed }: JudgedResult,
  inUse: Baseline | undefined,
  isQuiet: boolean,
): Promise<void> {
  if (result.inputs.some(({ error }) => error !== undefined)) {
    return complain(
      session,
      `${path}: not written`,
      'Not all inputs could be read, so findings would be missing in it.',
    );
  }
  const known = suppressed.filter(({ by }) => by === 'baseline').map(({ finding }) => finding);
  await writeBaseline(session, path, [...known, ...result.findings], inUse, isQuiet);
}

/** What is written into a baseline is known from then on: it does not fail this run. */
function policyOf(options: CheckOptions, { isTolerated }: JudgedResult, isBaselineWritten: boolean): ExitPolicy {
  return {
    failOn: isBaselineWritten ? 'never' : options.failOn,
    failOnPossible: options.failOnPossible === true,
    exitZero: options.exitZero === true,
    strictCoverage: options.strictCoverage === true,
    maxUnread: options.maxUnread,
    errorOnEmpty: options.errorOnEmpty === true,
    isTolerated,
  };
}

async function pipelineOf(
  session: Session,
  { inputs }: Result,
  { sarifAnchor }: CheckOptions,
  policy: ExitPolicy,
  kept: Pick<PipelineContext, 'suppressed' | 'hasBaseline' | 'rowsOf'>,
): Promise<PipelineContext> {
  const { rules } = await import('../../rules/registry.ts');
  return {
    rules,
    fails: (finding) => fails(finding, policy),
    ...kept,
    ...(sarifAnchor !== undefined && { anchor: sarifAnchor }),
    startedAt: session.now,
    pathOf: (input) => repositoryPath(inputs[input]?.path ?? '', session.cwd),
  };
}

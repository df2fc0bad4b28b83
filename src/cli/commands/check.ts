import { type AnalysisOptions, analyse } from '../../analysis/analyse.ts';
import type { Result } from '../../model/result.ts';
import type { PipelineContext } from '../../report/pipeline.ts';
import { shownBy } from '../../report/shown-filter.ts';
import { applyConfig } from '../apply-config.ts';
import { checkInputs, ladderOfCheck } from '../check-ladders.ts';
import { checkTargets, writeReports } from '../check-reports.ts';
import type { CheckOptions } from '../command-options.ts';
import { EXIT, type ExitPolicy, exitCodeOf, fails } from '../exit-code.ts';
import { sayWhatWasNotRead } from '../messages.ts';
import { startProgress } from '../progress.ts';
import { repositoryPath } from '../repository-path.ts';
import type { Session } from '../session.ts';
import { limitsOf, loadOwners, offsetsOf, prepare } from '../setup.ts';
import { filterOf } from '../shown.ts';

/** `faultlog check`: analyses, reports in every format asked for, and gives the exit code. */
export async function runCheck(session: Session, files: readonly string[], options: CheckOptions): Promise<number> {
  const setup = await prepare(session, files, options);
  const owners = await loadOwners(session, options, setup.loaded);
  const progress = startProgress(session, setup.inputs, options.progress && options.quiet !== true);
  const source = checkInputs(setup.inputs, options);
  const settings: AnalysisOptions = {
    limits: limitsOf(options, setup.loaded.config),
    offsets: offsetsOf(options, setup.loaded.config, setup.inputs),
    ...(owners.length > 0 && { owners }),
    read: setup.read,
  };
  const analysed = await analyse(source.inputs, setup.parsers, {
    ...settings,
    read: { ...setup.read, onProgress: progress.advance },
  }).finally(progress.end);
  const { result, isTolerated } = await applyConfig(session, analysed, setup.loaded.config);
  await sayWhatWasNotRead(session, result.inputs, setup, options.quiet === true && options.errorOnEmpty !== true);
  if (result.inputs.every((input) => input.error !== undefined && input.events === 0)) return EXIT.failed;
  const policy = policyOf(options, isTolerated);
  const isShown = shownBy(filterOf(options));
  const isWritten = await writeReports(session, checkTargets(session, options), options, {
    shown: { ...result, findings: result.findings.filter(isShown) },
    ladderOf: await ladderOfCheck(session, source, setup, result, isShown, settings, options),
    pipeline: () => pipelineOf(session, result, options, policy),
  });
  return isWritten ? exitCodeOf(result, policy) : EXIT.failed;
}

function policyOf(options: CheckOptions, isTolerated: ExitPolicy['isTolerated']): ExitPolicy {
  return {
    failOn: options.failOn,
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
): Promise<PipelineContext> {
  const { rules } = await import('../../rules/registry.ts');
  return {
    rules,
    fails: (finding) => fails(finding, policy),
    suppressed: [],
    hasBaseline: false,
    ...(sarifAnchor !== undefined && { anchor: sarifAnchor }),
    startedAt: session.now,
    pathOf: (input) => repositoryPath(inputs[input]?.path ?? '', session.cwd),
  };
}

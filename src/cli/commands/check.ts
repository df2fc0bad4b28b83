import { type AnalysisOptions, analyse } from '../../analysis/analyse.ts';
import { assertUnreachable } from '../../base/assert.ts';
import type { Result } from '../../model/result.ts';
import type { LadderOf, Reporter } from '../../report/reporter.ts';
import { shownBy } from '../../report/shown-filter.ts';
import { applyConfig } from '../apply-config.ts';
import { checkInputs, ladderOfCheck } from '../check-ladders.ts';
import type { CheckFormat, CheckOptions } from '../command-options.ts';
import { EXIT, exitCodeOf } from '../exit-code.ts';
import { sayWhatWasNotRead } from '../messages.ts';
import { writeTarget } from '../output-target.ts';
import { startProgress } from '../progress.ts';
import type { Session } from '../session.ts';
import { limitsOf, loadOwners, offsetsOf, prepare } from '../setup.ts';
import { filterOf, styleFor } from '../shown.ts';

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
  const isShown = shownBy(filterOf(options));
  const ladderOf = await ladderOfCheck(session, source, setup, result, isShown, settings, options);
  await report(session, { ...result, findings: result.findings.filter(isShown) }, options, ladderOf);
  return exitCodeOf(result, {
    failOn: options.failOn,
    failOnPossible: options.failOnPossible === true,
    exitZero: options.exitZero === true,
    strictCoverage: options.strictCoverage === true,
    maxUnread: options.maxUnread,
    errorOnEmpty: options.errorOnEmpty === true,
    isTolerated,
  });
}

async function report(
  session: Session,
  shown: Result,
  options: CheckOptions,
  ladderOf: LadderOf | undefined,
): Promise<void> {
  for (const target of options.format ?? [{ format: 'text' } as const]) {
    const reporter = await loadReporter(target.format);
    await writeTarget(target, session, reporter(shown, styleFor(session, options, target), ladderOf));
  }
}

/** Only the reporters that are asked for are loaded. */
async function loadReporter(format: CheckFormat): Promise<Reporter> {
  switch (format) {
    case 'text':
      return (await import('../../report/text.ts')).reportText;
    case 'concise':
      return (await import('../../report/concise.ts')).reportConcise;
    case 'json':
      return (await import('../../report/json.ts')).reportJson;
    case 'jsonl':
      return (await import('../../report/jsonl.ts')).reportJsonl;
    case 'markdown':
      return (await import('../../report/markdown.ts')).reportMarkdown;
    default:
      return assertUnreachable(format);
  }
}

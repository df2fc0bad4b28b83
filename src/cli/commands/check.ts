import { analyse } from '../../analysis/analyse.ts';
import { assertUnreachable } from '../../base/assert.ts';
import type { ConfigFile } from '../../config/schema.ts';
import type { Result } from '../../model/result.ts';
import type { Reporter } from '../../report/reporter.ts';
import { shownBy } from '../../report/shown-filter.ts';
import type { CheckFormat, CheckOptions } from '../command-options.ts';
import { EXIT, exitCodeOf } from '../exit-code.ts';
import { complain, sayWhatWasNotRead } from '../messages.ts';
import { writeTarget } from '../output-target.ts';
import { startProgress } from '../progress.ts';
import type { Session } from '../session.ts';
import { limitsOf, loadOwners, prepare } from '../setup.ts';
import { filterOf, styleFor } from '../shown.ts';

/** `faultlog check`: analyses, reports in every format asked for, and gives the exit code. */
export async function runCheck(session: Session, files: readonly string[], options: CheckOptions): Promise<number> {
  const setup = await prepare(session, files, options);
  const owners = await loadOwners(session, options, setup.loaded);
  const progress = startProgress(session, setup.inputs, options.progress && options.quiet !== true);
  const analysed = await analyse(setup.inputs, setup.parsers, {
    limits: limitsOf(options, setup.loaded.config),
    ...(owners.length > 0 && { owners }),
    read: { ...setup.read, onProgress: progress.advance },
  }).finally(progress.end);
  const { result, isTolerated } = await applyConfig(session, analysed, setup.loaded.config);
  await sayWhatWasNotRead(session, result.inputs, setup, options.quiet === true && options.errorOnEmpty !== true);
  if (result.inputs.every((input) => input.error !== undefined && input.events === 0)) return EXIT.failed;
  await report(session, result, options);
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

/** Severities, ignores and tolerations of the configuration; their code is loaded only if there are any. */
async function applyConfig(session: Session, analysed: Result, config: ConfigFile) {
  if (config.severity === undefined && config.ignore === undefined && config.tolerate === undefined) {
    return { result: analysed, isTolerated: () => false };
  }
  const { applyPolicy, toleratedFindings } = await import('../../config/policy.ts');
  const { result, expired } = applyPolicy(analysed, config, session.now);
  for (const { rule, reason, expires } of expired) {
    const what = rule ?? 'findings';
    await complain(session, `warning: ignoring ${what} (${reason}) expired on ${expires}`, 'Renew or remove it.');
  }
  const tolerated = toleratedFindings(result, config.tolerate ?? []);
  return { result, isTolerated: (finding: Result['findings'][number]) => tolerated.has(finding) };
}

async function report(session: Session, result: Result, options: CheckOptions): Promise<void> {
  const isShown = shownBy(filterOf(options));
  const shown = { ...result, findings: result.findings.filter(isShown) };
  for (const target of options.format ?? [{ format: 'text' } as const]) {
    const reporter = await loadReporter(target.format);
    await writeTarget(target, session, reporter(shown, styleFor(session, options, target)));
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
    default:
      return assertUnreachable(format);
  }
}

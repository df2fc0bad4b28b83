import { resolve } from 'node:path';
import type { AnalysisOptions } from '../../analysis/analyse.ts';
import { MarkCollector } from '../../analysis/mark-collector.ts';
import { collectStats } from '../../analysis/stats.ts';
import { UsageError } from '../../base/errors.ts';
import type { InputSpec } from '../../intake/input.ts';
import { BOUNDS, type ShownFindings, shareOut } from '../../report/html/bounds.ts';
import type { HtmlMaterial } from '../../report/html/material.ts';
import { htmlReport } from '../../report/html/page.ts';
import { shownBy } from '../../report/shown-filter.ts';
import { rules } from '../../rules/registry.ts';
import { applyConfig } from '../apply-config.ts';
import { loadBaseline } from '../baseline-file.ts';
import type { ReportOptions } from '../command-options.ts';
import { EXIT } from '../exit-code.ts';
import { findingScenes } from '../finding-ladders.ts';
import { complain, sayWhatWasNotRead } from '../messages.ts';
import { writeTarget } from '../output-target.ts';
import { startProgress } from '../progress.ts';
import { MOST_KEPT_BYTES, type Reopenable, reopenable } from '../reopen.ts';
import type { Session } from '../session.ts';
import { limitsOf, loadOwners, offsetsOf, prepare, type Setup } from '../setup.ts';
import { filterOf, filterText, statsFilterOf } from '../shown.ts';

/** `faultlog report`: one HTML page that needs nothing beside it. */
export async function runReport(session: Session, files: readonly string[], options: ReportOptions): Promise<number> {
  const setup = await prepare(session, files, options);
  checkOutput(session, options, setup.inputs);
  const owners = await loadOwners(session, options, setup.loaded);
  const baseline = await loadBaseline(session, setup.loaded, options);
  const settings: AnalysisOptions = {
    limits: limitsOf(options, setup.loaded.config),
    offsets: offsetsOf(options, setup.loaded.config, setup.inputs),
    ...(owners.length > 0 && { owners }),
    read: setup.read,
  };
  const source = kept(setup.inputs, options);
  const isShown = shownBy(filterOf(options));
  const collector = new MarkCollector();
  const progress = startProgress(session, source.inputs, options.progress && options.quiet !== true);
  const filter = statsFilterOf(options);
  const { stats, result: analysed } = await collectStats(source.inputs, setup.parsers, filter, {
    ...settings,
    read: { ...setup.read, onProgress: progress.advance },
    onRun: (run, reports, domain) => collector.addEvents(run, reports, domain),
    onGap: (gap) => collector.addGap(gap),
  }).finally(progress.end);
  const { result } = await applyConfig(session, analysed, setup.loaded.config, baseline, options.quiet !== true);
  const hasFailed = await sayWhatWasNotRead(session, result.inputs, setup, options.quiet === true);
  const findings = shareOut(result.findings, isShown);
  const named = filterText(options);
  const pieces = htmlReport({
    result,
    findings,
    ...(named !== undefined && { filter: named }),
    stats,
    marks: collector.finish(),
    rules,
    ladderOf: await laddersOf(session, setup, source, findings, settings, options),
  });
  const { output } = options;
  await writeTarget({ format: 'html', ...(output !== undefined && { path: output }) }, session, pieces);
  return hasFailed ? EXIT.failed : EXIT.clean;
}

function checkOutput(session: Session, { output }: ReportOptions, inputs: readonly InputSpec[]): void {
  if (output === undefined || output === '-') {
    if (output === '-' || !session.stdout.isTerminal) return;
    throw new UsageError('a page is no text for a terminal', 'Give it a file: -o report.html.');
  }
  if (inputs.some(({ path }) => resolve(session.cwd, path) === resolve(session.cwd, output))) {
    throw new UsageError(`-o ${output} would replace the input`, 'Name another file.');
  }
}

function kept(inputs: readonly InputSpec[], { ladder }: ReportOptions): Reopenable {
  return ladder ? reopenable(inputs, MOST_KEPT_BYTES) : { inputs, again: () => undefined };
}

/** Reads the inputs again for the drawings of the worst findings. */
async function laddersOf(
  session: Session,
  { parsers }: Setup,
  source: Reopenable,
  { detailed }: ShownFindings,
  settings: AnalysisOptions,
  options: ReportOptions,
): Promise<HtmlMaterial['ladderOf']> {
  const drawn = detailed.filter(({ finding }) => finding.severity !== 'note').slice(0, BOUNDS.ladders);
  if (!options.ladder || drawn.length === 0) return () => undefined;
  const inputs = source.again();
  if (inputs === undefined) {
    await complain(session, 'the input is too large to be read twice: no ladders', 'Save it into a file first.');
    return () => undefined;
  }
  return findingScenes(inputs, parsers, drawn, settings, BOUNDS.ladderRows);
}

import { resolve } from 'node:path';
import { analyse } from '../../analysis/analyse.ts';
import { compareResults, type Side } from '../../analysis/compare-results.ts';
import { assertUnreachable } from '../../base/assert.ts';
import { UsageError } from '../../base/errors.ts';
import type { Comparison } from '../../model/comparison.ts';
import type { Finding } from '../../model/finding.ts';
import type { ReportStyle } from '../../report/reporter.ts';
import { applyConfig } from '../apply-config.ts';
import { loadBaseline } from '../baseline-file.ts';
import type { DiffOptions } from '../command-options.ts';
import { EXIT, fails } from '../exit-code.ts';
import { parseLabelledFile } from '../lane-label.ts';
import { sayWhatWasNotRead } from '../messages.ts';
import { openSource, readHead } from '../open-input.ts';
import { type FormatTarget, writeTarget } from '../output-target.ts';
import { startProgress } from '../progress.ts';
import { isResult, readResult } from '../read-result.ts';
import type { Session } from '../session.ts';
import { limitsOf, loadOwners, offsetsOf, prepare } from '../setup.ts';
import { styleFor } from '../shown.ts';

interface JudgedSide extends Side {
  readonly hasFailed: boolean;
  isTolerated(finding: Finding): boolean;
}

/** `faultlog diff`: what is new, gone and changed between two captures, or results of earlier runs. */
export async function runDiff(session: Session, before: string, after: string, options: DiffOptions): Promise<number> {
  if (parseLabelledFile(before).path === '-' && parseLabelledFile(after).path === '-') {
    throw new UsageError('standard input (-) is given twice', 'Save one of the two into a file.');
  }
  const one = await readSide(session, before, options);
  const two = await readSide(session, after, options);
  const comparison = compareResults(one, two);
  for (const target of options.format ?? [{ format: 'text' } as const]) {
    await writeTarget(target, session, render(target.format, comparison, styleFor(session, options, target)));
  }
  if (one.hasFailed || two.hasFailed) return EXIT.failed;
  const policy = {
    failOn: options.failOn,
    failOnPossible: options.failOnPossible === true,
    isTolerated: two.isTolerated,
  };
  return comparison.new.some((finding) => fails(finding, policy)) ? EXIT.findings : EXIT.clean;
}

async function readSide(session: Session, named: string, options: DiffOptions): Promise<JudgedSide> {
  const { path } = parseLabelledFile(named);
  const source = path === '-' ? await readHead(session.stdin) : await openSource(path, resolve(session.cwd, path));
  if (!isResult(source.head)) return analysedSide(session, named, path, options);
  const result = await readResult(source, path);
  return { path, source: 'result', result, hasFailed: false, isTolerated: () => false };
}

async function analysedSide(session: Session, named: string, path: string, options: DiffOptions): Promise<JudgedSide> {
  const setup = await prepare(session, [named], options);
  const { config } = setup.loaded;
  const owners = await loadOwners(session, options, setup.loaded);
  const baseline = await loadBaseline(session, setup.loaded, options);
  const progress = startProgress(session, setup.inputs, options.progress && options.quiet !== true);
  const analysed = await analyse(setup.inputs, setup.parsers, {
    limits: limitsOf(options, config),
    offsets: offsetsOf(options, config, setup.inputs),
    ...(owners.length > 0 && { owners }),
    read: { ...setup.read, onProgress: progress.advance },
  }).finally(progress.end);
  const { result, isTolerated } = await applyConfig(session, analysed, config, baseline, false);
  const hasFailed = await sayWhatWasNotRead(session, result.inputs, setup, options.quiet === true);
  return { path, source: 'capture', result, hasFailed, isTolerated };
}

async function* render(
  format: FormatTarget<'text' | 'json' | 'markdown'>['format'],
  comparison: Comparison,
  style: ReportStyle,
): AsyncGenerator<string> {
  switch (format) {
    case 'text': {
      const { comparisonText } = await import('../../report/comparison-text.ts');
      yield* comparisonText(comparison, style);
      return;
    }
    case 'json':
      yield `${JSON.stringify(comparison, undefined, 2)}\n`;
      return;
    case 'markdown': {
      const { comparisonMarkdown } = await import('../../report/comparison-markdown.ts');
      yield* comparisonMarkdown(comparison, style);
      return;
    }
    default:
      assertUnreachable(format);
  }
}

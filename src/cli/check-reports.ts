import { resolve } from 'node:path';
import { assertUnreachable } from '../base/assert.ts';
import { UsageError } from '../base/errors.ts';
import type { Result } from '../model/result.ts';
import type { PipelineContext, PipelineReporter } from '../report/pipeline.ts';
import type { HiddenFindings, LadderOf, Reporter } from '../report/reporter.ts';
import type { CheckFormat, CheckOptions } from './command-options.ts';
import { isGithubActions } from './github-actions.ts';
import { appendJobSummary, wantsJobSummary } from './job-summary.ts';
import { complain } from './messages.ts';
import { type FormatTarget, isStandardOutput, writeTarget } from './output-target.ts';
import { type Session, write } from './session.ts';
import { styleFor } from './shown.ts';

export type CheckTarget = FormatTarget<CheckFormat>;

/** What the reports are made of. */
export interface ReportMaterial {
  /** As the display filters leave it. */
  readonly shown: Result;
  readonly hidden: HiddenFindings | undefined;
  readonly ladderOf: LadderOf | undefined;
  /** Built where a format for a CI system asks for it. */
  pipeline(): Promise<PipelineContext>;
}

/** Formats that people read; on a terminal of GitHub's runner their text must not be taken for commands. */
const FOR_PEOPLE: readonly CheckFormat[] = ['text', 'markdown'];

/**
 * The formats asked for. Under GitHub Actions `github` joins them: on standard output, or on standard error
 * if a machine reads standard output. Throws a UsageError where a report would replace an input.
 */
export function checkTargets(
  session: Session,
  { format }: CheckOptions,
  inputs: readonly { readonly path: string }[],
): readonly CheckTarget[] {
  const { cwd } = session;
  const targets: readonly CheckTarget[] = format ?? [{ format: 'text' }];
  const read = new Set(inputs.map(({ path }) => resolve(cwd, path)));
  for (const target of targets) {
    if (isStandardOutput(target) || !read.has(resolve(cwd, target.path ?? ''))) continue;
    throw new UsageError(`--format ${target.format}=${target.path} would replace the input`, 'Name another file.');
  }
  if (!isGithubActions(session) || targets.some((target) => target.format === 'github')) return targets;
  const isOwned = targets.some((target) => isStandardOutput(target) && !FOR_PEOPLE.includes(target.format));
  return [...targets, { format: 'github', ...(isOwned && { toStandardError: true }) }];
}

/**
 * Writes all reports, and the job summary where `github` is among them. False if one of them could not be written:
 * the others are written all the same.
 */
export async function writeReports(
  session: Session,
  targets: readonly CheckTarget[],
  options: CheckOptions,
  material: ReportMaterial,
): Promise<boolean> {
  let isComplete = true;
  let made: Promise<PipelineContext> | undefined;
  const shared: ReportMaterial = {
    ...material,
    pipeline: () => {
      made ??= material.pipeline();
      return made;
    },
  };
  const hidden = material.hidden !== undefined && { hidden: material.hidden };
  // Files first: they are complete also where the reader of standard output goes away.
  for (const target of targets.toSorted((a, b) => Number(isStandardOutput(a)) - Number(isStandardOutput(b)))) {
    const reporter = await loadReporter(target.format, shared);
    const pieces = reporter(material.shown, { ...styleFor(session, options, target), ...hidden }, material.ladderOf);
    try {
      if (isReadByRunner(session, target)) await writeWithoutCommands(session, pieces);
      else await writeTarget(target, session, pieces);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      await complain(session, error.message, error.hint);
      isComplete = false;
    }
  }
  if (targets.some(({ format }) => format === 'github') && wantsJobSummary(session)) {
    const { reportMarkdown } = await import('../report/markdown.ts');
    const style = { colour: false, width: 100, isVerbose: true, isQuiet: options.quiet === true, ...hidden };
    await appendJobSummary(session, reportMarkdown(material.shown, style, material.ladderOf));
  }
  return isComplete;
}

/** Text of a log on standard output of GitHub's runner stands where commands are off. */
function isReadByRunner(session: Session, target: CheckTarget): boolean {
  return isGithubActions(session) && isStandardOutput(target) && FOR_PEOPLE.includes(target.format);
}

async function writeWithoutCommands(session: Session, pieces: Iterable<string>): Promise<void> {
  const { withoutCommands } = await import('../report/github.ts');
  await write(session.stdout, withoutCommands([...pieces].join('')));
}

/** Only the reporters that are asked for are loaded. */
async function loadReporter(format: CheckFormat, material: ReportMaterial): Promise<Reporter> {
  switch (format) {
    case 'text':
      return (await import('../report/text.ts')).reportText;
    case 'concise':
      return (await import('../report/concise.ts')).reportConcise;
    case 'json':
      return (await import('../report/json.ts')).reportJson;
    case 'jsonl':
      return (await import('../report/jsonl.ts')).reportJsonl;
    case 'markdown':
      return (await import('../report/markdown.ts')).reportMarkdown;
    case 'sarif':
      return inPipeline((await import('../report/sarif.ts')).reportSarif, material);
    case 'junit':
      return inPipeline((await import('../report/junit.ts')).reportJunit, material);
    case 'github':
      return inPipeline((await import('../report/github.ts')).reportGithub, material);
    case 'gitlab':
      return inPipeline((await import('../report/gitlab.ts')).reportGitlab, material);
    default:
      return assertUnreachable(format);
  }
}

async function inPipeline(reporter: PipelineReporter, material: ReportMaterial): Promise<Reporter> {
  const context = await material.pipeline();
  return (result, style) => reporter(result, style, context);
}

import { stableHash } from '../base/hash.ts';
import { plural, sanitise } from '../base/text.ts';
import type { Finding, Severity } from '../model/finding.ts';
import type { Result } from '../model/result.ts';
import { paintFor } from './paint.ts';
import type { PipelineContext, PipelineReporter } from './pipeline.ts';
import type { ReportStyle } from './reporter.ts';
import { evidenceLines } from './text-finding.ts';
import { leftOutParts, severityCounts, subjectOf, triggerOf, worstFirst } from './wording.ts';

/** GitHub shows so many annotations of a type for a step. */
const SHOWN_A_TYPE = 10;
const COMMAND: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' };

/** One annotation before it is a line: GitHub's type, properties and text. */
interface Annotation {
  readonly type: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly text: string;
}

/**
 * Workflow commands for GitHub Actions: an annotation for each of the ten worst findings of a severity, how many
 * more there are, and the lines that the shown ones rest on, with commands switched off around them.
 */
export const reportGithub: PipelineReporter = function* (result, style, context) {
  const findings = worstFirst(result.findings);
  const failures = result.inputs.flatMap((input, index) =>
    input.error === undefined ? [] : [failure(input.error, context.pathOf(index))],
  );
  yield* failures.slice(0, SHOWN_A_TYPE).map(commandLine);
  const limits = limitAnnotations(result);
  yield* limits.map(commandLine);
  const shown: Finding[] = [];
  const hidden: Record<Severity, number> = { error: 0, warning: 0, note: 0 };
  for (const severity of ['error', 'warning', 'note'] as const) {
    const ofSeverity = findings.filter((finding) => finding.severity === severity);
    const taken = { error: failures.length, warning: limits.length, note: 0 }[severity];
    const room = Math.max(0, SHOWN_A_TYPE - taken);
    shown.push(...ofSeverity.slice(0, room));
    hidden[severity] = Math.max(0, ofSeverity.length - room);
  }
  for (const finding of shown) yield commandLine(annotationOf(finding, context));
  const more = severityCounts(hidden);
  if (more !== '') yield `faultlog: ${more} more (GitHub shows ${SHOWN_A_TYPE} of a kind)\n`;
  if (shown.length > 0 && !style.isQuiet) yield* evidenceOf(result, shown, style);
};

/**
 * Text between lines that switch workflow commands off and on again. The token occurs nowhere in the text, so
 * nothing in it can switch them on.
 */
export function withoutCommands(text: string): string {
  let token = stableHash(text);
  while (text.includes(token)) token = stableHash(`${token}.`);
  return `::stop-commands::${token}\n${text}${text.endsWith('\n') ? '' : '\n'}::${token}::\n`;
}

function failure(error: string, path: string): Annotation {
  return { type: 'error', properties: { file: path, title: 'faultlog: input not read' }, text: error };
}

/** One annotation for all that the analysis had no room for. */
function limitAnnotations(result: Result): readonly Annotation[] {
  const parts = leftOutParts(result);
  if (parts.length === 0) return [];
  return [{ type: 'warning', properties: { title: 'faultlog: not everything was kept' }, text: parts.join('\n') }];
}

function annotationOf(finding: Finding, context: PipelineContext): Annotation {
  const { id, name, certainty, severity, message } = finding;
  const at = triggerOf(finding);
  const subject = subjectOf(finding);
  const consequences = (finding.consequences ?? []).map((each) => `\nConsequence: ${each.id} ${each.name}`);
  return {
    type: COMMAND[severity],
    properties: {
      ...(at !== undefined && { file: context.pathOf(at.input), line: String(at.line), col: '1' }),
      title: `${id} ${name} (${certainty})`,
    },
    text: `${subject === '' ? '' : `${subject}: `}${sanitise(message)}${consequences.join('')}`,
  };
}

/** A line that the runner reads as one command, whatever the values hold. */
function commandLine({ type, properties, text }: Annotation): string {
  const parts = Object.entries(properties).map(([key, value]) => `${key}=${propertyText(value)}`);
  return `::${type} ${parts.join(',')}::${dataText(text.split('\n').map(sanitise).join('\n'))}\n`;
}

function dataText(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function propertyText(text: string): string {
  return dataText(sanitise(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function* evidenceOf(result: Result, findings: readonly Finding[], style: ReportStyle): Generator<string> {
  const plain = paintFor(false);
  const lines = findings.flatMap((finding) => {
    const head = [finding.id, finding.name, subjectOf(finding)].join(' ').trimEnd();
    return [head, ...evidenceLines(result, finding, plain, style)];
  });
  yield `::group::${plural(findings.length, 'finding')} with the lines behind them\n`;
  yield withoutCommands(lines.join('\n'));
  yield '::endgroup::\n';
}

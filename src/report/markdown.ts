import { plural } from '../base/text.ts';
import type { Finding } from '../model/finding.ts';
import type { Result } from '../model/result.ts';
import { codeBlock, markdownText } from './markdown-text.ts';
import { paintFor } from './paint.ts';
import type { LadderOf, Reporter, ReportStyle } from './reporter.ts';
import { basisLines, coverageLines } from './text-basis.ts';
import { actorLine, evidenceLines } from './text-finding.ts';
import { verdictOf } from './verdict.ts';
import { countedOnlyText, hiddenText, subjectOf, worstFirst } from './wording.ts';
import { clip } from './wrap.ts';

/** Rows of the table; an issue takes 65,536 characters. */
const SHOWN_ROWS = 50;
/** Findings that are shown with their evidence. */
const SHOWN_DETAILS = 10;
const MOST_MESSAGE = 600;
const PLAIN = paintFor(false);

/**
 * The report for an issue or a mail: verdict, table of findings, the worst with evidence and ladder in code
 * blocks, coverage. All text of the log is escaped or stands in a code block that it cannot leave.
 */
export const reportMarkdown: Reporter = function* (result, style, ladderOf) {
  yield `**${markdownText(verdictOf(result, PLAIN))}**\n`;
  const findings = worstFirst(result.findings);
  if (findings.length > 0) yield* table(findings, style);
  const detailed = style.isVerbose ? findings : findings.slice(0, SHOWN_DETAILS);
  if (style.hidden !== undefined) yield `\n… ${markdownText(hiddenText(style.hidden))}\n`;
  for (const [id, count] of Object.entries(result.omitted ?? {})) {
    yield `\n… and ${countedOnlyText(id, count)}\n`;
  }
  for (const [index, finding] of detailed.entries()) yield* details(result, finding, index + 1, style, ladderOf);
  if (style.isQuiet) return;
  const basis = [...coverageLines(result), ...basisLines(result, PLAIN)];
  yield `\n### What this rests on\n\n${codeBlock(basis.join('\n'))}`;
};

function* table(findings: readonly Finding[], style: ReportStyle): Generator<string> {
  const shown = style.isVerbose ? findings : findings.slice(0, SHOWN_ROWS);
  yield '\n| # | severity | rule | certainty | about | time | times |\n|--:|---|---|---|---|--:|--:|\n';
  for (const [index, finding] of shown.entries()) {
    const { severity, id, name, certainty, time = '', count = 1 } = finding;
    const about = markdownText(subjectOf(finding));
    yield `| ${index + 1} | ${severity} | ${id} ${name} | ${certainty} | ${about} | ${markdownText(time)} | ${count} |\n`;
  }
  const hidden = findings.length - shown.length;
  if (hidden > 0) yield `\n… and ${plural(hidden, 'more finding', 'more findings')} (\`--verbose\` shows all)\n`;
}

function* details(
  result: Result,
  finding: Finding,
  number: number,
  style: ReportStyle,
  ladderOf: LadderOf | undefined,
): Generator<string> {
  const subject = subjectOf(finding);
  const about = subject === '' ? '' : `: ${markdownText(subject)}`;
  yield `\n### ${number}. ${finding.severity} ${finding.id} ${finding.name}${about}\n\n`;
  yield* statement(result, finding, style);
  for (const consequence of finding.consequences ?? []) {
    yield `\n**Consequence: ${consequence.id} ${consequence.name}**\n\n`;
    yield* statement(result, consequence, style);
  }
  const ladder = ladderOf?.(finding, style.width);
  if (ladder !== undefined) yield `\n${codeBlock(ladder)}`;
}

function* statement(result: Result, finding: Finding, style: ReportStyle): Generator<string> {
  const message = style.isVerbose ? finding.message : clip(finding.message, MOST_MESSAGE);
  yield `${markdownText(message)}\n`;
  const actor = actorLine(finding);
  if (actor !== undefined) yield `\n${markdownText(actor)}\n`;
  const lines = evidenceLines(result, finding, PLAIN, style).map((line) => line.slice(4));
  if (lines.length > 0) yield `\n${codeBlock(lines.join('\n'))}`;
}

import { plural } from '../base/text.ts';
import type { Comparison } from '../model/comparison.ts';
import type { Finding } from '../model/finding.ts';
import { changeText, comparisonVerdict, SHOWN_FINDINGS, sideText } from './comparison.ts';
import { markdownText } from './markdown-text.ts';
import type { ReportStyle } from './reporter.ts';
import { subjectOf } from './wording.ts';
import { clip } from './wrap.ts';

const MOST_MESSAGE = 300;

/** The comparison for a merge request: a table of what is new, changed and gone. */
export function* comparisonMarkdown(comparison: Comparison, style: ReportStyle): Generator<string> {
  const { before, after, caveats, changed, gone } = comparison;
  yield `**${comparisonVerdict(comparison)}**\n`;
  const rows = [
    ...comparison.new.map((finding) => row('new', finding, clip(finding.message, MOST_MESSAGE))),
    ...changed.map((change) => row('changed', change.after, changeText(change))),
    ...gone.map((finding) => row('gone', finding, clip(finding.message, MOST_MESSAGE))),
  ];
  const shown = style.isVerbose ? rows : rows.slice(0, SHOWN_FINDINGS);
  if (rows.length > 0) {
    yield '\n| | severity | rule | certainty | about | what |\n|---|---|---|---|---|---|\n';
    yield* shown;
  }
  const hidden = rows.length - shown.length;
  if (hidden > 0) yield `\n… and ${plural(hidden, 'more finding', 'more findings')} (\`--verbose\` shows all)\n`;
  if (style.isQuiet) return;
  yield `\n* before: ${markdownText(sideText(before))}\n* after: ${markdownText(sideText(after))}\n`;
  for (const caveat of caveats) yield `* caveat: ${markdownText(caveat)}\n`;
}

function row(what: string, finding: Finding, text: string): string {
  const { severity, id, name, certainty } = finding;
  const cells = [what, severity, `${id} ${markdownText(name)}`, certainty, markdownText(subjectOf(finding))];
  return `| ${cells.join(' | ')} | ${markdownText(text)} |\n`;
}

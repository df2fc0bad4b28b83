import { sanitise } from '../base/text.ts';
import type { Comparison } from '../model/comparison.ts';
import type { Finding } from '../model/finding.ts';
import { changeText, comparisonVerdict, findingHead, SHOWN_FINDINGS, sideText } from './comparison.ts';
import { type Paint, paintFor } from './paint.ts';
import type { ReportStyle } from './reporter.ts';
import { evidenceLines } from './text-finding.ts';
import { wrap } from './wrap.ts';

/** The comparison for a person: new findings with their lines, then what changed and what is gone. */
export function* comparisonText(comparison: Comparison, style: ReportStyle): Generator<string> {
  const paint = paintFor(style.colour);
  const { before, after, changed, gone } = comparison;
  yield `${paint.strong(comparisonVerdict(comparison))}\n`;
  const fresh = shown(comparison.new, style);
  for (const finding of fresh) {
    yield `\n${paint.strong('new')}      ${head(finding, paint)}\n${wrap(sanitise(finding.message), style.width, '  ')}\n`;
    for (const line of evidenceLines(after, finding, paint, style)) yield `${line}\n`;
  }
  yield* rest(comparison.new.length - fresh.length, 'new');
  if (changed.length > 0) yield '\n';
  const other = shown(changed, style);
  for (const change of other) yield `changed  ${head(change.after, paint)}\n         ${changeText(change)}\n`;
  yield* rest(changed.length - other.length, 'changed');
  if (gone.length > 0) yield '\n';
  const missing = shown(gone, style);
  for (const finding of missing) yield `gone     ${head(finding, paint)}\n`;
  yield* rest(gone.length - missing.length, 'gone');
  if (style.isQuiet) return;
  yield `\nbefore   ${sideText(before)}\nafter    ${sideText(after)}\n`;
  for (const caveat of comparison.caveats) yield `caveat   ${sanitise(caveat)}\n`;
}

function head(finding: Finding, paint: Paint): string {
  return paint.severity(finding.severity, findingHead(finding));
}

function shown<T>(all: readonly T[], style: ReportStyle): readonly T[] {
  return style.isVerbose ? all : all.slice(0, SHOWN_FINDINGS);
}

function* rest(count: number, what: string): Generator<string> {
  if (count > 0) yield `… and ${count} more ${what} (--verbose shows all)\n`;
}

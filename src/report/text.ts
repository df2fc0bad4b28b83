import { plural } from '../base/text.ts';
import type { Finding } from '../model/finding.ts';
import type { Result } from '../model/result.ts';
import { type Paint, paintFor } from './paint.ts';
import type { LadderOf, LiveReporter, Reporter, ReportStyle } from './reporter.ts';
import { basisLines, bootLines, coverageLines } from './text-basis.ts';
import { findingLines } from './text-finding.ts';
import { verdictOf } from './verdict.ts';
import { countedOnlyText, hiddenText, worstFirst } from './wording.ts';

/** Findings of one rule that are shown in full; the rest is counted, unless verbose. */
const SHOWN_PER_RULE = 10;
const LADDER_INDENT = '    ';

/** The report for a person: verdict, findings worst first, coverage, what the verdict rests on, next step. */
export const reportText: Reporter = function* (result, style, ladderOf) {
  const paint = paintFor(style.colour);
  yield `${verdictOf(result, paint)}\n`;
  yield* shownFindings(result, paint, style, ladderOf);
  if (style.hidden !== undefined) yield `\n… ${hiddenText(style.hidden)}\n`;
  if (style.isQuiet) return;
  yield '\n';
  for (const line of coverageLines(result)) yield `${line}\n`;
  for (const line of basisLines(result, paint)) yield `${line}\n`;
  if (style.isVerbose) for (const line of bootLines(result)) yield `${line}\n`;
  const next = nextStep(result);
  if (next !== undefined) yield `${paint.faint('next')}      ${next}\n`;
};

/** Findings while the capture goes on: as in the report, but in the order in which they were made. */
export const liveText: LiveReporter = function* ({ inputs, findings }, style) {
  const paint = paintFor(style.colour);
  for (const finding of findings) {
    for (const line of findingLines({ inputs }, finding, paint, style)) yield `${line}\n`;
    yield '\n';
  }
};

function* shownFindings(
  result: Result,
  paint: Paint,
  style: ReportStyle,
  ladderOf: LadderOf | undefined,
): Generator<string> {
  const hidden = new Map<string, Finding[]>();
  const shown = new Map<string, number>();
  for (const finding of worstFirst(result.findings)) {
    const before = shown.get(finding.id) ?? 0;
    if (before >= SHOWN_PER_RULE && !style.isVerbose) {
      const known = hidden.get(finding.id);
      if (known === undefined) hidden.set(finding.id, [finding]);
      else known.push(finding);
      continue;
    }
    shown.set(finding.id, before + 1);
    yield '\n';
    for (const line of findingLines(result, finding, paint, style)) yield `${line}\n`;
    const ladder = ladderOf?.(finding, style.width - LADDER_INDENT.length);
    if (ladder !== undefined) yield `\n${ladder.replaceAll(/^(?=.)/gm, LADDER_INDENT)}`;
  }
  if (hidden.size > 0) yield '\n';
  for (const [id, findings] of hidden) yield `${foldedLine(id, findings)}\n`;
  for (const [id, count] of Object.entries(result.omitted ?? {})) {
    yield `… and ${countedOnlyText(id, count)}\n`;
  }
}

function foldedLine(id: string, findings: readonly Finding[]): string {
  const devices = new Set(findings.map((finding) => finding.device).filter((device) => device !== undefined));
  const on = devices.size === 0 ? '' : ` on ${plural(devices.size, 'device')}`;
  return `… and ${findings.length} more ${id} ${findings[0]?.name ?? ''}${on} (--verbose shows all)`;
}

function nextStep(result: Result): string | undefined {
  const worst = worstFirst(result.findings)[0];
  if (worst === undefined) return undefined;
  return `faultlog explain ${worst.id} says what ${worst.name} means and what can mislead`;
}

import { agree, plural } from '../../base/text.ts';
import type { Certainty, Evidence, Finding } from '../../model/finding.ts';
import { explainText } from '../../report/rule-docs.ts';
import { actorLine } from '../../report/text-finding.ts';
import { subjectOf } from '../../report/wording.ts';
import { findingKey } from '../finding-lists.ts';
import { fitText } from '../text/clean.ts';
import { EMPTY_LINE, type Line, line, span } from '../text/line.ts';
import { wrapText } from '../text/wrap.ts';
import { markSpan, severitySpan } from '../theme.ts';
import type { World } from '../world.ts';

/** A line of a finding's detail, and where Enter leads from it. */
export interface DetailLine {
  readonly line: Line;
  readonly target?: DetailTarget;
}

/** A line of the raw text. */
export interface DetailTarget {
  readonly input: number;
  readonly line: number;
}

/** Columns of the mark before a row of the ladder. */
const MARK_WIDTH = 2;

/** What the levels of certainty mean for findings about answers (semantics §4). */
const WHY_ANSWERS: Readonly<Record<Certainty, string>> = {
  certain: 'it holds for every way in which the answers can belong to the groups, or another lane proves it',
  likely: 'it holds for every way in which handlers answer in the order of delivery',
  possible: 'it holds for some ways in which the answers can belong to the groups, not for all',
};

/** And for those about single lines. */
const WHY_LINES: Readonly<Record<Certainty, string>> = {
  certain: 'the lines say so',
  likely: 'the lines say so, unless something happened that the capture does not show',
  possible: 'the lines allow it, and something else too',
};

function whyOf({ id, certainty }: Finding): string {
  const isAboutAnswers = /^FL[1-3]|^FL501/.test(id);
  return (isAboutAnswers ? WHY_ANSWERS : WHY_LINES)[certainty];
}

/** All that is known of a finding: sentence, certainty and why, evidence, ladder, what `explain` says. */
export function detailLines(finding: Finding, world: World, width: number): readonly DetailLine[] {
  const rule = world.rule(finding.id);
  const explained =
    rule === undefined
      ? []
      : explainText(rule, { colour: false, width, isVerbose: false, isQuiet: false }).trimEnd().split('\n');
  return [
    ...statementLines(finding, world, width),
    ...ladderLines(finding, world, width),
    ...(explained.length > 0 ? [plain(EMPTY_LINE), plain(line(span(`explain ${finding.id}`, 'title')))] : []),
    ...explained.slice(1).flatMap((text) => wrapText(text, width).map((part) => plain(line(part)))),
  ];
}

/** The rows of the ladder that say most; Enter leads to the whole. */
function ladderLines(finding: Finding, world: World, width: number): DetailLine[] {
  const drawing = world.ladders.excerpt(findingKey(finding), width - MARK_WIDTH);
  if (drawing === undefined) return [];
  const { heading, rows, legend, omitted } = drawing;
  const accused = finding.evidence[0];
  const hint =
    omitted > 0
      ? `  ${plural(omitted, 'event')} left out, l draws ${agree(omitted, 'it', 'them')}`
      : '  l draws it alone';
  return [
    plain(EMPTY_LINE),
    plain(line(span('ladder', 'title'), span(hint, 'faint'))),
    plain(line('  ', span(heading, 'faint'))),
    ...rows.map(({ text, sources }) => {
      const isAccused = sources.some(({ input, line: at }) => input === accused?.input && at === accused.line);
      const [source] = sources;
      return {
        line: line(
          markSpan(isAccused ? { severity: finding.severity, isAccused } : undefined),
          span(text, isAccused ? finding.severity : undefined),
        ),
        ...(source !== undefined && { target: { input: source.input, line: source.line } }),
      };
    }),
    ...legend.map((text) => plain(line('  ', span(text, 'faint')))),
  ];
}

function statementLines(finding: Finding, world: World, width: number): DetailLine[] {
  const { id, name, certainty, count = 1, time } = finding;
  const times = count > 1 ? `, ${count} times` : '';
  const when = time === undefined ? '' : ` at ${time}`;
  const actor = actorLine(finding);
  return [
    plain(line(severitySpan(finding.severity), span(` ${id} ${name}`, 'strong'), ` (${certainty}${times})`)),
    plain(line(`${subjectOf(finding)}${when}`)),
    ...wrapText(finding.message, width).map((text) => plain(line(text))),
    ...wrapText(`${certainty}: ${whyOf(finding)}`, width).map((text) => plain(line(span(text, 'faint')))),
    ...knownLines(finding, world, width),
    ...(actor === undefined ? [] : wrapText(actor, width).map((text) => plain(line(span(text, 'faint'))))),
    ...evidenceLines(finding.evidence, world),
    ...(finding.consequences ?? []).flatMap((consequence) => [
      plain(EMPTY_LINE),
      plain(line(span('↳ consequence', 'title'))),
      ...statementLines(consequence, world, width),
    ]),
  ];
}

function knownLines(finding: Finding, world: World, width: number): DetailLine[] {
  const known = world.knownOf(finding);
  if (known === undefined) return [];
  const why = known.reason === undefined ? '' : `: ${known.reason}`;
  const text = `known to the baseline since ${known.firstSeen}, in no count${why}`;
  return wrapText(text, width).map((part) => plain(line(span(part, 'strong'))));
}

function evidenceLines(evidence: readonly Evidence[], world: World): DetailLine[] {
  if (evidence.length === 0) return [];
  const places = evidence.map((each) =>
    world.hasManyInputs ? `${world.inputName(each.input)}:${each.line}` : `line ${each.line}`,
  );
  const placeWidth = Math.min(30, Math.max(...places.map((place) => place.length)));
  const roleWidth = Math.min(20, Math.max(...evidence.map(({ role }) => role.length)));
  return [
    plain(EMPTY_LINE),
    plain(line(span('evidence', 'title'), span('  Enter goes to the line', 'faint'))),
    ...evidence.map((each, index) => ({
      line: line(
        span(fitText(places[index] ?? '', placeWidth), 'evidence'),
        `  ${fitText(each.role, roleWidth)}  `,
        withoutPrefix(each),
      ),
      target: { input: each.input, line: each.line },
    })),
  ];
}

/** A line from its time on: what stands before it says who printed it, what stands behind it says what happened. */
function withoutPrefix({ text, time }: Evidence): string {
  const shown = text.trim().replaceAll(/[\t ]+/g, ' ');
  const at = time === undefined ? -1 : shown.indexOf(time);
  return at < 0 ? shown : shown.slice(at);
}

function plain(text: Line): DetailLine {
  return { line: text };
}

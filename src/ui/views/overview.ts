import { plural } from '../../base/text.ts';
import type { Result } from '../../model/result.ts';
import { paintFor } from '../../report/paint.ts';
import { basisLines, coverageLines } from '../../report/text-basis.ts';
import { verdictOf } from '../../report/verdict.ts';
import { findingKey } from '../finding-lists.ts';
import type { OverviewPlace } from '../state/place.ts';
import { EMPTY_LINE, type Line, line, type StyleName, span } from '../text/line.ts';
import { wrapText } from '../text/wrap.ts';
import { findingLine } from './finding-row.ts';
import { findingFocus } from './focus.ts';
import { timelineLines } from './timeline.ts';
import { bodyRows, type EnterStep, type Focus, type View, type ViewContext, visibleRows } from './view.ts';

const PLAIN = paintFor(false);
const LABEL_WIDTH = 10;
/** Findings are what people come for: so many rows are theirs. */
const LEAST_FINDINGS = 5;
const SHOWN_INPUTS = 4;
/** Rows of the verdict and of what it rests on. */
const LEAST_FACTS = 3;

/** What was read and what came of it: verdict, coverage, timeline, the worst findings. */
export class OverviewView implements View {
  readonly #place: OverviewPlace;
  readonly #context: ViewContext;
  #summed: readonly Line[] | undefined;

  constructor(place: OverviewPlace, context: ViewContext) {
    this.#place = place;
    this.#context = context;
  }

  get count(): number {
    return this.#context.world.findings('severity').length;
  }

  get pageRows(): number {
    return Math.max(1, bodyRows(this.#context.size) - this.#summary().length - 1);
  }

  get status(): string {
    return '';
  }

  get focus(): Focus {
    const finding = this.#context.world.findings('severity')[this.#place.cursor.selected];
    return finding === undefined ? {} : findingFocus(finding, this.#context.world);
  }

  lines(): readonly Line[] {
    const { world, size } = this.#context;
    const findings = world.findings('severity');
    const { cursor } = this.#place;
    const rows = visibleRows(cursor, findings.length, this.pageRows).flatMap((index) => {
      const finding = findings[index];
      return finding === undefined
        ? []
        : [findingLine(finding, size.columns, index === cursor.selected, world.knownOf(finding) !== undefined)];
    });
    return [...this.#summary(), this.#heading(findings.length), ...rows];
  }

  textAt(row: number): string {
    const finding = this.#context.world.findings('severity')[row];
    return finding === undefined ? '' : `${finding.severity} ${finding.id} ${finding.name}: ${finding.message}`;
  }

  enter(): EnterStep | undefined {
    const finding = this.#context.world.findings('severity')[this.#place.cursor.selected];
    if (finding === undefined) return undefined;
    const cursor = this.#place.cursor;
    return {
      isNew: true,
      place: {
        view: 'findings',
        cursor,
        pane: 'detail',
        detail: { selected: 0, top: 0 },
        sort: 'severity',
        filter: '',
        selectedKey: findingKey(finding),
      },
    };
  }

  #heading(count: number): Line {
    if (count === 0) return EMPTY_LINE;
    const more = count > this.pageRows ? `: ${this.#place.cursor.selected + 1} of ${count}` : '';
    return line(span(`findings, the worst first${more}`, 'title'));
  }

  #summary(): readonly Line[] {
    this.#summed ??= this.#summarise();
    return this.#summed;
  }

  /** All above the findings, cut such that some of them have room. */
  #summarise(): readonly Line[] {
    const { world, size } = this.#context;
    const { result } = world.capture;
    const facts = result === undefined ? this.#soFar() : resultLines(result, size.columns);
    const room = bodyRows(size) - Math.min(LEAST_FINDINGS, Math.max(1, this.count)) - 1;
    const drawn = timelineLines(world, this.#place.window, size.columns);
    // Either all of it or nothing; the verdict stands above all.
    const timeline = drawn.length > 0 && room >= drawn.length + LEAST_FACTS + 2 ? [...drawn, EMPTY_LINE] : [];
    return [...cut(facts, Math.max(1, room - timeline.length - 1)), EMPTY_LINE, ...timeline];
  }

  #soFar(): Line[] {
    const { progress, findings, events, groups } = this.#context.world.capture;
    if (progress.error !== undefined) {
      return labelled('stopped', progress.error, this.#context.size.columns, 'error');
    }
    const total = progress.totalBytes === undefined ? '' : ` of ${megabytes(progress.totalBytes)}`;
    const read = `${megabytes(progress.bytes)}${total} MB read`;
    const found = `${plural(events.count, 'event')}, ${plural(groups.count, 'group')}, ${plural(findings.length, 'finding')} so far`;
    return [line(span('Reading', 'strong'), ` ${read}; ${found}. What is there can be used.`)];
  }
}

/** The first lines; a mark at the end of the last one says that there are more. */
function cut(lines: readonly Line[], count: number): readonly Line[] {
  const shown = lines.slice(0, count);
  const last = shown.at(-1);
  if (last === undefined || shown.length === lines.length) return shown;
  return [...shown.slice(0, -1), line(...last.spans, span(' …', 'faint'))];
}

function resultLines(result: Result, width: number): Line[] {
  const verdict = wrapText(verdictOf(result, PLAIN), width).map((text) => line(span(text, verdictStyle(result))));
  const facts = coverageLines(result).flatMap((text) => labelledText(text, width, coverageStyle(text, result)));
  const basis = basisLines(result, PLAIN);
  const inputs = basis.filter((text) => text.startsWith('input')).slice(0, SHOWN_INPUTS);
  const hidden = result.inputs.length - inputs.length;
  const more =
    hidden > 0 ? [line(' '.repeat(LABEL_WIDTH), span(`… and ${plural(hidden, 'more input')}`, 'faint'))] : [];
  const limits = basis.filter((text) => text.startsWith('limits'));
  return [
    ...verdict,
    ...facts,
    ...inputs.flatMap((text) => labelledText(text, width)),
    ...more,
    ...limits.flatMap((text) => labelledText(text, width)),
  ];
}

function verdictStyle(result: Result): StyleName {
  if (result.counts.findings.error > 0) return 'error';
  return result.counts.findings.warning > 0 ? 'warning' : 'good';
}

function coverageStyle(text: string, { coverage, inputs }: Result): StyleName | undefined {
  if (!text.startsWith('coverage')) return undefined;
  const isWhole =
    coverage.gaps.length === 0 && coverage.unread === 0 && inputs.every(({ error }) => error === undefined);
  return isWhole ? undefined : 'warning';
}

/** A line of the report that begins with its label, wrapped behind it. */
function labelledText(text: string, width: number, style?: StyleName): Line[] {
  return labelled(text.slice(0, LABEL_WIDTH).trim(), text.slice(LABEL_WIDTH), width, style);
}

function labelled(label: string, text: string, width: number, style?: StyleName): Line[] {
  return wrapText(text, width - LABEL_WIDTH).map((part, index) =>
    line(span((index === 0 ? label : '').padEnd(LABEL_WIDTH), 'faint'), span(part, style)),
  );
}

function megabytes(bytes: number): string {
  const value = bytes / 1e6;
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}

import { plural } from '../../base/text.ts';
import { MIN_LADDER_WIDTH } from '../../format/ladder.ts';
import { evidencePlaces } from '../../model/ladder-query.ts';
import { subjectOf } from '../../report/wording.ts';
import type { LadderTimes } from '../ladders.ts';
import type { LineMark } from '../line-marks.ts';
import { AT_TOP, type LadderPlace, type LadderSubject, type Place, rawPlace } from '../state/place.ts';
import type { TimeColumn } from '../state/state.ts';
import { skip } from '../text/clean.ts';
import { highlighted } from '../text/highlight.ts';
import { type Line, line, selected, span } from '../text/line.ts';
import { markSpan } from '../theme.ts';
import { CURSOR } from './finding-row.ts';
import { lineFocus } from './focus.ts';
import { bodyRows, type EnterStep, type Focus, type View, type ViewContext, visibleRows } from './view.ts';

/** The cursor's mark, and that of the worst finding that rests on the row. */
const LEAD = 4;

const TIMES: Readonly<Record<TimeColumn, LadderTimes>> = {
  absolute: 'absolute',
  'since start': 'none',
  delta: 'delta',
  'since request': 'delta',
};

interface LadderLine {
  readonly text: string;
  readonly sources: readonly { readonly input: number; readonly line: number }[];
}

/** The sequence diagram of what was chosen; the messages that a finding rests on are marked. */
export class LadderView implements View {
  readonly #place: LadderPlace;
  readonly #context: ViewContext;
  #rows: readonly LadderLine[] | undefined;

  constructor(place: LadderPlace, context: ViewContext) {
    this.#place = place;
    this.#context = context;
  }

  get count(): number {
    return this.#all.length;
  }

  get pageRows(): number {
    return Math.max(1, bodyRows(this.#context.size) - 1);
  }

  get status(): string {
    const drawing = this.#drawing;
    const omitted =
      drawing === undefined || drawing.omitted === 0 ? '' : `, ${plural(drawing.omitted, 'event')} not drawn`;
    return `${this.#title}${omitted}`;
  }

  get focus(): Focus {
    const subject = this.#subject;
    const [source] = this.#all[this.#place.cursor.selected]?.sources ?? [];
    const found = source === undefined ? {} : lineFocus(source, this.#context.world);
    return {
      ...(subject?.kind === 'instance' && { groupRow: subject.groupRow }),
      ...(subject?.kind === 'finding' && { findingKey: subject.key }),
      ...found,
    };
  }

  lines(): readonly Line[] {
    const drawing = this.#drawing;
    if (drawing === undefined) {
      return [line('nothing to draw here: l on a finding, a group or an event draws its ladder')];
    }
    const { cursor, left } = this.#place;
    const evidence = this.#evidence();
    const rows = visibleRows(cursor, this.count, this.pageRows).map((row) =>
      this.#rowLine(this.#all[row], evidence, row === cursor.selected),
    );
    return [line(' '.repeat(LEAD), span(skip(drawing.heading, left), 'title')), ...rows];
  }

  textAt(row: number): string {
    return this.#all[row]?.text ?? '';
  }

  enter(): EnterStep | undefined {
    const [source] = this.#all[this.#place.cursor.selected]?.sources ?? [];
    return source === undefined ? undefined : { place: rawPlace(source.input, source.line), isNew: true };
  }

  /** Within the drawing; an event that it does not show is drawn with what is around it. */
  atEvent(eventRow: number): Place | undefined {
    const event = this.#context.world.capture.events.view(eventRow);
    if (event === undefined) return undefined;
    const row = this.#all.findIndex(({ sources }) =>
      sources.some(({ input, line: number }) => input === event.input && number === event.line),
    );
    if (row >= 0) return { ...this.#place, cursor: { ...this.#place.cursor, selected: row } };
    return { ...this.#place, subject: { kind: 'around', eventRow }, cursor: AT_TOP };
  }

  atGroup(groupRow: number): Place {
    return { ...this.#place, subject: { kind: 'instance', groupRow }, cursor: AT_TOP };
  }

  rowOnScreen(screenRow: number): number | undefined {
    return screenRow < 1 ? undefined : this.#place.cursor.top + screenRow - 1;
  }

  allLines(): readonly Line[] {
    const heading = this.#drawing?.heading ?? '';
    return [line(heading), ...this.#all.map(({ text }) => line(text))];
  }

  get #subject(): LadderSubject | undefined {
    return this.#place.subject ?? this.#context.world.firstLadder();
  }

  get #drawing() {
    const { world, size, timeColumn } = this.#context;
    const subject = this.#subject;
    const width = Math.max(MIN_LADDER_WIDTH, size.columns - LEAD);
    return subject === undefined ? undefined : world.ladders.drawing(subject, width, TIMES[timeColumn]);
  }

  /** The rows, and the legend below them. */
  get #all(): readonly LadderLine[] {
    const drawing = this.#drawing;
    this.#rows ??=
      drawing === undefined ? [] : [...drawing.rows, ...drawing.legend.map((text) => ({ text, sources: [] }))];
    return this.#rows;
  }

  get #title(): string {
    const { world } = this.#context;
    const subject = this.#subject;
    switch (subject?.kind) {
      case undefined:
        return '';
      case 'finding': {
        const finding = world.finding(subject.key);
        return finding === undefined ? '' : `${finding.id} ${finding.name} ${subjectOf(finding)}`;
      }
      case 'instance':
        return world.groupName(subject.groupRow);
      case 'stream':
        return `${subject.device ?? ''} ${subject.pasid === undefined ? 'no PASID' : `PASID ${subject.pasid}`}`.trim();
      case 'range':
        return `events ${subject.fromRow + 1} to ${subject.endRow}`;
      case 'around':
        return `around event ${subject.eventRow + 1}`;
      default:
        return subject satisfies never;
    }
  }

  /** Lines of the finding that is drawn; the first one is what it accuses. */
  #evidence(): readonly { readonly input: number; readonly line: number }[] {
    const subject = this.#subject;
    const finding = subject?.kind === 'finding' ? this.#context.world.finding(subject.key) : undefined;
    return finding === undefined ? [] : evidencePlaces(finding);
  }

  #rowLine(
    row: LadderLine | undefined,
    evidence: readonly { readonly input: number; readonly line: number }[],
    isSelected: boolean,
  ): Line {
    const { world, search } = this.#context;
    const { text = '', sources = [] } = row ?? {};
    const mark = this.#markOf(sources, evidence) ?? (evidence.length === 0 ? world.markOfLines(sources) : undefined);
    const style = mark === undefined ? undefined : mark.isAccused ? mark.severity : 'evidence';
    const shown = line(
      isSelected ? `${CURSOR} ` : '  ',
      markSpan(mark),
      ...highlighted(skip(text, this.#place.left), search?.pattern, sources.length === 0 ? 'faint' : style),
    );
    return isSelected ? selected(shown) : shown;
  }

  /** Of the finding that is drawn: what it accuses, and what it rests on. */
  #markOf(
    sources: readonly { readonly input: number; readonly line: number }[],
    evidence: readonly { readonly input: number; readonly line: number }[],
  ): LineMark | undefined {
    const isOf = (place: { readonly input: number; readonly line: number } | undefined): boolean =>
      sources.some(({ input, line: number }) => input === place?.input && number === place.line);
    if (!evidence.some(isOf)) return undefined;
    const subject = this.#subject;
    const finding = subject?.kind === 'finding' ? this.#context.world.finding(subject.key) : undefined;
    return finding === undefined ? undefined : { severity: finding.severity, isAccused: isOf(evidence[0]) };
  }
}

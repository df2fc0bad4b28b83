import type { Finding } from '../../model/finding.ts';
import { findingKey } from '../finding-lists.ts';
import { AT_TOP, type FindingsPlace, type Place, rawPlace } from '../state/place.ts';
import { EMPTY_LINE, fitLine, type Line, line, selected, span, textOf } from '../text/line.ts';
import { type DetailLine, detailLines } from './finding-detail.ts';
import { CURSOR, findingLine } from './finding-row.ts';
import { findingFocus, lineFocus } from './focus.ts';
import { bodyRows, type EnterStep, type Focus, hasPanes, type View, type ViewContext, visibleRows } from './view.ts';

/** From so many columns on the panes stand beside each other; below they stand on each other. */
const BESIDE_COLUMNS = 140;
const LIST_COLUMNS = 60;
const LEAST_LIST_ROWS = 5;
const LIST_SHARE = 0.22;

/** The list of findings, and one of them in detail. */
export class FindingsView implements View {
  readonly #place: FindingsPlace;
  readonly #context: ViewContext;
  #details: readonly DetailLine[] | undefined;

  constructor(place: FindingsPlace, context: ViewContext) {
    this.#place = place;
    this.#context = context;
  }

  get #findings(): readonly Finding[] {
    return this.#context.world.findings(this.#place.sort, this.#place.filter);
  }

  get #current(): Finding | undefined {
    return this.#findings[this.#place.cursor.selected];
  }

  get count(): number {
    return this.#place.pane === 'list' ? this.#findings.length : this.#detail.length;
  }

  get pageRows(): number {
    return this.#place.pane === 'list' ? this.#listRows : this.#detailRows;
  }

  get status(): string {
    const { sort, filter, cursor } = this.#place;
    const count = this.#findings.length;
    const position = count === 0 ? 'none' : `${cursor.selected + 1} of ${count} by ${sort}`;
    return filter === '' ? position : `${position}, & ${filter}`;
  }

  get focus(): Focus {
    const finding = this.#current;
    if (finding === undefined) return {};
    const focus = findingFocus(finding, this.#context.world);
    const target = this.#place.pane === 'detail' ? this.#detail[this.#place.detail.selected]?.target : undefined;
    return target === undefined ? focus : { ...focus, ...lineFocus(target, this.#context.world) };
  }

  lines(): readonly Line[] {
    const { size } = this.#context;
    if (this.#findings.length === 0)
      return [line(this.#context.world.capture.progress.isLoaded ? 'no finding' : 'no finding so far')];
    if (this.#isBeside) {
      const detail = this.#detailLines();
      return this.#listLines(LIST_COLUMNS).map((each, index) => beside(each, detail[index] ?? EMPTY_LINE));
    }
    if (!hasPanes(size)) return this.#place.pane === 'list' ? this.#listLines(size.columns) : this.#detailLines();
    const title = this.#place.pane === 'detail' ? 'detail' : 'detail (Tab)';
    const rule = line(span(`── ${title} ${'─'.repeat(Math.max(0, size.columns - title.length - 4))}`, 'faint'));
    return [...this.#listLines(size.columns), rule, ...this.#detailLines()];
  }

  textAt(row: number): string {
    if (this.#place.pane === 'detail') return textOf(this.#detail[row]?.line ?? EMPTY_LINE);
    const finding = this.#findings[row];
    return finding === undefined
      ? ''
      : `${finding.severity} ${finding.id} ${finding.name} (${finding.certainty}): ${finding.message}`;
  }

  /** In the list: into the detail. There: to the raw line. */
  enter(): EnterStep | undefined {
    if (this.#current === undefined) return undefined;
    if (this.#place.pane === 'list') return { place: { ...this.#place, pane: 'detail' }, isNew: true };
    const target = this.#detail[this.#place.detail.selected]?.target;
    return target === undefined ? undefined : { place: rawPlace(target.input, target.line), isNew: true };
  }

  atRow(moved: Place): Place {
    if (moved.view !== 'findings' || moved.pane === 'detail') return moved;
    const finding = this.#findings[moved.cursor.selected];
    if (finding === undefined) return moved;
    const key = findingKey(finding);
    return key === moved.selectedKey ? moved : { ...moved, selectedKey: key, detail: AT_TOP };
  }

  /** The list changes while it is loaded: the cursor stays on its finding. */
  anchored(): Place {
    const { selectedKey, cursor } = this.#place;
    const current = this.#current;
    if (selectedKey === undefined) {
      return current === undefined ? this.#place : { ...this.#place, selectedKey: findingKey(current) };
    }
    if (current !== undefined && findingKey(current) === selectedKey) return this.#place;
    const index = this.#findings.findIndex((finding) => findingKey(finding) === selectedKey);
    if (index < 0)
      return current === undefined ? this.#place : { ...this.#place, selectedKey: findingKey(current), detail: AT_TOP };
    return { ...this.#place, cursor: { selected: index, top: Math.max(0, cursor.top + index - cursor.selected) } };
  }

  rowOnScreen(screenRow: number, column: number): number | undefined {
    const { pane, cursor, detail } = this.#place;
    const isInList = this.#isBeside
      ? column < LIST_COLUMNS
      : !hasPanes(this.#context.size) || screenRow < this.#listRows;
    if (isInList !== (pane === 'list')) return undefined;
    if (pane === 'list') return cursor.top + screenRow;
    const above = this.#isBeside || !hasPanes(this.#context.size) ? 0 : this.#listRows + 1;
    return screenRow < above ? undefined : detail.top + screenRow - above;
  }

  allLines(): readonly Line[] {
    const { columns } = this.#context.size;
    if (this.#place.pane === 'detail') return this.#detail.map((each) => each.line);
    return this.#findings.map((finding) => findingLine(finding, columns, false, this.#isKnown(finding)));
  }

  #isKnown(finding: Finding): boolean {
    return this.#context.world.knownOf(finding) !== undefined;
  }

  get #isBeside(): boolean {
    return hasPanes(this.#context.size) && this.#context.size.columns >= BESIDE_COLUMNS;
  }

  get #listRows(): number {
    const rows = bodyRows(this.#context.size);
    if (this.#isBeside || !hasPanes(this.#context.size)) return rows;
    return Math.min(Math.max(LEAST_LIST_ROWS, Math.floor(rows * LIST_SHARE)), Math.max(1, this.#findings.length));
  }

  get #detailRows(): number {
    const rows = bodyRows(this.#context.size);
    return this.#isBeside || !hasPanes(this.#context.size) ? rows : Math.max(1, rows - this.#listRows - 1);
  }

  get #detailWidth(): number {
    const { columns } = this.#context.size;
    return (this.#isBeside ? columns - LIST_COLUMNS - 3 : columns) - 2;
  }

  get #detail(): readonly DetailLine[] {
    const finding = this.#current;
    this.#details ??= finding === undefined ? [] : detailLines(finding, this.#context.world, this.#detailWidth);
    return this.#details;
  }

  #listLines(width: number): readonly Line[] {
    const { cursor } = this.#place;
    const rows = visibleRows(cursor, this.#findings.length, this.#listRows).flatMap((index) => {
      const finding = this.#findings[index];
      return finding === undefined
        ? []
        : [findingLine(finding, width, index === cursor.selected, this.#isKnown(finding))];
    });
    return [...rows, ...Array.from({ length: this.#listRows - rows.length }, () => EMPTY_LINE)];
  }

  #detailLines(): readonly Line[] {
    const { detail, pane } = this.#place;
    const all = this.#detail;
    return visibleRows(detail, all.length, this.#detailRows).map((row) => {
      const isCurrent = pane === 'detail' && row === detail.selected;
      const text = all[row]?.line ?? EMPTY_LINE;
      const shown = { spans: [{ text: isCurrent ? `${CURSOR} ` : '  ' }, ...text.spans] };
      return isCurrent ? fitLine(selected(shown), this.#detailWidth + 2) : shown;
    });
  }
}

/** Two panes in a row. */
function beside(left: Line, right: Line): Line {
  return { spans: [...fitLine(left, LIST_COLUMNS).spans, span(' │ ', 'faint'), ...right.spans] };
}

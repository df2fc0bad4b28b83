import type { RawLine } from '../../store/raw-text.ts';
import type { Place, RawPlace } from '../state/place.ts';
import { skip } from '../text/clean.ts';
import { highlighted } from '../text/highlight.ts';
import { type Line, line, selected, span } from '../text/line.ts';
import { markSpan } from '../theme.ts';
import { CURSOR } from './finding-row.ts';
import { lineFocus } from './focus.ts';
import { bodyRows, type Focus, type View, type ViewContext, visibleRows } from './view.ts';

import { wholeLine, wholeLineRows } from './whole-line.ts';

/** Characters of a line that can matter for a column: a wide one with its marks. */
const MOST_UNITS = 6;

/** The text of an input as it stands there; the lines that findings rest on are marked. */
export class RawView implements View {
  readonly #place: RawPlace;
  readonly #context: ViewContext;

  constructor(place: RawPlace, context: ViewContext) {
    this.#place = place;
    this.#context = context;
  }

  get #cache() {
    return this.#context.world.raw(this.#place.input);
  }

  get count(): number {
    return this.#context.world.rawCount(this.#place.input);
  }

  get pageRows(): number {
    const problem = this.#cache?.problem === undefined ? 0 : 1;
    return Math.max(1, bodyRows(this.#context.size) - problem - wholeLineRows(this.#context));
  }

  get status(): string {
    const { world } = this.#context;
    const { input, cursor, left } = this.#place;
    const scrolled = left > 0 ? `, from column ${left + 1}` : '';
    const other = world.hasManyInputs ? ` (Tab: next of ${world.capture.inputs.length} inputs)` : '';
    return `${world.inputName(input)} line ${cursor.selected + 1} of ${this.count}${scrolled}${other}`;
  }

  get focus(): Focus {
    return lineFocus({ input: this.#place.input, line: this.#place.cursor.selected + 1 }, this.#context.world);
  }

  lines(): readonly Line[] {
    const cache = this.#cache;
    if (cache === undefined) return [line('this input has no text that can be read again')];
    const { cursor } = this.#place;
    const rows = visibleRows(cursor, this.count, this.pageRows).map((row) =>
      this.#rowLine(row, cache.line(row + 1), row === cursor.selected),
    );
    const problem = cache.problem === undefined ? [] : [line(span(`! ${cache.problem}`, 'warning'))];
    const current = cache.line(cursor.selected + 1)?.text.trim() ?? '';
    const whole = wholeLine(current, `line ${cursor.selected + 1}`, rows.length + problem.length, this.#context);
    return [...rows, ...problem, ...whole];
  }

  textAt(row: number): string | Promise<string> {
    const cache = this.#cache;
    const known = cache?.line(row + 1);
    if (cache === undefined || known !== undefined) return known?.text ?? '';
    return cache.waitFor(row + 1).then((found) => found?.text ?? '');
  }

  async find(
    matches: (text: string) => boolean,
    from: number,
    step: 1 | -1,
    isStopped: () => boolean,
  ): Promise<number | undefined> {
    const found = await this.#cache?.find(matches, from + 1, step, isStopped);
    return found === undefined ? undefined : found - 1;
  }

  atEvent(eventRow: number): Place | undefined {
    const event = this.#context.world.capture.events.view(eventRow);
    if (event === undefined) return undefined;
    const { top } = this.#place.cursor;
    return { ...this.#place, input: event.input, cursor: { selected: event.line - 1, top } };
  }

  rowOnScreen(screenRow: number): number | undefined {
    return screenRow < this.pageRows ? this.#place.cursor.top + screenRow : undefined;
  }

  #rowLine(row: number, raw: RawLine | undefined, isSelected: boolean): Line {
    const { world, size, search } = this.#context;
    const { input, left } = this.#place;
    const mark = world.markOfLine(input, row + 1);
    const number = String(row + 1).padStart(String(this.count).length);
    const known = raw === undefined ? '…' : raw.text.slice(0, (left + size.columns) * MOST_UNITS);
    const text = skip(known, left);
    const shown = line(
      isSelected ? `${CURSOR} ` : '  ',
      markSpan(mark),
      span(`${number}  `, 'faint'),
      ...highlighted(
        text,
        search?.pattern,
        mark === undefined ? undefined : mark.isAccused ? mark.severity : 'evidence',
      ),
      raw?.isCut === true ? '…' : '',
    );
    return isSelected ? selected(shown) : shown;
  }
}

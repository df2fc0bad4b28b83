import { plural } from '../../base/text.ts';
import type { LatencyBin } from '../../model/stats.ts';
import { formatDuration } from '../../model/time.ts';
import type { LatencyStream } from '../../store/latency-streams.ts';
import { firstPlace, type LatencyPlace, type Place } from '../state/place.ts';
import { streamKey } from '../stream-order.ts';
import { EMPTY_LINE, type Line, line, selected, span, textOf } from '../text/line.ts';
import { type Column, cells, titleLine } from './columns.ts';
import { CURSOR } from './finding-row.ts';
import { GroupsView } from './groups.ts';
import { bodyRows, type EnterStep, type Focus, type View, type ViewContext, visibleRows } from './view.ts';

const LEAD = 2;
/** Rows of the list where the histogram stands below it. */
const LIST_SHARE = 0.4;

/** Percentiles of each device and PASID, and the histogram of the one under the cursor. */
export class LatencyView implements View {
  readonly #place: LatencyPlace;
  readonly #context: ViewContext;

  constructor(place: LatencyPlace, context: ViewContext) {
    this.#place = place;
    this.#context = context;
  }

  get #streams(): readonly LatencyStream[] {
    return this.#context.world.streams(this.#place.sort);
  }

  get #current(): LatencyStream | undefined {
    return this.#streams[this.#place.cursor.selected];
  }

  get count(): number {
    return this.#streams.length;
  }

  get pageRows(): number {
    return Math.max(1, this.#listRows - 1);
  }

  get status(): string {
    const { sort, cursor } = this.#place;
    return this.count === 0 ? 'no answer has a latency' : `${cursor.selected + 1} of ${this.count} by ${sort}`;
  }

  get focus(): Focus {
    const stream = this.#current;
    return stream === undefined ? {} : { stream: this.#context.world.capture.streams.indexOf(stream) };
  }

  lines(): readonly Line[] {
    const { cursor } = this.#place;
    if (this.count === 0) return [line('no page-request group')];
    const columns = this.#columns();
    const rows = visibleRows(cursor, this.count, this.pageRows).map((index) =>
      this.#rowLine(this.#streams[index], columns, index === cursor.selected),
    );
    const list = [titleLine(columns, LEAD), ...rows];
    return [...list, ...this.#histogram(bodyRows(this.#context.size) - list.length)];
  }

  textAt(index: number): string {
    return textOf(this.#rowLine(this.#streams[index], this.#columns(), false)).trim();
  }

  /** To the instances of the device and PASID. */
  enter(): EnterStep | undefined {
    const stream = this.#current;
    if (stream === undefined) return undefined;
    const first = firstPlace('groups');
    if (first.view !== 'groups') return undefined;
    const view = new GroupsView(first, this.#context);
    return { place: view.atStream(streamKey(stream)), isNew: true };
  }

  rowOnScreen(screenRow: number): number | undefined {
    return screenRow < 1 || screenRow >= this.#listRows ? undefined : this.#place.cursor.top + screenRow - 1;
  }

  allLines(): readonly Line[] {
    const columns = this.#columns();
    return [
      titleLine(columns, LEAD),
      ...this.#streams.map((stream) => this.#rowLine(stream, columns, false)),
      ...this.#histogram(Number.POSITIVE_INFINITY),
    ];
  }

  get #listRows(): number {
    return Math.min(this.count + 1, Math.max(4, Math.floor(bodyRows(this.#context.size) * LIST_SHARE)));
  }

  #rowLine(stream: LatencyStream | undefined, columns: readonly Column[], isSelected: boolean): Line {
    if (stream === undefined) return EMPTY_LINE;
    const { device, pasid, groups, latency, lane } = stream;
    const duration = (ns: number | undefined): string => (ns === undefined ? '' : formatDuration(ns));
    const isNarrow = this.#context.size.columns < 50;
    const name = device === '' ? '(no device named)' : isNarrow ? device.replace(/^0000:/, '') : device;
    const texts = [
      lane === 'host' ? name : `${name} (${lane})`,
      pasid === undefined ? '-' : String(pasid),
      String(groups),
      String(latency?.count ?? 0),
      duration(latency?.minNs),
      duration(latency?.p50Ns),
      duration(latency?.p90Ns),
      duration(latency?.p99Ns),
      duration(latency?.maxNs),
    ];
    const row = line(isSelected ? `${CURSOR} ` : '  ', cells(columns, texts));
    return isSelected ? selected(row) : row;
  }

  #columns(): readonly Column[] {
    const { columns } = this.#context.size;
    const isNarrow = columns < 70;
    const time = isNarrow ? 0 : 9;
    return [
      { title: 'device', width: columns >= 110 ? 30 : columns < 50 ? 8 : 13 },
      { title: 'PASID', width: columns < 50 ? 5 : 7, isRight: true },
      { title: 'groups', width: isNarrow ? 0 : 7, isRight: true },
      { title: 'answers', width: isNarrow ? 0 : columns >= 110 ? 8 : 0, isRight: true },
      { title: 'min', width: time, isRight: true },
      { title: 'p50', width: 9, isRight: true },
      { title: 'p90', width: columns >= 90 ? 9 : 0, isRight: true },
      { title: 'p99', width: time, isRight: true },
      { title: 'max', width: 9, isRight: true },
    ];
  }

  #histogram(rows: number): readonly Line[] {
    const stream = this.#current;
    if (stream === undefined || rows < 3) return [];
    const { histogram, latency } = stream;
    const answers = latency === undefined ? 'no answer has a latency' : `${plural(latency.count, 'answer')} by latency`;
    const title = line(span(`${answers}, < > go to the shortest and the longest`, 'title'));
    const most = histogram.reduce((max, { count }) => Math.max(max, count), 1);
    const shown = histogram.slice(0, Math.max(0, rows - 2));
    const bars = shown.map((bin) => this.#barLine(bin, most));
    const hidden = histogram.length - shown.length;
    if (hidden > 0)
      bars[bars.length - 1] = line(
        span(`  … and ${plural(hidden + 1, 'more range')}: a taller terminal shows them`, 'faint'),
      );
    return [EMPTY_LINE, title, ...bars];
  }

  #barLine({ fromNs, toNs, count }: LatencyBin, most: number): Line {
    const range = `${formatDuration(fromNs).padStart(9)} to ${formatDuration(toNs).padStart(9)}`;
    const head = `  ${range} ${String(count).padStart(8)} `;
    const room = Math.max(1, this.#context.size.columns - head.length - 1);
    return line(head, span('█'.repeat(Math.max(1, Math.round((count / most) * room))), 'bar'));
  }
}

/** Where `<` and `>` lead from a stream; `place` is where they are pressed. */
export function extremePlace(
  stream: LatencyStream,
  side: 'minimum' | 'maximum',
  place: Place,
  context: ViewContext,
): Place | undefined {
  const groupRow = side === 'minimum' ? stream.minRow : stream.maxRow;
  const from = place.view === 'groups' ? place : firstPlace('groups');
  if (groupRow === undefined || from.view !== 'groups') return undefined;
  return new GroupsView(from, context).atGroup(groupRow);
}

import { plural } from '../../base/text.ts';
import type { EventView } from '../../store/event-store.ts';
import { type EventsPlace, type Place, rawPlace } from '../state/place.ts';
import { skip } from '../text/clean.ts';
import { EMPTY_LINE, type Line, line, selected } from '../text/line.ts';
import { markSpan } from '../theme.ts';
import { type Column, cells, tableWidth, titleLine } from './columns.ts';
import { CURSOR } from './finding-row.ts';
import { eventFocus } from './focus.ts';
import { bodyRows, type EnterStep, type Focus, type View, type ViewContext, visibleRows } from './view.ts';

import { wholeLine, wholeLineRows } from './whole-line.ts';

/** The cursor's mark, and that of the worst finding that rests on the event. */
const LEAD = 4;
const MOST_SAVED = 10_000;

/** The normalised events in order of time. */
export class EventsView implements View {
  readonly #place: EventsPlace;
  readonly #context: ViewContext;

  constructor(place: EventsPlace, context: ViewContext) {
    this.#place = place;
    this.#context = context;
  }

  get #list() {
    return this.#context.world.lists.events(this.#place.filter);
  }

  get count(): number {
    return this.#list.count;
  }

  get pageRows(): number {
    return Math.max(1, bodyRows(this.#context.size) - 1 - wholeLineRows(this.#context));
  }

  get status(): string {
    const { filter, cursor } = this.#place;
    const { count, isComplete } = this.#list;
    const position = count === 0 ? 'none' : `${cursor.selected + 1} of ${count}`;
    const more = isComplete ? '' : '…';
    const times = this.#context.timeColumn === 'absolute' ? '' : `, time ${this.#context.timeColumn}`;
    return `${position}${more}${filter === '' ? '' : `, & ${filter}`}${times}`;
  }

  get focus(): Focus {
    const row = this.#list.rowAt(this.#place.cursor.selected);
    return row === undefined ? {} : eventFocus(row, this.#context.world);
  }

  lines(): readonly Line[] {
    const { cursor } = this.#place;
    const columns = this.#columns();
    const rows = visibleRows(cursor, this.count, this.pageRows).map((index) =>
      this.#rowLine(index, columns, index === cursor.selected),
    );
    const { at } = this.focus;
    const text = at === undefined ? '' : this.#context.world.rawText(at.input, at.line);
    const title = at === undefined ? 'no event' : `line ${at.line}`;
    return [titleLine(columns, LEAD), ...rows, ...wholeLine(text, title, rows.length + 1, this.#context)];
  }

  textAt(index: number): string {
    const row = this.#list.rowAt(index);
    const event = row === undefined ? undefined : this.#context.world.capture.events.view(row);
    return event === undefined ? '' : this.#texts(event, row ?? 0, index).join(' ');
  }

  enter(): EnterStep | undefined {
    const { at } = this.focus;
    return at === undefined ? undefined : { place: rawPlace(at.input, at.line), isNew: true };
  }

  atEvent(eventRow: number): Place | undefined {
    const list = this.#list;
    const index = list.indexOf(eventRow);
    if (list.rowAt(index) !== eventRow) return list.isComplete ? undefined : { ...this.#place, anchor: eventRow };
    const { anchor: _, ...rest } = this.#place;
    return { ...rest, cursor: { ...rest.cursor, selected: index } };
  }

  /** Who moves the cursor no longer waits for an event. */
  atRow(moved: Place): Place {
    if (moved.view !== 'events' || moved.anchor === undefined) return moved;
    const { anchor: _, ...rest } = moved;
    return rest;
  }

  anchored(): Place {
    const { anchor, ...rest } = this.#place;
    if (anchor === undefined) return this.#place;
    const list = this.#list;
    const cursor = { ...rest.cursor, selected: list.indexOf(anchor) };
    return list.isComplete || list.scanned > anchor ? { ...rest, cursor } : { ...rest, anchor, cursor };
  }

  rowOnScreen(screenRow: number): number | undefined {
    return screenRow < 1 || screenRow > this.pageRows ? undefined : this.#place.cursor.top + screenRow - 1;
  }

  allLines(): readonly Line[] {
    const columns = this.#columns();
    const shown = Math.min(this.count, MOST_SAVED);
    const rows = Array.from({ length: shown }, (_, index) => this.#rowLine(index, columns, false));
    const more = this.count > shown ? [line(`… and ${plural(this.count - shown, 'more event')}`)] : [];
    return [titleLine(columns, LEAD), ...rows, ...more];
  }

  #rowLine(index: number, columns: readonly Column[], isSelected: boolean): Line {
    const { world } = this.#context;
    const row = this.#list.rowAt(index);
    const event = row === undefined ? undefined : world.capture.events.view(row);
    if (row === undefined || event === undefined) return EMPTY_LINE;
    const mark = markSpan(world.markOfLine(event.input, event.line));
    const texts = this.#texts(event, row, index);
    const shown = [...texts.slice(0, -2), skip(texts.at(-2) ?? '', this.#place.left), texts.at(-1) ?? ''];
    const text = line(isSelected ? `${CURSOR} ` : '  ', mark, cells(columns, shown));
    return isSelected ? selected(text) : text;
  }

  /** Cells in the order of the columns. */
  #texts(event: EventView, row: number, index: number): string[] {
    const { world, size } = this.#context;
    return [
      this.#timeText(event, row, index),
      event.kind.replace(/^page-/, ''),
      event.hop ?? event.lane,
      shortDevice(event.device ?? event.iommu ?? '', size.columns),
      event.pasid === undefined ? '' : String(event.pasid),
      event.prgi === undefined ? '' : String(event.prgi),
      detailsOf(event),
      world.hasManyInputs ? `${world.inputName(event.input)}:${event.line}` : String(event.line),
    ];
  }

  #timeText(event: EventView, row: number, index: number): string {
    const { world, timeColumn } = this.#context;
    switch (timeColumn) {
      case 'absolute':
        return event.time ?? '';
      case 'since start':
        return world.between(0, row);
      case 'delta': {
        const before = this.#list.rowAt(index - 1);
        return before === undefined ? '' : world.between(before, row);
      }
      case 'since request': {
        const group = event.groupRow === undefined ? undefined : world.capture.groups.view(event.groupRow);
        const request = event.kind === 'page-response' ? group?.lastRequest : group?.firstRequest;
        return request === undefined ? '' : world.between(request, row);
      }
      default:
        return timeColumn satisfies never;
    }
  }

  #columns(): readonly Column[] {
    const { world, size } = this.#context;
    const isWide = size.columns >= 110;
    const place = world.hasManyInputs ? (isWide ? 28 : 16) : 7;
    const fixed: Column[] = [
      { title: 'time', width: world.timeWidth, isRight: true },
      { title: 'event', width: isWide ? 20 : size.columns < 50 ? 9 : 14 },
      { title: 'hop', width: isWide ? 13 : 0 },
      { title: 'device', width: size.columns < 60 ? 0 : isWide ? 12 : 8 },
      { title: 'PASID', width: 5, isRight: true },
      { title: 'PRGI', width: 4, isRight: true },
    ];
    const where: Column = { title: world.hasManyInputs ? 'place' : 'line', width: place, isRight: true };
    const room = size.columns - LEAD - tableWidth(fixed) - tableWidth([where]);
    return [...fixed, { title: 'details', width: Math.max(0, room - 1) }, where];
  }
}

/** Without the PCI segment 0000 where there is little room. */
function shortDevice(device: string, columns: number): string {
  return columns >= 110 ? device : device.replace(/^0000:/, '');
}

function detailsOf(event: EventView): string {
  const parts: string[] = [];
  if (event.code !== undefined)
    parts.push(event.rawCode === undefined ? event.code : `${event.code} (${event.rawCode})`);
  if (event.last === true) parts.push('last');
  if (event.access !== undefined && event.access !== '') parts.push(event.access);
  if (event.address !== undefined) parts.push(event.address);
  if (event.stall === true) parts.push('stall');
  if (event.drainStep !== undefined) parts.push(event.drainStep);
  if (event.lost !== undefined) parts.push(`lost ${event.lost}`);
  if (event.count !== undefined) parts.push(`count ${event.count}`);
  if (event.returnValue !== undefined) parts.push(`returned ${event.returnValue}`);
  if (event.reason !== undefined) parts.push(event.reason);
  if (event.task !== undefined) parts.push(event.pid === undefined ? event.task : `${event.task}-${event.pid}`);
  return parts.join(' ');
}

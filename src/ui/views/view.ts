import type { Cursor, Pane, Place } from '../state/place.ts';
import type { Search, Size, TimeColumn } from '../state/state.ts';
import type { Line } from '../text/line.ts';
import type { World } from '../world.ts';

/** What a view needs beside its place. */
export interface ViewContext {
  readonly world: World;
  readonly size: Size;
  readonly search: Search | undefined;
  readonly timeColumn: TimeColumn;
}

/** What the cursor is on; keys that lead elsewhere start from it. */
export interface Focus {
  readonly eventRow?: number;
  readonly groupRow?: number;
  readonly findingKey?: string;
  readonly stream?: number;
  /** A line of the raw text. */
  readonly at?: { readonly input: number; readonly line: number };
}

/** A place as it stands on the screen. Made anew for every question: it remembers nothing. */
export interface View {
  /** Rows that the cursor can be on, in the active pane. */
  readonly count: number;
  /** Rows of the active pane that are visible at once; at least 1. */
  readonly pageRows: number;
  /** What the header says: position, order, filter. */
  readonly status: string;
  readonly focus: Focus;
  /** The body: at most `bodyRows(size)` lines. */
  lines(): readonly Line[];
  /** Text of a row, for search and for the clipboard. */
  textAt(row: number): string | Promise<string>;
  /** The next row with a match, where that is quicker than row by row; `from` itself is not looked at. */
  find?(
    matches: (text: string) => boolean,
    from: number,
    step: 1 | -1,
    isStopped: () => boolean,
  ): Promise<number | undefined>;
  /** The place with what hangs on its cursor, which was moved. */
  atRow?(moved: Place): Place;
  /** The place with its cursor where the rows now are that it was on. */
  anchored?(): Place;
  /** The row that is drawn at a place of the body, both from 0; undefined where there is none. */
  rowOnScreen?(screenRow: number, column: number): number | undefined;
  /** Where Enter leads: into another place, or the same one changed. */
  enter?(): EnterStep | undefined;
  /** The same view with the cursor on an event, or on a group instance; undefined if it does not show that. */
  atEvent?(eventRow: number): Place | undefined;
  atGroup?(groupRow: number): Place | undefined;
  /** The whole view as lines, for `:save`; absent: what is on the screen. */
  allLines?(): readonly Line[];
}

export interface EnterStep {
  readonly place: Place;
  /** True: Esc comes back from it. */
  readonly isNew: boolean;
}

/** Rows between the header and the footer. */
export function bodyRows({ rows }: Size): number {
  return Math.max(1, rows - 2);
}

/** Two panes need this much. */
export function hasPanes({ columns, rows }: Size): boolean {
  return columns >= 80 && rows >= 24;
}

/** The UI needs this much. */
export function isTooSmall({ columns, rows }: Size): boolean {
  return columns < 40 || rows < 10;
}

export function activePane(place: Place): Pane {
  return 'pane' in place ? place.pane : 'list';
}

/** The cursor of the active pane. */
export function activeCursor(place: Place): Cursor {
  return 'pane' in place && place.pane === 'detail' ? place.detail : place.cursor;
}

export function withActiveCursor(place: Place, cursor: Cursor): Place {
  return 'pane' in place && place.pane === 'detail' ? { ...place, detail: cursor } : { ...place, cursor };
}

/** The cursor moved to a row and the window moved with it, both within the rows there are. */
export function cursorAt(cursor: Cursor, row: number, count: number, pageRows: number): Cursor {
  const selected = Math.max(0, Math.min(row, count - 1));
  const lowest = Math.max(0, count - pageRows);
  const top = Math.max(0, Math.min(cursor.top, lowest, selected), Math.min(selected - pageRows + 1, lowest));
  return selected === cursor.selected && top === cursor.top ? cursor : { selected, top };
}

/** Row numbers on the screen. */
export function visibleRows({ top }: Cursor, count: number, pageRows: number): number[] {
  return Array.from({ length: Math.max(0, Math.min(pageRows, count - top)) }, (_, index) => top + index);
}

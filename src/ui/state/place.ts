import type { ViewName } from '../view-names.ts';

/** Where the cursor stands in a list of rows, and which row is drawn first. */
export interface Cursor {
  readonly selected: number;
  readonly top: number;
}

export const AT_TOP: Cursor = { selected: 0, top: 0 };

/** A piece of the capture's time, in nanoseconds of its clock. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

export type Pane = 'list' | 'detail';

export interface OverviewPlace {
  readonly view: 'overview';
  readonly cursor: Cursor;
  /** Absent: the whole capture. */
  readonly window?: TimeWindow;
}

export const FINDING_SORTS = ['severity', 'time', 'rule'] as const;
export type FindingSort = (typeof FINDING_SORTS)[number];

export interface FindingsPlace {
  readonly view: 'findings';
  readonly cursor: Cursor;
  readonly pane: Pane;
  readonly detail: Cursor;
  readonly sort: FindingSort;
  readonly filter: string;
  /** The finding that the cursor is on, which stays under it when the list changes (`world.ts`). */
  readonly selectedKey?: string;
}

export const GROUP_SORTS = ['start', 'latency', 'verdict'] as const;
export type GroupSort = (typeof GROUP_SORTS)[number];

export interface GroupsPlace {
  readonly view: 'groups';
  readonly cursor: Cursor;
  readonly sort: GroupSort;
  readonly filter: string;
  /** Branches of the tree that are not as they are at first. */
  readonly toggled: readonly string[];
}

/** What a ladder shows. */
export type LadderSubject =
  | { readonly kind: 'finding'; readonly key: string }
  | { readonly kind: 'instance'; readonly groupRow: number }
  /** A device and PASID, from a row of the events on. */
  | { readonly kind: 'stream'; readonly device?: string; readonly pasid?: number; readonly fromRow: number }
  | { readonly kind: 'range'; readonly fromRow: number; readonly endRow: number }
  | { readonly kind: 'around'; readonly eventRow: number };

export interface LadderPlace {
  readonly view: 'ladder';
  readonly cursor: Cursor;
  readonly subject?: LadderSubject;
  readonly left: number;
}

export interface EventsPlace {
  readonly view: 'events';
  readonly cursor: Cursor;
  readonly filter: string;
  /** The event that the cursor goes to as soon as the filtered rows reach it. */
  readonly anchor?: number;
  readonly left: number;
}

export interface RawPlace {
  readonly view: 'raw';
  /** Rows are lines: row 0 is line 1. */
  readonly cursor: Cursor;
  readonly input: number;
  readonly left: number;
}

export const STREAM_SORTS = ['groups', 'latency', 'name'] as const;
export type StreamSort = (typeof STREAM_SORTS)[number];

export interface LatencyPlace {
  readonly view: 'latency';
  readonly cursor: Cursor;
  readonly pane: Pane;
  readonly detail: Cursor;
  readonly sort: StreamSort;
}

export interface HelpPlace {
  readonly view: 'help';
  readonly cursor: Cursor;
  /** A rule that is explained; absent: the keys. */
  readonly rule?: string;
}

/** A view with all that says what of it is shown. */
export type Place =
  | OverviewPlace
  | FindingsPlace
  | GroupsPlace
  | LadderPlace
  | EventsPlace
  | RawPlace
  | LatencyPlace
  | HelpPlace;

/** How a view looks when it is entered for the first time. */
export function firstPlace(view: ViewName): Place {
  switch (view) {
    case 'overview':
    case 'help':
      return { view, cursor: AT_TOP };
    case 'findings':
      return { view, cursor: AT_TOP, pane: 'list', detail: AT_TOP, sort: 'severity', filter: '' };
    case 'groups':
      return { view, cursor: AT_TOP, sort: 'start', filter: '', toggled: [] };
    case 'ladder':
      return { view, cursor: AT_TOP, left: 0 };
    case 'events':
      return { view, cursor: AT_TOP, filter: '', left: 0 };
    case 'raw':
      return { view, cursor: AT_TOP, input: 0, left: 0 };
    case 'latency':
      return { view, cursor: AT_TOP, pane: 'list', detail: AT_TOP, sort: 'groups' };
    default:
      return view satisfies never;
  }
}

/** Rows that stand above a line that was gone to. */
const ABOVE = 5;

/** A line of the raw text; `line` from 1. */
export function rawPlace(input: number, line: number): RawPlace {
  return { view: 'raw', input, left: 0, cursor: { selected: line - 1, top: Math.max(0, line - 1 - ABOVE) } };
}

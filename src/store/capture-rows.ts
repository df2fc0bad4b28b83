import { filterTest } from '../filter/compile.ts';
import { NEEDS_INSTANCE } from '../filter/fields.ts';
import type { Filter, FilterWords } from '../filter/filter.ts';
import { fieldsOf } from '../filter/print.ts';
import { GROUP_STATES } from '../model/group-state.ts';
import { type CursorContext, EventCursor } from './event-cursor.ts';
import type { EventStore } from './event-store.ts';
import type { EventTables } from './event-tables.ts';
import { GroupCursor } from './group-cursor.ts';
import type { GroupStore } from './group-store.ts';
import { AllRows, FilteredRows, type RowList } from './row-list.ts';
import { type RowOrder, SortedRows } from './sorted-rows.ts';

export const GROUP_SORTS = ['start', 'latency', 'verdict'] as const;
export type GroupSort = (typeof GROUP_SORTS)[number];

export interface GroupListOptions {
  readonly filter?: Filter;
  /** `verdict`: the worst first. */
  readonly sort: GroupSort;
  readonly isDescending?: boolean;
}

/** What the lists of rows are made from. */
export interface RowSource {
  readonly tables: EventTables;
  readonly events: EventStore;
  readonly groups: GroupStore;
  readonly context: CursorContext;
  /** 0 for the worst, of an instance with these findings. */
  rankOf(findings: readonly string[]): number;
}

/** The events that pass a filter, in order of time. */
export function eventRows(source: RowSource, filter: Filter): RowList {
  if (filter.kind === 'all') return new AllRows(source.events);
  const test = filterTest(filter, 'event', source.context.words);
  const cursor = eventCursor(source);
  return new FilteredRows(source.events, (row) => test(cursor.moveTo(row)));
}

/** The instances that pass a filter, sorted. */
export function groupRows(source: RowSource, { filter, sort, isDescending }: GroupListOptions): RowList {
  return new SortedRows(passingGroups(source, filter), orderOf(source, sort, isDescending === true));
}

/** True if what a filter says of a row may change until all is read. */
export function isProvisional(filter: Filter): boolean {
  return [...fieldsOf(filter)].some((field) => NEEDS_INSTANCE.has(field));
}

export function eventCursor({ tables, events, groups, context }: RowSource): EventCursor {
  return new EventCursor(tables, new GroupCursor(groups, events, context), context);
}

function passingGroups({ groups, events, context }: RowSource, filter: Filter | undefined): RowList {
  if (filter === undefined || filter.kind === 'all') return new AllRows(groups);
  const test = filterTest(filter, 'group', context.words);
  const cursor = new GroupCursor(groups, events, context);
  return new FilteredRows(groups, (row) => test(cursor.moveTo(row)));
}

function orderOf(source: RowSource, sort: GroupSort, isDescending: boolean): RowOrder {
  const { groups } = source;
  const start = (row: number): number => groups.startEventOf(row) ?? 0;
  switch (sort) {
    case 'latency':
      return { keyOf: (row) => groups.latencyOf(row), tieOf: start, isDescending };
    case 'verdict':
      return { keyOf: (row) => verdictRank(source, row), tieOf: start, isDescending };
    default:
      return { keyOf: start, tieOf: (row) => row, isDescending };
  }
}

function verdictRank({ groups, rankOf }: RowSource, row: number): number {
  return rankOf(groups.findingsOf(row)) * GROUP_STATES.length + GROUP_STATES.indexOf(groups.stateOf(row));
}

/** Words of a filter, from the rules. */
export function filterWords(rules: readonly { readonly id: string; readonly name: string }[]): FilterWords {
  return { ruleNames: new Map(rules.map(({ id, name }) => [id, name])) };
}

import { InvariantError } from '../base/assert.ts';
import type { TraceEvent } from '../model/event.ts';
import { type EventRows, eventOfRow, type RowOrigin } from '../model/event-rows.ts';

/** An event, or the number of the row that it is. */
export type EventOrRow = TraceEvent | number;

/** The rows of an input, and how many there were so far. */
export interface RowStore {
  readonly rows: EventRows;
  readonly origin: RowOrigin;
  readonly count: number;
}

/**
 * Events in their order, some of them rows. A row becomes an event when somebody asks for it, and stays that event. Rows are
 * overwritten: what is wanted of a run must be taken before the next run of its input is asked for.
 */
export class EventRun {
  readonly #items: EventOrRow[];
  readonly #store: RowStore | undefined;

  constructor(items: EventOrRow[], store?: RowStore) {
    this.#items = items;
    this.#store = store;
  }

  get length(): number {
    return this.#items.length;
  }

  /** The rows of the run; undefined where all are events. */
  get rows(): EventRows | undefined {
    return this.#store?.rows;
  }

  /** Column index of a row; -1 for an event. */
  rowAt(index: number): number {
    const item = this.#items[index];
    return typeof item === 'number' && this.#store !== undefined ? item & this.#store.rows.mask : -1;
  }

  /** Undefined beyond the end. */
  timeAt(index: number): number | undefined {
    const item = this.#items[index];
    if (typeof item !== 'number') return item?.time;
    return this.#store?.rows.time[item & this.#store.rows.mask];
  }

  at(index: number): TraceEvent | undefined {
    const item = this.#items[index];
    if (typeof item !== 'number') return item;
    const event = this.#eventOf(item);
    this.#items[index] = event;
    return event;
  }

  /** All of them as events. */
  get events(): TraceEvent[] {
    return this.#items.map((item, index) => {
      const event = typeof item === 'number' ? this.#eventOf(item) : item;
      this.#items[index] = event;
      return event;
    });
  }

  #eventOf(row: number): TraceEvent {
    const store = this.#store;
    if (store === undefined || store.count - row > store.rows.mask + 1) {
      throw new InvariantError('a row was asked for too late', { row, count: store?.count });
    }
    return eventOfRow(store.rows, row & store.rows.mask, store.origin);
  }
}

import { isBoot, type TraceEvent } from '../model/event.ts';
import type { RowSource } from '../model/event-rows.ts';

/** An event, or the number of the row that it is. */
export type EventOrRow = TraceEvent | number;

/**
 * Events in their order, some of them rows. A row becomes an event when somebody asks for it, and stays that event. Rows are
 * overwritten: what is wanted of a run must be taken before the next run of its input is asked for.
 */
export class EventRun {
  readonly #items: EventOrRow[];
  /** Where its rows are kept; undefined where all are events. */
  readonly source: RowSource | undefined;

  constructor(items: EventOrRow[], source?: RowSource) {
    this.#items = items;
    this.source = source;
  }

  get length(): number {
    return this.#items.length;
  }

  /** Number of a row; -1 for an event. */
  rowAt(index: number): number {
    const item = this.#items[index];
    return typeof item === 'number' ? item : -1;
  }

  /** Undefined beyond the end. */
  timeAt(index: number): number | undefined {
    const item = this.#items[index];
    if (typeof item !== 'number') return item?.time;
    const rows = this.source?.rows;
    return rows?.time[item & rows.mask];
  }

  at(index: number): TraceEvent | undefined {
    const item = this.#items[index];
    if (typeof item !== 'number') return item;
    const event = this.source?.eventOf(item);
    if (event !== undefined) this.#items[index] = event;
    return event;
  }

  /** Adds to the number of events by kind. */
  countKinds(counts: Record<string, number>): void {
    let requests = 0;
    let responses = 0;
    for (const item of this.#items) {
      if (typeof item === 'number') {
        if (this.source?.rows.formOf(item & this.source.rows.mask)?.kind === 'page-response') {
          if (responses === 0) counts['page-response'] ??= 0;
          responses += 1;
        } else {
          if (requests === 0) counts['page-request'] ??= 0;
          requests += 1;
        }
      } else if (!isBoot(item)) counts[item.kind] = (counts[item.kind] ?? 0) + 1;
    }
    if (requests > 0) counts['page-request'] = (counts['page-request'] ?? 0) + requests;
    if (responses > 0) counts['page-response'] = (counts['page-response'] ?? 0) + responses;
  }

  /** All of them as events. */
  get events(): TraceEvent[] {
    const events: TraceEvent[] = [];
    for (let index = 0; index < this.#items.length; index += 1) {
      const event = this.at(index);
      if (event !== undefined) events.push(event);
    }
    return events;
  }
}

import { assertDefined } from '../base/assert.ts';
import type { TraceEvent } from '../model/event.ts';
import type { EventRows, RowSource } from '../model/event-rows.ts';

/** No slot, or no message. */
export const NONE = -1;

const FIRST_CAPACITY = 256;

/** Requests and answers that need no event yet: the row, and the line where it can be read again. */
export class PlainMessages {
  row = new Float64Array(FIRST_CAPACITY);
  line = new Float64Array(FIRST_CAPACITY);
  offset = new Float64Array(FIRST_CAPACITY);
  /** Where the text is held, if there is a keeper. */
  held = new Int32Array(FIRST_CAPACITY);
  /** The next request of the group, or the next free place. */
  next = new Int32Array(FIRST_CAPACITY);
  /** What was seen of the same request or answer one hop above; NONE where nothing was. */
  upper = new Int32Array(FIRST_CAPACITY);
  /** `keyOf` its PASID and PRGI, for what stands one hop above. */
  key = new Float64Array(FIRST_CAPACITY);
  /** Set before the first message. */
  source: RowSource | undefined;
  #free = NONE;
  #used = 0;

  /** The message of a row that is kept at column index `at`. It has what was seen above, `upper`. */
  add(row: number, rows: EventRows, at: number, upper = NONE): number {
    let message = this.#free;
    if (message !== NONE) this.#free = this.next[message] ?? NONE;
    else {
      if (this.#used === this.row.length) this.#grow();
      message = this.#used;
      this.#used += 1;
    }
    this.row[message] = row;
    this.line[message] = rows.line[at] ?? 0;
    this.offset[message] = rows.offset[at] ?? 0;
    const keeper = this.source?.keeper;
    if (keeper !== undefined) this.held[message] = keeper.hold(row);
    this.next[message] = NONE;
    this.upper[message] = upper;
    return message;
  }

  /** Gives the one behind it. What it has above goes with it. */
  free(message: number): number {
    const next = this.next[message] ?? NONE;
    const upper = this.upper[message] ?? NONE;
    if (upper !== NONE) this.free(upper);
    this.next[message] = this.#free;
    this.#free = message;
    this.source?.keeper?.letGo(this.held[message] ?? 0);
    return next;
  }

  /** The event of a message, a new one each time. */
  eventOf(message: number): TraceEvent {
    const source = assertDefined(this.source, 'the source of plain messages');
    const { row, line, offset, held } = this;
    return source.eventAt(row[message] ?? 0, line[message] ?? 0, offset[message] ?? 0, held[message] ?? 0);
  }

  /** The same; the message is no more. */
  takeEvent(message: number): TraceEvent {
    const event = this.eventOf(message);
    this.free(message);
    return event;
  }

  /** The events of what was seen above a message, the highest hop first. */
  eventsAbove(message: number): TraceEvent[] {
    const events: TraceEvent[] = [];
    for (let above = this.upper[message] ?? NONE; above !== NONE; above = this.upper[above] ?? NONE) {
      events.push(this.eventOf(above));
    }
    return events;
  }

  #grow(): void {
    const capacity = this.#used * 2;
    this.row = grown(this.row, new Float64Array(capacity));
    this.line = grown(this.line, new Float64Array(capacity));
    this.offset = grown(this.offset, new Float64Array(capacity));
    this.held = grown(this.held, new Int32Array(capacity));
    this.next = grown(this.next, new Int32Array(capacity));
    this.upper = grown(this.upper, new Int32Array(capacity));
    this.key = grown(this.key, new Float64Array(capacity));
  }
}

/** `column` with more room behind it. */
export function grown<Column extends { set(values: Column): void }>(column: Column, larger: Column): Column {
  larger.set(column);
  return larger;
}

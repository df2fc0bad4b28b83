import { assertDefined } from '../base/assert.ts';
import type { TraceEvent } from '../model/event.ts';
import type { EventRows, RowSource } from '../model/event-rows.ts';

/** No slot, or no message. */
export const NONE = -1;

const FIRST_CAPACITY = 256;

/** What is kept of a message, side by side: the messages of a group lie far apart in memory, and each is one look then. */
const ROW = 0;
const LINE = 1;
const OFFSET = 2;
/** Where the text is held, if there is a keeper. */
const HELD = 3;
/** The next request of the group, or the next free place. */
const NEXT = 4;
const UPPER = 5;
const KEY = 6;
const WIDTH = 8;

/** Requests and answers that need no event yet: the row, and the line where it can be read again. */
export class PlainMessages {
  #fields = new Float64Array(FIRST_CAPACITY * WIDTH);
  /** Set before the first message. */
  source: RowSource | undefined;
  #free = NONE;
  #used = 0;

  /** The message of a row that is kept at column index `at`. It has what was seen above, `upper`. */
  add(row: number, rows: EventRows, at: number, upper = NONE): number {
    let message = this.#free;
    if (message !== NONE) this.#free = this.nextOf(message);
    else {
      if (this.#used * WIDTH === this.#fields.length) this.#grow();
      message = this.#used;
      this.#used += 1;
    }
    const fields = this.#fields;
    const start = message * WIDTH;
    fields[start + ROW] = row;
    fields[start + LINE] = rows.line[at] ?? 0;
    fields[start + OFFSET] = rows.offset[at] ?? 0;
    const keeper = this.source?.keeper;
    if (keeper !== undefined) fields[start + HELD] = keeper.hold(row);
    fields[start + NEXT] = NONE;
    fields[start + UPPER] = upper;
    return message;
  }

  /** The request of the same group behind this one; NONE behind the last. */
  nextOf(message: number): number {
    return this.#fields[message * WIDTH + NEXT] ?? NONE;
  }

  setNext(message: number, next: number): void {
    this.#fields[message * WIDTH + NEXT] = next;
  }

  /** What was seen of the same request or answer one hop above; NONE where nothing was. */
  upperOf(message: number): number {
    return this.#fields[message * WIDTH + UPPER] ?? NONE;
  }

  setUpper(message: number, upper: number): void {
    this.#fields[message * WIDTH + UPPER] = upper;
  }

  /** `keyOf` its PASID and PRGI, where that was set: for what stands one hop above. */
  keyOf(message: number): number {
    return this.#fields[message * WIDTH + KEY] ?? Number.NaN;
  }

  setKey(message: number, key: number): void {
    this.#fields[message * WIDTH + KEY] = key;
  }

  lineOf(message: number): number {
    return this.#fields[message * WIDTH + LINE] ?? 0;
  }

  /** Gives the one behind it. What it has above goes with it. */
  free(message: number): number {
    const next = this.nextOf(message);
    const upper = this.upperOf(message);
    if (upper !== NONE) this.free(upper);
    this.source?.keeper?.letGo(this.#fields[message * WIDTH + HELD] ?? 0);
    this.setNext(message, this.#free);
    this.#free = message;
    return next;
  }

  /** The event of a message, a new one each time. */
  eventOf(message: number): TraceEvent {
    const source = assertDefined(this.source, 'the source of plain messages');
    const start = message * WIDTH;
    const [row = 0, line = 0, offset = 0, held = 0] = this.#fields.subarray(start, start + NEXT);
    return source.eventAt(row, line, offset, held);
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
    for (let above = this.upperOf(message); above !== NONE; above = this.upperOf(above)) {
      events.push(this.eventOf(above));
    }
    return events;
  }

  #grow(): void {
    this.#fields = grown(this.#fields, new Float64Array(2 * this.#fields.length));
  }
}

/** `column` with more room behind it. */
export function grown<Column extends { set(values: Column): void }>(column: Column, larger: Column): Column {
  larger.set(column);
  return larger;
}

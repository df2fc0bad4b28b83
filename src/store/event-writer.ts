import type { TraceEvent } from '../model/event.ts';
import { placeOf } from './chunked-table.ts';
import { detailsOf, type EventDetails, type EventShape, isOfShape, shapeOf } from './event-shape.ts';
import type { Actor, EventChunk, EventTables } from './event-tables.ts';
import { RowLocator } from './row-locator.ts';

/** Shapes and actors with details of their own; what a log makes up beyond them is left to its raw lines. */
const MOST_SHAPES = 1 << 18;
const MOST_ACTORS = 1 << 20;
const RECENT = 16;
const ACTOR_SLOTS = 1 << 12;
const TWO_32 = 2 ** 32;

/** Appends events to the tables. */
export class EventWriter {
  /** Events of which the tables do not hold everything, because their captures name too many different things. */
  trimmed = 0;
  readonly locator: RowLocator;
  readonly #tables: EventTables;
  /** Shapes met last, the newest first. */
  readonly #recent: { readonly shape: EventShape; readonly number: number }[] = [];
  readonly #recentActors: ({ readonly actor: Actor; readonly number: number } | undefined)[] = new Array(ACTOR_SLOTS);

  constructor(tables: EventTables) {
    this.#tables = tables;
    this.locator = new RowLocator(tables);
  }

  /** Gives the row. */
  add(event: TraceEvent): number {
    const { rows, links } = this.#tables;
    const row = rows.grow();
    links.grow();
    const chunk = rows.chunkOf(row);
    if (chunk === undefined) return row;
    const at = placeOf(row);
    const { source, time, pasid, prgi, sequence } = event;
    chunk.time.set(at, time ?? Number.NaN);
    chunk.shape.set(at, this.#shapeNumber(event));
    chunk.actor.set(at, this.#actorNumber(event));
    chunk.pasid.set(at, pasid ?? 0);
    chunk.prgi.set(at, prgi ?? 0);
    chunk.sequence.set(at, sequence ?? 0);
    chunk.line.set(at, source.line);
    chunk.offsetLow.set(at, source.offset % TWO_32);
    chunk.offsetHigh.set(at, source.offset / TWO_32);
    if (event.addressDigits !== undefined) setAddress(chunk, at, event.addressDigits);
    this.locator.note(row, source);
    return row;
  }

  #shapeNumber(event: TraceEvent): number {
    const details = detailsOf(event);
    if (details !== undefined) return this.#detailedShape(event, details);
    const recent = this.#recent;
    for (let place = 0; place < recent.length; place += 1) {
      const entry = recent[place];
      if (entry === undefined || !isOfShape(event, entry.shape)) continue;
      if (place > 0) {
        // Half way to the front: the commonest get there and stay.
        const other = place >> 1;
        const displaced = recent[other];
        recent[other] = entry;
        if (displaced !== undefined) recent[place] = displaced;
      }
      return entry.number;
    }
    const shape = shapeOf(event, undefined);
    const number = this.#numberOf(shape);
    if (recent.length < RECENT) recent.push({ shape, number });
    else recent[RECENT - 1] = { shape, number };
    return number;
  }

  #detailedShape(event: TraceEvent, details: EventDetails): number {
    if (this.#tables.shapes.size < MOST_SHAPES) return this.#numberOf(shapeOf(event, details));
    this.trimmed += 1;
    return this.#numberOf(shapeOf(event, undefined));
  }

  #numberOf(shape: EventShape): number {
    const { details, ...rest } = shape;
    const key = Object.values(rest).join('\0') + (details === undefined ? '' : JSON.stringify(details));
    return this.#tables.shapes.numberOf(key, () => shape);
  }

  #actorNumber({ cpu, task, pid }: TraceEvent): number {
    const slot = ((pid ?? 0) * 31 + (cpu ?? 0)) & (ACTOR_SLOTS - 1);
    const recent = this.#recentActors[slot];
    if (recent !== undefined && recent.actor.pid === pid && recent.actor.cpu === cpu && recent.actor.task === task) {
      return recent.number;
    }
    const { actors } = this.#tables;
    const isFull = actors.size >= MOST_ACTORS;
    if (isFull) this.trimmed += 1;
    const actor = isFull ? { cpu, task: undefined, pid: undefined } : { cpu, task, pid };
    const number = actors.numberOf(`${actor.cpu}\0${actor.pid}\0${actor.task}`, () => actor);
    if (!isFull) this.#recentActors[slot] = { actor, number };
    return number;
  }
}

/** 64 bits of hexadecimal digits, in two halves. */
function setAddress(chunk: EventChunk, at: number, digits: string): void {
  const split = Math.max(0, digits.length - 8);
  chunk.addressLow.set(at, Number.parseInt(digits.slice(split), 16));
  if (split > 0) chunk.addressHigh.set(at, Number.parseInt(digits.slice(Math.max(0, split - 8), split), 16));
}

import type { EventRows, RowKeeper } from '../model/event-rows.ts';
import type { LineBlock } from '../model/parser.ts';
import { LONGEST_ROW_BYTES } from './row-lines.ts';

const WORD = 4;
/** A whole number of words for each line. */
const LINE_BYTES = LONGEST_ROW_BYTES;
const FIRST_KEPT = 1024;

/**
 * The texts of the lines of rows where the input cannot be read again: of all rows that are still in their ring, and of those
 * that somebody holds on to. A text is copied as bytes and becomes a string when somebody quotes it.
 */
export class KeptLines implements RowKeeper {
  /** By column index. */
  readonly #ring: Slots;
  readonly #mask: number;
  readonly #held = new Slots(FIRST_KEPT);
  /** Places that were let go. */
  readonly #free: number[] = [];
  #used = 0;

  constructor(rows: EventRows) {
    this.#ring = new Slots(rows.spare + 1);
    this.#mask = rows.mask;
  }

  /** The line in [from, end) is that of the row at column index `at`. */
  note(at: number, { view }: LineBlock, from: number, end: number): void {
    this.#ring.set(at, view, from, end - from);
  }

  hold(row: number): number {
    const place = this.#free.pop() ?? this.#next();
    this.#held.copy(place, this.#ring, row & this.#mask);
    return place;
  }

  letGo(place: number): void {
    this.#free.push(place);
  }

  /** The text at a column index. */
  textAt(at: number): string {
    return this.#ring.text(at);
  }

  /** Puts a text that is held to column index `at`. */
  moveTo(at: number, place: number): void {
    this.#ring.copy(at, this.#held, place);
  }

  #next(): number {
    if (this.#used === this.#held.capacity) this.#held.grow();
    this.#used += 1;
    return this.#used - 1;
  }
}

/** Lines of at most `LINE_BYTES` bytes by number. */
class Slots {
  #bytes: Buffer;
  #view: DataView;
  #lengths: Uint8Array;

  constructor(capacity: number) {
    this.#bytes = Buffer.from(new ArrayBuffer(capacity * LINE_BYTES));
    this.#view = new DataView(this.#bytes.buffer);
    this.#lengths = new Uint8Array(capacity);
  }

  get capacity(): number {
    return this.#lengths.length;
  }

  /** `source` must have a word more than `length`. */
  set(number: number, source: DataView, from: number, length: number): void {
    const view = this.#view;
    const to = number * LINE_BYTES;
    // A call into the machine's own copying costs more than so few words.
    for (let at = 0; at < length; at += WORD) view.setInt32(to + at, source.getInt32(from + at, true), true);
    this.#lengths[number] = length;
  }

  copy(number: number, source: Slots, other: number): void {
    this.set(number, source.#view, other * LINE_BYTES, source.#lengths[other] ?? 0);
  }

  text(number: number): string {
    const start = number * LINE_BYTES;
    return this.#bytes.toString('utf8', start, start + (this.#lengths[number] ?? 0));
  }

  grow(): void {
    const { length } = this.#lengths;
    const bytes = Buffer.from(new ArrayBuffer(2 * this.#bytes.length));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
    const lengths = new Uint8Array(2 * length);
    lengths.set(this.#lengths);
    this.#lengths = lengths;
  }
}

import type { ByteSource, ParserRegistry } from '../model/parser.ts';
import type { LineReader } from './line-reader.ts';
import type { RangeOrder, RangePacket, RangeReaders, RangeReading } from './range-packet.ts';
import { lineStartAt, RangeScanner } from './range-scanner.ts';
import { type RangeText, RangeTexts } from './range-texts.ts';
import { RowPacket } from './row-packets.ts';
import type { TextInput } from './text-input.ts';

/** Rows taken over before a batch is given on. */
const STEP_ROWS = 4096;
/** Ranges that are read here before it is their turn, while others are late. */
const MOST_AHEAD = 4;

export interface RangeSettings {
  readonly file: string;
  readonly parsers: ParserRegistry;
  readonly readers: RangeReaders;
  readonly reading: RangeReading;
  onProgress?: ((bytes: number) => void) | undefined;
}

/**
 * Reads a file in ranges of whole lines. Others read most of them ahead, and some are read ahead here while a packet is late; the
 * packets are taken over in order, and lines that may mean something else than they say alone are read again here, so that nothing
 * depends on who read what.
 */
export class RangeInput {
  /** Byte offset and number of the next line. */
  offset = 0;
  line = 1;
  overlong = 0;
  readonly #text: TextInput;
  readonly #source: ByteSource;
  readonly #settings: RangeSettings;
  readonly #orders = new Map<number, RangeOrder>();
  #ordered = 1;
  /** Ranges that were read here and wait for their turn. */
  #ahead = 0;
  #scanner: RangeScanner | undefined;

  constructor(text: TextInput, source: ByteSource, settings: RangeSettings) {
    this.#text = text;
    this.#source = source;
    this.#settings = settings;
  }

  get bytes(): number {
    return this.offset;
  }

  get lines(): number {
    return this.line - 1;
  }

  /** Stops whenever a batch is ready, for the caller to take it away. What is behind the last whole range is left. */
  async *read(): AsyncGenerator<void, void, void> {
    const { rangeBytes } = this.#settings.readers;
    const count = Math.floor(this.#source.sizeBytes / rangeBytes);
    try {
      for (let range = 0; range < count; range += 1) {
        this.#order(range + 1, count);
        const order = this.#orders.get(range);
        const packet = order === undefined ? undefined : await this.#packetOf(order, range, count);
        this.#orders.delete(range);
        const before = this.offset;
        const end = (range + 1) * rangeBytes;
        if (packet === undefined || packet.overlong > 0) yield* this.#readHere(end);
        else yield* this.#take(packet);
        order?.done();
        this.#settings.onProgress?.(this.offset - before);
        // Threads that became free are heard of only between turns.
        if (order === undefined) await nextTurn();
      }
    } finally {
      for (const order of this.#orders.values()) order.done();
    }
  }

  /** Reads other ranges while the packet is late. */
  async #packetOf(order: RangeOrder, range: number, count: number): Promise<RangePacket | undefined> {
    let isThere = false;
    const packet = order.packet.finally(() => {
      isThere = true;
    });
    // What threads have done is heard of only between turns.
    await nextTurn();
    while (!isThere && this.#readAhead(count)) {
      await nextTurn();
      this.#order(range + 1, count);
    }
    return packet;
  }

  /** Reads the next range that nobody reads; false where there is none, or enough were read. */
  #readAhead(count: number): boolean {
    const range = this.#ordered;
    if (this.#ahead >= MOST_AHEAD || range >= count) return false;
    const { parsers, readers, reading } = this.#settings;
    this.#scanner ??= new RangeScanner(parsers, reading);
    const start = range * readers.rangeBytes;
    const packet = this.#scanner.read(this.#source, start, start + readers.rangeBytes);
    this.#ordered += 1;
    this.#ahead += 1;
    const done = (): void => {
      this.#ahead -= 1;
    };
    this.#orders.set(range, { packet: Promise.resolve(packet), done });
    return true;
  }

  /** Orders the ranges from `first` on, as many as can be had. */
  #order(first: number, count: number): void {
    this.#ordered = Math.max(this.#ordered, first);
    for (; this.#ordered < count; this.#ordered += 1) {
      const { file, readers, reading } = this.#settings;
      const start = this.#ordered * readers.rangeBytes;
      const order = readers.read({ file, start, end: start + readers.rangeBytes, reading });
      if (order === undefined) return;
      this.#orders.set(this.#ordered, order);
    }
  }

  /** Reads the lines that begin before `end`. */
  *#readHere(end: number): Generator<void, void, void> {
    const stop = lineStartAt(this.#source, end);
    if (stop <= this.offset) return;
    const reader = this.#text.reader(this.offset, this.line);
    while (this.offset < stop) {
      const limit = stop - this.offset;
      const taken = reader.fill((target) => this.#source.read(target.subarray(0, limit), this.offset));
      if (taken === 0) break;
      this.offset += taken;
      if (this.#text.order.hasBatch) yield;
    }
    reader.end();
    this.line = reader.lines + 1;
    this.overlong += reader.overlong;
  }

  *#take(packet: RangePacket): Generator<void, void, void> {
    const { rows } = this.#text;
    const end = this.offset + packet.bytes;
    const first = this.line;
    const source = rows === undefined || packet.rowCount === 0 ? undefined : new RowPacket(rows.rows, packet, first);
    if (source?.isUsable === false) {
      yield* this.#readHere(end);
      return;
    }
    let taken = 0;
    let silent = 0;
    let last: RangeText | undefined;
    const texts = new RangeTexts(packet.texts);
    for (let index = 0; index <= texts.count; index += 1) {
      const text = texts.at(index);
      const { rowsBefore, silentBefore } = text ?? { rowsBefore: packet.rowCount, silentBefore: packet.silentCount };
      if (rowsBefore > taken || silentBefore > silent) {
        if (rows?.isReady !== true) {
          yield* this.#readAgain(last, first, end);
          return;
        }
        rows.countSilent(silentBefore - silent);
        silent = silentBefore;
      }
      while (source !== undefined && taken < rowsBefore) {
        const step = Math.min(rowsBefore, taken + STEP_ROWS);
        rows?.takeRows(source, taken, step);
        taken = step;
        if (this.#text.order.hasBatch) yield;
      }
      if (text !== undefined) this.#text.line(text.text, first + text.line, text.offset);
      last = text;
    }
    this.offset = end;
    this.line = first + packet.lines;
    if (this.#text.order.hasBatch) yield;
  }

  /** Reads what follows the last line that was taken over, or all of the range. */
  *#readAgain(last: RangeText | undefined, firstLine: number, end: number): Generator<void, void, void> {
    if (last !== undefined) {
      this.offset = lineStartAt(this.#source, last.offset + 1);
      this.line = firstLine + last.line + 1;
    }
    yield* this.#readHere(end);
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What two readers of one input have read. */
export function countsOf(ranges: RangeInput | undefined, reader: LineReader) {
  return {
    bytes: (ranges?.bytes ?? 0) + reader.bytes,
    lines: reader.lines,
    overlong: (ranges?.overlong ?? 0) + reader.overlong,
  };
}

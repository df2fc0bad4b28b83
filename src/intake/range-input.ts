import type { ByteSource } from '../model/parser.ts';
import type { LineReader } from './line-reader.ts';
import type { RangeOrder, RangePacket, RangeReaders, RangeReading } from './range-packet.ts';
import { lineStartAt } from './range-scanner.ts';
import { RowPacket } from './row-packets.ts';
import type { TextInput } from './text-input.ts';

/** Rows taken over before a batch is given on. */
const STEP_ROWS = 4096;

export interface RangeSettings {
  readonly file: string;
  readonly readers: RangeReaders;
  readonly reading: RangeReading;
  onProgress?: ((bytes: number) => void) | undefined;
}

/**
 * Reads a file in ranges of whole lines. Others read most of them ahead; their packets are taken over in order, and lines that
 * may mean something else than they thought are read again here, so that nothing depends on who read what.
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
        const packet = await order?.packet;
        this.#orders.delete(range);
        const before = this.offset;
        const end = (range + 1) * rangeBytes;
        if (packet === undefined || packet.overlong > 0) yield* this.#readHere(end);
        else yield* this.#take(packet);
        order?.done();
        this.#settings.onProgress?.(this.offset - before);
        // Threads that became free are heard of only between turns.
        if (order === undefined) await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      for (const order of this.#orders.values()) order.done();
    }
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
    for (let index = 0; index <= packet.texts.length; index += 1) {
      const text = packet.texts[index];
      const { rowsBefore, silentBefore } = text ?? { rowsBefore: packet.rowCount, silentBefore: packet.silentCount };
      if (rowsBefore > taken || silentBefore > silent) {
        if (rows?.isReady !== true) {
          yield* this.#readAgain(packet.texts[index - 1], first, end);
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
    }
    this.offset = end;
    this.line = first + packet.lines;
    if (this.#text.order.hasBatch) yield;
  }

  /** Reads what follows the last line that was taken over, or all of the range. */
  *#readAgain(
    last: RangePacket['texts'][number] | undefined,
    firstLine: number,
    end: number,
  ): Generator<void, void, void> {
    if (last !== undefined) {
      this.offset = lineStartAt(this.#source, last.offset + 1);
      this.line = firstLine + last.line + 1;
    }
    yield* this.#readHere(end);
  }
}

/** What two readers of one input have read. */
export function countsOf(ranges: RangeInput | undefined, reader: LineReader) {
  return {
    bytes: (ranges?.bytes ?? 0) + reader.bytes,
    lines: reader.lines,
    overlong: (ranges?.overlong ?? 0) + reader.overlong,
  };
}

import type { EventRows, RowColumn } from '../model/event-rows.ts';
import { type RangePacket, viewsOf } from './range-packet.ts';

/** The rows of a packet, to be taken over into the rows of the input that it is a part of. */
export class RowPacket {
  readonly #rows: EventRows;
  readonly #columns: readonly RowColumn[];
  readonly #packed: readonly RowColumn[];
  /** By the packet's numbers. */
  readonly #tasks: readonly number[];
  readonly #names: readonly number[];
  readonly #line: number;

  /** @param line number of the range's first line */
  constructor(rows: EventRows, packet: RangePacket, line: number) {
    this.#rows = rows;
    this.#columns = rows.columns;
    this.#packed = viewsOf(this.#columns, packet.rows, packet.rowCount);
    this.#tasks = packet.taskNames.map((task) => rows.addTask(task));
    this.#names = packet.rowNames.map((names) => rows.addNames(names));
    this.#line = line;
  }

  /** False if the input has more names than its rows can tell apart: then the range must be read as text. */
  get isUsable(): boolean {
    return !this.#tasks.includes(-1) && !this.#names.includes(-1);
  }

  /** Copies rows [from, end) to the columns from index `at` on, as many as there is room for. Gives how many. */
  copy(from: number, end: number, at: number): number {
    const rows = this.#rows;
    const count = Math.min(end - from, rows.mask + 1 - at);
    for (let index = 0; index < this.#columns.length; index += 1) {
      const packed = this.#packed[index];
      if (packed !== undefined) this.#columns[index]?.set(packed.subarray(from, from + count), at);
    }
    for (let index = at; index < at + count; index += 1) {
      rows.task[index] = this.#tasks[rows.task[index] ?? 0] ?? 0;
      rows.names[index] = this.#names[rows.names[index] ?? 0] ?? 0;
      rows.line[index] = (rows.line[index] ?? 0) + this.#line;
    }
    return count;
  }
}

import type { SourceLine, TraceEvent } from '../model/event.ts';
import { CHUNK_ROWS, placeOf } from './chunked-table.ts';
import type { EventTables } from './event-tables.ts';

const SLOTS = 1 << 16;

type Place = Pick<SourceLine, 'input' | 'line'>;

/** Finds the row of an event by its line: at once for those appended lately, by a search for older ones. */
export class RowLocator {
  readonly #tables: EventTables;
  /** Newest row of each slot, plus 1; 0 is none. */
  readonly #slots = new Uint32Array(SLOTS);

  constructor(tables: EventTables) {
    this.#tables = tables;
  }

  note(row: number, place: Place): void {
    this.#slots[slotOf(place)] = row + 1;
  }

  /** Undefined if the event was not appended. */
  rowOf(event: TraceEvent): number | undefined {
    const row = (this.#slots[slotOf(event.source)] ?? 0) - 1;
    if (row >= 0 && this.#isAt(row, event)) return row;
    return this.#search(event);
  }

  #isAt(row: number, event: TraceEvent): boolean {
    const chunk = this.#tables.rows.chunkOf(row);
    if (chunk === undefined) return false;
    const at = placeOf(row);
    if (chunk.line.at(at) !== event.source.line) return false;
    const shape = this.#tables.shapes.at(chunk.shape.at(at));
    return (
      shape !== undefined &&
      shape.input === event.source.input &&
      shape.kind === event.kind &&
      shape.point === event.point &&
      shape.lane === event.lane &&
      (chunk.prgi.at(at) === event.prgi || event.prgi === undefined)
    );
  }

  #search(event: TraceEvent): number | undefined {
    const { rows } = this.#tables;
    const { line } = event.source;
    for (let index = rows.chunks.length - 1; index >= 0; index -= 1) {
      const lines = rows.chunks[index]?.line;
      if (lines === undefined) continue;
      for (let at = lines.indexOf(line, 0); at >= 0 && at < rows.rowsIn(index); at = lines.indexOf(line, at + 1)) {
        const row = index * CHUNK_ROWS + at;
        if (this.#isAt(row, event)) return row;
      }
    }
    return undefined;
  }
}

function slotOf({ input, line }: Place): number {
  return (line + input * 40_503) & (SLOTS - 1);
}

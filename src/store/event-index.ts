import { CHUNK_ROWS } from './chunked-table.ts';
import type { EventChunk, EventTables } from './event-tables.ts';

/** What lies in a chunk, so that a search passes over it. */
interface Zone {
  /** The latest time in it. */
  readonly latest: number;
  /** By input. */
  readonly lines: ReadonlyMap<number, LineRange>;
}

interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** How near to the line, on that side, a line of the range can be. */
function leastDistance(range: LineRange | undefined, line: number, side: 1 | -1): number {
  if (range === undefined) return Number.POSITIVE_INFINITY;
  const farthest = side === 1 ? range.last - line : line - range.first;
  const nearest = side === 1 ? range.first - line : line - range.last;
  return farthest < 0 ? Number.POSITIVE_INFINITY : Math.max(0, nearest);
}

/**
 * Finds rows by time and by line. Keeps first and last of every full chunk and looks through the one that matters, so that
 * an index costs nothing to build and is right while the table grows, and where lines stand out of order.
 */
export class EventIndex {
  readonly #tables: EventTables;
  readonly #zones: Zone[] = [];

  constructor(tables: EventTables) {
    this.#tables = tables;
  }

  /**
   * The first row from `from` on that is not before the time, `count` if all are. Rows without a time are passed over.
   */
  rowAtTime(time: number, from = 0): number {
    const { rows } = this.#tables;
    for (let index = Math.floor(from / CHUNK_ROWS); index < rows.chunks.length; index += 1) {
      const zone = this.#zoneOf(index);
      if (zone !== undefined && zone.latest < time) continue;
      const chunk = rows.chunks[index];
      const end = this.#tables.rows.rowsIn(index);
      for (let at = Math.max(0, from - index * CHUNK_ROWS); at < end; at += 1) {
        if ((chunk?.time.at(at) ?? Number.NaN) >= time) return index * CHUNK_ROWS + at;
      }
    }
    return rows.count;
  }

  /** The event of this line, or else that of the nearest line behind it in this input; undefined if there is none. */
  rowOfLine(input: number, line: number): number | undefined {
    return this.#nearest(input, line, 1);
  }

  /** The event of this line, or else that of the nearest line before it in this input. */
  rowUpToLine(input: number, line: number): number | undefined {
    return this.#nearest(input, line, -1);
  }

  /** The first row of the smallest line that is not before this one, or of the largest that is not behind it. */
  #nearest(input: number, line: number, side: 1 | -1): number | undefined {
    const { rows } = this.#tables;
    let best: number | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (let index = 0; index < rows.chunks.length; index += 1) {
      const zone = this.#zoneOf(index);
      if (zone !== undefined && leastDistance(zone.lines.get(input), line, side) >= least) continue;
      const chunk = rows.chunks[index];
      if (chunk === undefined) continue;
      const end = rows.rowsIn(index);
      for (let at = 0; at < end; at += 1) {
        const distance = (chunk.line.at(at) - line) * side;
        if (distance < 0 || distance >= least || this.#inputOf(chunk, at) !== input) continue;
        best = index * CHUNK_ROWS + at;
        least = distance;
      }
    }
    return best;
  }

  /** Of a full chunk; one that still grows has none. */
  #zoneOf(index: number): Zone | undefined {
    const known = this.#zones[index];
    if (known !== undefined || this.#tables.rows.rowsIn(index) < CHUNK_ROWS) return known;
    while (this.#zones.length <= index) this.#zones.push(this.#newZone(this.#zones.length));
    return this.#zones[index];
  }

  #newZone(index: number): Zone {
    const chunk = this.#tables.rows.chunks[index];
    let latest = Number.NEGATIVE_INFINITY;
    const lines = new Map<number, { first: number; last: number }>();
    if (chunk === undefined) return { latest, lines };
    for (let at = 0; at < CHUNK_ROWS; at += 1) {
      const time = chunk.time.at(at);
      if (time > latest) latest = time;
      const line = chunk.line.at(at);
      const input = this.#inputOf(chunk, at);
      const range = lines.get(input);
      if (range === undefined) lines.set(input, { first: line, last: line });
      else if (line < range.first) range.first = line;
      else if (line > range.last) range.last = line;
    }
    return { latest, lines };
  }

  #inputOf(chunk: EventChunk, at: number): number {
    return this.#tables.shapes.at(chunk.shape.at(at))?.input ?? -1;
  }
}

import { CHUNK_ROWS } from './chunked-table.ts';

/** What the search needs of the instances. */
export interface UsedRows {
  count(): number;
  /** Row of the event by which uses follow each other. */
  startEventOf(row: number): number;
  isSameUse(row: number, other: number): boolean;
}

/** First and last start event of the instances of a full chunk. */
interface Zone {
  readonly first: number;
  readonly last: number;
}

/**
 * Finds the uses of a PRGI before and behind an instance. Instances stand in the order of their ends, which is nearly that of
 * their starts: whole chunks of them are passed over.
 */
export class GroupUses {
  readonly #rows: UsedRows;
  readonly #zones: Zone[] = [];

  constructor(rows: UsedRows) {
    this.#rows = rows;
  }

  /** The nearest use on that side. */
  next(row: number, side: 1 | -1): number | undefined {
    const own = this.#rows.startEventOf(row);
    let best: number | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (let start = 0; start < this.#rows.count(); start += CHUNK_ROWS) {
      const zone = this.#zoneAt(start);
      if (zone !== undefined && leastDistance(zone, own, side) >= least) continue;
      const end = Math.min(this.#rows.count(), start + CHUNK_ROWS);
      for (let other = start; other < end; other += 1) {
        if (!this.#rows.isSameUse(row, other)) continue;
        const distance = (this.#rows.startEventOf(other) - own) * side;
        if (distance <= 0 || distance >= least) continue;
        best = other;
        least = distance;
      }
    }
    return best;
  }

  #zoneAt(start: number): Zone | undefined {
    const index = start / CHUNK_ROWS;
    const known = this.#zones[index];
    if (known !== undefined || start + CHUNK_ROWS > this.#rows.count()) return known;
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    for (let row = start; row < start + CHUNK_ROWS; row += 1) {
      const event = this.#rows.startEventOf(row);
      if (event < first) first = event;
      if (event > last) last = event;
    }
    const zone = { first, last };
    this.#zones[index] = zone;
    return zone;
  }
}

function leastDistance({ first, last }: Zone, own: number, side: 1 | -1): number {
  const farthest = side === 1 ? last - own : own - first;
  const nearest = side === 1 ? first - own : own - last;
  return farthest <= 0 ? Number.POSITIVE_INFINITY : Math.max(0, nearest);
}

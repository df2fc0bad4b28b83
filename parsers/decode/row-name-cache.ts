import type { EventRows, RowNames } from '../../src/model/event-rows.ts';
import type { RequesterId } from '../../src/model/ids.ts';

const SLOTS = 256;

/** Numbers of the names of records, by the requester that comes again and again. */
export class RowNameCache {
  readonly #rows: EventRows;
  readonly #known: { readonly names: RowNames; readonly number: number }[] = new Array(SLOTS);

  constructor(rows: EventRows) {
    this.#rows = rows;
  }

  /** -1 if there are too many. */
  numberOf(iommu: string, device: string | undefined, requester: RequesterId): number {
    const slot = (requester ^ (requester >> 8)) & (SLOTS - 1);
    const known = this.#known[slot];
    if (known !== undefined) {
      const { names } = known;
      if (names.requester === requester && names.iommu === iommu && names.device === device) return known.number;
    }
    const names = { iommu, device, requester };
    const number = this.#rows.addNames(names);
    if (number >= 0) this.#known[slot] = { names, number };
    return number;
  }
}

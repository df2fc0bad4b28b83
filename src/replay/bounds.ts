import type { BoundedTable } from '../model/bounded-table.ts';
import type { TraceEvent } from '../model/event.ts';
import type { ReplayContext } from './context.ts';
import { keyOf, MOST_HOLDERS, type Requester } from './requester.ts';
import { MAX_IOMMUS, MAX_KEYS, MAX_PASIDS, MAX_REQUESTERS } from './table-sizes.ts';

/**
 * Keeps out what would make a full table grow, and counts it. What is known goes on as before; but since an answer may now be
 * of a request that was kept out, none is called certain that nothing explains.
 */
export class Bounds {
  /** Events that were not replayed, by the table that was full. */
  readonly refused = new Map<BoundedTable, number>();
  readonly #context: ReplayContext;

  constructor(context: ReplayContext) {
    this.#context = context;
  }

  admits(event: TraceEvent): boolean {
    const { units, requesters } = this.#context;
    if (units.size < MAX_IOMMUS && !requesters.sizes.isAnyFull) return true;
    const table = mayGrow(event) ? this.#tableFullFor(event) : undefined;
    if (table === undefined) return true;
    this.refused.set(table, (this.refused.get(table) ?? 0) + 1);
    this.#context.gapAt = this.#context.now;
    if (event.kind === 'page-request' && table !== 'iommus') this.#noteSequence(event);
    return false;
  }

  #tableFullFor(event: TraceEvent): BoundedTable | undefined {
    const { units, requesters } = this.#context;
    const { sizes } = requesters;
    if (event.iommu !== undefined && units.size >= MAX_IOMMUS && !units.has(event.iommu)) return 'iommus';
    const requester = requesters.find(event);
    const isNamed = event.device !== undefined || event.requester !== undefined;
    if (requester === undefined && isNamed && sizes.requesters >= MAX_REQUESTERS) return 'requesters';
    const isOfPasid = event.pasid !== undefined || event.prgi !== undefined;
    if (isOfPasid && sizes.pasids >= MAX_PASIDS && !this.#knows(requester, isNamed, hasPasid(event))) return 'pasids';
    if (event.prgi === undefined || sizes.keys < MAX_KEYS) return undefined;
    return this.#knows(requester, isNamed, hasKey(event)) ? undefined : 'keys';
  }

  /** An event that names nobody may be of whoever has its key. */
  #knows(requester: Requester | undefined, isNamed: boolean, has: (requester: Requester) => boolean): boolean {
    if (requester !== undefined && (has(requester) || isNamed)) return has(requester);
    if (isNamed) return false;
    const all = this.#context.requesters.all();
    return all.length <= MOST_HOLDERS && all.some(has);
  }

  /** It is not lost: the unit's next request has the next number. */
  #noteSequence({ iommu, sequence, time }: TraceEvent): void {
    if (sequence === undefined) return;
    const unit = this.#context.unit(iommu);
    unit.sequence = sequence;
    unit.sequenceAt = time;
    unit.requestSequence = sequence;
    unit.requestAt = time;
  }
}

/** False for what is reported as it stands. */
function mayGrow({ kind }: TraceEvent): boolean {
  return kind !== 'fault' && kind !== 'suppressed' && kind !== 'capture-gap';
}

function hasPasid({ pasid }: TraceEvent): (requester: Requester) => boolean {
  return ({ pasids }) => pasids.has(pasid ?? 0);
}

function hasKey({ pasid, prgi }: TraceEvent): (requester: Requester) => boolean {
  const key = keyOf(pasid, prgi ?? 0);
  return ({ keys }) => keys.has(key);
}

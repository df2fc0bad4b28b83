import type { PageRequestGroup } from './page-request-group.ts';
import type { Requester } from './requester.ts';

/**
 * The sealed and unanswered groups of a lane in the order of sealing, as a linked list through the groups themselves.
 * A `Set` would do, but its outgrown tables point at their successors: once old, each keeps all later groups alive until a
 * full collection, and the collector's work tripled.
 */
export class OpenGroups {
  size = 0;
  #oldest: PageRequestGroup | undefined;
  #newest: PageRequestGroup | undefined;

  get oldest(): PageRequestGroup | undefined {
    return this.#oldest;
  }

  add(group: PageRequestGroup): void {
    group.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = group;
    else this.#newest.newer = group;
    this.#newest = group;
    this.size += 1;
  }

  delete(group: PageRequestGroup): void {
    const { older, newer } = group;
    if (older === undefined && newer === undefined && this.#oldest !== group) return;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    group.older = undefined;
    group.newer = undefined;
    this.size -= 1;
  }

  /** A copy, so that groups may be closed meanwhile. Linear in the number of open groups. */
  of(requester: Requester | undefined, pasid: number | undefined): PageRequestGroup[] {
    const found: PageRequestGroup[] = [];
    for (let group = this.#oldest; group !== undefined; group = group.newer) {
      if (requester !== undefined && group.requester !== requester) continue;
      if (pasid === undefined || (group.pasid ?? 0) === pasid) found.push(group);
    }
    return found;
  }
}

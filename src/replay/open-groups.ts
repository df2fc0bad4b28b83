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

  /** Constant cost for the group that was sealed last. */
  add(group: PageRequestGroup): void {
    let older = this.#newest;
    while (older !== undefined && older.sealing > group.sealing) older = older.older;
    const newer = older === undefined ? this.#oldest : older.newer;
    group.older = older;
    group.newer = newer;
    if (older === undefined) this.#oldest = group;
    else older.newer = group;
    if (newer === undefined) this.#newest = group;
    else newer.older = group;
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

export function removePending(group: PageRequestGroup): void {
  const { requester, key } = group;
  take(key.pending, group);
  requester.open.delete(group);
  const byPrgi = requester.pendingByPrgi.get(group.prgi);
  if (byPrgi !== undefined) take(byPrgi, group);
}

/** Removes a group from a list that mostly holds no other. */
function take(groups: PageRequestGroup[], group: PageRequestGroup): void {
  if (groups.length === 1 && groups[0] === group) {
    groups.pop();
    return;
  }
  const at = groups.indexOf(group);
  if (at >= 0) groups.splice(at, 1);
}

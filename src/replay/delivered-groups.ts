import type { PageRequestGroup } from './page-request-group.ts';

/** Candidates named for an answer that the kernel refused without naming its key. */
const MAX_CANDIDATES = 8;

/** The groups that were delivered to a handler last, for refusals that name no key. A plain group is its slot. */
export class DeliveredGroups {
  /** Newest last. */
  readonly #groups: (PageRequestGroup | number)[] = [];
  readonly #release: (slot: number) => void;

  /** @param release lets go of a plain group that is no candidate any more. */
  constructor(release: (slot: number) => void) {
    this.#release = release;
  }

  add(group: PageRequestGroup | number): void {
    this.#groups.push(group);
    if (this.#groups.length <= MAX_CANDIDATES) return;
    const oldest = this.#groups.shift();
    if (typeof oldest === 'number') this.#release(oldest);
  }

  /** Newest first. */
  newest(objectOf: (slot: number) => PageRequestGroup): PageRequestGroup[] {
    return this.#groups.map((group) => (typeof group === 'number' ? objectOf(group) : group)).reverse();
  }
}

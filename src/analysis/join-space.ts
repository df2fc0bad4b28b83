/** About 2 KB each. */
const MOST_GROUPS = 1_000_000;

/** Counts the groups of all lanes that are kept for their join: of more than it has place for, each lane is judged alone. */
export class JoinSpace {
  /** Groups of all lanes together. */
  readonly most: number;
  #taken = 0;

  constructor(most: number = MOST_GROUPS) {
    this.most = most;
  }

  take(): void {
    this.#taken += 1;
  }

  get isSpent(): boolean {
    return this.#taken > this.most;
  }
}

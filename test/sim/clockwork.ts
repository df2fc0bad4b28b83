/** Discrete events in whole microseconds; those of the same time in the order in which they were planned. */
export class Clockwork {
  now: number;
  readonly #queue: { readonly at: number; readonly order: number; readonly run: () => void }[] = [];
  #order = 0;

  constructor(start: number) {
    this.now = start;
  }

  after(delayUs: number, run: () => void): void {
    this.#order += 1;
    this.#queue.push({ at: this.now + Math.max(0, Math.round(delayUs)), order: this.#order, run });
  }

  /** Runs until nothing is left to happen. */
  run(): void {
    for (;;) {
      let next = 0;
      for (let at = 1; at < this.#queue.length; at += 1) {
        const one = this.#queue[at];
        const best = this.#queue[next];
        if (one === undefined || best === undefined) continue;
        if (one.at < best.at || (one.at === best.at && one.order < best.order)) next = at;
      }
      const [event] = this.#queue.splice(next, 1);
      if (event === undefined) return;
      this.now = event.at;
      event.run();
    }
  }
}

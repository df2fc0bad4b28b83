import type { TraceEvent } from '../model/event.ts';

interface Placed {
  readonly event: TraceEvent;
  readonly at: number;
}

/** Events of kernel logs that stand on the clock of the trace, until their time has come. */
export class PlacedLog {
  #events: Placed[] = [];
  #next = 0;
  /** Time of the next one; infinite where there is none. */
  nextAt = Number.POSITIVE_INFINITY;

  /** @param events with their times on the trace's clock, in any order. */
  fill(events: readonly Placed[]): void {
    this.#events = [...events].sort((one, other) => one.at - other.at);
    this.#next = 0;
    this.#look();
  }

  /** Takes the next one; there must be one. */
  take(): Placed | undefined {
    const placed = this.#events[this.#next];
    this.#next += 1;
    this.#look();
    return placed;
  }

  #look(): void {
    this.nextAt = this.#events[this.#next]?.at ?? Number.POSITIVE_INFINITY;
    if (this.nextAt === Number.POSITIVE_INFINITY) this.#events = [];
  }
}

import type { SourceLine, TraceEvent } from '../model/event.ts';
import type { Continuation } from '../model/parser.ts';

/** A first part waits for so many lines of its input that some dialect reads, then it is an event of its own. */
const MAX_LINES = 64;
const MAX_OPEN = 64;

interface OpenEvent {
  readonly event: TraceEvent;
  /** Value of the line counter when its last part came. */
  line: number;
}

/**
 * Joins messages that the kernel prints as several lines, also where lines of another CPU stand between
 * them. One for each input. An event comes out when it is complete, or when nothing more came in time, so up to
 * `MAX_LINES` lines later than its first line; its time and place are those of its first line.
 */
export class FragmentJoiner {
  readonly #emit: (event: TraceEvent) => void;
  readonly #open: OpenEvent[] = [];
  #lines = 0;

  constructor(emit: (event: TraceEvent) => void) {
    this.#emit = emit;
  }

  /** An event of a line, with its source and time set. */
  takeEvent(event: TraceEvent): void {
    this.#age();
    if (!event.isFragment) {
      this.#emit(event);
      return;
    }
    if (this.#open.length >= MAX_OPEN) this.#release(0);
    this.#open.push({ event, line: this.#lines });
  }

  /**
   * A continuation, and its line. Gives the event that it is by itself if no earlier line takes it: the caller completes
   * that one and hands it to `takeEvent`. Undefined: nothing more to do.
   */
  takeContinuation(continuation: Continuation, source: SourceLine): TraceEvent | undefined {
    this.#age();
    for (let index = this.#open.length - 1; index >= 0; index -= 1) {
      const open = this.#open[index];
      if (open === undefined || !isOfSameMessage(open.event, continuation)) continue;
      const state = continuation.join(open.event);
      if (state === undefined) continue;
      open.event.also = [...(open.event.also ?? []), source];
      open.line = this.#lines;
      if (state === 'complete') this.#release(index);
      return undefined;
    }
    return continuation.alone;
  }

  /** Lets go of what waits, at the end of the input. */
  flush(): void {
    while (this.#open.length > 0) this.#release(0);
  }

  #age(): void {
    this.#lines += 1;
    while (this.#open[0] !== undefined && this.#lines - this.#open[0].line > MAX_LINES) this.#release(0);
  }

  #release(index: number): void {
    const [open] = this.#open.splice(index, 1);
    if (open === undefined) return;
    open.event.isFragment = false;
    this.#emit(open.event);
  }
}

function isOfSameMessage(event: TraceEvent, continuation: Continuation): boolean {
  if (event.dialect !== continuation.dialect) return false;
  return continuation.iommu === undefined || event.iommu === undefined || event.iommu === continuation.iommu;
}

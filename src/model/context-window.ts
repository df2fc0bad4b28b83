import type { TraceEvent } from './event.ts';

export interface WindowLimits {
  /** Events that are kept on either side of each anchor, between the first and the last one. */
  readonly margin: number;
  /** Events that are kept before the first anchor and behind the last one; not more than `margin`. */
  readonly edge: number;
  /** Events in all. */
  readonly most: number;
}

/** Keeps the events around anchors of a stream, as `grep -C` keeps lines, and counts what it lets go between them. */
export class ContextWindow {
  omitted = 0;
  readonly #limits: WindowLimits;
  readonly #kept: TraceEvent[] = [];
  readonly #anchors = new Set<TraceEvent>();
  /** The newest events that may stand before the next anchor, oldest first. */
  #before: TraceEvent[] = [];
  /** Events between the last anchor and `#before` that were let go; lost between two anchors only. */
  #skipped = 0;
  /** How many events may still follow the last anchor. */
  #room = 0;
  /** Number of kept events up to the last anchor. */
  #settled = 0;
  readonly #held = new Set<TraceEvent>();

  constructor(limits: WindowLimits) {
    this.#limits = limits;
  }

  get hasAnchor(): boolean {
    return this.#anchors.size > 0;
  }

  get anchors(): ReadonlySet<TraceEvent> {
    return this.#anchors;
  }

  /** In the order of the stream, when it has ended. */
  get events(): readonly TraceEvent[] {
    return this.#kept.slice(0, this.#settled + this.#limits.edge);
  }

  /** True while the event is kept, or may yet be. */
  holds(event: TraceEvent): boolean {
    return this.#held.has(event);
  }

  push(event: TraceEvent, isAnchor: boolean): void {
    if (isAnchor) this.#anchor(event);
    else if (this.#room > 0) {
      this.#room -= 1;
      this.#keep(event);
    } else this.#wait(event);
  }

  #anchor(event: TraceEvent): void {
    if (this.hasAnchor) this.omitted += this.#skipped;
    this.#skipped = 0;
    const first = this.hasAnchor ? 0 : Math.max(0, this.#before.length - this.#limits.edge);
    for (const [index, earlier] of this.#before.entries()) {
      this.#held.delete(earlier);
      if (index >= first) this.#keep(earlier);
    }
    this.#before = [];
    if (this.#keep(event)) this.#anchors.add(event);
    this.#settled = this.#kept.length;
    this.#room = this.#limits.margin;
  }

  #wait(event: TraceEvent): void {
    this.#before.push(event);
    this.#held.add(event);
    if (this.#before.length <= this.#limits.margin) return;
    const dropped = this.#before.shift();
    this.#skipped += 1;
    if (dropped !== undefined) this.#held.delete(dropped);
  }

  #keep(event: TraceEvent): boolean {
    if (this.#kept.length >= this.#limits.most) {
      this.omitted += 1;
      return false;
    }
    this.#kept.push(event);
    this.#held.add(event);
    return true;
  }
}

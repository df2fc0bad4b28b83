import type { TraceEvent } from '../model/event.ts';
import type { ReplayContext } from './context.ts';
import type { OverflowTracker } from './overflows.ts';
import type { RefusalTracker } from './refusals.ts';
import type { RefusedAnswers } from './refused-answers.ts';

/** After it the driver queues again what it had queued (log-formats A.2.2). */
const TIME_OUT = 'invalidation-time-out';

/**
 * Lines of a kernel log beside a trace. Mostly they stand on another clock (semantics §7): refusals join by their descriptor,
 * overflows are known to have happened, faults stand for themselves. Where the trace declares the log's clock, their place is known.
 */
export class KernelLog {
  readonly #context: ReplayContext;
  readonly #refusals: RefusalTracker;
  readonly #overflows: OverflowTracker;
  readonly #refusedAnswers: RefusedAnswers;
  /** Lines whose time on the trace's clock is known, and which are not yet replayed. */
  readonly #placed = new Map<TraceEvent, number>();

  constructor(
    context: ReplayContext,
    refusals: RefusalTracker,
    overflows: OverflowTracker,
    refusedAnswers: RefusedAnswers,
  ) {
    this.#context = context;
    this.#refusals = refusals;
    this.#overflows = overflows;
    this.#refusedAnswers = refusedAnswers;
  }

  push(event: TraceEvent): void {
    switch (event.kind) {
      case 'request-refused':
        this.#refusals.reportInLog(event);
        return;
      case 'queue-overflow':
        this.#overflows.overflowAtUnknownTime(event);
        return;
      case 'response-refused':
        this.#refusedAnswers.noteInLog(event);
        return;
      default:
        if (isTimeOut(event)) this.#timeOutAtUnknownTime(event);
        this.plainEvent(event);
    }
  }

  /** True for a line that does more where its place is known than to be known by then. */
  isTimely({ kind }: TraceEvent): boolean {
    return kind === 'queue-overflow' || kind === 'iommu-error';
  }

  /** The line's time on the trace's clock, until `takePlaced` has it. */
  place(event: TraceEvent, at: number): void {
    this.#placed.set(event, at);
  }

  /** Replays the event if it was placed. */
  takePlaced(event: TraceEvent): boolean {
    const at = this.#placed.size === 0 ? undefined : this.#placed.get(event);
    if (at === undefined) return false;
    this.#placed.delete(event);
    if (event.kind === 'queue-overflow') this.#overflows.overflow(event, at);
    else this.iommuError(event);
    return true;
  }

  iommuError(event: TraceEvent): void {
    if (isTimeOut(event)) {
      for (const unit of this.#context.units.values()) {
        if (event.iommu !== undefined && unit.name !== event.iommu) continue;
        unit.resubmitted = unit.recent.take();
      }
    }
    this.plainEvent(event);
  }

  /** For rules that judge it by itself. */
  plainEvent(event: TraceEvent): void {
    const { hasSeconds } = this.#context;
    const isOfMessage = event.kind === 'iommu-error' && event.prgi !== undefined;
    const requester = isOfMessage ? { requester: this.#context.requesters.of(event) } : {};
    this.#context.emit({ kind: 'event', event, hasSeconds, ...requester });
  }

  #timeOutAtUnknownTime({ iommu }: TraceEvent): void {
    if (iommu === undefined) this.#context.hasUnplacedTimeOut = true;
    else this.#context.unit(iommu).hasUnplacedTimeOut = true;
  }
}

function isTimeOut({ kind, reason }: TraceEvent): boolean {
  return kind === 'iommu-error' && reason === TIME_OUT;
}

import type { TraceEvent } from '../model/event.ts';
import { NS_PER_MS } from '../model/time.ts';
import type { IommuUnit, ReplayContext } from './context.ts';
import type { PageRequestGroup } from './page-request-group.ts';
import type { Requester } from './requester.ts';
import type { RequestCollector } from './requests.ts';

/** A line is stamped, and traced, within this time. */
const SAME_LINE_NS = NS_PER_MS;

/**
 * Page request queue overflows: groups that were still collecting may have been finished by the hardware
 * (semantics §3.1; VT-d table 31). Sealed groups are in software and stay owed.
 */
export class OverflowTracker {
  readonly #context: ReplayContext;
  readonly #collector: RequestCollector;
  /** Overflow lines of a log whose clock is not the trace's, by unit. */
  readonly #unplaced: TraceEvent[] = [];
  #hasMark = false;
  /** The line before, with its time on the trace's clock. */
  #newest: { readonly event: TraceEvent; readonly at: number | undefined } | undefined;
  /** Groups with strangers, from before the first mark. */
  readonly #joins: PageRequestGroup[] = [];

  constructor(context: ReplayContext, collector: RequestCollector) {
    this.#context = context;
    this.#collector = collector;
  }

  /** A line on the same clock as the requests, or the `iopf_queue_discard_partial` mark. `at`: its time where that is another scale's. */
  overflow(event: TraceEvent, at: number | undefined = event.time): void {
    if (this.#isTold(event, at)) return;
    const iommu = event.iommu ?? this.#unitOf(event)?.name;
    if (event.kind === 'partial-discarded') this.#hasMark = true;
    const collecting: PageRequestGroup[] = [];
    let pendingCount = 0;
    for (const requester of this.#concerned(iommu)) {
      pendingCount += this.#context.requesters.open.of(requester, undefined).length;
      for (const prgi of [...requester.collecting.keys()]) {
        collecting.push(...this.#collector.closePartial(requester, prgi, 'hardware-finished'));
      }
    }
    // The partial groups that were read meanwhile were discarded just before this line (drivers/iommu/intel/prq.c).
    if (event.reason === 'cleared' && collecting.length === 0) return;
    const showsRequests = this.#showsRequests();
    const isOrderKnown = true;
    this.#context.emit({
      kind: 'queue-overflow',
      event,
      at,
      iommu,
      isOrderKnown,
      collecting,
      pendingCount,
      showsRequests,
    });
    for (const group of collecting) {
      this.#context.emit({ kind: 'group-closed', group, isOpenAtEnd: false, isAbandoned: false });
    }
  }

  /** The kernel log and the trace's event `console` hold one line each. */
  #isTold(event: TraceEvent, at: number | undefined): boolean {
    if (event.kind !== 'queue-overflow') return false;
    const newest = this.#newest;
    this.#newest = { event, at };
    if (newest === undefined || at === undefined || newest.at === undefined) return false;
    const isSame = newest.event.iommu === event.iommu && newest.event.reason === event.reason;
    return isSame && newest.event.source.input !== event.source.input && at - newest.at <= SAME_LINE_NS;
  }

  /** A line of another clock: it says that it happened, not when. */
  overflowAtUnknownTime(event: TraceEvent): void {
    if (event.reason !== 'cleared') this.#unplaced.push(event);
  }

  /** True if an overflow that cannot be placed may have finished this requester's partial groups. */
  mayHaveFinished(requester: Requester): boolean {
    if (this.#hasMark) return false;
    return this.#unplaced.some((event) => event.iommu === undefined || event.iommu === requester.iommu);
  }

  /** A group took strangers in. Whether an overflow lies between them and the rest, a mark that comes later may tell. */
  observeJoin(group: PageRequestGroup): void {
    if (!this.mayHaveFinished(group.requester)) return;
    group.isJoinUndecided = true;
    this.#joins.push(group);
  }

  finish(openPartials: readonly PageRequestGroup[]): void {
    if (this.#hasMark) for (const group of this.#joins) group.isJoinUndecided = false;
    for (const event of this.#unplaced) {
      const collecting = openPartials.filter(
        (group) => event.iommu === undefined || group.requester.iommu === event.iommu,
      );
      this.#context.emit({
        kind: 'queue-overflow',
        event,
        at: event.time,
        iommu: event.iommu,
        isOrderKnown: false,
        collecting: this.#hasMark ? [] : collecting,
        pendingCount: 0,
        showsRequests: this.#showsRequests(),
      });
    }
  }

  #showsRequests(): boolean {
    return this.#context.requesters.all().some((requester) => requester.hasRequests);
  }

  #concerned(iommu: string | undefined): readonly Requester[] {
    const all = this.#context.requesters.all();
    return iommu === undefined ? all : all.filter((each) => each.iommu === undefined || each.iommu === iommu);
  }

  /** The mark names no IOMMU, but the task that reports one's requests prints it. */
  #unitOf(event: TraceEvent): IommuUnit | undefined {
    if (event.pid === undefined) return undefined;
    for (const unit of this.#context.units.values()) if (unit.reporters.has(event.pid)) return unit;
    return undefined;
  }
}

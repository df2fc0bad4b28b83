import { newEvent, type TraceEvent } from '../model/event.ts';
import { EARLY_WINDOW_NS, type IommuUnit, type ReplayContext } from './context.ts';
import type { CaptureGap } from './observation.ts';
import type { PageRequestGroup } from './page-request-group.ts';
import { keyState, type Requester } from './requester.ts';
import type { RequestCollector } from './requests.ts';

/** No machine has more. */
const MAX_CPUS = 0x10000;

/** Lost events: what was in flight then ends as unknown unless an answer is seen (semantics §5, "A gap makes no accusation"). */
export class GapTracker {
  readonly #context: ReplayContext;
  readonly #collector: RequestCollector;
  /** `seq#` of kernels 5.14 to 6.0 counts per PASID bond and device, later ones per IOMMU (log-formats A.2.1). */
  readonly #bonds = new Map<Requester, Map<number, Bond>>();
  /** Time of the newest event by CPU; NaN where there was none. */
  #lastByCpu = new Float64Array(16).fill(Number.NaN);

  constructor(context: ReplayContext, collector: RequestCollector) {
    this.#context = context;
    this.#collector = collector;
  }

  /** A marker of the tracer. */
  marker(event: TraceEvent): void {
    this.#context.gapAt = this.#context.now;
    this.#context.gapEvent = event;
    const cause = event.reason === 'overwritten' || event.reason === 'cpu-started' ? event.reason : 'lost';
    const since = cause === 'lost' ? this.#lastSeen(event.cpu) : Number.NEGATIVE_INFINITY;
    this.#mark(event, cause, undefined, event.lost, since, () => true);
  }

  /** The machine booted: what was in flight has no answer any more, and nobody owes one. */
  reboot(event: TraceEvent): void {
    this.#markInFlight(event, () => true);
  }

  /**
   * A group that is sealed now may have been answered before it was traced (semantics §3.1), by an answer that a gap
   * took, or that went to an older group of its key which a gap left uncertain. `previousAt`: time of the unit's request before.
   */
  doubtAnswer(group: PageRequestGroup, last: TraceEvent, previousAt: number | undefined): void {
    group.gap ??= this.hidesAnswer(last, previousAt);
    const before = keyState(group.requester, group.pasid, group.prgi).last;
    const answeredAt = before?.gap === undefined ? undefined : before.response?.time;
    if (answeredAt === undefined || (previousAt ?? Number.NEGATIVE_INFINITY) > answeredAt) return;
    if (isEarly(answeredAt, last)) group.gap ??= before?.gap;
  }

  /** The gap that may have taken an early answer to this request, be it the group's or a refusal. */
  hidesAnswer(request: TraceEvent, previousAt: number | undefined): TraceEvent | undefined {
    const { gapAt, gapEvent } = this.#context;
    if (gapAt === undefined || (previousAt ?? Number.NEGATIVE_INFINITY) >= gapAt) return undefined;
    return isEarly(gapAt, request) ? gapEvent : undefined;
  }

  /** Notes that a CPU's events are complete up to this one. */
  seen(cpu: number | undefined, time: number | undefined): void {
    if (cpu === undefined || time === undefined || cpu >= MAX_CPUS) return;
    if (cpu >= this.#lastByCpu.length) this.#lastByCpu = grown(this.#lastByCpu, cpu);
    this.#lastByCpu[cpu] = time;
  }

  /** A marker stands before the CPU's next event: what it lost lies after its previous one. */
  #lastSeen(cpu: number | undefined): number {
    if (cpu === undefined) return Math.min(...this.#lastByCpu.filter((time) => !Number.isNaN(time)));
    const time = this.#lastByCpu[cpu];
    return time === undefined || Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
  }

  /** Compares a request's `seq#` with the one before. */
  sequence(requester: Requester, request: TraceEvent): void {
    const sequence = request.sequence;
    if (sequence === undefined) return;
    const unit = this.#context.unit(request.iommu);
    const bond = this.bondOf(requester, request.pasid);
    const previousOfBond = bond.sequence;
    const previous = unit.sequence;
    const previousAt = unit.sequenceAt ?? Number.NEGATIVE_INFINITY;
    unit.sequence = sequence;
    unit.sequenceAt = request.time;
    bond.sequence = sequence;
    if (previous === undefined) {
      unit.isSequenceComplete = sequence === 0 && unit.gapAt === undefined && this.#context.gapAt === undefined;
      return;
    }
    const continuesBond = sequence === (previousOfBond ?? 0) + 1;
    // One counter of the whole IOMMU does not go back to where a single PASID's left off.
    if (continuesBond && sequence <= previous) unit.countsPerBond = true;
    if (unit.countsPerBond) {
      const lostOfBond = sequence - (previousOfBond ?? sequence) - 1;
      if (lostOfBond > 0) this.#lost(unit, request, lostOfBond, previousAt);
      return;
    }
    if (sequence === previous + 1 || continuesBond || sequence <= previous) return;
    this.#lost(unit, request, sequence - previous - 1, previousAt);
  }

  #lost(unit: IommuUnit, request: TraceEvent, lost: number, since: number): void {
    unit.gapAt = request.time ?? this.#context.now;
    unit.isSequenceComplete = false;
    const event = newEvent('capture-gap', request.dialect, 'none');
    event.source = request.source;
    event.time = request.time;
    event.iommu = request.iommu;
    event.lane = request.lane;
    event.lost = lost;
    event.reason = 'sequence';
    this.#mark(event, 'sequence', request.iommu, lost, since, (requester) => requester.iommu === request.iommu);
  }

  #mark(
    event: TraceEvent,
    cause: CaptureGap['cause'],
    iommu: string | undefined,
    lost: number | undefined,
    since: number,
    isConcerned: (requester: Requester) => boolean,
  ): void {
    const inFlight = this.#markInFlight(event, isConcerned);
    this.#context.emit({ kind: 'capture-gap', event, cause, iommu, lost, since, inFlight });
  }

  #markInFlight(event: TraceEvent, isConcerned: (requester: Requester) => boolean): number {
    let inFlight = 0;
    for (const requester of this.#context.requesters.all()) {
      if (!isConcerned(requester)) continue;
      for (const group of this.#context.requesters.open.of(requester, undefined)) {
        group.gap ??= event;
        inFlight += 1;
      }
      for (const prgi of [...requester.collecting.keys()]) {
        for (const group of this.#collector.closePartial(requester, prgi, 'unknown')) {
          group.gap = event;
          inFlight += 1;
          this.#context.emit({ kind: 'group-closed', group, isOpenAtEnd: true, isAbandoned: false });
        }
      }
    }
    return inFlight;
  }

  bondOf(requester: Requester, pasid: number | undefined): Bond {
    let bonds = this.#bonds.get(requester);
    if (bonds === undefined) {
      bonds = new Map();
      this.#bonds.set(requester, bonds);
    }
    let bond = bonds.get(pasid ?? 0);
    if (bond === undefined) {
      bond = { sequence: undefined };
      bonds.set(pasid ?? 0, bond);
    }
    return bond;
  }
}

function grown(times: Float64Array<ArrayBuffer>, cpu: number): Float64Array<ArrayBuffer> {
  const more = new Float64Array(2 * cpu).fill(Number.NaN);
  more.set(times);
  return more;
}

/** A PASID and a device. */
export interface Bond {
  /** `seq#` of the newest request. */
  sequence: number | undefined;
}

function isEarly(at: number, request: TraceEvent): boolean {
  return request.time === undefined || request.time - at <= EARLY_WINDOW_NS;
}

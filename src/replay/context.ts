import type { TraceEvent } from '../model/event.ts';
import type { AnalysisLimits } from '../model/limits.ts';
import { NS_PER_SECOND } from '../model/time.ts';
import type { Observation } from './observation.ts';
import { type PasidState, pasidState, type Requester } from './requester.ts';
import { RequesterTable } from './requester-table.ts';
import { RecentResponses, type ResponseDescriptor } from './resubmissions.ts';
import type { Stray } from './stray.ts';

/** An early answer waits this long for its request to be traced (semantics §3.1; seen: 55 µs to 68 ms). */
export const EARLY_WINDOW_NS = NS_PER_SECOND;

/** A response that came before anything it could answer, and waits for the next request of its IOMMU. */
export interface EarlyResponse {
  readonly response: TraceEvent;
  readonly requester: Requester;
  readonly isFromReporter: boolean;
  /** The same answer one hop above, where the capture shows it. */
  readonly submission: TraceEvent | undefined;
  /** What it is if nothing explains it. */
  readonly stray: Stray | undefined;
}

/** What is known of one IOMMU unit. */
export interface IommuUnit {
  readonly name: string;
  /** Tasks that report this unit's page requests, one at a time (`irq/24-dmar0-prq`). */
  readonly reporters: Set<number>;
  /** One of them, which came last where nothing but plain requests did. */
  lastReporter: number | undefined;
  early: EarlyResponse[];
  /** `seq#` of the newest request; undefined before the first. */
  sequence: number | undefined;
  /** `seq#` is known to count per PASID bond and device, as in kernels 5.14 to 6.0 (log-formats A.2.1). */
  countsPerBond: boolean;
  /** Time of that request. */
  sequenceAt: number | undefined;
  /** `seq#` counted from its first value: nothing of this unit lies before the capture. */
  isSequenceComplete: boolean;
  /** Time of the first request, whose early answer the head of the capture may have cut off. */
  firstRequestAt: number | undefined;
  /** `seq#` and time of the newest request, to tell a copied line. */
  requestSequence: number | undefined;
  requestAt: number | undefined;
  /** Newest gap that concerns this unit. */
  gapAt: number | undefined;
  /** An overflow that cannot be placed against the trace's clock. */
  unplacedOverflow: TraceEvent | undefined;
  /** Where the unit stands in the drain signature (log-formats A.2.2). */
  drain: { step: 'fence' | 'iotlb'; pasid: number | undefined; task: number | undefined } | undefined;
  /** Newest page responses, kept against repeated submissions after a time-out. */
  readonly recent: RecentResponses;
  /** The kernel log has an invalidation time-out, and its place against the trace is not known. */
  hasUnplacedTimeOut: boolean;
  /** Responses that an invalidation time-out may have made the driver submit again. */
  resubmitted: ResponseDescriptor[];
}

/** What the parts of the replay share: one lane's state and the way out. */
export class ReplayContext {
  readonly limits: AnalysisLimits;
  readonly requesters = new RequesterTable();
  readonly units = new Map<string, IommuUnit>();
  readonly emit: (observation: Observation) => void;
  /** Times of the event at hand, of the first one, and the newest seen. */
  now = Number.NEGATIVE_INFINITY;
  firstTime: number | undefined;
  /** False for clocks that only order events: no timeout and no latency is judged then. */
  hasSeconds = true;
  /** Newest gap of the whole lane (lost events, start of a CPU's buffer). */
  gapAt: number | undefined;
  gapEvent: TraceEvent | undefined;
  /** The same of an invalidation time-out that names no unit, for all of them. */
  hasUnplacedTimeOut = false;
  #lastUnit: IommuUnit | undefined;
  #sealings = 0;

  constructor(limits: AnalysisLimits, emit: (observation: Observation) => void) {
    this.limits = limits;
    this.emit = emit;
  }

  /** Numbers sealed groups in their order. */
  nextSealing(): number {
    this.#sealings += 1;
    return this.#sealings;
  }

  unit(name: string | undefined): IommuUnit {
    const wanted = name ?? '';
    if (this.#lastUnit?.name === wanted) return this.#lastUnit;
    let unit = this.units.get(wanted);
    if (unit === undefined) {
      unit = newUnit(wanted);
      this.units.set(wanted, unit);
    }
    this.#lastUnit = unit;
    return unit;
  }

  /** Newest gap that can hide messages of this requester; undefined: none. */
  gapFor(requester: Requester): number | undefined {
    const unitGap = this.unit(requester.iommu).gapAt;
    if (unitGap === undefined) return this.gapAt;
    return this.gapAt === undefined ? unitGap : Math.max(unitGap, this.gapAt);
  }

  /** PASID states with this number: of one requester, or of all where the event names none. */
  pasidStates(requester: Requester | undefined, pasid: number | undefined): PasidState[] {
    if (requester !== undefined) {
      return pasid === undefined ? [...requester.pasids.values()] : [pasidState(requester, pasid)];
    }
    const states: PasidState[] = [];
    for (const each of this.requesters.all()) {
      for (const state of each.pasids.values()) {
        if (pasid === undefined || state.pasid === pasid) states.push(state);
      }
    }
    return states;
  }

  /** Nanoseconds from `then` to now; undefined without a clock in seconds. */
  elapsed(then: number | undefined): number | undefined {
    if (then === undefined || !this.hasSeconds || !Number.isFinite(this.now)) return undefined;
    return this.now - then;
  }

  /** True if the capture has run for the timeout since `then`. */
  hasRun(then: number | undefined): boolean {
    const elapsed = this.elapsed(then);
    return elapsed !== undefined && elapsed >= this.limits.timeoutNs;
  }
}

function newUnit(name: string): IommuUnit {
  return {
    name,
    reporters: new Set(),
    lastReporter: undefined,
    early: [],
    sequence: undefined,
    countsPerBond: false,
    sequenceAt: undefined,
    isSequenceComplete: false,
    firstRequestAt: undefined,
    requestSequence: undefined,
    requestAt: undefined,
    gapAt: undefined,
    unplacedOverflow: undefined,
    drain: undefined,
    recent: new RecentResponses(),
    hasUnplacedTimeOut: false,
    resubmitted: [],
  };
}

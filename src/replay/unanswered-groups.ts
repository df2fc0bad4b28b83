import type { TraceEvent } from '../model/event.ts';
import { NS_PER_SECOND } from '../model/time.ts';
import type { ReplayContext } from './context.ts';
import { removePending } from './open-groups.ts';
import type { OverflowTracker } from './overflows.ts';
import { lastRequestOf, type PageRequestGroup } from './page-request-group.ts';
import type { Requester } from './requester.ts';
import type { RequestCollector } from './requests.ts';

/** What is known of the end of a capture. `complete` and `cut`: its own header counts the entries. */
export interface CaptureEnd {
  /** Time of the last line, whatever it was; undefined: of the last event. */
  readonly lastTime?: number | undefined;
  readonly end: 'complete' | 'cut' | 'unknown';
}

/** A group's answer may follow this long after its handler went away. */
const END_IS_NEAR_NS = NS_PER_SECOND;

/** Ends groups that no answer ends: at a reset, when there are too many of them, and at the end of the capture. */
export class UnansweredGroups {
  /** To be set before `finish`. */
  end: CaptureEnd['end'] = 'unknown';
  readonly #context: ReplayContext;
  readonly #collector: RequestCollector;
  readonly #overflows: OverflowTracker;
  readonly #lacksAnswers: () => boolean;

  /** @param lacksAnswers tells whether the capture seems not to record answers. */
  constructor(
    context: ReplayContext,
    collector: RequestCollector,
    overflows: OverflowTracker,
    lacksAnswers: () => boolean,
  ) {
    this.#context = context;
    this.#collector = collector;
    this.#overflows = overflows;
    this.#lacksAnswers = lacksAnswers;
  }

  /** What the device's requests waited for will not come: partial ones are thrown away. */
  forgetPartial(requester: Requester, event: TraceEvent): void {
    for (const prgi of [...requester.collecting.keys()]) {
      for (const group of this.#collector.closePartial(requester, prgi, 'discarded')) {
        group.drainedBy = event;
        this.#context.emit({ kind: 'group-closed', group, isOpenAtEnd: false, isAbandoned: true });
      }
    }
  }

  /** A reset makes the device forget its requests; answers to them are late (VT-d 7.11). */
  reset(event: TraceEvent): void {
    const requester = this.#context.requesters.of(event);
    this.forgetPartial(requester, event);
    for (const group of requester.open.of(requester, undefined)) {
      removePending(group);
      group.state = 'discarded';
      group.drainedBy = event;
      group.key.last = group;
      group.key.owe(group);
      this.#context.emit({ kind: 'group-closed', group, isOpenAtEnd: false, isAbandoned: false });
    }
    for (const state of requester.pasids.values()) state.generation += 1;
  }

  /** At the end of the capture; returns the partial groups that the hardware may have finished. */
  finish(): PageRequestGroup[] {
    const partials: PageRequestGroup[] = [];
    for (const requester of this.#context.requesters.all()) this.#finishRequester(requester, partials);
    return partials;
  }

  #finishRequester(requester: Requester, partials: PageRequestGroup[]): void {
    for (const group of requester.open.of(requester, undefined)) {
      removePending(group);
      this.#finishPending(group, false);
    }
    const isMaybeFinished = this.#overflows.mayHaveFinished(requester);
    for (const prgi of [...requester.collecting.keys()]) {
      for (const group of this.#collector.closePartial(
        requester,
        prgi,
        isMaybeFinished ? 'hardware-finished' : 'collecting',
      )) {
        if (isMaybeFinished) partials.push(group);
        this.#finishPartial(group, isMaybeFinished);
      }
    }
  }

  /** What is let go may be answered later: from here on an answer without a group accuses nobody. */
  letGo(oldest: PageRequestGroup | undefined): void {
    if (oldest === undefined) return;
    removePending(oldest);
    this.#finishPending(oldest, true);
    this.#context.gapAt = this.#context.now;
  }

  #finishPending(group: PageRequestGroup, isLetGo: boolean): void {
    const unjudged = this.#unjudged(group, isLetGo);
    if (unjudged !== undefined) {
      group.state = 'unknown';
      this.#context.emit({ kind: 'group-closed', group, isOpenAtEnd: true, isAbandoned: false, unjudged });
      return;
    }
    group.isTimedOut = this.#context.hasRun(group.sealedAt);
    const isForgotten = group.drainedBy !== undefined && !group.isDrainDoubtful && this.end !== 'cut';
    const isDropped = group.gap === undefined && (group.isTimedOut || isForgotten);
    if (group.gap !== undefined) group.state = 'unknown';
    else if (isDropped) group.state = 'dropped';
    // The answers that follow a drain may be missing with the end; that it is late by then is known.
    if (isDropped && !isForgotten && !this.#context.hasRun(group.drainedBy?.time)) group.drainedBy = undefined;
    const sinceDrain = this.#context.elapsed(group.drainedBy?.time);
    const isEndNear = this.end === 'unknown' && sinceDrain !== undefined && sinceDrain < END_IS_NEAR_NS;
    this.#context.emit({ kind: 'group-closed', group, isOpenAtEnd: !isDropped, isAbandoned: false, isEndNear });
  }

  #unjudged(group: PageRequestGroup, isLetGo: boolean): 'no-answers' | 'too-many' | undefined {
    if (this.#lacksAnswers()) return 'no-answers';
    return isLetGo && !this.#context.hasRun(group.sealedAt) ? 'too-many' : undefined;
  }

  #finishPartial(group: PageRequestGroup, isMaybeFinished: boolean): void {
    const state = group.requester.pasids.get(group.pasid ?? 0);
    const isDrained = state !== undefined && (state.generation !== group.generation || state.hasEnded);
    const isOld = this.#context.hasRun(lastRequestOf(group)?.time);
    const isKnown = group.gap === undefined && !isMaybeFinished;
    const isAbandoned = isKnown && ((isDrained && this.end !== 'cut') || isOld);
    this.#context.emit({ kind: 'group-closed', group, isOpenAtEnd: !isAbandoned && !isMaybeFinished, isAbandoned });
  }
}

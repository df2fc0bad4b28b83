import type { TraceEvent } from '../model/event.ts';
import type { AnsweredBy } from '../model/finding.ts';
import { NS_PER_MS } from '../model/time.ts';
import type { EarlyResponse, IommuUnit, ReplayContext } from './context.ts';
import { removePending } from './open-groups.ts';
import { isAcrossEpoch, latencyOf, type PageRequestGroup } from './page-request-group.ts';
import { isReporter } from './reporter.ts';
import { type KeyState, pasidState } from './requester.ts';
import type { StrayJudge } from './strays.ts';
import { isByEndingTask, type SubmissionTracker } from './submissions.ts';
import type { UpperHops } from './upper-hops.ts';

/** At most this many instances of a key are remembered as still owed an answer by their handler. */
const MAX_OWED = 8;

/** A task that ends a PASID and answers its groups does so in one call (seen: within milliseconds). */
const SAME_CALL_NS = 100 * NS_PER_MS;

/** Ends groups with their answers, and remembers which of them are still owed one by their handler (semantics §4). */
export class AcceptedAnswers {
  readonly #context: ReplayContext;
  readonly #submissions: SubmissionTracker;
  readonly #judge: StrayJudge;
  readonly #upperHops: UpperHops;

  constructor(context: ReplayContext, submissions: SubmissionTracker, judge: StrayJudge, upperHops: UpperHops) {
    this.#context = context;
    this.#submissions = submissions;
    this.#judge = judge;
    this.#upperHops = upperHops;
  }

  /** The group ends with this answer. */
  accept(group: PageRequestGroup, { response, submission, stray }: EarlyResponse, isEarly: boolean): void {
    const { key } = group;
    const pasid = pasidState(group.requester, group.pasid);
    const unit = this.#context.unit(group.requester.iommu ?? response.iommu);
    group.submission = submission;
    if (submission !== undefined) group.upperHops.push(submission);
    this.#upperHops.answered(group, response);
    group.response = response;
    group.isAnsweredEarly = isEarly;
    // The task that reports has answered what it reports next, and nothing else.
    group.isAnswerDoubtful =
      isEarly && !isReporter(unit, response) && stray !== undefined && stray.certainty === undefined;
    const epochTime = pasid.lastEnd?.time;
    if (epochTime !== undefined && response.time !== undefined && this.#context.hasSeconds)
      group.sinceEpoch = response.time - epochTime;
    group.answeredBy = this.#sender(group, response, unit);
    group.state = group.answeredBy === 'host' ? 'auto-answered' : 'answered';
    if (response.pasid === undefined) group.pasid = undefined;
    const latency = latencyOf(group);
    group.isTimedOut = latency !== undefined && latency >= this.#context.limits.timeoutNs;
    group.ambiguity = ambiguityOf(key, group);
    this.#observeCrossing(key, group, response);
    removePending(group);
    key.last = group;
    const isDelivered = !isReporter(unit, response);
    if (!isDelivered) key.undelivered += 1;
    else if (group.answeredBy === 'host') key.closedByHost += 1;
    const isMaybeByHost =
      group.answeredBy === 'host' || (group.answeredBy === undefined && group.drainedBy !== undefined);
    if (isDelivered && isMaybeByHost && key.owed.length < MAX_OWED) key.owe(group);
    this.#judge.resolveAnswered(group);
    this.#context.emit({ kind: 'group-closed', group, isOpenAtEnd: false, isAbandoned: false });
  }

  #sender(group: PageRequestGroup, response: TraceEvent, unit: IommuUnit): AnsweredBy | undefined {
    if (response.reason === 'automatic' || isReporter(unit, response)) return 'host';
    if (group.submission !== undefined) return this.#submissions.isAutoResponse(response) ? 'host' : 'handler';
    if (this.#submissions.hasSubmissions && response.point === 'wire') return 'host';
    return isByEndingTask(group.drainedBy, response, SAME_CALL_NS) ? 'host' : undefined;
  }

  /**
   * FL201 as one capture can suspect it: an answer was accepted while an older instance of the key was owed one
   * (closed by the host), which a surplus answer then confirms; or two instances of the key were pending across an
   * epoch, over which handlers keep no order (A2), and both were answered: the second may be the first one's.
   */
  #observeCrossing(key: KeyState, group: PageRequestGroup, response: TraceEvent): void {
    const open = key.crossing;
    if (open !== undefined && open.accepted === group) {
      key.crossing = undefined;
      const { owner, accepted } = open;
      this.#context.emit({
        kind: 'crossed-response',
        certainty: 'possible',
        owner,
        accepted,
        response,
        counterpart: open.response,
      });
      return;
    }
    if (group.answeredBy === 'host' || group.gap !== undefined || group.privateData !== undefined) return;
    const owed = key.owed[0];
    if (owed !== undefined) {
      key.crossing = { owner: owed, accepted: group, response };
      return;
    }
    const younger = key.pending.find((other) => other !== group && isAcrossEpoch(group, other));
    if (younger === undefined || younger.gap !== undefined) return;
    key.crossing = { owner: group, accepted: younger, response };
  }
}

function ambiguityOf(key: KeyState, group: PageRequestGroup): PageRequestGroup['ambiguity'] {
  if (key.pending.length === 1) return 'none';
  const others = key.pending.filter((other) => other !== group && other.privateData === group.privateData);
  if (others.length === 0) return 'none';
  return others.some((other) => isAcrossEpoch(group, other)) ? 'epoch' : 'order';
}

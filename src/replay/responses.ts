import type { TraceEvent } from '../model/event.ts';
import { NS_PER_MS } from '../model/time.ts';
import type { AcceptedAnswers } from './accepted-answers.ts';
import { EARLY_WINDOW_NS, type EarlyResponse, type IommuUnit, type ReplayContext } from './context.ts';
import { removePending } from './open-groups.ts';
import { lastRequestOf, type PageRequestGroup } from './page-request-group.ts';
import type { RefusalTracker } from './refusals.ts';
import { isReporter, isTracedLate } from './reporter.ts';
import { type KeyState, keyState, pasidState, type Requester } from './requester.ts';
import { type RequestCollector, samePasid } from './requests.ts';
import { isRepeatedSubmission } from './resubmissions.ts';
import type { Stray } from './stray.ts';
import type { StrayJudge } from './strays.ts';
import type { SubmissionTracker } from './submissions.ts';
import type { UpperHops } from './upper-hops.ts';

/** A refusal is answered while the request is being reported. */
const REFUSED_AT_ONCE_NS = 5 * NS_PER_MS;
/** Answers of a unit that wait for its next request. */
const MAX_EARLY = 1024;

/** Gives each response to the group that it answers, or to the judge of strays (semantics §3.1, §4). */
export class ResponseMatcher {
  readonly #context: ReplayContext;
  readonly #refusals: RefusalTracker;
  readonly #collector: RequestCollector;
  readonly #submissions: SubmissionTracker;
  readonly #judge: StrayJudge;
  readonly #upperHops: UpperHops;
  readonly #accepted: AcceptedAnswers;

  constructor(
    context: ReplayContext,
    refusals: RefusalTracker,
    collector: RequestCollector,
    submissions: SubmissionTracker,
    judge: StrayJudge,
    upperHops: UpperHops,
    accepted: AcceptedAnswers,
  ) {
    this.#context = context;
    this.#refusals = refusals;
    this.#collector = collector;
    this.#submissions = submissions;
    this.#judge = judge;
    this.#upperHops = upperHops;
    this.#accepted = accepted;
  }

  answer(requester: Requester, response: TraceEvent): void {
    const unit = this.#context.unit(requester.iommu ?? response.iommu);
    const isMaybeRepeated = (unit.hasUnplacedTimeOut || this.#context.hasUnplacedTimeOut) && unit.recent.has(response);
    if (isRepeatedSubmission(unit, response)) return;
    this.#expire(unit);
    const isFromReporter = isReporter(unit, response);
    const submission = this.#submissions.take(response);
    const key = keyState(requester, response.pasid, response.prgi ?? 0);
    const group = isFromReporter ? undefined : this.#choose(key, response);
    const found = group === undefined ? this.#judge.classify(requester, key, response, true, submission) : undefined;
    const stray = found === undefined || !isMaybeRepeated ? found : maybe(found);
    const early = { response, requester, isFromReporter, submission, stray };
    if (isFromReporter) {
      this.#releaseOthers(unit, early);
      unit.early.push(early);
      return;
    }
    if (group !== undefined && this.#isRefusalAtOnce(group, early)) this.#refuseAtOnce(group, response);
    else if (group !== undefined) this.#accepted.accept(group, early, false);
    else unit.early.push(early);
  }

  /**
   * What waited for this request: returns the answer that makes it a refused request, or the early answer to the
   * group that it seals. Everything else that waited was not meant for it, and is judged.
   */
  takeEarly(requester: Requester, request: TraceEvent): EarlyAnswers {
    const unit = this.#context.unit(requester.iommu ?? request.iommu);
    const waiting = this.#waitingFor(unit);
    if (waiting.length === 0) return NOTHING_EARLY;
    const found: EarlyAnswers = {};
    const handedOnAt = this.#upperHops.handedOnAt(request);
    for (const early of waiting) {
      // The first request of a unit shows which task reports.
      const isByReporter = early.isFromReporter || (isTracedLate(request) && isSameTask(early.response, request));
      const isRefusal = isByReporter && early.response.code === 'invalid-request';
      const isSameKey =
        (early.requester === requester || early.requester.name === '') &&
        early.response.prgi === request.prgi &&
        samePasid(early.response.pasid, request.pasid) &&
        !isBefore(early.response, handedOnAt) &&
        // The log need not tell of the one that was at hand.
        !(isRefusal && handedOnAt === undefined && this.#refusals.isOfUntraced(requester, early.response, request));
      const isDue = isTracedLate(request) && (request.isLast || request.privateData !== undefined);
      const isAnswered = found.answer !== undefined && isReporter(unit, found.answer.response);
      if (isSameKey && isRefusal && found.refusal === undefined && !isAnswered) {
        found.refusal = early.response;
        found.isProven = handedOnAt !== undefined;
        // Whatever the refusal was for, the task had yet to hand on this request: what came before was not for it.
        for (const before of takeAnswers(found)) this.#judgeUnwanted(before);
      } else if (isSameKey && isDue && !isRefusal && found.answer === undefined) found.answer = early;
      else if (isSameKey && found.answer !== undefined) found.surplus = [...(found.surplus ?? []), early];
      else this.#judgeEarly(early);
    }
    return found;
  }

  /** What waits for the unit's next request; an answer that names no unit waits for any. */
  #waitingFor(unit: IommuUnit): readonly EarlyResponse[] {
    const unnamed = this.#context.units.get('');
    const waiting: EarlyResponse[] = [];
    for (const each of unnamed === undefined || unnamed === unit ? [unit] : [unnamed, unit]) {
      if (each.early.length === 0) continue;
      this.#expire(each);
      waiting.push(...each.early);
      each.early = [];
    }
    return waiting;
  }

  /** The request was refused: either an answer of its key that came between the two was not meant for it, or the refusal was not. */
  judgeBesideRefusal(found: EarlyAnswers): void {
    for (const early of takeAnswers(found)) this.#judgeEarly(early);
  }

  /** The group has its early answer: what else came for it before its request was traced is one too many. */
  judgeSurplus(surplus: readonly EarlyResponse[]): void {
    for (const { requester, response, submission } of surplus) {
      const key = keyState(requester, response.pasid, response.prgi ?? 0);
      this.#judge.judgeSurplus(requester, key, response, submission);
    }
  }

  /** Judges what still waits in every unit; after a cut, the missing rest may explain it. */
  finish(isTruncated: boolean): void {
    for (const unit of this.#context.units.values()) {
      const waiting = unit.early;
      unit.early = [];
      for (const early of waiting) {
        if (isTruncated && this.#awaitsRequest(early)) this.#leaveOpen(early);
        else this.#judgeEarly(early);
      }
    }
  }

  /** Its request may be the next one; the reporting task reports what it refused as well as what it answered. */
  #awaitsRequest({ response, requester, isFromReporter }: EarlyResponse): boolean {
    if (!isFromReporter) return true;
    if (response.code === 'invalid-request') return false;
    return this.#choose(keyState(requester, response.pasid, response.prgi ?? 0), response) === undefined;
  }

  #leaveOpen({ response, requester }: EarlyResponse): void {
    this.#context.emit({ kind: 'edge-response', response, requester, cause: 'tail', neighbour: undefined });
  }

  /**
   * Captures of the core hop: the reporting task answers Invalid through the driver's operation, with no handler's
   * answer above, while it is still reporting (io-pgfault.c iopf_error_response()).
   */
  #isRefusalAtOnce(group: PageRequestGroup, { response, submission }: EarlyResponse): boolean {
    if (response.point !== 'driver-op' || response.code !== 'invalid-request' || submission !== undefined) return false;
    const last = lastRequestOf(group);
    if (last === undefined || last.pid === undefined || last.pid !== response.pid) return false;
    const waited = response.time === undefined || last.time === undefined ? undefined : response.time - last.time;
    return group.drainedBy === undefined && waited !== undefined && waited <= REFUSED_AT_ONCE_NS;
  }

  #refuseAtOnce(group: PageRequestGroup, response: TraceEvent): void {
    removePending(group);
    keyState(group.requester, group.pasid, group.prgi).count -= 1;
    for (const request of group.requests) this.#refusals.refuse(group.requester, request, response, true);
  }

  /** Judges what waited too long, and the oldest of too many: a unit whose requests are not traced sends no end of them. */
  #expire(unit: IommuUnit): void {
    const { early } = unit;
    let due = Math.max(0, early.length - MAX_EARLY);
    for (; due < early.length; due += 1) {
      const waited = this.#context.elapsed(early[due]?.response.time);
      if (waited === undefined || waited <= EARLY_WINDOW_NS) break;
    }
    if (due === 0) return;
    for (const expired of early.splice(0, due)) this.#judgeEarly(expired);
  }

  /**
   * The reporting task, which hands on one request at a time, shows with its answer which one it has at hand: what waits for
   * another one came too early for that, and its own previous answer was for a request that is never traced.
   */
  #releaseOthers(unit: IommuUnit, atHand: EarlyResponse): void {
    const isForAnother = (early: EarlyResponse): boolean =>
      !isSameKey(early, atHand) || (early.isFromReporter && early.response.code === 'invalid-request');
    const others = unit.early.filter(isForAnother);
    if (others.length === 0) return;
    unit.early = unit.early.filter((early) => !isForAnother(early));
    for (const early of others) this.#judgeEarly(early);
  }

  #judgeEarly(early: EarlyResponse): void {
    if (early.isFromReporter && early.response.code === 'invalid-request') {
      this.#refusals.refuseUntraced(early.requester, early.response, true);
      return;
    }
    const key = keyState(early.requester, early.response.pasid, early.response.prgi ?? 0);
    const group = this.#choose(key, early.response) ?? this.#sealRevoked(early, key);
    if (group !== undefined) {
      this.#accepted.accept(group, early, false);
      return;
    }
    this.#judgeUnwanted(early);
  }

  /** No group is there for it. */
  #judgeUnwanted(early: EarlyResponse): void {
    const key = keyState(early.requester, early.response.pasid, early.response.prgi ?? 0);
    // What waited before it from the same task may have been the group's answer.
    const known = early.isFromReporter ? undefined : early.stray;
    const stray = known ?? this.#judge.classify(early.requester, key, early.response, true, early.submission);
    if (this.#mayBeRefusal(early, stray, key)) this.#refusals.refuseUntraced(early.requester, early.response, false);
    else this.#judge.judge(stray);
  }

  /**
   * An answer that nothing else wants, to a request that only its place beside an Invalid answer made a refused one: that
   * Invalid answer was for a request that is never traced, which leaves no answer to nobody (semantics §4).
   */
  #sealRevoked({ requester, response, isFromReporter }: EarlyResponse, key: KeyState): PageRequestGroup | undefined {
    if (isFromReporter) return undefined;
    const request = this.#refusals.revoke(requester, key, pasidState(requester, response.pasid).lastEnd?.time);
    return request === undefined ? undefined : this.#collector.sealLate(requester, request);
  }

  /**
   * Code Invalid and no request is never FL101: the request may have been refused before it was traced (semantics §3.1).
   * The task that hands on the unit's requests refuses them, and no other; from another task only that rule is left.
   */
  #mayBeRefusal({ response, requester, submission }: EarlyResponse, stray: Stray, key: KeyState): boolean {
    if (response.code !== 'invalid-request' || submission !== undefined || key.count > 0) return false;
    const isReporterKnown = this.#context.unit(requester.iommu ?? response.iommu).reporters.size > 0;
    return !isReporterKnown || response.pid === undefined || stray.verdict === 'unknown-group';
  }

  /** Answers go to the oldest instance; to one that a gap left uncertain only if there is no other. */
  #choose(key: KeyState, response: TraceEvent): PageRequestGroup | undefined {
    if (response.privateData !== undefined) {
      const own = key.pending.find((group) => group.privateData === response.privateData);
      if (own !== undefined) return own;
    }
    let uncertain: PageRequestGroup | undefined;
    for (const group of key.pending) {
      if (group.privateData !== undefined && response.privateData !== undefined) continue;
      if (group.gap === undefined) return group;
      uncertain ??= group;
    }
    return uncertain;
  }
}

/** What waited for a request. */
interface EarlyAnswers {
  /** Makes it a refused request. */
  refusal?: TraceEvent;
  /** The refusal lies between the hop above, where the request was handed on, and its own line. */
  isProven?: boolean;
  /** Answers the group that it seals. */
  answer?: EarlyResponse;
  /** More answers to the same group. */
  surplus?: EarlyResponse[];
}

const NOTHING_EARLY: EarlyAnswers = {};

function takeAnswers(found: EarlyAnswers): readonly EarlyResponse[] {
  const { answer, surplus = [] } = found;
  delete found.answer;
  delete found.surplus;
  return answer === undefined ? [] : [answer, ...surplus];
}

function isSameKey(one: EarlyResponse, other: EarlyResponse): boolean {
  return (
    one.requester === other.requester &&
    one.response.prgi === other.response.prgi &&
    samePasid(one.response.pasid, other.response.pasid)
  );
}

/** The log does not tell whether the time-out after which a response is queued again lies before it. */
function maybe(stray: Stray): Stray {
  return stray.certainty === undefined ? stray : { ...stray, certainty: 'possible' };
}

function isSameTask(one: TraceEvent, other: TraceEvent): boolean {
  return one.pid !== undefined && one.pid === other.pid;
}

function isBefore({ time }: TraceEvent, at: number | undefined): boolean {
  return time !== undefined && at !== undefined && time < at;
}

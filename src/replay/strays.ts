import type { TraceEvent } from '../model/event.ts';
import type { Certainty } from '../model/finding.ts';
import { NS_PER_MS } from '../model/time.ts';
import { CaptureHead } from './capture-head.ts';
import type { ReplayContext } from './context.ts';
import type { PageRequestGroup } from './page-request-group.ts';
import { isReporter } from './reporter.ts';
import { type KeyState, keyOf, keyState, pasidState, type Requester } from './requester.ts';
import { samePasid } from './requests.ts';
import type { Stray } from './stray.ts';
import { isByEndingTask, type SubmissionTracker } from './submissions.ts';

/** A submitted answer that went no further while a group of its key waited. */
interface StuckAnswer {
  readonly response: TraceEvent;
  readonly last: PageRequestGroup | undefined;
  /** Its line names no device, and several use the key. */
  readonly isShared: boolean;
}

/** The host's own answers follow the end of their PASID at once (seen: within 3 ms). */
const AT_ONCE_NS = 5 * NS_PER_MS;

/** Responses from requesters that have sent nothing so far, kept until the end; more than these are no accusation. */
const MAX_SILENT = 10_000;

/** Says which of FL101–FL106 a response with nothing in flight is, or that the capture's edge may explain it. */
export class StrayJudge {
  readonly #context: ReplayContext;
  readonly #submissions: SubmissionTracker;
  /** Strays whose verdict depends on whether the other PASID's group gets an answer of its own. */
  readonly #waiting = new Map<PageRequestGroup, Stray[]>();
  /** Submitted answers that went no further while a group waited for one. */
  readonly #stuck = new Map<PageRequestGroup, StuckAnswer[]>();
  readonly #silent: Stray[] = [];
  readonly head: CaptureHead;

  constructor(context: ReplayContext, submissions: SubmissionTracker) {
    this.#context = context;
    this.#submissions = submissions;
    this.head = new CaptureHead(context);
  }

  /** What the response would be if nothing that is traced after it explains it. `submission`: the same answer one hop above. */
  classify(
    requester: Requester,
    key: KeyState,
    response: TraceEvent,
    isOnWire: boolean,
    submission?: TraceEvent,
  ): Stray {
    const verdict = this.#verdict(requester, key, response, isOnWire);
    const isMaybeHeld = isOnWire && !this.head.isComplete(requester) && !this.head.isClean(requester, response);
    const isByHost =
      isOnWire && !this.head.isFirstLife(requester, response) && this.#isByHost(key, response, submission);
    const stray = { ...verdict, isMaybeHeld, isByHost };
    return { ...stray, certainty: this.#certainty(requester, key, stray) };
  }

  /** Nothing explained it: it is what it was classified as. */
  judge(stray: Stray): void {
    const { requester, response } = stray;
    if (!requester.hasRequests) {
      if (this.#silent.length < MAX_SILENT) this.#silent.push(stray);
      else this.#finishSilent(stray);
      return;
    }
    const isHeld = stray.isByHost || (stray.isMaybeHeld && this.#submissions.isByCookie(response));
    if (stray.certainty === undefined || isHeld) {
      const cause = stray.isAfterGap ? 'gap' : 'head';
      this.#context.emit({ kind: 'edge-response', response, requester, cause, neighbour: undefined });
      return;
    }
    if (stray.verdict !== 'wrong-pasid' || !isAnswered(stray.last) || stray.other === undefined) this.#emit(stray);
    else if (stray.other.response !== undefined) this.#emit({ ...stray, verdict: 'duplicate' });
    else push(this.#waiting, stray.other, stray);
  }

  /** Another answer came first and was accepted for the group. */
  judgeSurplus(requester: Requester, key: KeyState, response: TraceEvent, submission: TraceEvent | undefined): void {
    this.judge({ ...this.classify(requester, key, response, true, submission), verdict: 'duplicate', requests: [] });
  }

  /** A handler's answer that the host refused by name: what is open keeps waiting for its own. */
  judgeRefused(requester: Requester, key: KeyState, response: TraceEvent): void {
    this.judge({ ...this.classify(requester, key, response, false), certainty: 'certain' });
  }

  /** A handler's answer that the host did not pass on (6.12 and older drop what they do not wait for). */
  judgeSubmission(requester: Requester, key: KeyState, response: TraceEvent, isShared: boolean): void {
    const waiting = key.pending.find((group) => group.gap === undefined && isDeliveredBefore(group, response));
    const { last } = key;
    if (waiting !== undefined) push(this.#stuck, waiting, { response, last, isShared });
    else if (last !== undefined && wasOpenAt(last, response)) this.#judgeSecond(last, { response, last, isShared });
    else this.judge(this.classify(requester, key, response, false));
  }

  /** The group got an answer: what waited for that is decided. */
  resolveAnswered(group: PageRequestGroup): void {
    for (const stray of take(this.#waiting, group)) this.#emit({ ...stray, verdict: 'duplicate' });
    for (const stuck of take(this.#stuck, group)) this.#judgeSecond(group, stuck);
  }

  /** The group that could want the submitted answer got another one, so that it was a second one of an earlier group. */
  #judgeSecond({ requester }: PageRequestGroup, { response, last, isShared }: StuckAnswer): void {
    this.#emit({
      requester,
      response,
      isOnWire: false,
      verdict: 'duplicate',
      certainty: isShared ? 'possible' : 'likely',
      isAfterGap: false,
      isMaybeHeld: false,
      isByHost: false,
      last,
      other: undefined,
      requests: [],
      sinceEpoch: this.#sinceEpoch(requester, response),
    });
  }

  finish(isTruncated: boolean): void {
    for (const strays of this.#waiting.values()) for (const stray of strays) this.#emit(stray);
    this.#waiting.clear();
    for (const [group, stuck] of this.#stuck) {
      for (const { response, last, isShared } of stuck) {
        const { requester } = group;
        const certainty = isShared ? 'possible' : last === undefined ? 'certain' : 'likely';
        if (group.gap === undefined && !isTruncated) {
          if (!isShared) group.lostAnswer = response;
          this.#context.emit({ kind: 'unforwarded-response', certainty, response, requester, group });
        }
      }
    }
    this.#stuck.clear();
    for (const stray of this.#silent.splice(0)) this.#finishSilent(stray);
  }

  #finishSilent(stray: Stray): void {
    const { requester, response } = stray;
    if (requester.hasRequests) {
      const isFirst = stray.verdict === 'unknown-group' && this.head.isComplete(requester);
      this.judge(isFirst ? { ...stray, certainty: stray.certainty ?? 'certain' } : stray);
      return;
    }
    const neighbour = this.#neighbour(requester, response);
    this.#context.emit({ kind: 'edge-response', response, requester, cause: 'silent-requester', neighbour });
  }

  /** A code too wide for its field spills into the requester id (semantics §5; VT-d 7.6.1: bits 15:12 below 31:16). */
  #neighbour(requester: Requester, response: TraceEvent): PageRequestGroup | undefined {
    for (const other of this.#context.requesters.all()) {
      if (other === requester || other.iommu !== requester.iommu) continue;
      const groups = other.pendingByPrgi.get(response.prgi ?? -1) ?? [];
      const found = groups.find((group) => samePasid(group.pasid, response.pasid));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #verdict(requester: Requester, key: KeyState, response: TraceEvent, isOnWire: boolean): Stray {
    const partial = partialOf(requester, response);
    const other = requester.pendingByPrgi
      .get(response.prgi ?? 0)
      ?.find((group) => group.gap === undefined && !samePasid(group.pasid, response.pasid));
    const owed = key.owed[0];
    const base = {
      requester,
      response,
      isOnWire,
      certainty: undefined,
      isAfterGap: this.#context.gapFor(requester) !== undefined,
      isMaybeHeld: false,
      isByHost: false,
      last: key.last,
      other: undefined,
      requests: [],
      sinceEpoch: this.#sinceEpoch(requester, response),
    } as const;
    if (key.stopMarker !== undefined) return { ...base, verdict: 'stop-marker', requests: [key.stopMarker] };
    if (partial.length > 0) return { ...base, verdict: 'incomplete', requests: partial };
    if (other !== undefined) return { ...base, verdict: 'wrong-pasid', other };
    if (owed !== undefined) return { ...base, verdict: 'late', last: owed };
    if (key.last !== undefined) return { ...base, verdict: 'duplicate' };
    return { ...base, verdict: 'unknown-group' };
  }

  /**
   * How sure it is that no request outside the capture explains the response; undefined: one may (FL902).
   * After a gap, an instance from before it may still be in flight even if the key was used since: devices do
   * reuse a PRGI in flight (seen after an overwritten buffer). At a plain head, a key that was used is known.
   */
  #certainty(requester: Requester, key: KeyState, stray: Stray): Certainty | undefined {
    const isClean = this.head.isClean(requester, stray.response);
    const gapAt = this.#context.gapFor(requester);
    if (gapAt !== undefined) {
      if (isClean) return 'certain';
      return this.#context.hasRun(gapAt) ? 'likely' : undefined;
    }
    if (key.last?.isAnswerDoubtful === true) {
      // One answer more than before the head: the next one that comes has no such excuse.
      if (stray.isOnWire) key.last.isAnswerDoubtful = false;
      return undefined;
    }
    if (isClean || this.head.isComplete(requester)) return 'certain';
    // What was refused or aborted never reached a handler, which then answers another group.
    const isOfHandler = !isReporter(this.#context.unit(requester.iommu), stray.response);
    const known = isOfHandler ? key.count - key.undelivered : key.count;
    const isKnown = known > 0 && isOfInstance(stray);
    if (isKnown || stray.requests.length > 0) return 'certain';
    // Of what the host did not pass on it had no group any more, whenever that was.
    return !stray.isOnWire || this.#context.hasRun(this.#context.firstTime) ? 'likely' : undefined;
  }

  /**
   * The host answers only groups that it holds, at a detach or, in some kernels, not before its driver is unloaded (seen: h05):
   * no submission stands above its answer, or the task that ended the PASID gives it. Where a handler answered the key before,
   * that may have been one answer too many: then the host holds the group that it was not for.
   */
  #isByHost(key: KeyState, response: TraceEvent, submission: TraceEvent | undefined): boolean {
    if (this.#submissions.isAutoResponse(response)) return true;
    if (submission !== undefined || response.point !== 'wire' || response.code !== 'invalid-request') return false;
    if (key.count > key.undelivered + key.closedByHost) return false;
    if (this.#submissions.hasSubmissions) return true;
    return isByEndingTask(key.requester.pasids.get(response.pasid ?? 0)?.lastEnd, response, AT_ONCE_NS);
  }

  #sinceEpoch(requester: Requester, response: TraceEvent): number | undefined {
    const end = pasidState(requester, response.pasid).lastEnd?.time;
    if (end === undefined || response.time === undefined || !this.#context.hasSeconds) return undefined;
    return response.time - end;
  }

  #emit(stray: Stray): void {
    const { certainty = 'certain', ...rest } = stray;
    const isLate = stray.verdict === 'late' && stray.last !== undefined;
    const key = isLate ? keyState(stray.requester, stray.last?.pasid, stray.last?.prgi ?? 0) : undefined;
    const at = stray.last === undefined ? -1 : (key?.owed.indexOf(stray.last) ?? -1);
    if (key === undefined || at < 0) {
      // Another answer that waited with it was the one that was owed.
      const verdict = isLate ? 'duplicate' : stray.verdict;
      this.#context.emit({ kind: 'stray-response', certainty, ...rest, verdict });
      return;
    }
    this.#context.emit({ kind: 'stray-response', certainty, ...rest });
    key.owed.splice(at, 1);
    const crossing = key.crossing;
    key.crossing = undefined;
    if (crossing === undefined) return;
    this.#context.emit({ kind: 'crossed-response', certainty: 'possible', counterpart: stray.response, ...crossing });
  }
}

/** Private data names the instance that it answers (semantics §2); a visible one says nothing of others. */
function isOfInstance({ response: { privateData }, last }: Stray): boolean {
  return privateData === undefined || last?.privateData === privateData;
}

/** By its handler, or by the host for a handler that never had it. */
function isAnswered(group: PageRequestGroup | undefined): boolean {
  if (group?.state === 'answered') return true;
  return group?.state === 'auto-answered' && !group.key.owed.includes(group);
}

/** Requests of the answer's key that wait for their last one. */
function partialOf(requester: Requester, { pasid, prgi }: TraceEvent): readonly TraceEvent[] {
  if (requester.collecting.size === 0) return NO_EVENTS;
  const places = [...new Set([prgi ?? 0, keyOf(pasid, prgi ?? 0)])];
  const members = places.flatMap((place) => requester.collecting.get(place)?.members ?? []);
  return members.map((member) => member.request).filter((each) => samePasid(each.pasid, pasid));
}

const NO_EVENTS: readonly TraceEvent[] = [];

/** The request stands before the answer, on the hop where its true time is seen if there is one (semantics §3.1). */
function isDeliveredBefore(group: PageRequestGroup, answer: TraceEvent): boolean {
  const reported = group.upperHops.findLast((event) => event.kind === 'page-request' && event.isLast);
  const at = reported?.time ?? group.sealedAt;
  return at === undefined || answer.time === undefined || at <= answer.time;
}

/** The group waited for its answer when the other one came, and got another. */
function wasOpenAt(group: PageRequestGroup, { time }: TraceEvent): boolean {
  const answeredAt = group.response?.time;
  if (answeredAt === undefined || time === undefined || group.sealedAt === undefined) return false;
  return group.sealedAt <= time && time < answeredAt;
}

function push<T>(map: Map<PageRequestGroup, T[]>, group: PageRequestGroup, value: T): void {
  const list = map.get(group);
  if (list === undefined) map.set(group, [value]);
  else list.push(value);
}

function take<T>(map: Map<PageRequestGroup, T[]>, group: PageRequestGroup): readonly T[] {
  const list = map.get(group);
  if (list === undefined) return [];
  map.delete(group);
  return list;
}

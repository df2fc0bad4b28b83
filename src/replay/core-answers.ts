import type { TraceEvent } from '../model/event.ts';
import type { ReplayContext } from './context.ts';
import { keyOf, keyState, type Requester } from './requester.ts';
import type { StrayJudge } from './strays.ts';
import type { Submission, SubmissionTracker } from './submissions.ts';

/** Judges the answers that handlers submit to the core (`iopf_group_response`) and of which nothing reaches the hop below. */
export class CoreAnswers {
  readonly #context: ReplayContext;
  readonly #submissions: SubmissionTracker;
  readonly #judge: StrayJudge;

  constructor(context: ReplayContext, submissions: SubmissionTracker, judge: StrayJudge) {
    this.#context = context;
    this.#submissions = submissions;
    this.#judge = judge;
  }

  submit(response: TraceEvent): void {
    const stuck = this.#submissions.submit({ event: response, stray: this.#strayOf(response) });
    if (stuck !== undefined) this.#judgeStuck(stuck);
  }

  finish(isComplete: boolean): void {
    for (const stuck of this.#submissions.rest(this.#context.now, isComplete)) this.#judgeStuck(stuck);
  }

  /** What the answer is if nothing comes of it, as far as that is clear now: no group of its key is open that could want it. */
  #strayOf(response: TraceEvent): Submission['stray'] {
    const { requester, isOnlyOne } = userOf(this.#context, response);
    if (requester === undefined) return undefined;
    const key = keyState(requester, response.pasid, response.prgi ?? 0);
    if (key.pending.length > 0) return undefined;
    const stray = this.#judge.classify(requester, key, response, false);
    // A line that names no device and may be of several is not certain (semantics §1).
    return stray.certainty === 'certain' && !isOnlyOne ? { ...stray, certainty: 'likely' } : stray;
  }

  #judgeStuck({ event, stray }: Submission): void {
    const { requester } = stray ?? userOf(this.#context, event);
    if (requester === undefined) return;
    const gapAt = this.#context.gapFor(requester);
    if (gapAt !== undefined && event.time !== undefined && gapAt >= event.time) return;
    if (stray !== undefined) this.#judge.judge(stray);
    else
      this.#judge.judgeSubmission(
        requester,
        keyState(requester, event.pasid, event.prgi ?? 0),
        event,
        isSharedKey(this.#context, event),
      );
  }
}

/** Who a line without a device means: who has the key open, or has used it, or its PASID, or sends requests at all. */
function userOf(
  context: ReplayContext,
  { pasid, prgi }: TraceEvent,
): { readonly requester: Requester | undefined; readonly isOnlyOne: boolean } {
  const key = keyOf(pasid, prgi ?? 0);
  let requester: Requester | undefined;
  let best = 0;
  let equals = 0;
  for (const each of context.requesters.all()) {
    if (!each.hasRequests) continue;
    const known = each.keys.get(key);
    const isUsed = known !== undefined && known.count > 0;
    const rank = isUsed && known.pending.length > 0 ? 4 : isUsed ? 3 : each.pasids.has(pasid ?? 0) ? 2 : 1;
    if (rank > best) [requester, best, equals] = [each, rank, 1];
    else if (rank === best) equals += 1;
  }
  return { requester, isOnlyOne: equals === 1 };
}

/** Several requesters have used the key, so that a line without a device may be about any of them (semantics §1). */
function isSharedKey(context: ReplayContext, { device, pasid, prgi }: TraceEvent): boolean {
  if (device !== undefined) return false;
  const key = keyOf(pasid, prgi ?? 0);
  const users = context.requesters.all().filter(({ keys }) => (keys.get(key)?.count ?? 0) > 0);
  return users.length > 1;
}

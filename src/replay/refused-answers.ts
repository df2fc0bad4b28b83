import { assertDefined } from '../base/assert.ts';
import type { TraceEvent } from '../model/event.ts';
import type { ReplayContext } from './context.ts';
import type { DeliveredGroups } from './delivered-groups.ts';
import { keyState } from './requester.ts';
import type { StrayJudge } from './strays.ts';
import type { SubmissionTracker } from './submissions.ts';

/** Answers of handlers that the kernel refused, with the delivered groups that they may have meant (semantics §3.1). */
export class RefusedAnswers {
  readonly #context: ReplayContext;
  readonly #submissions: SubmissionTracker;
  readonly #judge: StrayJudge;
  readonly #delivered: DeliveredGroups;
  #inLog: TraceEvent[] = [];
  #inTrace = 0;

  constructor(context: ReplayContext, submissions: SubmissionTracker, judge: StrayJudge, delivered: DeliveredGroups) {
    this.#context = context;
    this.#submissions = submissions;
    this.#judge = judge;
    this.#delivered = delivered;
  }

  refuse(event: TraceEvent): void {
    this.#submissions.endAutoResponse(event);
    if (event.prgi !== undefined) {
      this.#byName(event);
      return;
    }
    this.#inTrace += 1;
    this.#refused(event);
  }

  /** A line of a kernel log on another clock than the trace. */
  noteInLog(event: TraceEvent): void {
    this.#inLog.push(event);
  }

  #refused(event: TraceEvent): void {
    const candidates = this.#delivered
      .newest((slot) => assertDefined(this.#context.requesters.plain, 'the plain groups').objectOf(slot))
      .filter(
        (group) => event.device === undefined || group.requester.name === event.device || !group.requester.isNamed,
      );
    this.#context.emit({ kind: 'response-refused', event, candidates });
  }

  /** A refusal that names its key, and the submission that it refuses. */
  #byName(event: TraceEvent): void {
    const response = this.#submissions.take(event) ?? event;
    const requester = this.#context.requesters.of(event);
    this.#judge.judgeRefused(requester, keyState(requester, event.pasid, event.prgi ?? 0), response);
  }

  /** The log's line is rate limited and stands for refusals that a return probe shows too. */
  finish(): void {
    const extra = this.#inLog.slice(this.#inTrace);
    this.#inLog = [];
    for (const event of extra) this.#refused(event);
  }
}

import type { TraceEvent } from '../model/event.ts';
import type { Certainty } from '../model/finding.ts';
import { NS_PER_SECOND } from '../model/time.ts';
import type { StrayResponse } from '../replay/observation.ts';
import { lastRequestOf, type PageRequestGroup } from '../replay/page-request-group.ts';
import { toBase } from './clock-alignment.ts';
import type { CrossLaneKnowledge, CrossLaneResult, UpperAnswer } from './journey.ts';
import type { KeyPairs } from './key-pairs.ts';
import type { SeenAnswer } from './lane-journal.ts';
import { isSuccess } from './message-match.ts';
import { middle } from './upper-lane.ts';

/** What did not arrive within this time was lost. */
const TRANSIT_NS = NS_PER_SECOND;

/** Judges the messages of one key that only one of its lanes saw. `crossed`: groups that got another one's answer. */
export function judgeLosses(
  pairs: KeyPairs,
  known: CrossLaneKnowledge,
  result: CrossLaneResult,
  crossed: ReadonlySet<PageRequestGroup>,
): void {
  const losses = new KeyLosses(pairs, known, result);
  losses.judgeLonelyAnswers(crossed);
  losses.judgeHostAnswers();
  losses.judgeUndelivered();
}

class KeyLosses {
  readonly #pairs: KeyPairs;
  readonly #known: CrossLaneKnowledge;
  readonly #result: CrossLaneResult;
  #span: { readonly first: number; readonly last: number } | undefined;
  #lastArrivals: ReadonlyMap<boolean, number> | undefined;

  constructor(pairs: KeyPairs, known: CrossLaneKnowledge, result: CrossLaneResult) {
    this.#pairs = pairs;
    this.#known = known;
    this.#result = result;
  }

  /** Answers of a handler that the base lane never saw. */
  judgeLonelyAnswers(crossed: ReadonlySet<PageRequestGroup>): void {
    this.#pairs.journey.answers.forEach((upper, left) => {
      if (this.#pairs.answersByUpper.has(left) || this.#mayHaveArrived(upper) || !this.#hadTimeToArrive(upper)) return;
      const owner = this.#pairs.below(upper.answer.accepted);
      if (owner === undefined || crossed.has(owner.group)) return;
      const { group } = owner;
      const response = upper.answer.event;
      if (group.response === undefined) {
        if (group.state !== 'dropped') return;
        group.lostAnswer = response;
        const { requester } = group;
        this.#result.found.push({ kind: 'unforwarded-response', certainty: 'certain', response, requester, group });
        return;
      }
      const certainty = this.#lonelyCertainty(upper, owner.isForced);
      if (group.answeredBy !== 'host' || certainty === undefined) return;
      this.#result.found.push(lateAndRefused(group, response, certainty));
    });
  }

  /** The host let go of the group, as when a handler is replaced: among several instances, order then proves nothing (A2). */
  #lonelyCertainty(upper: UpperAnswer, isRequestForced: boolean): Certainty | undefined {
    const ambiguity = this.#pairs.ambiguityOf(upper.answer.accepted);
    // What a gap may have taken accuses nobody.
    if (ambiguity !== 'none' || !this.#known.isWhole) return undefined;
    return isRequestForced ? 'certain' : 'likely';
  }

  /** The base lane was recorded for long enough after the answer had left its own. */
  #hadTimeToArrive({ lane, answer }: UpperAnswer): boolean {
    const { time } = answer.event;
    const { lastTime, hasSeconds } = this.#known;
    if (time === undefined || lastTime === undefined) return false;
    return lastTime >= toBase(lane.clock, time).to + (hasSeconds ? TRANSIT_NS : 0);
  }

  /** The base lane shows an answer that this one can be. That the host gave one by itself may be a guess. */
  #mayHaveArrived(upper: UpperAnswer): boolean {
    this.#lastArrivals ??= lastArrivals(this.#pairs.journey.base.answers);
    const last = this.#lastArrivals.get(isSuccess(upper.answer.event));
    if (last === undefined) return false;
    const { time } = upper.answer.event;
    return time === undefined || toBase(upper.lane.clock, time).from <= last;
  }

  /** Where the handler's lane is recorded, an answer without one from it is the host's own (semantics §6.1). */
  judgeHostAnswers(): void {
    const { answers } = this.#pairs.journey.base;
    answers.forEach(({ accepted, event }, right) => {
      if (accepted === undefined || accepted.answeredBy !== undefined) return;
      if (this.#pairs.answersByBase.has(right) || !this.#isCovered(event)) return;
      accepted.answeredBy = 'host';
      this.#result.byHost.add(accepted);
    });
  }

  judgeUndelivered(): void {
    this.#pairs.delivered.forEach((group) => {
      if (group.state !== 'dropped' || this.#pairs.deliveries.has(group)) return;
      const last = lastRequestOf(group);
      if (last === undefined || group.lostAnswer !== undefined || !this.#isCarried(last)) return;
      group.isUndelivered = true;
      this.#result.found.push({ kind: 'undelivered-request', group });
    });
  }

  /** A lane that carries this PASID was recorded before and for long enough after. */
  #isCarried({ time }: TraceEvent): boolean {
    if (time === undefined || !this.#known.isWhole) return false;
    const transit = this.#known.hasSeconds ? TRANSIT_NS : 0;
    return this.#pairs.journey.coverage.some(({ from, to }) => from < time && to > time + transit);
  }

  /** Between the first and the last thing that the upper lanes saw of this key. */
  #isCovered(event: TraceEvent): boolean {
    if (event.time === undefined) return false;
    this.#span ??= this.#spanOfUppers();
    return this.#span.first <= event.time && this.#span.last >= event.time;
  }

  #spanOfUppers(): { readonly first: number; readonly last: number } {
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    const note = (time: number): void => {
      first = Math.min(first, time);
      last = Math.max(last, time);
    };
    for (const { group, lane } of this.#pairs.journey.groups) note(middle(lane, group.requests[0]));
    for (const { answer, lane } of this.#pairs.journey.answers) note(middle(lane, answer.event));
    return { first, last };
  }
}

/** Time of the last answer of either kind, success or not; endless where one has no time. */
function lastArrivals(answers: readonly SeenAnswer[]): ReadonlyMap<boolean, number> {
  const last = new Map<boolean, number>();
  for (const { event } of answers) {
    const kind = isSuccess(event);
    last.set(kind, Math.max(last.get(kind) ?? Number.NEGATIVE_INFINITY, event.time ?? Number.POSITIVE_INFINITY));
  }
  return last;
}

function lateAndRefused(group: PageRequestGroup, response: TraceEvent, certainty: Certainty): StrayResponse {
  return {
    kind: 'stray-response',
    verdict: 'late',
    certainty,
    response,
    requester: group.requester,
    isOnWire: false,
    last: group,
    other: undefined,
    requests: [],
    sinceEpoch: undefined,
  };
}

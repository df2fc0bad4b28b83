import type { TraceEvent } from '../model/event.ts';
import type { Certainty } from '../model/finding.ts';
import type { CrossedResponse } from '../replay/observation.ts';
import { lastRequestOf, type PageRequestGroup } from '../replay/page-request-group.ts';
import type { CrossLaneKnowledge, CrossLaneResult, Journey, UpperAnswer } from './journey.ts';
import { judgeLosses } from './key-losses.ts';
import { KeyPairs, MAX_COMPARED } from './key-pairs.ts';
import type { SeenAnswer } from './lane-journal.ts';
import { canBeSameAnswer } from './message-match.ts';
import type { Pair } from './pairing.ts';

/** Pairs the messages of one key in the base lane with those above, and judges what the pairs say. */
export class KeyJoin {
  readonly #pairs: KeyPairs;
  readonly #known: CrossLaneKnowledge;
  readonly #result: CrossLaneResult;

  constructor(journey: Journey, known: CrossLaneKnowledge, result: CrossLaneResult) {
    this.#pairs = new KeyPairs(journey, known.isWhole);
    this.#known = known;
    this.#result = result;
    for (const [group, { upper, isForced }] of this.#pairs.deliveries) {
      if (isForced) result.deliveries.set(group, upper);
    }
  }

  run(): void {
    const crossings: CrossedResponse[] = [];
    for (const pair of this.#pairs.answers) this.#judgeAccepted(pair, crossings);
    this.#suspectCrossings(crossings);
    this.#result.found.push(...crossings);
    const byCounterpart = new Map<TraceEvent, CrossedResponse>();
    for (const crossing of crossings) {
      const { counterpart } = crossing;
      if (counterpart !== undefined && !byCounterpart.has(counterpart)) byCounterpart.set(counterpart, crossing);
    }
    for (const pair of this.#pairs.answers) this.#judgeStray(pair, byCounterpart);
    judgeLosses(this.#pairs, this.#known, this.#result, new Set(crossings.map(({ accepted }) => accepted)));
    if (this.#pairs.journey.answers.length === 0 || this.#isUndecided()) return;
    for (const suspicion of this.#pairs.journey.base.crossings) this.#result.replaced.add(suspicion);
  }

  /** The handler's lane cannot tell either: it saw two instances of the key across an epoch. */
  #isUndecided(): boolean {
    return this.#pairs.journey.groups.some(({ group }) => this.#pairs.ambiguityOf(group) === 'epoch');
  }

  #judgeAccepted(pair: Pair, crossings: CrossedResponse[]): void {
    const upper = this.#pairs.journey.answers[pair.left];
    const base = this.#pairs.journey.base.answers[pair.right];
    const accepted = base?.accepted;
    if (upper === undefined || base === undefined || accepted === undefined) return;
    this.#judgeOwner(upper, base);
    const owner = this.#pairs.below(upper.answer.accepted);
    if (owner?.group === accepted) {
      accepted.answeredBy ??= 'handler';
      return;
    }
    const isStale =
      owner === undefined
        ? upper.answer.accepted === undefined && this.#pairs.leftBefore(upper, accepted)
        : owner.group.requester === accepted.requester &&
          isBefore(owner.group.response, base.event) &&
          isOlder(owner.group, accepted);
    if (!isStale) return;
    // Traced before the group's request: which request it found open is a guess of the base lane, unless it was above by then.
    const isGuess = accepted.isAnsweredEarly && !this.#pairs.wasDeliveredBefore(accepted, base.event);
    const certainty = isGuess ? undefined : this.#crossingCertainty(pair, upper, owner?.isForced ?? true);
    if (certainty === undefined) return;
    crossings.push({
      kind: 'crossed-response',
      certainty,
      owner: owner?.group,
      accepted,
      response: base.event,
      counterpart: this.#pairs.answerMeantFor(accepted),
      upper: upper.answer.event,
    });
  }

  /**
   * An answer of the handler for a closed group may be the one that found nothing open below, or an earlier one below that no
   * other lane shows: an answer of the handler is missing then, and the clocks do not tell which (semantics §6.1).
   */
  #suspectCrossings(crossings: CrossedResponse[]): void {
    const { answers, base } = this.#pairs.journey;
    for (const { left, right, isForced } of isComparable(answers, base.answers) ? this.#pairs.answers : []) {
      const upper = answers[left];
      const own = base.answers[right];
      if (isForced || upper === undefined || own?.stray?.kind !== 'stray-response') continue;
      const owner = this.#pairs.below(upper.answer.accepted)?.group;
      if (owner === undefined || this.#pairs.ambiguityOf(upper.answer.accepted) === 'epoch') continue;
      const at = base.answers.findIndex(
        (each, index) =>
          index < right && !this.#pairs.answersByBase.has(index) && this.#mayBeStale(upper, each, owner, crossings),
      );
      const other = base.answers[at];
      if (other?.accepted === undefined) continue;
      crossings.push({
        kind: 'crossed-response',
        certainty: 'possible',
        owner,
        accepted: other.accepted,
        response: other.event,
        counterpart: own.event,
        upper: upper.answer.event,
      });
    }
  }

  #mayBeStale(
    upper: UpperAnswer,
    { event, accepted }: SeenAnswer,
    owner: PageRequestGroup,
    crossings: readonly CrossedResponse[],
  ): boolean {
    if (accepted === undefined || accepted.isAnsweredEarly || accepted.answeredBy === 'host') return false;
    if (accepted.requester !== owner.requester || !isOlder(owner, accepted)) return false;
    if (crossings.some((each) => each.accepted === accepted)) return false;
    return isBefore(owner.response, event) && canBeSameAnswer(upper, event);
  }

  /** An answer for which nothing was open below: displaced by a crossed one, or late. */
  #judgeStray(pair: Pair, byCounterpart: ReadonlyMap<TraceEvent, CrossedResponse>): void {
    const upper = this.#pairs.journey.answers[pair.left];
    const base = this.#pairs.journey.base.answers[pair.right];
    if (upper === undefined || base?.stray?.kind !== 'stray-response') return;
    const { stray } = base;
    const displacedBy = byCounterpart.get(base.event);
    if (displacedBy !== undefined && displacedBy.certainty !== 'possible') {
      this.#result.replaced.add(stray);
      const { certainty } = displacedBy;
      this.#result.found.push({ ...stray, verdict: 'late', certainty, upper: upper.answer.event, displacedBy });
      return;
    }
    const owner = this.#pairs.below(upper.answer.accepted);
    const certainty = this.#certainty(pair, upper, owner?.isForced ?? false);
    if (owner === undefined || certainty === undefined || !isBefore(owner.group.response, base.event)) return;
    if (stray.verdict === 'wrong-pasid') return;
    this.#result.replaced.add(stray);
    this.#result.found.push({ ...stray, verdict: 'late', certainty, last: owner.group, upper: upper.answer.event });
  }

  /** Whichever earlier instance it is for: all that it can be left the handler before the accepted group came there. */
  #crossingCertainty(pair: Pair, upper: UpperAnswer, isRequestForced: boolean): Certainty | undefined {
    const base = this.#pairs.journey.base.answers[pair.right];
    const accepted = base?.accepted;
    const { answers } = this.#pairs.journey;
    const isForEarlier =
      base !== undefined &&
      accepted !== undefined &&
      answers.length <= MAX_COMPARED &&
      answers.every((each) => !canBeSameAnswer(each, base.event) || this.#pairs.leftBefore(each, accepted));
    if (isForEarlier && this.#known.isWhole && (this.#pairs.deliveries.get(accepted)?.isForced ?? true))
      return 'certain';
    return this.#certainty(pair, upper, isRequestForced);
  }

  /** undefined: the handler's lane itself cannot tell which of its instances the answer is for. */
  #certainty(pair: Pair, upper: UpperAnswer, isRequestForced: boolean): Certainty | undefined {
    const ambiguity = this.#pairs.ambiguityOf(upper.answer.accepted);
    if (ambiguity === 'epoch') return undefined;
    const isForced = pair.isForced && isRequestForced && ambiguity === 'none';
    if (!this.#known.isWhole) return isForced ? 'likely' : undefined;
    return isForced ? 'certain' : 'likely';
  }

  /** FL206: the owner of the PASID is another one than the lane that answered. */
  #judgeOwner(upper: UpperAnswer, base: SeenAnswer): void {
    const { laneName } = upper.lane.journal;
    const group = base.accepted;
    if (laneName === undefined || group === undefined) return;
    const row = this.#known.owners.find(
      (each) => each.device === group.requester.name && each.pasid === (group.pasid ?? 0),
    );
    if (row === undefined || row.owner === laneName) return;
    this.#result.found.push({
      kind: 'cross-owner-response',
      group,
      owner: row.owner,
      answeredBy: laneName,
      response: base.event,
      upper: upper.answer.event,
    });
  }
}

function isComparable(answers: readonly UpperAnswer[], below: readonly SeenAnswer[]): boolean {
  return answers.length <= MAX_COMPARED && below.length <= MAX_COMPARED;
}

function isBefore(one: TraceEvent | undefined, other: TraceEvent): boolean {
  return one?.time !== undefined && other.time !== undefined && one.time <= other.time && one !== other;
}

function isOlder(one: PageRequestGroup, other: PageRequestGroup): boolean {
  return (lastRequestOf(one)?.time ?? 0) < (lastRequestOf(other)?.time ?? 0);
}

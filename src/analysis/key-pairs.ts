import type { TraceEvent } from '../model/event.ts';
import { isAcrossEpoch, type PageRequestGroup } from '../replay/page-request-group.ts';
import { toBase } from './clock-alignment.ts';
import type { Journey, UpperAnswer, UpperGroup } from './journey.ts';
import { canBeSameAnswer, canBeSamePage, delayCost } from './message-match.ts';
import { type Pair, pairInOrder } from './pairing.ts';
import { middle, sentFrom, type UpperLane } from './upper-lane.ts';

/** Keys with more messages are compared one by one no more. */
export const MAX_COMPARED = 400;

/** The group of the base lane that one of an upper lane is the delivery of. */
interface GroupBelow {
  readonly group: PageRequestGroup;
  /** False: it may be the delivery of another one. */
  readonly isForced: boolean;
}

/** Which message of the base lane is which of the upper lanes, for one key, and what that says of their order. */
export class KeyPairs {
  readonly journey: Journey;
  readonly #isWhole: boolean;
  readonly delivered: readonly PageRequestGroup[];
  readonly #hasEpochs: boolean;
  readonly #requests: readonly Pair[];
  readonly answers: readonly Pair[];
  /** The pairs by their members: a key that is reused for hours has thousands. */
  readonly deliveries = new Map<PageRequestGroup, { readonly upper: UpperGroup; readonly isForced: boolean }>();
  readonly #belowOf = new Map<PageRequestGroup, GroupBelow>();
  readonly answersByUpper: ReadonlyMap<number, Pair>;
  readonly answersByBase: ReadonlyMap<number, Pair>;
  readonly #meantFor = new Map<PageRequestGroup, number>();

  constructor(journey: Journey, isWhole: boolean) {
    this.journey = journey;
    this.#isWhole = isWhole;
    this.delivered = journey.base.groups.filter((group) => group.isSealed);
    this.#hasEpochs = this.delivered.some((group, index) => isAcrossEpoch(group, this.delivered[index - 1] ?? group));
    this.#requests = pairInOrder(this.delivered.length, journey.groups.length, (left, right) =>
      this.#requestCost(left, right),
    );
    this.answers = pairInOrder(journey.answers.length, journey.base.answers.length, (left, right) =>
      this.#answerCost(left, right),
    );
    for (const { left, right, isForced } of this.#requests) {
      const group = this.delivered[left];
      const upper = journey.groups[right];
      if (group === undefined || upper === undefined) continue;
      this.deliveries.set(group, { upper, isForced });
      this.#belowOf.set(upper.group, { group, isForced });
    }
    this.answersByUpper = new Map(this.answers.map((pair) => [pair.left, pair]));
    this.answersByBase = new Map(this.answers.map((pair) => [pair.right, pair]));
    for (const [left, { answer }] of journey.answers.entries()) {
      const group = this.below(answer.accepted)?.group;
      if (group !== undefined && !this.#meantFor.has(group)) this.#meantFor.set(group, left);
    }
  }

  /** A handler may have been replaced where only the base lane shows it: then order proves nothing above either (A2). */
  ambiguityOf(upper: PageRequestGroup | undefined): PageRequestGroup['ambiguity'] {
    if (upper === undefined || upper.ambiguity === 'none') return 'none';
    return this.#hasEpochs ? 'epoch' : upper.ambiguity;
  }

  #requestCost(left: number, right: number): number | undefined {
    const group = this.delivered[left];
    const upper = this.journey.groups[right];
    const sent = group === undefined ? undefined : sentFrom(group);
    const received = upper?.group.requests.at(-1)?.time;
    if (group === undefined || upper === undefined || !canBeSamePage(group, upper)) return undefined;
    if (sent === undefined || received === undefined) return 0;
    const { to } = toBase(upper.lane.clock, received);
    if (to < sent) return undefined;
    return delayCost(middle(upper.lane, upper.group.requests.at(-1)) - sent);
  }

  #answerCost(left: number, right: number): number | undefined {
    const upper = this.journey.answers[left];
    const base = this.journey.base.answers[right];
    if (upper === undefined || base === undefined) return undefined;
    if (base.accepted?.answeredBy === 'host') return undefined;
    if (!canBeSameAnswer(upper, base.event)) return undefined;
    const { time } = base.event;
    if (time === undefined || upper.answer.event.time === undefined) return 0;
    return delayCost(time - middle(upper.lane, upper.answer.event));
  }

  /** The base lane's group that an upper lane's group is the delivery of. */
  below(upper: PageRequestGroup | undefined): GroupBelow | undefined {
    return upper === undefined ? undefined : this.#belowOf.get(upper);
  }

  /** The answer left its lane before the group that it was accepted for had arrived there. */
  leftBefore(upper: UpperAnswer, accepted: PageRequestGroup): boolean {
    const arrived = this.deliveries.get(accepted)?.upper;
    if (arrived === undefined) return this.#isUndelivered(upper.lane);
    const arrivedAt = arrived.group.requests.at(-1)?.time;
    const leftAt = upper.answer.event.time;
    if (arrivedAt === undefined || leftAt === undefined) return false;
    // One lane has one clock, whatever is known of it.
    if (arrived.lane === upper.lane) return leftAt < arrivedAt;
    return toBase(upper.lane.clock, leftAt).to < toBase(arrived.lane.clock, arrivedAt).from;
  }

  /** The group had surely reached the handler's lane when the base lane saw the answer. */
  wasDeliveredBefore(group: PageRequestGroup, { time }: TraceEvent): boolean {
    const delivery = this.deliveries.get(group);
    if (delivery === undefined || !delivery.isForced || time === undefined) return false;
    const { lane, group: arrived } = delivery.upper;
    const arrivedAt = arrived.requests.at(-1)?.time;
    return arrivedAt !== undefined && toBase(lane.clock, arrivedAt).to <= time;
  }

  /** A lane that records the key's requests, each of which can only be one of the others, got none for the group. */
  #isUndelivered(lane: UpperLane): boolean {
    const { groups } = this.journey;
    if (!this.#isWhole || groups.length === 0 || groups.length > MAX_COMPARED) return false;
    if (this.#requests.length < groups.length || !groups.some((each) => each.lane === lane)) return false;
    return this.#requests.every((pair) => pair.isForced);
  }

  /** The answer that the handler of a group gave for it: where the base lane saw it, else where it was sent. */
  answerMeantFor(group: PageRequestGroup): TraceEvent | undefined {
    const left = this.#meantFor.get(group);
    if (left === undefined) return undefined;
    const pair = this.answersByUpper.get(left);
    return pair === undefined ? this.journey.answers[left]?.answer.event : this.journey.base.answers[pair.right]?.event;
  }
}

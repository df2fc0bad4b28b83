import type { TraceEvent } from '../model/event.ts';
import type { Certainty } from '../model/finding.ts';
import type { Owner } from '../model/owner.ts';
import { NS_PER_SECOND } from '../model/time.ts';
import type { CrossedResponse, Observation, StrayResponse } from '../replay/observation.ts';
import { isAcrossEpoch, lastRequestOf, type PageRequestGroup } from '../replay/page-request-group.ts';
import { toBase } from './clock-alignment.ts';
import type { KeyJournal, SeenAnswer } from './lane-journal.ts';
import { type Pair, pairInOrder } from './pairing.ts';
import { type Coverage, middle, pageOf, sentFrom, type UpperLane } from './upper-lane.ts';

/** Delays above this count alike when pairings are compared. */
const LONG_DELAY_NS = 10 * NS_PER_SECOND;
/** Keys with more messages are compared one by one no more. */
const MAX_COMPARED = 400;
/** What did not arrive within this time was lost. */
const TRANSIT_NS = NS_PER_SECOND;

/** What the join of the lanes adds to the base lane's own observations, and what it takes back. */
export interface CrossLaneResult {
  readonly found: Observation[];
  /** Observations of the base lane that the join explains better. */
  readonly replaced: Set<Observation>;
  /** Groups that turned out to be answered by the host itself. */
  readonly byHost: Set<PageRequestGroup>;
  /** The delivery of a group of the base lane, where it can be no other's. */
  readonly deliveries: Map<PageRequestGroup, UpperGroup>;
}

/** What is known besides the lanes' own events. */
export interface CrossLaneKnowledge {
  readonly owners: readonly Owner[];
  /** False if a lane lost events: then nothing about the order of messages is certain. */
  readonly isWhole: boolean;
  /** When the base lane was recorded last. */
  readonly lastTime: number | undefined;
  /** False: times are steps, and say nothing but an order. */
  readonly hasSeconds: boolean;
}

export interface UpperGroup {
  readonly group: PageRequestGroup;
  readonly lane: UpperLane;
}

export interface UpperAnswer {
  readonly answer: SeenAnswer;
  readonly lane: UpperLane;
}

/** One key of the base lane with everything that the upper lanes saw of it. */
export interface Journey {
  readonly base: KeyJournal;
  /** What the upper lanes recorded that carry the key's PASID. */
  readonly coverage: readonly Coverage[];
  readonly groups: readonly UpperGroup[];
  readonly answers: readonly UpperAnswer[];
}

/** The group of the base lane that one of an upper lane is the delivery of. */
interface GroupBelow {
  readonly group: PageRequestGroup;
  /** False: it may be the delivery of another one. */
  readonly isForced: boolean;
}

/** Pairs the messages of one key in the base lane with those above, and judges what the pairs say. */
export class KeyJoin {
  readonly #journey: Journey;
  readonly #known: CrossLaneKnowledge;
  readonly #result: CrossLaneResult;
  readonly #delivered: readonly PageRequestGroup[];
  readonly #hasEpochs: boolean;
  readonly #requests: readonly Pair[];
  readonly #answers: readonly Pair[];
  /** The pairs by their members: a key that is reused for hours has thousands. */
  readonly #deliveryOf = new Map<PageRequestGroup, { readonly upper: UpperGroup; readonly isForced: boolean }>();
  readonly #belowOf = new Map<PageRequestGroup, GroupBelow>();
  readonly #answersByUpper: ReadonlyMap<number, Pair>;
  readonly #answersByBase: ReadonlyMap<number, Pair>;
  #span: { readonly first: number; readonly last: number } | undefined;
  #lastArrivals: ReadonlyMap<boolean, number> | undefined;
  readonly #meantFor = new Map<PageRequestGroup, number>();

  constructor(journey: Journey, known: CrossLaneKnowledge, result: CrossLaneResult) {
    this.#journey = journey;
    this.#known = known;
    this.#result = result;
    this.#delivered = journey.base.groups.filter((group) => group.isSealed);
    this.#hasEpochs = this.#delivered.some((group, index) => isAcrossEpoch(group, this.#delivered[index - 1] ?? group));
    this.#requests = pairInOrder(this.#delivered.length, journey.groups.length, (left, right) =>
      this.#requestCost(left, right),
    );
    this.#answers = pairInOrder(journey.answers.length, journey.base.answers.length, (left, right) =>
      this.#answerCost(left, right),
    );
    for (const { left, right, isForced } of this.#requests) {
      const group = this.#delivered[left];
      const upper = journey.groups[right];
      if (group === undefined || upper === undefined) continue;
      this.#deliveryOf.set(group, { upper, isForced });
      this.#belowOf.set(upper.group, { group, isForced });
      if (isForced) result.deliveries.set(group, upper);
    }
    this.#answersByUpper = new Map(this.#answers.map((pair) => [pair.left, pair]));
    this.#answersByBase = new Map(this.#answers.map((pair) => [pair.right, pair]));
    for (const [left, { answer }] of journey.answers.entries()) {
      const group = this.#below(answer.accepted)?.group;
      if (group !== undefined && !this.#meantFor.has(group)) this.#meantFor.set(group, left);
    }
  }

  run(): void {
    const crossings: CrossedResponse[] = [];
    for (const pair of this.#answers) this.#judgeAccepted(pair, crossings);
    this.#result.found.push(...crossings);
    const byCounterpart = new Map<TraceEvent, CrossedResponse>();
    for (const crossing of crossings) {
      const { counterpart } = crossing;
      if (counterpart !== undefined && !byCounterpart.has(counterpart)) byCounterpart.set(counterpart, crossing);
    }
    for (const pair of this.#answers) this.#judgeStray(pair, byCounterpart);
    this.#judgeLonelyAnswers(new Set(crossings.map(({ accepted }) => accepted)));
    this.#judgeHostAnswers();
    this.#judgeUndelivered();
    if (this.#journey.answers.length === 0 || this.#isUndecided()) return;
    for (const suspicion of this.#journey.base.crossings) this.#result.replaced.add(suspicion);
  }

  /** The handler's lane cannot tell either: it saw two instances of the key across an epoch. */
  #isUndecided(): boolean {
    return this.#journey.groups.some(({ group }) => this.#ambiguityOf(group) === 'epoch');
  }

  /** A handler may have been replaced where only the base lane shows it: then order proves nothing above either (A2). */
  #ambiguityOf(upper: PageRequestGroup | undefined): PageRequestGroup['ambiguity'] {
    if (upper === undefined || upper.ambiguity === 'none') return 'none';
    return this.#hasEpochs ? 'epoch' : upper.ambiguity;
  }

  #requestCost(left: number, right: number): number | undefined {
    const group = this.#delivered[left];
    const upper = this.#journey.groups[right];
    const sent = group === undefined ? undefined : sentFrom(group);
    const received = upper?.group.requests.at(-1)?.time;
    if (group === undefined || upper === undefined || !canBeSamePage(group, upper)) return undefined;
    if (sent === undefined || received === undefined) return 0;
    const { to } = toBase(upper.lane.clock, received);
    if (to < sent) return undefined;
    return delayCost(middle(upper.lane, upper.group.requests.at(-1)) - sent);
  }

  #answerCost(left: number, right: number): number | undefined {
    const upper = this.#journey.answers[left];
    const base = this.#journey.base.answers[right];
    if (upper === undefined || base === undefined) return undefined;
    if (base.accepted?.answeredBy === 'host') return undefined;
    if (!canBeSameAnswer(upper, base.event)) return undefined;
    const { time } = base.event;
    if (time === undefined || upper.answer.event.time === undefined) return 0;
    return delayCost(time - middle(upper.lane, upper.answer.event));
  }

  /** The base lane's group that an upper lane's group is the delivery of. */
  #below(upper: PageRequestGroup | undefined): GroupBelow | undefined {
    return upper === undefined ? undefined : this.#belowOf.get(upper);
  }

  #judgeAccepted(pair: Pair, crossings: CrossedResponse[]): void {
    const upper = this.#journey.answers[pair.left];
    const base = this.#journey.base.answers[pair.right];
    const accepted = base?.accepted;
    if (upper === undefined || base === undefined || accepted === undefined) return;
    this.#judgeOwner(upper, base);
    const owner = this.#below(upper.answer.accepted);
    if (owner?.group === accepted) {
      accepted.answeredBy ??= 'handler';
      return;
    }
    const isStale =
      owner === undefined
        ? upper.answer.accepted === undefined && this.#leftBefore(upper, accepted)
        : owner.group.requester === accepted.requester &&
          isBefore(owner.group.response, base.event) &&
          isOlder(owner.group, accepted);
    if (!isStale) return;
    // Traced before the group's request: which request it found open is a guess of the base lane.
    const certainty = accepted.isAnsweredEarly
      ? undefined
      : this.#crossingCertainty(pair, upper, owner?.isForced ?? true);
    if (certainty === undefined) return;
    crossings.push({
      kind: 'crossed-response',
      certainty,
      owner: owner?.group,
      accepted,
      response: base.event,
      counterpart: this.#answerMeantFor(accepted),
      upper: upper.answer.event,
    });
  }

  /** An answer for which nothing was open below: displaced by a crossed one, or late. */
  #judgeStray(pair: Pair, byCounterpart: ReadonlyMap<TraceEvent, CrossedResponse>): void {
    const upper = this.#journey.answers[pair.left];
    const base = this.#journey.base.answers[pair.right];
    if (upper === undefined || base?.stray?.kind !== 'stray-response') return;
    const { stray } = base;
    const displacedBy = byCounterpart.get(base.event);
    if (displacedBy !== undefined) {
      this.#result.replaced.add(stray);
      const { certainty } = displacedBy;
      this.#result.found.push({ ...stray, verdict: 'late', certainty, upper: upper.answer.event, displacedBy });
      return;
    }
    const owner = this.#below(upper.answer.accepted);
    const certainty = this.#certainty(pair, upper, owner?.isForced ?? false);
    if (owner === undefined || certainty === undefined || !isBefore(owner.group.response, base.event)) return;
    if (stray.verdict === 'wrong-pasid') return;
    this.#result.replaced.add(stray);
    this.#result.found.push({ ...stray, verdict: 'late', certainty, last: owner.group, upper: upper.answer.event });
  }

  /** Whichever earlier instance it is for: all that it can be left the handler before the accepted group came there. */
  #crossingCertainty(pair: Pair, upper: UpperAnswer, isRequestForced: boolean): Certainty | undefined {
    const base = this.#journey.base.answers[pair.right];
    const accepted = base?.accepted;
    const { answers } = this.#journey;
    const isForEarlier =
      base !== undefined &&
      accepted !== undefined &&
      answers.length <= MAX_COMPARED &&
      answers.every((each) => !canBeSameAnswer(each, base.event) || this.#leftBefore(each, accepted));
    if (isForEarlier && this.#known.isWhole && (this.#deliveryOf.get(accepted)?.isForced ?? true)) return 'certain';
    return this.#certainty(pair, upper, isRequestForced);
  }

  /** undefined: the handler's lane itself cannot tell which of its instances the answer is for. */
  #certainty(pair: Pair, upper: UpperAnswer, isRequestForced: boolean): Certainty | undefined {
    const ambiguity = this.#ambiguityOf(upper.answer.accepted);
    if (ambiguity === 'epoch') return undefined;
    const isForced = pair.isForced && isRequestForced && ambiguity === 'none';
    if (!this.#known.isWhole) return isForced ? 'likely' : undefined;
    return isForced ? 'certain' : 'likely';
  }

  /** The answer left its lane before the group that it was accepted for had arrived there. */
  #leftBefore(upper: UpperAnswer, accepted: PageRequestGroup): boolean {
    const arrived = this.#deliveryOf.get(accepted)?.upper;
    if (arrived === undefined) return this.#isUndelivered(upper.lane);
    const arrivedAt = arrived.group.requests.at(-1)?.time;
    const leftAt = upper.answer.event.time;
    if (arrivedAt === undefined || leftAt === undefined) return false;
    // One lane has one clock, whatever is known of it.
    if (arrived.lane === upper.lane) return leftAt < arrivedAt;
    return toBase(upper.lane.clock, leftAt).to < toBase(arrived.lane.clock, arrivedAt).from;
  }

  /** A lane that records the key's requests, each of which can only be one of the others, got none for the group. */
  #isUndelivered(lane: UpperLane): boolean {
    const { groups } = this.#journey;
    if (!this.#known.isWhole || groups.length === 0 || groups.length > MAX_COMPARED) return false;
    if (this.#requests.length < groups.length || !groups.some((each) => each.lane === lane)) return false;
    return this.#requests.every((pair) => pair.isForced);
  }

  /** The answer that the handler of a group gave for it: where the base lane saw it, else where it was sent. */
  #answerMeantFor(group: PageRequestGroup): TraceEvent | undefined {
    const left = this.#meantFor.get(group);
    if (left === undefined) return undefined;
    const pair = this.#answersByUpper.get(left);
    return pair === undefined
      ? this.#journey.answers[left]?.answer.event
      : this.#journey.base.answers[pair.right]?.event;
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

  /** Answers of a handler that the base lane never saw. */
  #judgeLonelyAnswers(crossed: ReadonlySet<PageRequestGroup>): void {
    this.#journey.answers.forEach((upper, left) => {
      if (this.#answersByUpper.has(left) || this.#mayHaveArrived(upper) || !this.#hadTimeToArrive(upper)) return;
      const owner = this.#below(upper.answer.accepted);
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
    const ambiguity = this.#ambiguityOf(upper.answer.accepted);
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
    this.#lastArrivals ??= lastArrivals(this.#journey.base.answers);
    const last = this.#lastArrivals.get(isSuccess(upper.answer.event));
    if (last === undefined) return false;
    const { time } = upper.answer.event;
    return time === undefined || toBase(upper.lane.clock, time).from <= last;
  }

  /** Where the handler's lane is recorded, an answer without one from it is the host's own (semantics §6.1). */
  #judgeHostAnswers(): void {
    const { answers } = this.#journey.base;
    answers.forEach(({ accepted, event }, right) => {
      if (accepted === undefined || accepted.answeredBy !== undefined) return;
      if (this.#answersByBase.has(right) || !this.#isCovered(event)) return;
      accepted.answeredBy = 'host';
      this.#result.byHost.add(accepted);
    });
  }

  #judgeUndelivered(): void {
    this.#delivered.forEach((group) => {
      if (group.state !== 'dropped' || this.#deliveryOf.has(group)) return;
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
    return this.#journey.coverage.some(({ from, to }) => from < time && to > time + transit);
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
    for (const { group, lane } of this.#journey.groups) note(middle(lane, group.requests[0]));
    for (const { answer, lane } of this.#journey.answers) note(middle(lane, answer.event));
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

/** A page keeps its address on the way, as far as both lanes show it. */
function canBeSamePage(sent: PageRequestGroup, received: UpperGroup): boolean {
  if (!received.lane.hasSamePages) return true;
  const page = pageOf(sent);
  const same = pageOf(received.group);
  return page === undefined || same === undefined || page === same;
}

/** Its success or failure stays on the way, and it arrives after it was given. */
function canBeSameAnswer({ lane, answer }: UpperAnswer, below: TraceEvent): boolean {
  if (isSuccess(answer.event) !== isSuccess(below)) return false;
  if (below.time === undefined || answer.event.time === undefined) return true;
  return toBase(lane.clock, answer.event.time).from <= below.time;
}

function delayCost(delay: number): number {
  return 0.4 * Math.min(1, Math.max(0, Math.abs(delay)) / LONG_DELAY_NS);
}

function isSuccess(event: TraceEvent): boolean {
  return event.code === 'success';
}

function isBefore(one: TraceEvent | undefined, other: TraceEvent): boolean {
  return one?.time !== undefined && other.time !== undefined && one.time <= other.time && one !== other;
}

function isOlder(one: PageRequestGroup, other: PageRequestGroup): boolean {
  return (lastRequestOf(one)?.time ?? 0) < (lastRequestOf(other)?.time ?? 0);
}

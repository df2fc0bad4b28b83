import type { TraceEvent } from '../model/event.ts';
import type { Certainty } from '../model/finding.ts';
import type { Owner } from '../model/owner.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../model/time.ts';
import type { CrossedResponse, Observation, StrayResponse } from '../replay/observation.ts';
import { lastRequestOf, type PageRequestGroup } from '../replay/page-request-group.ts';
import { type ClockAlignment, type OffsetBound, toBase } from './clock-alignment.ts';
import type { KeyJournal, LaneJournal, SeenAnswer } from './lane-journal.ts';
import { type Pair, pairInOrder } from './pairing.ts';

/** prq_report is written after the request was handed on: mostly up to 4 ms after, at times much later (semantics §3.1: 68 ms). */
export const USUAL_REPORT_SLACK_NS = 5 * NS_PER_MS;
export const REPORT_SLACK_NS = 100 * NS_PER_MS;
/** Delays above this count alike when pairings are compared. */
const LONG_DELAY_NS = 10 * NS_PER_SECOND;

/** A lane above the base lane, and how its clock stands to the base's. */
export interface UpperLane {
  readonly journal: LaneJournal;
  readonly clock: ClockAlignment;
}

/** What the join of the lanes adds to the base lane's own observations, and what it takes back. */
export interface CrossLaneResult {
  readonly found: Observation[];
  /** Observations of the base lane that the join explains better. */
  readonly replaced: Set<Observation>;
  /** Groups that turned out to be answered by the host itself. */
  readonly byHost: Set<PageRequestGroup>;
}

/** What is known besides the lanes' own events. */
export interface CrossLaneKnowledge {
  readonly owners: readonly Owner[];
  /** False if a lane lost events: then nothing about the order of messages is certain. */
  readonly isWhole: boolean;
}

interface UpperGroup {
  readonly group: PageRequestGroup;
  readonly lane: UpperLane;
}

interface UpperAnswer {
  readonly answer: SeenAnswer;
  readonly lane: UpperLane;
}

/** One key of the base lane with everything that the upper lanes saw of it. */
interface Journey {
  readonly base: KeyJournal;
  readonly groups: readonly UpperGroup[];
  readonly answers: readonly UpperAnswer[];
  /** Upper lanes that saw messages of this PASID, be it with other PRGIs. */
  readonly carriers: readonly UpperLane[];
}

/** What messages that can only be matched one way say about the upper lane's clock. */
export function boundsOf(
  base: LaneJournal,
  upper: LaneJournal,
  owners: readonly Owner[],
  slackNs: number,
): OffsetBound[] {
  const bounds: OffsetBound[] = [];
  for (const [key, own] of base.keys) {
    const above = upper.keys.get(upperKey(key, upper, owners) ?? Number.NaN);
    if (above === undefined) continue;
    const delivered = own.groups.filter((group) => group.isSealed);
    if (delivered.length === above.groups.length) {
      delivered.forEach((group, index) => {
        pushBound(
          bounds,
          'atLeast',
          above.groups[index]?.requests.at(-1),
          lastRequestOf(group),
          reportSlack(group, slackNs),
        );
      });
    }
    const answers = own.answers.filter(({ accepted }) => accepted?.answeredBy !== 'host');
    if (answers.length !== above.answers.length) continue;
    answers.forEach(({ event }, index) => {
      pushBound(bounds, 'atMost', above.answers[index]?.event, event, 0);
    });
  }
  return bounds;
}

function pushBound(
  bounds: OffsetBound[],
  kind: OffsetBound['kind'],
  upper: TraceEvent | undefined,
  base: TraceEvent | undefined,
  slack: number,
): void {
  if (upper?.time === undefined || base?.time === undefined) return;
  bounds.push({ at: upper.time, kind, offset: base.time - upper.time - slack });
}

function reportSlack(group: PageRequestGroup, slackNs: number): number {
  return lastRequestOf(group)?.probe === 'prq_report' ? slackNs : 0;
}

/** Follows each message through the lanes and says whose answer each answer is (semantics §4, §6). */
export function crossLanes(
  base: LaneJournal,
  uppers: readonly UpperLane[],
  known: CrossLaneKnowledge,
): CrossLaneResult {
  const result: CrossLaneResult = { found: [], replaced: new Set(), byHost: new Set() };
  for (const [key, own] of base.keys) {
    const journey = journeyOf(key, own, uppers, known.owners);
    if (journey.carriers.length > 0) new KeyJoin(journey, known, result).run();
  }
  return result;
}

function journeyOf(key: number, base: KeyJournal, uppers: readonly UpperLane[], owners: readonly Owner[]): Journey {
  const groups: UpperGroup[] = [];
  const answers: UpperAnswer[] = [];
  const carriers: LaneJournal[] = [];
  for (const lane of uppers) {
    const upper = upperKey(key, lane.journal, owners);
    if (upper === undefined) continue;
    if (lane.journal.hasPasid(Math.floor(upper / 0x10000))) carriers.push(lane.journal);
    const above = lane.journal.keys.get(upper);
    for (const group of above?.groups ?? []) groups.push({ group, lane });
    for (const answer of above?.answers ?? []) answers.push({ answer, lane });
  }
  groups.sort((a, b) => middle(a.lane, a.group.requests[0]) - middle(b.lane, b.group.requests[0]));
  answers.sort((a, b) => middle(a.lane, a.answer.event) - middle(b.lane, b.answer.event));
  return { base, groups, answers, carriers: uppers.filter(({ journal }) => carriers.includes(journal)) };
}

/**
 * A guest has PASIDs of its own if the owners file says so, and then no others; without, the numbers are the same on
 * both sides. undefined: the lane has nothing to do with this PASID.
 */
function upperKey(key: number, upper: LaneJournal, owners: readonly Owner[]): number | undefined {
  const pasid = Math.floor(key / 0x10000);
  const row = owners.find(
    (each) => each.pasid === pasid && each.owner === upper.laneName && each.guestPasid !== undefined,
  );
  const hasOwnPasids = owners.some((each) => each.owner === upper.laneName && each.guestPasid !== undefined);
  if (row === undefined && hasOwnPasids) return undefined;
  return (row?.guestPasid ?? pasid) * 0x10000 + (key % 0x10000);
}

function middle(lane: UpperLane, event: TraceEvent | undefined): number {
  const { from, to } = toBase(lane.clock, event?.time ?? 0);
  if (Number.isFinite(from) && Number.isFinite(to)) return (from + to) / 2;
  return Number.isFinite(from) ? from : to;
}

/** The join of one key. */
class KeyJoin {
  readonly #journey: Journey;
  readonly #known: CrossLaneKnowledge;
  readonly #result: CrossLaneResult;
  readonly #delivered: readonly PageRequestGroup[];
  readonly #requests: readonly Pair[];
  readonly #answers: readonly Pair[];

  constructor(journey: Journey, known: CrossLaneKnowledge, result: CrossLaneResult) {
    this.#journey = journey;
    this.#known = known;
    this.#result = result;
    this.#delivered = journey.base.groups.filter((group) => group.isSealed);
    this.#requests = pairInOrder(this.#delivered.length, journey.groups.length, (left, right) =>
      this.#requestCost(left, right),
    );
    this.#answers = pairInOrder(journey.answers.length, journey.base.answers.length, (left, right) =>
      this.#answerCost(left, right),
    );
  }

  run(): void {
    const crossings: CrossedResponse[] = [];
    for (const pair of this.#answers) this.#judgeAccepted(pair, crossings);
    this.#result.found.push(...crossings);
    for (const pair of this.#answers) this.#judgeStray(pair, crossings);
    this.#judgeLonelyAnswers(crossings);
    this.#judgeHostAnswers();
    this.#judgeUndelivered();
    if (this.#journey.answers.length === 0 || this.#isUndecided()) return;
    for (const suspicion of this.#journey.base.crossings) this.#result.replaced.add(suspicion);
  }

  /** The handler's lane cannot tell either: it saw two instances of the key across an epoch. */
  #isUndecided(): boolean {
    return this.#journey.groups.some(({ group }) => group.ambiguity === 'epoch');
  }

  #requestCost(left: number, right: number): number | undefined {
    const group = this.#delivered[left];
    const upper = this.#journey.groups[right];
    const sent = group === undefined ? undefined : lastRequestOf(group)?.time;
    const received = upper?.group.requests.at(-1)?.time;
    if (group === undefined || upper === undefined || sent === undefined || received === undefined) return 0;
    const { to } = toBase(upper.lane.clock, received);
    if (to < sent - reportSlack(group, REPORT_SLACK_NS)) return undefined;
    return delayCost(middle(upper.lane, upper.group.requests.at(-1)) - sent);
  }

  #answerCost(left: number, right: number): number | undefined {
    const upper = this.#journey.answers[left];
    const base = this.#journey.base.answers[right];
    if (upper === undefined || base === undefined) return undefined;
    if (base.accepted?.answeredBy === 'host') return undefined;
    if (isSuccess(upper.answer.event) !== isSuccess(base.event)) return undefined;
    const { time } = base.event;
    if (time === undefined || upper.answer.event.time === undefined) return 0;
    if (toBase(upper.lane.clock, upper.answer.event.time).from > time) return undefined;
    return delayCost(time - middle(upper.lane, upper.answer.event));
  }

  /** The base lane's group that an upper lane's group is the delivery of. */
  #below(upper: PageRequestGroup | undefined): { group: PageRequestGroup; isForced: boolean } | undefined {
    const right = this.#journey.groups.findIndex((each) => each.group === upper);
    const pair = this.#requests.find((each) => each.right === right);
    const group = pair === undefined ? undefined : this.#delivered[pair.left];
    return pair === undefined || group === undefined ? undefined : { group, isForced: pair.isForced };
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
    const known = this.#certainty(pair, upper, owner?.isForced ?? true);
    // Traced before the request of the group: it may as well have come before it, and found nothing open.
    const certainty = known === 'certain' && accepted.isAnsweredEarly ? 'likely' : known;
    const isStale =
      owner === undefined
        ? this.#leftBefore(upper, accepted)
        : isBefore(owner.group.response, base.event) && isOlder(owner.group, accepted);
    if (!isStale || certainty === undefined) return;
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
  #judgeStray(pair: Pair, crossings: readonly CrossedResponse[]): void {
    const upper = this.#journey.answers[pair.left];
    const base = this.#journey.base.answers[pair.right];
    if (upper === undefined || base?.stray?.kind !== 'stray-response') return;
    const { stray } = base;
    const displacedBy = crossings.find((crossing) => crossing.counterpart === base.event);
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

  /** undefined: the handler's lane itself cannot tell which of its instances the answer is for. */
  #certainty(pair: Pair, upper: UpperAnswer, isRequestForced: boolean): Certainty | undefined {
    const ambiguity = upper.answer.accepted?.ambiguity ?? 'none';
    if (ambiguity === 'epoch') return undefined;
    const isForced = pair.isForced && isRequestForced && ambiguity === 'none';
    return isForced && this.#known.isWhole ? 'certain' : 'likely';
  }

  /** The answer left its lane before the group that it was accepted for had arrived there. */
  #leftBefore(upper: UpperAnswer, accepted: PageRequestGroup): boolean {
    if (upper.answer.accepted !== undefined) return false;
    const left = this.#delivered.indexOf(accepted);
    const delivery = this.#requests.find((pair) => pair.left === left);
    const arrived = delivery === undefined ? undefined : this.#journey.groups[delivery.right];
    const arrivedAt = arrived?.group.requests.at(-1)?.time;
    const leftAt = upper.answer.event.time;
    if (arrived === undefined || arrivedAt === undefined || leftAt === undefined) return false;
    return toBase(upper.lane.clock, leftAt).to < toBase(arrived.lane.clock, arrivedAt).from;
  }

  /** The answer that the handler of a group gave for it: where the base lane saw it, else where it was sent. */
  #answerMeantFor(group: PageRequestGroup): TraceEvent | undefined {
    const left = this.#journey.answers.findIndex((each) => this.#below(each.answer.accepted)?.group === group);
    const pair = this.#answers.find((each) => each.left === left);
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
  #judgeLonelyAnswers(crossings: readonly CrossedResponse[]): void {
    this.#journey.answers.forEach((upper, left) => {
      if (this.#answers.some((pair) => pair.left === left)) return;
      const owner = this.#below(upper.answer.accepted);
      if (owner === undefined || crossings.some((each) => each.accepted === owner.group)) return;
      const { group } = owner;
      const response = upper.answer.event;
      if (group.response === undefined) {
        if (group.state !== 'dropped') return;
        group.lostAnswer = response;
        this.#result.found.push({ kind: 'unforwarded-response', response, requester: group.requester, group });
        return;
      }
      if (group.answeredBy !== 'host' || this.#mayBeTheSame(upper, group.response)) return;
      this.#result.found.push(lateAndRefused(group, response, this.#known.isWhole ? 'certain' : 'likely'));
    });
  }

  /** That the host answered by itself is a guess where its epoch and the answer are of one task: a handler's own may be. */
  #mayBeTheSame({ lane, answer }: UpperAnswer, below: TraceEvent): boolean {
    if (answer.event.code !== below.code) return false;
    if (below.time === undefined || answer.event.time === undefined) return true;
    return toBase(lane.clock, answer.event.time).from <= below.time;
  }

  /** Where the handler's lane is recorded, an answer without one from it is the host's own (semantics §6.1). */
  #judgeHostAnswers(): void {
    const { answers } = this.#journey.base;
    answers.forEach(({ accepted, event }, right) => {
      if (accepted === undefined || accepted.answeredBy !== undefined) return;
      if (this.#answers.some((pair) => pair.right === right) || !this.#isCovered(event)) return;
      accepted.answeredBy = 'host';
      this.#result.byHost.add(accepted);
    });
  }

  #judgeUndelivered(): void {
    this.#delivered.forEach((group, left) => {
      if (group.state !== 'dropped' || this.#requests.some((pair) => pair.left === left)) return;
      const last = lastRequestOf(group);
      if (last === undefined || group.lostAnswer !== undefined || !this.#isCarried(last)) return;
      group.isUndelivered = true;
      this.#result.found.push({ kind: 'undelivered-request', group });
    });
  }

  /** A lane that carries this PASID was recorded before and after. */
  #isCarried({ time }: TraceEvent): boolean {
    if (time === undefined) return false;
    return this.#journey.carriers.some(({ journal, clock }) => {
      const { first, last } = journal.span;
      return toBase(clock, first).to < time && toBase(clock, last).from > time + NS_PER_SECOND;
    });
  }

  /** Between the first and the last thing that the upper lanes saw of this key. */
  #isCovered(event: TraceEvent): boolean {
    if (event.time === undefined) return false;
    const seen = [
      ...this.#journey.groups.map(({ group, lane }) => middle(lane, group.requests[0])),
      ...this.#journey.answers.map(({ answer, lane }) => middle(lane, answer.event)),
    ];
    return seen.some((time) => time <= (event.time ?? 0)) && seen.some((time) => time >= (event.time ?? 0));
  }
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

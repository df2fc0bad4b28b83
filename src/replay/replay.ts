import type { AnsweredGroup } from '../model/answered-group.ts';
import type { BoundedTable } from '../model/bounded-table.ts';
import type { TraceEvent } from '../model/event.ts';
import type { RowSource } from '../model/event-rows.ts';
import type { AnalysisLimits } from '../model/limits.ts';
import { AcceptedAnswers } from './accepted-answers.ts';
import { Bounds } from './bounds.ts';
import { type IommuUnit, ReplayContext } from './context.ts';
import { CoreAnswers } from './core-answers.ts';
import { DeliveredGroups } from './delivered-groups.ts';
import { EpochTracker } from './epochs.ts';
import { mayLookAtGroups, showsAnswers } from './event-roles.ts';
import { GapTracker } from './gaps.ts';
import { KernelLog } from './kernel-log.ts';
import type { Observation } from './observation.ts';
import { HopChoice, isCommand } from './observation-points.ts';
import { OverflowTracker } from './overflows.ts';
import type { PageRequestGroup } from './page-request-group.ts';
import { DELIVERED } from './plain-groups.ts';
import { PlainMessages } from './plain-messages.ts';
import { PlainPairs } from './plain-pairs.ts';
import { RefusalTracker } from './refusals.ts';
import { RefusedAnswers } from './refused-answers.ts';
import { isTracedLate } from './reporter.ts';
import { keyState, substreamOf } from './requester.ts';
import { RequestCollector } from './requests.ts';
import { ResponseMatcher } from './responses.ts';
import { StrayJudge } from './strays.ts';
import { SubmissionTracker } from './submissions.ts';
import { type CaptureEnd, UnansweredGroups } from './unanswered-groups.ts';
import { UpperHops } from './upper-hops.ts';

/** Sealed groups without a single answer that show that answers were not recorded: a device has 32 credits or more. */
const MANY_UNANSWERED = 16;
/** Groups open at once at most; the oldest are let go. Hardware queues 2048 requests (log-formats A.2.3). */
const MAX_OPEN = 8192;
/** Instances of one key open at once at most. */
const MAX_OPEN_OF_KEY = 256;

/**
 * Replays one lane's events in time order: page-request-group state per requester, and the answers that
 * are still owed (semantics §2–§4). What it finds goes to `emit`; it keeps what is in flight, and per key
 * the instance that was closed last.
 */
export class Replay {
  readonly #context: ReplayContext;
  readonly #bounds: Bounds;
  readonly #collector: RequestCollector;
  readonly #messages = new PlainMessages();
  readonly #submissions = new SubmissionTracker(this.#messages);
  readonly #upperHops = new UpperHops(this.#messages);
  readonly #refusals: RefusalTracker;
  readonly #judge: StrayJudge;
  readonly #coreAnswers: CoreAnswers;
  readonly #accepted: AcceptedAnswers;
  readonly #matcher: ResponseMatcher;
  readonly #gaps: GapTracker;
  readonly #overflows: OverflowTracker;
  readonly #epochs: EpochTracker;
  #points = new HopChoice();
  readonly #delivered: DeliveredGroups;
  readonly #plain: PlainPairs | undefined;
  /** Whether a row may be plain; undefined: to be found out. */
  #isCalm: boolean | undefined;
  readonly #refusedAnswers: RefusedAnswers;
  readonly #log: KernelLog;
  readonly #unanswered: UnansweredGroups;
  #sealedCount = 0;
  #hasAnswers = false;

  /** @param onPlainAnswer takes each answered plain group, which is not emitted; without it there are none. */
  constructor(
    limits: AnalysisLimits,
    emit: (observation: Observation) => void,
    onPlainAnswer?: (group: AnsweredGroup) => void,
  ) {
    this.#context = new ReplayContext(limits, emit);
    this.#bounds = new Bounds(this.#context);
    this.#collector = new RequestCollector(this.#context, this.#upperHops);
    this.#refusals = new RefusalTracker(this.#context);
    this.#judge = new StrayJudge(this.#context, this.#submissions);
    this.#coreAnswers = new CoreAnswers(this.#context, this.#submissions, this.#judge);
    this.#accepted = new AcceptedAnswers(this.#context, this.#submissions, this.#judge, this.#upperHops);
    this.#matcher = new ResponseMatcher(
      this.#context,
      this.#refusals,
      this.#collector,
      this.#submissions,
      this.#judge,
      this.#upperHops,
      this.#accepted,
    );
    this.#gaps = new GapTracker(this.#context, this.#collector);
    this.#overflows = new OverflowTracker(this.#context, this.#collector);
    this.#unanswered = new UnansweredGroups(this.#context, this.#collector, this.#overflows, () => this.lacksAnswers);
    this.#epochs = new EpochTracker(
      this.#context,
      this.#judge,
      this.#submissions,
      (requester, event) => this.#unanswered.forgetPartial(requester, event),
      () => this.#points.hop === 'wire',
    );
    this.#plain = onPlainAnswer === undefined ? undefined : this.#plainPairs(onPlainAnswer);
    this.#context.requesters.plain = this.#plain;
    this.#delivered = new DeliveredGroups((slot) => this.#plain?.groups.release(slot, DELIVERED));
    this.#refusedAnswers = new RefusedAnswers(this.#context, this.#submissions, this.#judge, this.#delivered);
    this.#log = new KernelLog(this.#context, this.#refusals, this.#overflows, this.#refusedAnswers);
  }

  #plainPairs(onPlainAnswer: (group: AnsweredGroup) => void): PlainPairs {
    const answered = (group: AnsweredGroup): void => {
      this.#hasAnswers = true;
      onPlainAnswer(group);
    };
    const sealed = (slot: number): void => {
      this.#sealedCount += 1;
      this.#delivered.add(slot);
    };
    const parts = {
      context: this.#context,
      gaps: this.#gaps,
      upperHops: this.#upperHops,
      submissions: this.#submissions,
      messages: this.#messages,
      sink: { sealed, answered },
    };
    return new PlainPairs(parts, MAX_OPEN);
  }

  /** Events that were not replayed because a table was full. */
  get refused(): ReadonlyMap<BoundedTable, number> {
    return this.#bounds.refused;
  }

  /** False for clocks that only order events: then no timeout and no latency is judged. */
  set hasSeconds(value: boolean) {
    this.#context.hasSeconds = value;
  }

  /** The capture seems not to record answers: nothing says then which groups are still open. */
  get lacksAnswers(): boolean {
    return !this.#hasAnswers && this.#sealedCount >= MANY_UNANSWERED;
  }

  /** Sealed groups that have waited for their answer for the timeout, and of which nothing says that it may be lost. */
  get overdue(): readonly PageRequestGroup[] {
    const found: PageRequestGroup[] = [];
    for (let group = this.#context.requesters.open.oldest; group !== undefined; group = group.newer) {
      if (!this.#context.hasRun(group.sealedAt)) break;
      if (group.gap === undefined && group.drainedBy === undefined) found.push(group);
    }
    return found;
  }

  /** Replays a row; plain ones need no event. */
  pushRow(source: RowSource, row: number): void {
    const plain = this.#plain;
    this.#isCalm ??= this.#findCalm();
    const outcome = plain === undefined || !this.#isCalm ? 'event' : plain.take(source, row);
    if (outcome === 'taken') return;
    const event = source.eventOf(row);
    if (outcome === 'alone') this.#process(event);
    else this.push(event);
    plain?.learn(source, row, event);
    this.#isCalm = undefined;
  }

  /** Nothing is known or on its way that makes a request or an answer at the wire mean more than it says. */
  #findCalm(): boolean {
    if (this.#points.hop !== 'wire' || this.#points.answersAt !== 'wire' || !this.#context.hasSeconds) return false;
    return (this.#context.units.get('')?.early.length ?? 0) === 0 && !this.#epochs.isWaiting;
  }

  push(event: TraceEvent): void {
    this.#isCalm = undefined;
    if (mayLookAtGroups(event)) this.#plain?.settle();
    if (this.#points.isDecided) {
      this.#process(event);
      return;
    }
    for (const ready of this.#points.push(event)) this.#process(ready);
  }

  /** Nothing came for a while. */
  settle(): void {
    for (const event of this.#points.settle()) this.#process(event);
  }

  /** A line of a kernel log whose place among the trace's events is not known. */
  pushLog(event: TraceEvent): void {
    this.#log.push(event);
  }

  /**
   * A line of a kernel log on the trace's clock, whose time there is `at`. It shows nothing of how long the trace ran, nor when
   * it began.
   */
  pushPlaced(event: TraceEvent, at: number): void {
    if (!this.#log.isTimely(event)) {
      this.#log.push(event);
      return;
    }
    this.#isCalm = undefined;
    this.#plain?.settle();
    this.#log.place(event, at);
    for (const ready of this.#points.pushBeside(event)) this.#process(ready);
  }

  /** Ends the replay at the next boot: what is open is unknown, not dropped. */
  finishAtBoot(boot: TraceEvent): void {
    for (const event of this.#points.finish()) this.#process(event);
    this.#gaps.reboot(boot);
    this.finish({ lastTime: undefined, end: 'cut' });
  }

  /** Ends the replay: what is open is judged by the time of the last line, and by what is known of the capture's end. */
  finish({ lastTime, end }: CaptureEnd): void {
    this.#plain?.settle();
    for (const event of this.#points.finish()) this.#process(event);
    this.#epochs.settle(Number.POSITIVE_INFINITY);
    if (lastTime !== undefined && lastTime > this.#context.now) this.#context.now = lastTime;
    this.#unanswered.end = end;
    this.#matcher.finish(end === 'cut');
    this.#coreAnswers.finish(end === 'complete');
    this.#refusals.finish();
    this.#judge.finish(end === 'cut');
    this.#overflows.finish(this.#unanswered.finish());
    this.#refusedAnswers.finish();
  }

  #process(event: TraceEvent): void {
    const context = this.#context;
    if (this.#log.takePlaced(event)) return;
    if (event.time !== undefined) {
      context.now = event.time;
      context.firstTime ??= event.time;
    }
    if (!this.#bounds.admits(event)) return;
    if (this.#epochs.isWaiting) this.#epochs.settle(context.now);
    this.#submissions.note(event);
    if (event.kind !== 'capture-gap') this.#gaps.seen(event.cpu, event.time);
    this.#hasAnswers ||= showsAnswers(event);
    switch (event.kind) {
      case 'page-request':
        if (this.#isOnGroupHop(event)) this.#request(event);
        else if (event.point === 'core') this.#upperHops.report(event);
        return;
      case 'page-response':
        this.#response(event);
        return;
      case 'stop-marker':
        if (this.#isOnGroupHop(event)) this.#stopMarker(event);
        return;
      case 'drain':
        this.#epochs.drainStep(event);
        return;
      case 'pasid-bound':
        this.#submissions.endAutoResponse(event);
        this.#epochs.bound(event);
        return;
      case 'pasid-unbound':
        this.#submissions.endAutoResponse(event);
        this.#epochs.unbound(event);
        return;
      case 'device-detached':
        if (event.probe === 'iopf_queue_remove_device') this.#epochs.deviceGone(event);
        return;
      case 'device-reset':
        this.#unanswered.reset(event);
        return;
      case 'handler-unregistered':
        this.#epochs.handlerGone(event);
        return;
      case 'handler-read':
      case 'handler-write':
        this.#submissions.noteCookies(event);
        this.#submissions.endAutoResponse(event);
        return;
      case 'partial-discarded':
      case 'queue-overflow':
        this.#overflows.overflow(event);
        return;
      case 'capture-gap':
        this.#gaps.marker(event);
        this.#epochs.forgetSteps();
        return;
      case 'request-refused':
        if (event.point !== 'core') this.#refusals.report(event);
        return;
      case 'response-refused':
        this.#refusedAnswers.refuse(event);
        return;
      case 'iommu-error':
        this.#log.iommuError(event);
        return;
      case 'fault':
      case 'suppressed':
        this.#log.plainEvent(event);
        return;
      case 'handler-registered':
        this.#epochs.handlerReplaced(event);
        return;
      case 'device-attached':
        return;
    }
  }

  #isOnGroupHop(event: TraceEvent): boolean {
    return event.point === this.#points.hop;
  }

  #request(request: TraceEvent): void {
    const requester = this.#context.requesters.of(request);
    const unit = this.#context.unit(request.iommu);
    if (isCopy(unit, request)) return;
    const previousAt = unit.requestAt;
    unit.firstRequestAt ??= request.time;
    unit.requestAt = request.time;
    unit.requestSequence = request.sequence;
    this.#gaps.sequence(requester, request);
    if (request.pid !== undefined && request.point === 'wire') unit.reporters.add(request.pid);
    this.#upperHops.requestTraced(request);
    const early = this.#matcher.takeEarly(requester, request);
    const { refusal, isProven } = early;
    if (refusal !== undefined) {
      this.#upperHops.forget(request);
      requester.hasRequests = true;
      const first = this.#collector.takeCutRefusal(requester, request, unit);
      if (first !== undefined) this.#refusals.refuseUnanswered(first, requester, refusal);
      this.#refusals.refuse(requester, request, refusal, isProven === true);
      this.#matcher.judgeBesideRefusal(early);
      return;
    }
    const hidden = isTracedLate(request) ? this.#gaps.hidesAnswer(request, previousAt) : undefined;
    const { answer, surplus } = early;
    const group = this.#collector.add(requester, request, hidden);
    if (group === undefined) return;
    this.#sealedCount += 1;
    const { pending } = keyState(requester, group.pasid, group.prgi);
    if (pending.length > MAX_OPEN_OF_KEY) this.#unanswered.letGo(pending[0]);
    else if (requester.open.size > MAX_OPEN) this.#unanswered.letGo(requester.open.oldest);
    if (answer !== undefined) this.#accepted.accept(group, answer, true);
    else if (isTracedLate(request)) this.#gaps.doubtAnswer(group, request, previousAt);
    if (surplus !== undefined) this.#matcher.judgeSurplus(surplus);
    if (group.strangers.length > 0) this.#overflows.observeJoin(group);
    this.#delivered.add(group);
  }

  #response(response: TraceEvent): void {
    if (response.prgi === undefined) return;
    if (this.#points.hop === 'wire') {
      const isOnWire = response.point === 'wire' || isCommand(response);
      // A lone operation at the head of the capture had its wire line cut off.
      if (isOnWire) this.#points.answersAt = 'wire';
      if (isOnWire) this.#answer(response);
      else if (response.point === 'core') this.#coreAnswers.submit(response);
      else if (response.point === 'driver-op') this.#operation(response);
      return;
    }
    if (response.point === 'driver-op') this.#answer(response);
    else if (response.point === 'core' && !this.#points.hasDriverOperation) this.#answer(response);
    else if (response.point === 'core') this.#coreAnswers.submit(response);
  }

  #answer(response: TraceEvent): void {
    const requester = this.#context.requesters.ofAnswer(response);
    // CMD_RESUME names stream and tag only; the tag is the stream's, whatever the substream (Arm IHI 0070, 4.7.1).
    if (response.isStall && response.pasid === undefined) response.pasid = substreamOf(requester, response.prgi);
    this.#matcher.answer(requester, response);
  }

  /** The driver's operation, on its way to the wire, or the last that the capture shows of the answer. */
  #operation(response: TraceEvent): void {
    if (this.#points.answersAt === 'wire') this.#upperHops.operation(response);
    else this.#answer(response);
  }

  #stopMarker(event: TraceEvent): void {
    const requester = this.#context.requesters.of(event);
    requester.hasRequests = true;
    // Linux 5.14 traces markers too, and numbers them (log-formats D.2).
    this.#gaps.sequence(requester, event);
    keyState(requester, event.pasid, event.prgi ?? 0).stopMarker = event;
  }
}

/** A line that stands twice in the file, as after careless pasting: one message has one time and one `seq#`. */
function isCopy({ requestSequence, requestAt }: IommuUnit, request: TraceEvent): boolean {
  return requestSequence !== undefined && requestSequence === request.sequence && requestAt === request.time;
}

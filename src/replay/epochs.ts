import type { TraceEvent } from '../model/event.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../model/time.ts';
import type { ReplayContext } from './context.ts';
import type { PageRequestGroup } from './page-request-group.ts';
import type { PasidState, Requester } from './requester.ts';
import type { StrayJudge } from './strays.ts';
import type { SubmissionTracker } from './submissions.ts';

/** A detach and the invalidation that names its device are this close in the same task. */
const SAME_CALL_NS = NS_PER_SECOND;

/**
 * Answers to groups from before a drain may follow it: automatic ones within milliseconds or at the unload of the driver
 * (seen: 278 ms), a handler's late ones. From then on the PASID counts as clean.
 */
const DRAIN_SETTLES_NS = NS_PER_SECOND;

/** After a detach its invalidations follow within this time (seen: 0.1 ms). */
const INVALIDATED_NS = 100 * NS_PER_MS;

/** What a task did last to a PASID's translation, to tell which device a line without one means. */
interface TaskTrail {
  /** Newest whole-PASID (or whole-device) invalidation of a device TLB: it names the device. */
  invalidated: { readonly requester: Requester; readonly pasid: number | undefined; readonly time: number } | undefined;
  /** A detach whose device is not known yet. */
  detach: TraceEvent | undefined;
  /** PASID of the newest detach. */
  detachedPasid: { readonly pasid: number | undefined; readonly time: number } | undefined;
}

/**
 * Epochs of a PASID: attach, bind, detach, unbind, drain, and the end of a handler (semantics §3.1, §4).
 * An end never closes a group by itself; it is remembered with the groups that it found pending.
 */
export class EpochTracker {
  readonly #context: ReplayContext;
  readonly #judge: StrayJudge;
  readonly #submissions: SubmissionTracker;
  readonly #trails = new Map<number, TaskTrail>();
  readonly #onDeviceGone: (requester: Requester, event: TraceEvent) => void;
  readonly #isOnWire: () => boolean;
  /** Tasks with a detach whose invalidation, which names the device, is still to come. */
  readonly #waiting = new Set<TaskTrail>();

  constructor(
    context: ReplayContext,
    judge: StrayJudge,
    submissions: SubmissionTracker,
    onDeviceGone: (requester: Requester, event: TraceEvent) => void,
    isOnWire: () => boolean,
  ) {
    this.#context = context;
    this.#judge = judge;
    this.#submissions = submissions;
    this.#onDeviceGone = onDeviceGone;
    this.#isOnWire = isOnWire;
  }

  /** One step of the drain signature, or a drain kprobe. */
  drainStep(event: TraceEvent): void {
    const unit = this.#context.unit(event.iommu);
    switch (event.drainStep) {
      case 'fence':
        unit.drain = { step: 'fence', pasid: undefined, task: event.pid };
        return;
      case 'iotlb': {
        // One call of one task queues all three.
        const follows = unit.drain?.step === 'fence' && unit.drain.task === event.pid;
        unit.drain = follows ? { step: 'iotlb', pasid: event.pasid, task: event.pid } : undefined;
        return;
      }
      case 'device-tlb': {
        const { drain } = unit;
        const isDrain = drain?.step === 'iotlb' && drain.pasid === event.pasid && drain.task === event.pid;
        unit.drain = undefined;
        this.#invalidated(event, isDrain);
        return;
      }
      default:
        this.#unnamedDrain(event);
    }
  }

  /** Lost events may be steps of a drain: what is left of it is none. */
  forgetSteps(): void {
    for (const unit of this.#context.units.values()) unit.drain = undefined;
  }

  #invalidated(event: TraceEvent, isDrain: boolean): void {
    const requester = this.#context.requesters.of(event);
    const trail = this.#trail(event);
    trail.invalidated = { requester, pasid: event.pasid, time: event.time ?? Number.NaN };
    const detach = trail.detach;
    if (detach !== undefined && detach.pasid === event.pasid) {
      trail.detach = undefined;
      this.#waiting.delete(trail);
      this.end(requester, detach.pasid, detach);
    }
    if (!isDrain) return;
    this.end(requester, event.pasid, event);
    this.#clean(requester, event.pasid, event);
  }

  /** A drain kprobe names a PASID only: it counts where no descriptors are recorded. */
  #unnamedDrain(event: TraceEvent): void {
    if (event.pasid === undefined || event.drainStep !== 'end') return;
    const only = this.#only(event.pasid);
    if (only !== undefined) this.#clean(only, event.pasid, event);
  }

  bound(event: TraceEvent): void {
    if (event.returnValue !== undefined && event.returnValue < 0) return;
    if (event.device !== undefined || event.requester !== undefined) {
      this.#clean(this.#context.requesters.of(event), event.pasid, event);
      return;
    }
    if (event.pasid !== undefined) this.#boundUnnamed(event.pasid, event.time);
    for (const state of this.#context.pasidStates(undefined, event.pasid)) {
      if (!state.hasEnded) continue;
      state.generation += 1;
      state.hasEnded = false;
    }
  }

  #boundUnnamed(pasid: number, time: number | undefined): void {
    const { head } = this.#judge;
    const states = this.#context.requesters.all().flatMap(({ pasids }) => pasids.get(pasid) ?? []);
    if (states.every(({ lastEnd }) => lastEnd === undefined)) head.firstLives.add(pasid);
    if (time !== undefined) head.cleanPasids.set(pasid, time);
    for (const state of states) {
      state.isFirstLife ||= head.firstLives.has(pasid);
      markAttached(state, time);
    }
  }

  unbound(event: TraceEvent): void {
    if (event.returnValue !== undefined && event.returnValue < 0) {
      this.#revert(event);
      return;
    }
    const trail = this.#trail(event);
    trail.detachedPasid = { pasid: event.pasid, time: event.time ?? Number.NaN };
    if (event.device !== undefined || event.requester !== undefined) {
      this.end(this.#context.requesters.of(event), event.pasid, event);
      return;
    }
    trail.detach = event;
    if (this.#isOnWire()) this.#waiting.add(trail);
    else this.#settle(trail);
  }

  /** True while a detach waits for the invalidation that names its device. */
  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** Gives up waiting for what did not come by `now`. */
  settle(now: number): void {
    for (const trail of this.#waiting) {
      if (now - (trail.detach?.time ?? Number.NEGATIVE_INFINITY) > INVALIDATED_NS) this.#settle(trail);
    }
  }

  /** No invalidation named the device of the detach: the one before it does, or the PASID if one function uses it. */
  #settle(trail: TaskTrail): void {
    this.#waiting.delete(trail);
    const { detach, invalidated } = trail;
    if (detach === undefined) return;
    const isOfDetach =
      invalidated?.pasid === detach.pasid && isNear(invalidated?.time ?? Number.NEGATIVE_INFINITY, detach.time);
    const requester = isOfDetach ? invalidated?.requester : this.#only(detach.pasid);
    if (requester === undefined) return;
    trail.detach = undefined;
    this.end(requester, detach.pasid, detach);
  }

  /** The device left the fault queue (`iopf_queue_remove_device`): what it was collecting is forgotten. */
  deviceGone(event: TraceEvent): void {
    const requester = this.#deviceOf(event);
    if (requester === undefined) return;
    this.#onDeviceGone(requester, event);
    this.end(requester, undefined, event);
  }

  handlerGone(event: TraceEvent): void {
    if (event.returnValue !== undefined && event.returnValue < 0) {
      this.#revert(event);
      return;
    }
    const detached = this.#trail(event).detachedPasid;
    const isOfDetach = detached !== undefined && isNear(detached.time, event.time);
    const pasid = event.pasid ?? (isOfDetach ? detached.pasid : undefined);
    if (event.probe === 'iommufd_auto_response_faults') {
      // Outside a detach it belongs to the device's own domain, not to a PASID.
      if (!isOfDetach) return;
      this.#submissions.startAutoResponse(event, pasid);
    }
    const isNamed = event.device !== undefined || event.requester !== undefined;
    this.end(isNamed ? this.#context.requesters.of(event) : this.#detachedFrom(event, pasid), pasid, event);
  }

  /** The device that the task has just detached from this PASID. */
  #detachedFrom(event: TraceEvent, pasid: number | undefined): Requester | undefined {
    const { invalidated } = this.#trail(event);
    const isOfPasid = pasid !== undefined && invalidated?.pasid === pasid && isNear(invalidated.time, event.time);
    return isOfPasid ? invalidated?.requester : undefined;
  }

  /** The host answers what an unregistered handler leaves, before another one takes its place (semantics §4). */
  handlerReplaced(event: TraceEvent): void {
    const requester = event.device === undefined ? undefined : this.#context.requesters.find(event);
    for (const group of this.#context.requesters.open.of(requester, event.pasid)) {
      group.isLeftByHost ||= group.drainedBy?.kind === 'handler-unregistered';
    }
  }

  /** A handler of this PASID (of all, if undefined) is gone, of whichever requester if that is undefined. */
  end(requester: Requester | undefined, pasid: number | undefined, event: TraceEvent): void {
    for (const state of this.#context.pasidStates(requester, pasid)) {
      state.lastEnd = event;
      state.hasEnded = true;
    }
    const open = this.#context.requesters.open.of(requester, pasid).filter((group) => !isAfter(group, event));
    const isDoubtful = requester === undefined && open.some((group) => group.requester !== open[0]?.requester);
    for (const group of open) {
      if (group.drainedBy !== undefined && (isDoubtful || !group.isDrainDoubtful)) continue;
      group.drainedBy = event;
      group.isDrainDoubtful = isDoubtful;
    }
  }

  #clean(requester: Requester, pasid: number | undefined, event: TraceEvent): void {
    for (const state of this.#context.pasidStates(requester, pasid ?? 0)) {
      state.generation += 1;
      state.hasEnded = false;
      if (event.kind !== 'drain') markAttached(state, event.time);
      else if (event.time !== undefined) state.settledAt = event.time + DRAIN_SETTLES_NS;
    }
  }

  /** An unregister that returned an error is no epoch. */
  #revert(failed: TraceEvent): void {
    const isOf = (event: TraceEvent | undefined): boolean =>
      event !== undefined && event.kind === failed.kind && event.pid === failed.pid && event.probe === failed.probe;
    for (const requester of this.#context.requesters.all()) {
      for (const state of requester.pasids.values()) {
        if (isOf(state.lastEnd)) state.lastEnd = undefined;
      }
    }
    for (const group of this.#context.requesters.open.of(undefined, undefined)) {
      if (isOf(group.drainedBy)) forgetDrain(group);
    }
    const trail = this.#trail(failed);
    trail.detach = undefined;
    this.#waiting.delete(trail);
  }

  #deviceOf(event: TraceEvent): Requester | undefined {
    if (event.device !== undefined || event.requester !== undefined) return this.#context.requesters.of(event);
    const near = this.#trail(event).invalidated;
    if (near !== undefined && isNear(near.time, event.time)) return near.requester;
    const all = this.#context.requesters.all();
    return all.length === 1 ? all[0] : undefined;
  }

  /** The one requester that uses this PASID; undefined if none or several do. */
  #only(pasid: number | undefined): Requester | undefined {
    const users = this.#context.requesters.all().filter((each) => each.pasids.has(pasid ?? 0));
    return users.length === 1 ? users[0] : undefined;
  }

  #trail(event: TraceEvent): TaskTrail {
    const task = event.pid ?? -1;
    let trail = this.#trails.get(task);
    if (trail === undefined) {
      trail = { invalidated: undefined, detach: undefined, detachedPasid: undefined };
      this.#trails.set(task, trail);
    }
    return trail;
  }
}

function isNear(then: number, now: number | undefined): boolean {
  return now === undefined || Number.isNaN(then) || now - then <= SAME_CALL_NS;
}

/** What came after an end that was found late is not its. */
function isAfter({ sealedAt }: PageRequestGroup, { time }: TraceEvent): boolean {
  return sealedAt !== undefined && time !== undefined && sealedAt > time;
}

/** Answers to groups from before may still come for a while, unless the capture shows the PASID from its first attach on. */
function markAttached(state: PasidState, time: number | undefined): void {
  state.isFirstLife ||= state.lastEnd === undefined;
  if (time === undefined) return;
  const endedAt = state.isFirstLife ? undefined : state.lastEnd?.time;
  state.attachedAt = endedAt === undefined ? time : Math.max(time, endedAt + DRAIN_SETTLES_NS);
}

function forgetDrain(group: PageRequestGroup): void {
  group.drainedBy = undefined;
  group.isDrainDoubtful = false;
}

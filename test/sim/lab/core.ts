import type { Clockwork } from '../clockwork.ts';
import type { LogLine } from '../log-line.ts';
import type { Random } from '../random.ts';
import type { DeviceRequest, LabDevice } from './device.ts';
import { type Kernel, type LabTrace, privateWord, type Task } from './trace.ts';

/** Who serves a PASID: the lab's faulty driver, the kernel's own SVA handler, or a user-space server behind iommufd. */
export type Handling = 'driver' | 'sva' | 'iommufd';

/** A PASID of a function with its handler. */
export interface Attachment {
  readonly device: LabDevice;
  readonly pasid: number;
  readonly task: Task;
  readonly handling: Handling;
  /** The driver refuses what comes when it holds as many groups. */
  readonly room: number;
  /** Delivered to the handler and not let go by it. */
  readonly held: LabGroup[];
}

/** A sealed group inside the kernel. */
export interface LabGroup {
  readonly device: LabDevice;
  readonly pasid: number | undefined;
  readonly prgi: number;
  readonly requests: readonly DeviceRequest[];
  readonly attachment: Attachment | undefined;
  /** The core waits for its answer. */
  isPending: boolean;
  /** SVA: a page of another address space is among its requests. */
  readonly isBad: boolean;
}

/** What `respond` overwrites in a group before it submits it. */
export interface Forgery {
  readonly pasid?: number;
  readonly prgi?: number;
}

/** What of a function's groups the kernel keeps. */
export interface FunctionState {
  readonly attached: Map<number, Attachment>;
  partial: { readonly request: DeviceRequest; readonly attachment: Attachment }[];
  readonly pending: LabGroup[];
}

/** The page-fault core of one kernel (io-pgfault.c, iommu.c), with the driver's operation below it. */
export class Core {
  readonly states = new Map<LabDevice, FunctionState>();
  /** SVA work that was queued and has not run. */
  works = 0;
  readonly kernel: Kernel;
  readonly #clock: Clockwork;
  readonly #random: Random;
  readonly #trace: LabTrace;
  /** A task does one thing at a time. */
  readonly #busyUntil = new Map<number, number>();

  constructor(kernel: Kernel, clock: Clockwork, random: Random, trace: LabTrace) {
    this.kernel = kernel;
    this.#clock = clock;
    this.#random = random;
    this.#trace = trace;
  }

  state(device: LabDevice): FunctionState {
    let state = this.states.get(device);
    if (state === undefined) {
      state = { attached: new Map(), partial: [], pending: [] };
      this.states.set(device, state);
    }
    return state;
  }

  /** Runs when the task is free; `run` gives how long it is busy then. */
  inTask(who: Task, run: () => number): void {
    const free = this.#busyUntil.get(who.pid) ?? 0;
    if (free > this.#clock.now) {
      const wait = Number.isFinite(free) ? free - this.#clock.now + 1 : 50;
      this.#clock.after(wait, () => this.inTask(who, run));
      return;
    }
    const took = run();
    if (this.#busyUntil.get(who.pid) !== Number.POSITIVE_INFINITY)
      this.#busyUntil.set(who.pid, this.#clock.now + took + 3);
  }

  /** Holds the task until `until` is called. */
  occupy(who: Task): () => void {
    this.#busyUntil.set(who.pid, Number.POSITIVE_INFINITY);
    return () => this.#busyUntil.set(who.pid, this.#clock.now);
  }

  /** `iommu_report_device_fault`: returns its value and how long it took, µs. */
  report(reporter: Task, request: DeviceRequest): { readonly value: number; readonly tookUs: number } {
    return this.kernel === '6.1' ? this.#reportOld(request) : this.#reportNew(reporter, request);
  }

  /** 6.1: the driver's handler gets every request; what needs an answer is kept pending first. */
  #reportOld(request: DeviceRequest): { readonly value: number; readonly tookUs: number } {
    const { device, pasid, prgi, isLast, privateData } = request;
    const state = this.state(device);
    if (!isLast && privateData === undefined) return { value: 0, tookUs: 5 };
    const attachment = [...state.attached.values()][0];
    const held = state.pending.length;
    if (attachment !== undefined && held >= attachment.room) return { value: -28, tookUs: 30 };
    const owner = state.attached.get(pasid ?? 0);
    const group = { device, pasid, prgi, requests: [request], attachment: owner, isPending: true, isBad: false };
    state.pending.push(group);
    owner?.held.push(group);
    return { value: 0, tookUs: 12 };
  }

  #reportNew(reporter: Task, request: DeviceRequest): { readonly value: number; readonly tookUs: number } {
    const { device, pasid, prgi, isLast } = request;
    const state = this.state(device);
    const attachment = pasid === undefined ? undefined : state.attached.get(pasid);
    if (attachment === undefined) return { value: -22, tookUs: this.#operation(reporter, groupOf(request), 1, 4, {}) };
    if (!isLast) {
      state.partial.push({ request, attachment });
      return { value: 0, tookUs: 6 };
    }
    const members = state.partial.filter((each) => each.request.prgi === prgi);
    state.partial = state.partial.filter((each) => each.request.prgi !== prgi);
    const group: LabGroup = {
      device,
      pasid,
      prgi,
      requests: [...members.map((each) => each.request), request],
      attachment,
      isPending: true,
      isBad: members.some((each) => each.attachment !== attachment),
    };
    state.pending.push(group);
    if (attachment.handling === 'sva') {
      this.#queueWork(group);
      return { value: 0, tookUs: 15 };
    }
    const held = [...state.attached.values()].reduce((sum, each) => sum + each.held.length, 0);
    if (held < attachment.room) {
      attachment.held.push(group);
      return { value: 0, tookUs: 15 };
    }
    this.#trace.log(this.#clock.now + 8, `prilab ${device.name}: iopf with pasid ${pasid} aborted`);
    const tookUs = this.#submit(reporter, group, 2, {}, 20);
    return { value: -22, tookUs };
  }

  /** The SVA handler: an unordered work queue with a few workers. */
  #queueWork(group: LabGroup): void {
    this.works += 1;
    const worker = this.#random.pick([
      { task: 'kworker/u8:1', pid: 29 },
      { task: 'kworker/u8:2', pid: 38 },
      { task: 'kworker/u8:3', pid: 41 },
    ]);
    const who = { ...worker, cpu: this.#random.between(0, 1) };
    this.#clock.after(this.#random.delay(8, this.#random.chance(0.05) ? 200_000 : 2500), () =>
      this.inTask(who, () => {
        this.works -= 1;
        return this.#submit(who, group, group.isBad ? 1 : 0, {}, 0);
      }),
    );
  }

  /** A handler answers. On 6.1 by key (`iommu_page_response`), later by the group (`iopf_group_response`). */
  answer(who: Task, group: LabGroup, code: number, forgery: Forgery): void {
    this.inTask(who, () =>
      this.kernel === '6.1' ? this.#respond(who, group, code, forgery) : this.#submit(who, group, code, forgery, 0),
    );
  }

  /** As `answer` with the task already at work; gives how long it takes. */
  submitNow(who: Task, group: LabGroup, code: number): number {
    return this.#submit(who, group, code, {}, 0);
  }

  #respond(who: Task, group: LabGroup, code: number, forgery: Forgery): number {
    const { device } = group;
    const pasid = forgery.pasid ?? group.pasid;
    const prgi = forgery.prgi ?? group.prgi;
    const state = this.state(device);
    const start = this.#clock.now;
    this.#trace.probe(who, start, 'respond', '(iommu_page_response+0x0/0x1c0)');
    const at = state.pending.findIndex((each) => each.pasid === pasid && each.prgi === prgi);
    const found = state.pending[at];
    if (found === undefined && state.pending.length === 0)
      this.#trace.log(start + 4, `prilab ${device.name}: no pending PRQ, drop response`);
    if (found !== undefined) {
      state.pending.splice(at, 1);
      found.isPending = false;
    }
    const took = found === undefined ? 20 : this.#operation(who, found, code, 10, {});
    const ret = '(prilab_ioctl+0x4d1/0x515 [prilab] <- iommu_page_response)';
    this.#trace.probe(who, start + took + 12, 'respond_ret', `${ret} ret=${found === undefined ? -22 : 0}`);
    return took + 14;
  }

  #submit(who: Task, group: LabGroup, code: number, forgery: Forgery, delayUs: number): number {
    const pasid = forgery.pasid ?? group.pasid;
    const prgi = forgery.prgi ?? group.prgi;
    const text = `pasid=${pasid} grpid=${prgi} status=${code} count=${group.requests.length}`;
    const at = this.#clock.now + delayUs;
    this.#trace.probe(who, at, 'group_response', `(iopf_group_response+0x4/0xc0) ${text}`);
    if (this.kernel === '6.12' && !group.isPending) return delayUs + 2;
    this.#forget(group);
    return this.#operation(who, group, code, delayUs + this.#random.between(4, 30), forgery);
  }

  /** The host answers by itself what is still pending. */
  autoAnswer(who: Task, group: LabGroup, isSubmitted: boolean): number {
    if (isSubmitted) return this.#submit(who, group, 1, {}, 4);
    this.#forget(group);
    return this.#operation(who, group, 1, 8, {});
  }

  #forget(group: LabGroup): void {
    group.isPending = false;
    const { pending } = this.state(group.device);
    const at = pending.indexOf(group);
    if (at >= 0) pending.splice(at, 1);
  }

  /** The IOMMU driver's operation and its descriptor. */
  #operation(who: Task, group: LabGroup, code: number, delayUs: number, forgery: Forgery): number {
    const pasid = forgery.pasid ?? group.pasid;
    const prgi = forgery.prgi ?? group.prgi;
    const at = this.#clock.now + delayUs;
    const text =
      this.kernel === '6.1'
        ? '(intel_svm_page_response+0x0/0x170)'
        : `(intel_iommu_page_response+0x4/0xb0) pasid=${pasid ?? 0} grpid=${prgi} code=${code}`;
    this.#trace.probe(who, at, 'page_response', text);
    const queued = this.#random.between(2, 40);
    this.send(who, { ...group, pasid, prgi }, code, delayUs + queued);
    return delayUs + queued;
  }

  /** Queues the descriptor; the device has it a moment later. */
  send(who: Task, group: Omit<LabGroup, 'attachment' | 'isPending' | 'isBad'>, code: number, delayUs: number): void {
    const { device, pasid, prgi } = group;
    const last = group.requests.at(-1);
    const data = last?.privateData === undefined ? undefined : [privateWord(last), last.privateData];
    const isLast = last?.isLast ?? true;
    this.#clock.after(delayUs, () => {
      const answer = { device, pasid, prgi, code, isLast: isLast || this.#isGivenOn(last), privateData: data };
      const line: LogLine = this.#trace.response(who, this.#clock.now, answer);
      // A code that is too wide spills into the requester id: another function, which is not there.
      if (code < 16) this.#clock.after(1, () => device.received(pasid, prgi, code, this.#clock.now, line));
    });
  }

  /** 6.1: an open request with private data that reached the handler is answered as if it were the last (`p01`). */
  #isGivenOn(last: DeviceRequest | undefined): boolean {
    return last?.privateData !== undefined && this.kernel === '6.1';
  }
}

function groupOf(request: DeviceRequest): LabGroup {
  const { device, pasid, prgi } = request;
  return { device, pasid, prgi, requests: [request], attachment: undefined, isPending: false, isBad: false };
}

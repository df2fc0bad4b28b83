import { Clockwork } from '../clockwork.ts';
import type { LogLine } from '../log-line.ts';
import type { Random } from '../random.ts';
import { type Attachment, Core, type Forgery, type Handling, type LabGroup } from './core.ts';
import { type DeviceRequest, LabDevice } from './device.ts';
import type { FaultQueue } from './fault-queue.ts';
import { descriptorWords, type Kernel, LabTrace, privateWord, type Task } from './trace.ts';

const REPORTER: Task = { task: 'irq/24-dmar0-pr', pid: 53, cpu: 0 };
const FENCE = 0x200000045n;

/**
 * The machine of the `pri-*` captures: functions that send whatever they are told, one IOMMU with its queue and
 * thread, the page-fault core of the kernel, and handlers. Commands happen now; what they lead to, on its own time.
 */
export class Lab {
  readonly kernel: Kernel;
  readonly clock: Clockwork;
  readonly random: Random;
  readonly trace: LabTrace;
  readonly core: Core;
  readonly devices: readonly LabDevice[];
  /** Answers to requests that the kernel refused before it would trace them. */
  readonly untraced: LogLine[] = [];
  readonly #ringSize: number;
  #ring: DeviceRequest[] = [];
  /** Requests of the batch at hand: their places are free when it is done. */
  #inBatch = 0;
  #hasOverflowed = false;
  #isServing = false;
  /** The core attaches and detaches one PASID at a time. */
  isDetaching = false;
  #sequence: number;

  constructor(kernel: Kernel, random: Random, deviceCount: number, ringSize: number) {
    this.kernel = kernel;
    this.random = random;
    this.clock = new Clockwork(random.between(8_000_000, 300_000_000));
    this.trace = new LabTrace(kernel);
    this.core = new Core(kernel, this.clock, random, this.trace);
    this.devices = Array.from({ length: deviceCount }, (_, number) => new LabDevice(number));
    this.#ringSize = ringSize;
    this.#sequence = random.chance(0.3) ? 0 : random.between(1, 400);
  }

  // The device and the IOMMU's thread

  send(request: DeviceRequest): void {
    const isAccepted = !this.#hasOverflowed && this.#ring.length + this.#inBatch < this.#ringSize;
    request.device.sent(request, this.clock.now, isAccepted);
    if (!isAccepted) {
      this.#hasOverflowed = true;
      return;
    }
    this.#ring.push(request);
    if (this.#isServing) return;
    this.#isServing = true;
    this.clock.after(this.random.delay(15, 1500), () => this.#serve());
  }

  #serve(): void {
    const request = this.#ring.shift();
    if (request !== undefined) {
      this.#inBatch += 1;
      request.device.handedOn(request);
      this.#hand(request);
      return;
    }
    this.#inBatch = 0;
    if (this.#hasOverflowed) this.#recover();
    this.#isServing = false;
  }

  /** The ring is empty and had overflowed: partial groups of the whole unit are discarded. */
  #recover(): void {
    const { now } = this.clock;
    this.trace.log(now, 'IOMMU: dmar0: PRQ overflow detected');
    this.trace.probe(REPORTER, now + 9, 'queue_discard_partial', '(iopf_queue_discard_partial+0x4/0x130)');
    this.trace.log(now + 20, 'IOMMU: dmar0: PRQ overflow cleared');
    for (const device of this.devices) this.core.state(device).partial = [];
    this.#hasOverflowed = false;
  }

  #next(delayUs: number): void {
    this.clock.after(delayUs + this.random.between(2, 14), () => this.#serve());
  }

  #hand(request: DeviceRequest): void {
    const reason = this.#complaint(request);
    if (reason !== undefined) {
      this.#refuse(request, `IOMMU: dmar0: ${reason}`);
      return;
    }
    if (request.isLast && !/[rw]/.test(request.access)) {
      this.#next(2);
      return;
    }
    const { pasid, prgi, address, access, isLast, privateData } = request;
    const { now } = this.clock;
    const isOld = this.kernel === '6.1';
    if (!isOld) {
      const flags = (pasid === undefined ? 0 : 5) | (isLast ? 2 : 0);
      const permissions = (access.includes('r') ? 1 : 0) | (access.includes('w') ? 2 : 0);
      const text = `pasid=${pasid ?? 0} grpid=${prgi} flags=0x${flags.toString(16)} perm=0x${permissions} addr=0x${address.toString(16)}`;
      this.trace.probe(REPORTER, now, 'report_fault', `(iommu_report_device_fault+0x4/0x5f0) ${text}`);
    }
    this.clock.after(this.random.between(2, 30), () => {
      const { value, tookUs } = this.core.report(REPORTER, request);
      const returned = tookUs + this.random.between(2, 30);
      this.clock.after(returned, () => {
        const text = `(prq_event_thread+0x1cf/0x410 <- iommu_report_device_fault) ret=${value}`;
        this.trace.probe(REPORTER, this.clock.now, 'report_fault_ret', text);
        if (isOld && value !== 0) {
          this.#refuse(request, undefined);
          return;
        }
        const late = this.random.chance(0.03) ? this.random.delay(300, 60_000) : this.random.between(3, 40);
        this.clock.after(late, () => {
          this.trace.report(REPORTER, this.clock.now, request, this.#sequence);
          this.#sequence += 1;
          this.#next(privateData === undefined ? 1 : 2);
        });
      });
    });
  }

  /** Why the driver refuses the request before anybody looks at it (log-formats B.2.1). */
  #complaint({ pasid, address, access }: DeviceRequest): string | undefined {
    if (pasid === undefined && this.kernel !== '7.2') return 'Page request without PASID';
    if (BigInt.asUintN(64, BigInt.asIntN(48, address)) !== address) return 'Address is not canonical';
    if (access.includes('p') && /[rw]/.test(access)) return 'Page request in Privilege Mode';
    if (access.includes('x') && access.includes('r')) return 'Execution request not supported';
    return undefined;
  }

  #refuse(request: DeviceRequest, reason: string | undefined): void {
    const { now } = this.clock;
    if (reason !== undefined) this.trace.log(now, reason);
    this.trace.log(now + 30, `dmar0: Invalid page request: ${descriptorWords(request)}`);
    const isAnswered = request.isLast || (request.privateData !== undefined && this.kernel === '6.1');
    if (isAnswered) {
      const { device, pasid, prgi } = request;
      const group = { device, pasid, prgi, requests: [request] };
      this.clock.after(40, () => this.#answerRefused(group, request));
    }
    this.#next(60);
  }

  #answerRefused(group: Pick<LabGroup, 'device' | 'pasid' | 'prgi'>, request: DeviceRequest): void {
    const data = request.privateData === undefined ? undefined : [privateWord(request), request.privateData];
    const answer = { ...group, code: 1, isLast: request.isLast, privateData: data };
    const line = this.trace.response(REPORTER, this.clock.now, answer);
    this.untraced.push(line);
    this.clock.after(1, () => group.device.received(group.pasid, group.prgi, 1, this.clock.now, line));
  }

  // Handlers

  attach(task: Task, device: LabDevice, pasid: number, handling: Handling, room = 64): Attachment {
    const attachment = { device, pasid, task, handling, room, held: [] };
    this.core.state(device).attached.set(pasid, attachment);
    if (this.kernel === '6.1') return attachment;
    const { now } = this.clock;
    if (handling === 'sva') this.trace.probe(task, now, 'sva_bind', '(iommu_sva_bind_device+0x4/0x390)');
    this.trace.probe(task, now + 2, 'attach_pasid', `(iommu_attach_device_pasid+0x4/0x210) pasid=${pasid}`);
    if (handling === 'sva') {
      const text = '(prilab_ioctl+0x3a2/0xad0 [prilab] <- iommu_sva_bind_device) handle=0xffff8cae84691120';
      this.trace.probe(task, now + 6, 'sva_bind_ret', text);
    }
    return attachment;
  }

  answer(group: LabGroup, code: number, forgery: Forgery, isKept: boolean): void {
    const { attachment } = group;
    if (attachment === undefined) return;
    if (!isKept) removeFrom(attachment.held, group);
    this.core.answer(attachment.task, group, code, forgery);
  }

  /** Detaches and, but on 6.1, drains, one PASID at a time. `queue`: the fault queue of iommufd that answers for it. */
  detach(attachment: Attachment, queue?: FaultQueue): void {
    if (this.isDetaching) {
      this.clock.after(30, () => this.detach(attachment, queue));
      return;
    }
    const { device, pasid, task, handling } = attachment;
    const state = this.core.state(device);
    if (this.kernel === '6.1') {
      state.attached.delete(pasid);
      return;
    }
    if (state.attached.get(pasid) !== attachment) return;
    this.isDetaching = true;
    this.core.inTask(task, () => {
      const free = this.core.occupy(task);
      const release = (): void => {
        this.isDetaching = false;
        free();
      };
      const step = (event: string, text: string): void => {
        this.trace.probe(task, this.clock.now, event, text);
      };
      const p = BigInt(pasid) << 32n;
      const source = p | (BigInt(device.rid) << 16n) | 8n;
      const invalidate = (domain: bigint, granularity: bigint): void => {
        // One call queues them, under the queue's lock.
        const { now } = this.clock;
        this.trace.descriptor(task, now, 'p_iotlb_inv', p | (domain << 16n) | granularity, 0n);
        this.trace.descriptor(task, now, 'p_dev_tlb_inv', source, 0x7ffffffffffff800n);
      };
      if (handling === 'sva') step('sva_unbind', '(iommu_sva_unbind_device+0x4/0x130)');
      step('detach_pasid', `(iommu_detach_device_pasid+0x4/0xe0) pasid=${pasid}`);
      this.clock.after(20, () => {
        step('tear_down_entry', `(intel_pasid_tear_down_entry+0x4/0x3d0) pasid=${pasid}`);
        this.trace.descriptor(task, this.clock.now + 1, 'pc_inv', p | 0x90017n, 0n);
        invalidate(9n, 0x26n);
        this.clock.after(30, () => {
          step('drain_prq', `(intel_iommu_drain_pasid_prq+0x4/0x310) pasid=${pasid}`);
          this.#whenQuiet(pasid, () => {
            this.trace.descriptor(task, this.clock.now, 'inv_wait', FENCE, 0n);
            invalidate(7n, 0x26n);
            this.clock.after(12, () => {
              step('drain_prq_ret', '(blocking_domain_set_dev_pasid+0x37/0x80 <- intel_iommu_drain_pasid_prq)');
              state.attached.delete(pasid);
              this.#afterDrain(attachment, queue, release);
            });
          });
        });
      });
      return 0;
    });
  }

  /** The drain waits until the queue holds no request of the PASID and the work queue is idle. */
  #whenQuiet(pasid: number, then: () => void): void {
    const isBusy = this.#isServing || this.core.works > 0 || this.#ring.some((request) => request.pasid === pasid);
    if (isBusy) this.clock.after(40, () => this.#whenQuiet(pasid, then));
    else then();
  }

  #afterDrain(attachment: Attachment, queue: FaultQueue | undefined, release: () => void): void {
    const { device, task } = attachment;
    const state = this.core.state(device);
    let took = 5;
    if (state.attached.size === 0 && this.kernel === '7.2') took += this.#removeDevice(device, task);
    this.clock.after(took, () => {
      if (queue === undefined) {
        release();
        return;
      }
      this.trace.probe(task, this.clock.now, 'iommufd_auto_response', '(iommufd_auto_response_faults+0x4/0x230)');
      const rest = queue.takeOf(attachment);
      this.#autoAnswerAll(task, rest, release);
    });
  }

  #autoAnswerAll(task: Task, groups: readonly LabGroup[], then: () => void): void {
    const [group, ...rest] = groups;
    if (group === undefined) {
      then();
      return;
    }
    const took = this.core.autoAnswer(task, group, true);
    this.clock.after(took + 20, () => this.#autoAnswerAll(task, rest, then));
  }

  /** The function leaves the fault queue: partial groups vanish, pending ones are answered Invalid, newest first. */
  #removeDevice(device: LabDevice, task: Task): number {
    const state = this.core.state(device);
    const { now } = this.clock;
    this.trace.probe(task, now, 'queue_remove_device', '(iopf_queue_remove_device+0x4/0x270)');
    state.partial = [];
    let took = 10;
    for (const group of [...state.pending].reverse()) {
      if (group.attachment?.handling === 'iommufd') continue;
      const delay = took;
      this.clock.after(delay, () => {
        if (group.isPending) this.core.autoAnswer(task, group, false);
      });
      took += 120;
    }
    return took;
  }

  /** 6.12: the driver goes away, and with it what it left pending. */
  unload(): void {
    const task: Task = { task: 'rmmod', pid: 278, cpu: 1 };
    let delay = 0;
    for (const device of [...this.devices].reverse()) {
      this.clock.after(delay, () => {
        const { now } = this.clock;
        const rid = BigInt(device.rid);
        this.trace.descriptor(task, now, 'cc_inv', (rid << 32n) | 0x31n, 0n);
        this.trace.descriptor(task, now + 9, 'dev_tlb_inv', (rid << 32n) | 3n, 0x7ffffffffffff001n);
        this.clock.after(20, () => this.#removeDevice(device, task));
      });
      delay += 20_000;
    }
  }
}

function removeFrom(groups: LabGroup[], group: LabGroup): void {
  const at = groups.indexOf(group);
  if (at >= 0) groups.splice(at, 1);
}

import { Clockwork } from './clockwork.ts';
import type { LogLine } from './log-line.ts';
import { type Device, type Group, type Guest, type HostKind, INVALID, type Owner, type Request } from './machine.ts';
import type { Random } from './random.ts';
import type { Truth } from './truth.ts';
import { Wire } from './wire.ts';

/** Time from one line of a call to the next, µs. */
const STEP_US = 8;
const DETACH_US = 300;
/** A task is busy for as long with one answer. */
const SUBMIT_US = 8 * STEP_US;

/**
 * Device, IOMMU driver and core, VMM and guests as a simulation of discrete events. Everything happens in true
 * time (µs) and writes the lines that Linux and QEMU would write; what went wrong goes to `truths`.
 */
export class World extends Clockwork {
  readonly lines: LogLine[] = [];
  readonly truths: Truth[] = [];
  readonly groups: Group[] = [];
  /** The same ones again, as guests see them. */
  readonly guestGroups: Group[] = [];
  readonly owners: Owner[] = [];
  readonly random: Random;
  readonly hostKind: HostKind;
  readonly #wire: Wire;
  readonly #upperWires = new Map<string, Wire>();
  /** Until when a task is inside a call, by its pid: it makes one after the other. */
  readonly #busyTasks = new Map<number, number>();

  constructor(random: Random, hostKind: HostKind) {
    super(random.between(5_000_000, 400_000_000));
    this.random = random;
    this.hostKind = hostKind;
    this.#wire = new Wire({
      truths: this.truths,
      after: (delayUs, run) => this.after(delayUs, run),
      now: () => this.now,
    });
  }

  log(line: Omit<LogLine, 'lane'> & { readonly lane?: string }): LogLine {
    const whole = { lane: 'host', ...line };
    this.lines.push(whole);
    return whole;
  }

  // The device

  /** The device sends requests of one group, the last one last unless `isPartial`. */
  send(owner: Owner, prgi: number, count: number, handle: Request['handle'], isPartial = false): void {
    owner.device.busy.add(prgi);
    const page = this.random.between(0x100, 0x7fffffff);
    let delay = 0;
    for (let index = 0; index < count; index += 1) {
      const isLast = !isPartial && index === count - 1;
      const { device, pasid } = owner;
      const request: Request = { device, pasid, prgi, page: page + index, isLast, owner, handle, line: undefined };
      delay += this.random.between(1, 40);
      this.after(delay, () => this.#arrive(request));
    }
  }

  // The IOMMU driver: one thread an IOMMU hands on one request at a time.

  #arrive(request: Request): void {
    const { unit } = request.device;
    const begin = Math.max(this.now, unit.busyUntil);
    const isSlow = this.random.chance(0.02);
    const end = begin + (isSlow ? this.random.delay(1000, 60_000) : this.random.between(4, 90));
    unit.busyUntil = end + this.random.between(3, 15);
    const sequence = unit.sequence;
    unit.sequence += 1;
    this.after(begin - this.now, () => this.#report(request, end, sequence));
  }

  #report(request: Request, end: number, sequence: number): void {
    const { device, pasid, prgi, isLast } = request;
    const { unit } = device;
    const who = unit.reporter;
    const flags = (pasid === 0 ? 0 : 5) | (isLast ? 2 : 0);
    const isCode = this.hostKind === 'by-key' ? '5f0' : '550';
    this.log({
      ...who,
      at: this.now,
      event: 'report_fault',
      text: `(iommu_report_device_fault+0x4/0x${isCode}) pasid=${pasid} grpid=${prgi} flags=0x${flags.toString(16)} perm=0x3 addr=0x${request.page.toString(16)}000`,
      isProbe: true,
    });
    const isRefused = !request.owner.isAttached;
    this.log({
      ...who,
      at: end - 2,
      event: 'report_fault_ret',
      text: `(prq_event_thread+0x194/0x3a0 <- iommu_report_device_fault) ret=${isRefused ? -22 : 0}`,
      isProbe: true,
    });
    request.line = this.log({
      ...who,
      at: end,
      event: 'prq_report',
      text: `${unit.name}/${device.name} seq# ${sequence}: rid=0x${device.rid.toString(16)} addr=0x${request.page.toString(16)} rw--${isLast ? 'l' : '-'} pasid=0x${pasid.toString(16)} index=0x${prgi.toString(16)}`,
      isProbe: false,
    });
    if (isRefused) this.#refuse(request);
    else this.#collect(request);
  }

  /** Nobody handles this PASID: since 6.11 every request is answered Invalid at once. */
  #refuse(request: Request): void {
    const { device, pasid, prgi } = request;
    const answer = this.#pageResponse(device.unit.reporter, device, pasid, prgi, INVALID, this.now + 1, request.isLast);
    this.truths.push({
      id: 'FL107',
      alsoKnownAs: [],
      device: device.name,
      pasid,
      prgi,
      lines: [answer],
      isFolded: true,
      proof: 'wire',
      why: 'nobody handles the PASID',
    });
    this.after(3, () => device.busy.delete(prgi));
  }

  #collect(request: Request): void {
    const { device, prgi } = request;
    const members = device.collecting.get(prgi) ?? [];
    device.collecting.set(prgi, members);
    members.push(request);
    if (!request.isLast) return;
    device.collecting.delete(prgi);
    const group = newGroup(request.owner, device, request.pasid, prgi, members, this.now, request.line);
    this.#wire.seal(group);
    this.groups.push(group);
    request.handle(group);
  }

  /** The ring overflowed: the driver empties it and forgets all partial groups of its functions. */
  overflow(device: Device): void {
    const { unit } = device;
    // The thread that hands on requests notices, and only between two of them.
    if (unit.busyUntil > this.now) {
      this.after(unit.busyUntil - this.now + 1, () => this.overflow(device));
      return;
    }
    const line = this.log({
      ...unit.reporter,
      at: this.now,
      event: 'queue_discard_partial',
      text: '(iopf_queue_discard_partial+0x4/0x130)',
      isProbe: true,
    });
    const dmesg = this.log({
      lane: 'dmesg',
      ...unit.reporter,
      at: this.now - this.random.between(1, 40),
      event: 'dmesg',
      text: `IOMMU: ${unit.name}: PRQ overflow detected`,
      isProbe: false,
    });
    const partial = new Set(this.owners.map((owner) => owner.device).filter((each) => each.unit === unit));
    for (const each of partial) {
      for (const prgi of each.collecting.keys()) each.busy.delete(prgi);
      each.collecting.clear();
    }
    this.#wire.overflow(device, [line, dmesg]);
  }

  // Answers

  /** A handler answers in the host: what it submits goes through the core, which is as `hostKind` says. */
  submit(owner: Owner, group: Group, code: number, sent?: LogLine): void {
    this.#inTask(owner, SUBMIT_US, () => this.#submit(owner, group, code, sent));
  }

  #inTask({ pid }: Pick<Owner, 'pid'>, lastsUs: number, run: () => void): void {
    const until = this.#busyTasks.get(pid) ?? 0;
    if (until > this.now) {
      this.after(until - this.now, () => this.#inTask({ pid }, lastsUs, run));
      return;
    }
    this.#busyTasks.set(pid, this.now + lastsUs);
    run();
  }

  #submit(owner: Owner, group: Group, code: number, sent: LogLine | undefined): void {
    const { device, pasid, prgi } = group;
    const meant = this.hostKind === 'by-key' ? this.#oldestPending(device, pasid, prgi) : group;
    const who = { task: owner.task, pid: owner.pid, cpu: owner.cpu };
    const { now } = this;
    if (owner.guest !== undefined) {
      const text = `rsp dev=${device.name} pasid=${pasid} grpid=${prgi} code=${code}`;
      const seen = this.log({ ...who, lane: 'driver', at: now - 1, event: 'faultlog', text, isProbe: false });
      if (group.atDriver !== undefined) this.#wireOf('driver').answer(group.atDriver, code, 'handler', seen);
    }
    if (this.hostKind === 'by-key') {
      this.log({ ...who, at: now, event: 'respond', text: '(iommu_page_response+0x0/0x1c0)', isProbe: true });
      const isRefused = meant === undefined;
      const returned = this.log({
        ...who,
        at: now + 4 * STEP_US,
        event: 'respond_ret',
        text: `(prilab_ioctl+0x4d1/0x515 [prilab] <- iommu_page_response) ret=${isRefused ? -22 : 0}`,
        isProbe: true,
      });
      if (isRefused) {
        this.#wire.refused(group, code, returned, sent);
        return;
      }
      meant.isPendingInCore = false;
      this.#answerOnWire(who, group, code, STEP_US, 'handler', sent);
      return;
    }
    const submitted = this.log({
      ...who,
      at: now,
      event: 'group_response',
      text: `(iopf_group_response+0x4/0x80) pasid=${pasid} grpid=${prgi} status=${code} count=${group.requests.length}`,
      isProbe: true,
    });
    const isDropped = this.hostKind === 'by-group' && !group.isPendingInCore;
    group.isPendingInCore = false;
    if (isDropped) this.#wire.dropped(group, code, submitted, sent);
    else this.#answerOnWire(who, group, code, STEP_US, 'handler', sent);
    if (owner.guest === undefined) return;
    this.log({
      ...who,
      at: now + 6 * STEP_US,
      event: 'iommufd_fault_write',
      text: '(vfs_write+0xb3/0x440 <- iommufd_fault_fops_write) ret=8',
      isProbe: true,
    });
  }

  /** A handler has overwritten the fields of what it submits: PASID and PRGI are not those of a group (`h03`, `h04`). */
  submitForged(owner: Owner, pasid: number, prgi: number, code: number): void {
    this.#inTask(owner, SUBMIT_US, () => {
      const who = { task: owner.task, pid: owner.pid, cpu: owner.cpu };
      this.log({
        ...who,
        at: this.now,
        event: 'group_response',
        text: `(iopf_group_response+0x4/0x80) pasid=${pasid} grpid=${prgi} status=${code} count=1`,
        isProbe: true,
      });
      const { device } = owner;
      const line = this.#pageResponse(who, device, pasid, prgi, code, this.now + STEP_US, true);
      this.after(line.at - this.now, () => this.#wire.forged(device, pasid, prgi, line));
    });
  }

  /** The host answers a pending group by itself. */
  answerAutomatically(owner: Owner, group: Group, code: number, delayUs: number): void {
    this.after(delayUs, () => this.#inTask(owner, SUBMIT_US, () => this.#answerAutomatically(owner, group, code)));
  }

  #answerAutomatically(owner: Owner, group: Group, code: number): void {
    if (!group.isPendingInCore) return;
    group.isPendingInCore = false;
    const who = { task: owner.task, pid: owner.pid, cpu: owner.cpu };
    if (owner.guest !== undefined && this.hostKind !== 'by-key') {
      this.log({
        ...who,
        at: this.now,
        event: 'group_response',
        text: `(iopf_group_response+0x4/0x80) pasid=${group.pasid} grpid=${group.prgi} status=${code} count=${group.requests.length}`,
        isProbe: true,
      });
    }
    this.#answerOnWire(who, group, code, STEP_US, 'host');
  }

  #answerOnWire(
    who: Pick<LogLine, 'task' | 'pid' | 'cpu'>,
    group: Group,
    code: number,
    delayUs: number,
    by: 'handler' | 'host',
    sent?: LogLine,
  ): void {
    const { device, pasid, prgi } = group;
    const line = this.#pageResponse(who, device, pasid, prgi, code, this.now + delayUs, true);
    this.after(line.at - this.now, () => this.#wire.answer(group, code, by, line, sent));
  }

  /** The driver's operation and the descriptor, whose line is returned. */
  #pageResponse(
    who: Pick<LogLine, 'task' | 'pid' | 'cpu'>,
    device: Device,
    pasid: number,
    prgi: number,
    code: number,
    at: number,
    isLast: boolean,
  ): LogLine {
    const isOld = this.hostKind === 'by-key';
    this.log({
      ...who,
      at,
      event: 'page_response',
      text: isOld
        ? '(intel_svm_page_response+0x0/0x170)'
        : `(intel_iommu_page_response+0x4/0xb0) pasid=${pasid} grpid=${prgi} code=${code}`,
      isProbe: true,
    });
    const low =
      (BigInt(pasid) << 32n) | (BigInt(device.rid) << 16n) | BigInt(code << 12) | (pasid === 0 ? 0x9n : 0x19n);
    const high = (prgi << 3) | (isOld && isLast ? 4 : 0);
    return this.#descriptor(who, device, at + 2, 'page_grp_resp', low, BigInt(high));
  }

  #descriptor(
    who: Pick<LogLine, 'task' | 'pid' | 'cpu'>,
    device: Device,
    at: number,
    type: string,
    low: bigint,
    high: bigint,
  ): LogLine {
    const text = `${type} ${device.unit.name}: 0x${low.toString(16)} 0x${high.toString(16)} 0x0 0x0`;
    return this.log({ ...who, at, event: 'qi_submit', text, isProbe: false });
  }

  #oldestPending(device: Device, pasid: number, prgi: number): Group | undefined {
    return this.groups.find(
      (group) => group.isPendingInCore && group.device === device && group.pasid === pasid && group.prgi === prgi,
    );
  }

  // Epochs

  attach(owner: Owner): void {
    owner.isAttached = true;
    owner.attaches.push(
      this.log({
        task: owner.task,
        pid: owner.pid,
        cpu: owner.cpu,
        at: this.now,
        event: 'attach_pasid',
        text: `(iommu_attach_device_pasid+0x4/0x210) pasid=${owner.pasid}`,
        isProbe: true,
      }),
    );
  }

  /** Detaches and drains. The host answers what is pending with `automaticCode`, newest first, or leaves it. */
  detach(owner: Owner, automaticCode: number | undefined): void {
    this.#inTask(owner, DETACH_US, () => this.#tearDown(owner, automaticCode));
  }

  #tearDown(owner: Owner, automaticCode: number | undefined): void {
    owner.isAttached = false;
    const { device, pasid } = owner;
    // The drain waits until the ring holds no request of the PASID, and its thread has gone on.
    const { busyUntil } = device.unit;
    if (busyUntil > this.now) {
      this.#busyTasks.set(owner.pid, busyUntil + DETACH_US);
      this.after(busyUntil - this.now + 1, () => this.#tearDown(owner, automaticCode));
      return;
    }
    const who = { task: owner.task, pid: owner.pid, cpu: owner.cpu };
    let at = this.now;
    const probe = (event: string, text: string): void => {
      at += this.random.between(3, 30);
      this.log({ ...who, at, event, text, isProbe: true });
    };
    const queue = (type: string, low: bigint, high: bigint): LogLine => {
      at += this.random.between(1, 6);
      return this.#descriptor(who, device, at, type, low, high);
    };
    const p = BigInt(pasid) << 32n;
    const sid = p | (BigInt(device.rid) << 16n) | 8n;
    probe('detach_pasid', `(iommu_detach_device_pasid+0x4/0x90) pasid=${pasid}`);
    probe('tear_down_entry', `(intel_pasid_tear_down_entry+0x4/0x380) pasid=${pasid}`);
    queue('pc_inv', p | 0x90017n, 0n);
    queue('p_iotlb_inv', p | 0x90026n, 0n);
    queue('p_dev_tlb_inv', sid, 0x7ffffffffffff800n);
    probe('drain_prq', `(intel_iommu_drain_pasid_prq+0x4/0x2b0) pasid=${pasid}`);
    queue('inv_wait', 0x200000045n, 0n);
    queue('p_iotlb_inv', p | 0x70026n, 0n);
    const drain = queue('p_dev_tlb_inv', sid, 0x7ffffffffffff800n);
    probe('drain_prq_ret', '(iommu_detach_device_pasid+0x63/0x90 <- intel_iommu_drain_pasid_prq)');
    if (owner.guest !== undefined && automaticCode !== undefined && this.hostKind !== 'by-key') {
      probe('iommufd_auto_response', '(iommufd_auto_response_faults+0x4/0x230)');
    }
    owner.drains.push(drain);
    this.#wire.drained(owner, drain);
    if (automaticCode === undefined) return;
    let delay = at - this.now + 40;
    for (const group of [...this.groups].reverse()) {
      if (group.owner !== owner || !group.isPendingInCore) continue;
      this.answerAutomatically(owner, group, automaticCode, delay);
      delay += 60;
    }
  }

  /** The message of the line gets lost on its way; the hops on both sides of it are `guest` and `host`. */
  lose(group: Group, line: LogLine | undefined): void {
    if (line === undefined) return;
    const { device, pasid, prgi } = group;
    const lines = [line, ...(group.line === undefined ? [] : [group.line])];
    this.truths.push({
      id: 'FL302',
      alsoKnownAs: [],
      device: device.name,
      pasid,
      prgi,
      lines,
      isFolded: true,
      guest: group.owner.guest?.name,
      proof: 'guest',
      why: 'a message was lost between two lanes',
    });
  }

  #tellForeign({ device, pasid, prgi }: Group, guest: Guest, lines: readonly LogLine[]): void {
    this.truths.push({
      id: 'FL206',
      alsoKnownAs: [],
      device: device.name,
      pasid,
      prgi,
      lines,
      isFolded: false,
      proof: 'guest',
      guest: guest.name,
      why: "one guest answered another one's request",
    });
  }

  /** The hop of a lane above the host: what happens there is true there; a finding about it is due from the host's hop. */
  #wireOf(lane: string): Wire {
    const found = this.#upperWires.get(lane);
    if (found !== undefined) return found;
    const { truths } = this;
    const wire = new Wire({
      truths: { push: (truth) => truths.push({ ...truth, proof: 'nothing', guest: lane }) },
      after: (delayUs, run) => this.after(delayUs, run),
      now: () => this.now,
    });
    this.#upperWires.set(lane, wire);
    return wire;
  }

  // VMM and guest

  /** What goes one way between host and guest stays in order. */
  #pass(guest: Guest, way: keyof Guest['clearAt'], messages: number, run: () => void): void {
    const at = Math.max(this.now + this.random.delay(20, guest.hopUs), guest.clearAt[way] + 1);
    guest.clearAt[way] = at + 10 * messages;
    this.after(at - this.now, run);
  }

  /** The request of a guest's group goes up; `answer` runs in the guest when it has it. */
  inject(group: Group, guest: Guest, answer: () => void, isLost = false): void {
    const { random } = this;
    const { owner } = group;
    this.#handToDriver(group);
    this.#pass(guest, 'read', 1, () => {
      if (this.hostKind !== 'by-key')
        this.log({
          task: owner.task,
          pid: owner.pid,
          cpu: owner.cpu,
          at: this.now,
          event: 'iommufd_fault_read',
          text: `(ksys_read+0x6c/0xe0 <- iommufd_fault_fops_read) ret=${40 * group.requests.length}`,
          isProbe: true,
        });
      if (isLost) return;
      this.#pass(guest, 'inject', group.requests.length, () => {
        let at = this.now;
        const { guestDevice, guestPasid } = owner;
        let line: LogLine | undefined;
        const requests = group.requests.map((request): Request => {
          const seq = guest.sequence;
          guest.sequence += 1;
          at += random.between(1, 9);
          line = this.log({
            lane: guest.name,
            task: 'irq/25-dmar0-prq',
            pid: 61,
            cpu: 0,
            at,
            event: 'prq_report',
            text: `dmar0/${guestDevice.name} seq# ${seq}: rid=0x${guestDevice.rid.toString(16)} addr=0x${request.page.toString(16)} rw--${request.isLast ? 'l' : '-'} pasid=0x${guestPasid.toString(16)} index=0x${request.prgi.toString(16)}`,
            isProbe: false,
          });
          return { ...request, device: guestDevice, pasid: guestPasid, line };
        });
        this.after(at - this.now, () => {
          group.inGuest = newGroup(owner, guestDevice, guestPasid, group.prgi, requests, this.now, line);
          this.#wireOf(guest.name).seal(group.inGuest);
          this.guestGroups.push(group.inGuest);
        });
        this.after(at - this.now + 2, answer);
      });
    });
  }

  /** The mediating driver prints what the core hands it. */
  #handToDriver(group: Group): void {
    const { owner, device, pasid, prgi } = group;
    const { task, pid, cpu } = owner;
    const seen = group.requests.map((request, index): Request => {
      const { page, isLast } = request;
      const text = `req dev=${device.name} pasid=${pasid} grpid=${prgi} flags=0x${isLast ? 7 : 5} perm=0x3 addr=0x${page.toString(16)}000`;
      const at = this.now + index;
      return {
        ...request,
        line: this.log({ lane: 'driver', task, pid, cpu, at, event: 'faultlog', text, isProbe: false }),
      };
    });
    group.atDriver = newGroup(owner, device, pasid, prgi, seen, this.now, seen.at(-1)?.line);
    this.#wireOf('driver').seal(group.atDriver);
  }

  /** The guest answers; the VMM sees the descriptor and passes it on, unless it is `lost` on the way. */
  answerFromGuest(
    group: Group,
    guest: Guest,
    code: number,
    { lost, stallUs = 0, isForeign = false }: GuestAnswer = {},
  ): LogLine {
    const { owner } = group;
    const low = (BigInt(owner.guestPasid) << 32n) | (BigInt(owner.guestDevice.rid) << 16n) | BigInt(code << 12) | 0x19n;
    const high = group.prgi << 3;
    const sent = this.log({
      lane: guest.name,
      task: 'kworker/u4:2',
      pid: 88,
      cpu: 1,
      at: this.now,
      event: 'qi_submit',
      text: `page_grp_resp dmar0: 0x${low.toString(16)} 0x${high.toString(16)} 0x0 0x0`,
      isProbe: false,
    });
    if (group.inGuest !== undefined) this.#wireOf(guest.name).answer(group.inGuest, code, 'handler', sent);
    const seen = [sent];
    if (isForeign) this.#tellForeign(group, guest, seen);
    if (lost === 'before-vmm') return sent;
    this.#pass(guest, 'descriptor', 1, () => {
      const text = `invalidate desc type page group response high 0x${high.toString(16)} low 0x${low.toString(16)}`;
      const vmm = { lane: `vmm:${guest.name}`, task: 'qemu', pid: owner.pid, cpu: 0 };
      seen.push(this.log({ ...vmm, at: this.now, event: 'vtd_inv_desc', text, isProbe: false }));
      if (lost === 'after-vmm') return;
      if (stallUs > 0) guest.clearAt.write = Math.max(guest.clearAt.write, this.now + stallUs);
      this.#pass(guest, 'write', 1, () => this.submit(owner, group, code, sent));
    });
    return sent;
  }
}

/** How a guest's answer goes its way. */
interface GuestAnswer {
  readonly lost?: 'before-vmm' | 'after-vmm' | undefined;
  /** How long the VMM holds it up. */
  readonly stallUs?: number;
  /** The group is another guest's. */
  readonly isForeign?: boolean;
}

function newGroup(
  owner: Owner,
  device: Device,
  pasid: number,
  prgi: number,
  requests: readonly Request[],
  sealedAt: number,
  line: LogLine | undefined,
): Group {
  return {
    owner,
    device,
    pasid,
    prgi,
    requests,
    sealedAt,
    line,
    isPendingInCore: true,
    closedAt: undefined,
    closedBy: undefined,
    answer: undefined,
    meant: undefined,
    drainedBy: undefined,
    inGuest: undefined,
    atDriver: undefined,
  };
}

import { Random } from '../random.ts';
import type { Attachment, Handling, LabGroup } from './core.ts';
import type { DeviceRequest, LabDevice } from './device.ts';
import { FaultQueue } from './fault-queue.ts';
import { Lab } from './lab.ts';
import type { Kernel, Task } from './trace.ts';

const MS = 1000;

interface Setup {
  readonly kernel: Kernel;
  readonly handlings: readonly [Handling, ...Handling[]];
}

/** What there are captures of. */
const SETUPS: readonly [Setup, ...Setup[]] = [
  { kernel: '6.1', handlings: ['driver'] },
  { kernel: '6.12', handlings: ['driver'] },
  { kernel: '7.2', handlings: ['driver'] },
  { kernel: '7.2', handlings: ['sva'] },
  { kernel: '7.2', handlings: ['sva', 'driver'] },
  { kernel: '7.2', handlings: ['iommufd'] },
];

export interface LabRun {
  readonly seed: number;
  readonly setup: Setup;
  readonly lab: Lab;
}

/** A pseudo-random scenario in the lab's vocabulary; the same one for the same seed. */
export function runLab(seed: number): LabRun {
  const random = new Random(seed);
  const setup = random.pick(SETUPS);
  const isFlood = random.chance(0.12);
  const lab = new Lab(
    setup.kernel,
    random,
    setup.handlings[0] === 'iommufd' ? 1 : random.between(1, 2),
    isFlood ? 24 : 2048,
  );
  new Script(lab, setup, isFlood).plan();
  lab.clock.run();
  return { seed, setup, lab };
}

class Script {
  readonly #lab: Lab;
  readonly #random: Random;
  readonly #setup: Setup;
  readonly #isFlood: boolean;
  readonly #isFaulty: boolean;
  /** How many PRGIs the scenario uses: few, and they meet each other. */
  readonly #prgis: number;
  readonly #attachments: Attachment[] = [];
  readonly #queues = new Map<Attachment, FaultQueue>();
  /** Groups that the driver has answered and not forgotten. */
  readonly #kept: LabGroup[] = [];
  readonly #staleCookies: number[] = [];
  #page = 0x100n;
  #pid = 134;
  #nextPasid = 1;

  constructor(lab: Lab, setup: Setup, isFlood: boolean) {
    this.#lab = lab;
    this.#random = lab.random;
    this.#setup = setup;
    this.#isFlood = isFlood;
    this.#isFaulty = this.#random.chance(0.7);
    this.#prgis = this.#random.pick([4, 12, 511]);
  }

  plan(): void {
    const { clock } = this.#lab;
    const count = this.#random.between(1, 4);
    for (let number = 0; number < count; number += 1) {
      const device = this.#random.pick(this.#devices());
      clock.after(number * 2500, () => this.#attach(device, this.#newPasid(device)));
    }
    let at = count * 2500 + 1000;
    const steps = this.#random.between(5, 60);
    for (let step = 0; step < steps; step += 1) {
      clock.after(at, () => this.#step());
      at += this.#random.delay(300, this.#random.chance(0.1) ? 200 * MS : 15 * MS);
      if (this.#random.chance(0.01)) at += this.#random.between(400, 11_000) * MS;
    }
    if (this.#isFlood) clock.after(this.#random.between(5 * MS, at), () => this.#flood());
    at += this.#random.between(5, 80) * MS;
    if (this.#random.chance(0.7)) clock.after(at, () => this.#detachAll());
    at += this.#random.between(5, 600) * MS;
    if (this.#setup.kernel === '6.12' && this.#random.chance(0.3)) clock.after(at, () => this.#lab.unload());
  }

  #devices(): readonly [LabDevice, ...LabDevice[]] {
    const [first, ...rest] = this.#lab.devices;
    if (first === undefined) throw new Error('a lab has a device');
    return [first, ...rest];
  }

  #newPasid(device: LabDevice): number {
    // One process's address space may be bound to both functions under one number (`a02`).
    const elsewhere = this.#attachments.find((each) => each.device !== device);
    const attached = this.#lab.core.state(device).attached;
    if (elsewhere !== undefined && !attached.has(elsewhere.pasid) && this.#random.chance(0.3)) return elsewhere.pasid;
    this.#nextPasid += 1;
    return this.#nextPasid - 1;
  }

  #attach(device: LabDevice, pasid: number): void {
    if (this.#lab.isDetaching || this.#lab.core.state(device).attached.has(pasid)) return;
    const handling = this.#random.pick(this.#setup.handlings);
    const before = this.#attachments.find((each) => this.#queues.has(each));
    const isShared = handling === 'iommufd' && before !== undefined && this.#random.chance(0.5);
    const task = handling === 'iommufd' ? this.#vmm() : this.#process();
    // On 6.1 a refused request is not traced, and the device's log does not tell which of a key's two was refused.
    const isSmall = this.#setup.kernel !== '6.1' && this.#random.chance(0.1);
    const attachment = this.#lab.attach(task, device, pasid, handling, isSmall ? 3 : 64);
    this.#attachments.push(attachment);
    if (handling !== 'iommufd') return;
    const { core, clock, trace } = this.#lab;
    const known = before === undefined ? undefined : this.#queues.get(before);
    const queue = isShared && known !== undefined ? known : new FaultQueue(task, core, clock, trace);
    queue.serve(attachment);
    this.#queues.set(attachment, queue);
  }

  #process(): Task {
    this.#pid += 1;
    return { task: 'prilab-run', pid: this.#pid, cpu: this.#random.between(0, 1) };
  }

  #vmm(): Task {
    return { task: 'prilab-vmm', pid: 133, cpu: 1 };
  }

  // Steps

  #step(): void {
    const { random } = { random: this.#random };
    const attachment = this.#anyAttachment();
    const roll = random.next();
    if (attachment === undefined) {
      const device = random.pick(this.#devices());
      this.#attach(device, this.#newPasid(device));
      return;
    }
    if (roll < 0.5) this.#group(attachment, attachment.pasid, this.#prgi(), false);
    else if (roll < 0.72) this.#answerSome(attachment);
    else if (!this.#isFaulty) this.#group(attachment, attachment.pasid, this.#prgi(), false);
    else if (roll < 0.77) this.#group(attachment, attachment.pasid, this.#prgi(), true);
    else if (roll < 0.85) this.#odd(attachment);
    else if (roll < 0.91) this.#wrongAnswer(attachment);
    else if (roll < 0.96) this.#detach(attachment);
    else this.#attachAgain();
  }

  #anyAttachment(): Attachment | undefined {
    return this.#attachments[this.#random.between(0, this.#attachments.length - 1)];
  }

  #prgi(): number {
    return this.#random.between(0, this.#prgis - 1);
  }

  #request(device: LabDevice, pasid: number | undefined, prgi: number, isLast: boolean): DeviceRequest {
    this.#page += 1n;
    const access = this.#random.pick(['rw', 'rw', 'r', 'w']);
    const isPrivate = this.#setup.kernel === '6.1' && this.#isFaulty && this.#random.chance(0.1);
    const privateData = isPrivate ? this.#page & 0xffn : undefined;
    return { device, pasid, prgi, address: this.#page << 12n, access, isLast, privateData };
  }

  #group({ device }: Attachment, pasid: number | undefined, prgi: number, isPartial: boolean): void {
    const { clock } = this.#lab;
    const count = this.#random.chance(0.65) && !isPartial ? 1 : this.#random.between(isPartial ? 1 : 2, 3);
    let delay = 0;
    for (let index = 0; index < count; index += 1) {
      const isLast = !isPartial && index === count - 1;
      clock.after(delay, () => this.#lab.send(this.#request(device, pasid, prgi, isLast)));
      delay += this.#random.delay(1, 4000);
    }
  }

  /** Refused, or with nothing to answer. */
  #odd(attachment: Attachment): void {
    const { device, pasid } = attachment;
    const { send } = { send: (request: DeviceRequest): void => this.#lab.send(request) };
    const isLast = this.#random.chance(0.6);
    // On 6.1 the device's log does not tell which of a key's two was refused, and private data names none there.
    const base = { ...this.#request(device, pasid, this.#prgi(), isLast), privateData: undefined };
    switch (this.#random.between(0, 5)) {
      case 0:
        send({ ...base, access: 'rp' });
        return;
      case 1:
        send({ ...base, access: 'rx' });
        return;
      case 2:
        send({ ...base, address: 0x8000000000000n });
        return;
      case 3:
        send({ ...base, access: '', isLast: true, address: 0n, privateData: undefined });
        return;
      case 4:
        this.#group(attachment, undefined, this.#prgi(), false);
        return;
      default:
        this.#group(attachment, this.#random.between(40, 42), this.#prgi(), false);
    }
  }

  #flood(): void {
    const attachment = this.#anyAttachment();
    if (attachment === undefined) return;
    const count = this.#random.between(20, 60);
    const first = this.#random.between(0, 100);
    for (let index = 0; index < count; index += 1) {
      this.#lab.clock.after(index / 2, () =>
        this.#lab.send(
          this.#request(attachment.device, attachment.pasid, (first + index) % 512, this.#random.chance(0.9)),
        ),
      );
    }
  }

  // Answers

  #answerSome(attachment: Attachment): void {
    const queue = this.#queues.get(attachment);
    if (queue !== undefined) {
      this.#serveQueue(queue);
      return;
    }
    const { held } = attachment;
    const group = held[this.#random.between(0, held.length - 1)];
    if (group === undefined) return;
    const isKept = this.#isFaulty && this.#random.chance(0.2);
    this.#lab.answer(group, this.#code(), {}, isKept);
    if (isKept) this.#kept.push(group);
  }

  #serveQueue(queue: FaultQueue): void {
    queue.read((cookies) => {
      for (const cookie of cookies) {
        if (this.#isFaulty && this.#random.chance(0.15)) continue;
        this.#lab.clock.after(this.#random.delay(40, 40 * MS), () => {
          queue.write(cookie, this.#random.chance(0.1) ? 1 : 0);
          if (this.#isFaulty && this.#random.chance(0.15)) this.#staleCookies.push(cookie);
        });
      }
    });
  }

  #code(): number {
    if (!this.#isFaulty || this.#random.chance(0.85)) return this.#random.chance(0.9) ? 0 : 1;
    return this.#random.pick([1, 2, 15, 7]);
  }

  #wrongAnswer(attachment: Attachment): void {
    const queue = this.#queues.get(attachment);
    if (queue !== undefined) {
      queue.write(this.#staleCookies.shift() ?? 77, this.#random.pick([0, 1, 2]));
      return;
    }
    const again = this.#kept[this.#random.between(0, this.#kept.length - 1)];
    if (again !== undefined && this.#random.chance(0.6)) {
      this.#lab.answer(again, this.#code(), {}, true);
      return;
    }
    const group = attachment.held[0];
    if (group === undefined) return;
    const forgery = this.#random.chance(0.5)
      ? { prgi: this.#prgi() }
      : { pasid: this.#random.between(1, this.#nextPasid) };
    this.#lab.answer(group, this.#code(), forgery, this.#random.chance(0.3));
  }

  // Epochs

  #detach(attachment: Attachment): void {
    const at = this.#attachments.indexOf(attachment);
    if (at >= 0) this.#attachments.splice(at, 1);
    this.#lab.detach(attachment, this.#queues.get(attachment));
    if (attachment.handling !== 'driver') return;
    // The driver still holds the groups, and may answer them.
    for (const group of [...attachment.held]) {
      if (this.#random.chance(0.3))
        this.#lab.clock.after(this.#random.delay(5 * MS, 900 * MS), () =>
          this.#lab.answer(group, this.#code(), {}, false),
        );
    }
  }

  /** A number that was used before gets a new owner. */
  #attachAgain(): void {
    const device = this.#random.pick(this.#devices());
    const { attached } = this.#lab.core.state(device);
    for (let pasid = 1; pasid < this.#nextPasid; pasid += 1) {
      if (attached.has(pasid)) continue;
      this.#attach(device, pasid);
      return;
    }
  }

  #detachAll(): void {
    for (const attachment of this.#attachments.splice(0)) this.#lab.detach(attachment, this.#queues.get(attachment));
  }
}

import type { Lane } from '../../src/model/lane.ts';
import type { Owner as OwnerRow } from '../../src/model/owner.ts';
import {
  type Damage,
  type LaneClock,
  type LogLine,
  NO_DAMAGE,
  type RenderedLane,
  renderDmesg,
  renderQemu,
  renderTrace,
} from './log-line.ts';
import type { Device, Guest, HostKind, IommuUnit, Owner } from './machine.ts';
import { settle } from './outcome.ts';
import { type Kit, MS, ordinary, PLANS, SECOND } from './plans.ts';
import { Random } from './random.ts';
import type { Truth } from './truth.ts';
import { World } from './world.ts';

export interface RecordedLane extends RenderedLane {
  readonly lane: Lane;
  readonly laneName: string | undefined;
  readonly path: string;
}

export interface Scenario {
  readonly seed: number;
  readonly hostKind: HostKind;
  readonly hasProbes: boolean;
  readonly hasGuests: boolean;
  readonly plans: readonly string[];
  readonly damage: Damage;
  /** The host's lane first. */
  readonly lanes: readonly RecordedLane[];
  readonly truths: readonly Truth[];
  /** Whose PASIDs are whose, as an owners file says it. */
  readonly owners: readonly OwnerRow[];
}

const EPOCH_MS = Date.UTC(2026, 10, 23);

/** The scenario of a seed, the same one every time. */
export function generate(seed: number): Scenario {
  const random = new Random(seed);
  const hostKind = random.pick<HostKind>(['by-key', 'by-group', 'sends-all', 'sends-all']);
  const hasProbes = random.chance(0.5);
  const hasGuests = random.chance(0.5);
  const sequenceIsComplete = random.chance(0.3);
  const world = new World(random, hostKind);
  const kit = machine(world, sequenceIsComplete, hasGuests);
  const plans = schedule(kit);
  world.run();
  const truths = settle(world, sequenceIsComplete, hasProbes);
  const host = world.lines.filter((line) => line.lane === 'host' && (hasProbes || !line.isProbe));
  const damage = random.chance(0.3) ? damageOf(random, host.length) : NO_DAMAGE;
  return {
    seed,
    hostKind,
    hasProbes,
    hasGuests,
    plans,
    damage,
    lanes: record(world, host, damage),
    truths,
    owners: world.owners.map(
      ({ device, pasid, guest, guestPasid, task, pid }): OwnerRow =>
        guest === undefined
          ? { device: device.name, pasid, owner: `${task}-${pid}` }
          : { device: device.name, pasid, owner: guest.name, ...(kit.hasOwnPasids ? { guestPasid } : {}) },
    ),
  };
}

function machine(world: World, sequenceIsComplete: boolean, hasGuests: boolean): Kit {
  const { random } = world;
  const units = [0, 1].map((number): IommuUnit => {
    const reporter = { task: `irq/${24 + number}-dmar${number}-prq`, pid: 52 + number, cpu: number };
    return {
      name: `dmar${number}`,
      reporter,
      sequence: sequenceIsComplete ? 0 : random.between(1, 9000),
      busyUntil: 0,
    };
  });
  const newDevice = (bus: number, unit: IommuUnit | undefined): Device => {
    if (unit === undefined) throw new Error('no such unit');
    return { name: `0000:0${bus}:00.0`, rid: bus << 8, unit, busy: new Set(), collecting: new Map() };
  };
  const devices: [Device, ...Device[]] = [newDevice(1, units[0])];
  if (random.chance(0.5)) devices.push(newDevice(2, units[0]));
  if (random.chance(0.4)) devices.push(newDevice(3, units[1]));
  const guests = hasGuests ? ['vm1', 'vm2'].map((name) => newGuest(name, random)) : [];
  const inGuest = new Map<Device, Device>();
  for (const device of devices) {
    const slot = 3 + (device.rid >> 8);
    inGuest.set(device, {
      ...device,
      name: `0000:00:0${slot}.0`,
      rid: slot << 3,
      busy: new Set(),
      collecting: new Map(),
    });
  }
  const hasOwnPasids = random.chance(0.6);
  const numbersAre = random.pick<Numbering>(['of-machine', 'of-device', 'of-device']);
  const owners: Owner[] = [];
  const pasids = new Map<Device | undefined, number>();
  const guestPasids = new Map<Guest, number>();
  let prgi = 16;
  const newOwner = (device: Device, isOfGuest = random.chance(0.7)): Owner => {
    const guest = isOfGuest && hasGuests ? guests[random.between(0, 1)] : undefined;
    const counter = numbersAre === 'of-machine' ? undefined : device;
    const pasid = (pasids.get(counter) ?? 0) + random.between(1, 5);
    pasids.set(counter, pasid);
    const ofGuest = guest === undefined ? 0 : (guestPasids.get(guest) ?? 0) + 1;
    if (guest !== undefined) guestPasids.set(guest, ofGuest);
    const owner: Owner = {
      device,
      pasid,
      task: guest === undefined ? 'prilab-run' : 'qemu-system-x86',
      pid: 300 + world.owners.length,
      cpu: random.between(1, 3),
      guest,
      guestDevice: inGuest.get(device) ?? device,
      guestPasid: hasOwnPasids ? ofGuest : pasid,
      isAttached: false,
      attaches: [],
      drains: [],
    };
    world.owners.push(owner);
    return owner;
  };
  for (const device of devices) {
    const count = random.between(1, 3);
    for (let number = 0; number < count; number += 1) owners.push(newOwner(device));
  }
  const newPrgi = (): number => {
    prgi += 1;
    return prgi;
  };
  return { world, devices, owners, guests, hasOwnPasids, newOwner, newPrgi };
}

/** How often a PASID's number occurs: once, or once a device. */
type Numbering = 'of-machine' | 'of-device';

function newGuest(name: string, random: Random): Guest {
  const hopUs = random.pick([3 * MS, 3 * MS, 40 * MS, 300 * MS]);
  return { name, hopUs, clearAt: { read: 0, inject: 0, descriptor: 0, write: 0 }, sequence: 0 };
}

function schedule(kit: Kit): readonly string[] {
  const { world, owners } = kit;
  const { random } = world;
  owners.forEach((owner, index) => {
    world.after(index * 500, () => world.attach(owner));
  });
  const length = random.pick([200 * MS, 2 * SECOND, 6 * SECOND]);
  const start = owners.length * 500 + 1000;
  const traffic = random.between(3, 30);
  for (let number = 0; number < traffic; number += 1) {
    const owner = owners[random.between(0, owners.length - 1)];
    if (owner === undefined) continue;
    world.after(start + random.between(0, length), () => {
      for (let prgi = 0; prgi < 8; prgi += 1) {
        if (owner.device.busy.has(prgi)) continue;
        ordinary(world, owner, prgi);
        return;
      }
    });
  }
  const names = Object.keys(PLANS);
  const chosen: string[] = [];
  const count = random.between(0, 4);
  for (let number = 0; number < count; number += 1) {
    const name = names[random.between(0, names.length - 1)] ?? '';
    chosen.push(name);
    PLANS[name]?.(kit, start + random.between(0, length));
  }
  const isLong = random.chance(0.6);
  // The recording ends with a message that is in order, so that its end lies where it is meant to.
  const last = owners[0];
  if (isLong && last !== undefined) {
    const prgi = kit.newPrgi();
    world.after(start + length + random.between(11, 16) * SECOND, () => ordinary(world, last, prgi));
  }
  return chosen;
}

function damageOf(random: Random, entries: number): Damage {
  const kind = random.pick(['head', 'tail', 'loss']);
  const some = random.between(1, Math.max(1, Math.floor(entries / 3)));
  if (kind === 'head') return { ...NO_DAMAGE, head: some };
  if (kind === 'tail') return { ...NO_DAMAGE, tail: some };
  const cpu = random.between(0, 3);
  return { ...NO_DAMAGE, losses: [{ cpu, from: random.between(1, entries), count: some }] };
}

function record(world: World, host: readonly LogLine[], damage: Damage): readonly RecordedLane[] {
  const { random } = world;
  const still: LaneClock = { offsetUs: 0, driftPpm: 0 };
  const lanes: RecordedLane[] = [
    { ...renderTrace(host, still, damage), lane: 'host', laneName: undefined, path: 'host.txt' },
  ];
  const log = world.lines.filter((line) => line.lane === 'dmesg');
  if (log.length > 0) {
    const clock: LaneClock = { offsetUs: random.between(9_000, 3_400_000), driftPpm: 0 };
    lanes.push({ ...renderDmesg(log, clock), lane: 'host', laneName: undefined, path: 'dmesg.txt' });
  }
  for (const guest of new Set(world.owners.flatMap((owner) => (owner.guest === undefined ? [] : [owner.guest])))) {
    const clock: LaneClock = {
      offsetUs: random.between(-4_000_000, 90_000_000),
      driftPpm: random.chance(0.3) ? random.between(-40, 40) : 0,
    };
    const { name } = guest;
    const own = world.lines.filter((line) => line.lane === name);
    if (own.length > 0 && random.chance(0.85)) {
      lanes.push({ ...renderTrace(own, clock, NO_DAMAGE), lane: 'guest', laneName: name, path: `guest-${name}.txt` });
    }
  }
  lanes.push(...vmms(world), ...driver(world));
  return lanes;
}

/** The logs of the VMMs: one for all, whose clocks are the host's wall clock, or one lane each. Or some are missing. */
function vmms({ random, lines }: World): RecordedLane[] {
  const wall: LaneClock = { offsetUs: random.between(0, 1_000_000_000), driftPpm: 0 };
  const areNamed = random.chance(0.5);
  return ['vm1', 'vm2'].flatMap((name): RecordedLane[] => {
    const seen = lines.filter((line) => line.lane === `vmm:${name}`);
    if (seen.length === 0 || random.chance(0.4)) return [];
    const laneName = areNamed ? name : undefined;
    return [{ ...renderQemu(seen, wall, EPOCH_MS), lane: 'vmm', laneName, path: `vmm-${name}.txt` }];
  });
}

/** The mediating driver's own recording, on a clock of its own. */
function driver({ random, lines }: World): RecordedLane[] {
  const own = lines.filter(({ lane }) => lane === 'driver');
  if (own.length === 0 || random.chance(0.6)) return [];
  const clock: LaneClock = { offsetUs: random.between(-3_000_000, 3_000_000), driftPpm: 0 };
  return [{ ...renderTrace(own, clock, NO_DAMAGE), lane: 'driver', laneName: undefined, path: 'driver.txt' }];
}

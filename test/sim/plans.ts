import { type Device, FAILURE, type Group, type Guest, INVALID, type Owner, SUCCESS } from './machine.ts';
import type { World } from './world.ts';

/** What the plans share: a machine with its devices, and names that no two of them use. */
export interface Kit {
  readonly world: World;
  readonly devices: readonly [Device, ...Device[]];
  /** Owners that carry ordinary traffic, attached from the start. */
  readonly owners: readonly Owner[];
  /** Those that exist; empty on a machine without. */
  readonly guests: readonly Guest[];
  /** True if a guest's PASIDs are not the host's. */
  readonly hasOwnPasids: boolean;
  newOwner(device: Device, isOfGuest?: boolean): Owner;
  /** A PRGI that only the caller uses on any device. */
  newPrgi(): number;
}

/** Plans a fault to come after `delayUs`; what it really leads to, the world finds out by itself. */
export type Plan = (kit: Kit, delayUs: number) => void;

export const MS = 1000;
export const SECOND = 1_000_000;

/** The handler has the group, after the hops of its owner; then it thinks. */
function deliver(world: World, group: Group, thinkUs: number, act: () => void): void {
  const { guest } = group.owner;
  const think = (): void => world.after(thinkUs, act);
  if (guest === undefined) think();
  else world.inject(group, guest, think);
}

/** The handler of the group's owner gives its answer, through the guest's hops where there are any. */
export function respond(world: World, group: Group, code: number, stallUs = 0): void {
  const { guest } = group.owner;
  if (guest === undefined) world.submit(group.owner, group, code);
  else world.answerFromGuest(group, guest, code, { stallUs });
}

export function thinkTime(world: World): number {
  return world.random.delay(50, 30 * MS);
}

export function usualCode(world: World): number {
  return world.random.chance(0.1) ? world.random.pick([INVALID, FAILURE]) : SUCCESS;
}

/** A request group and its answer, nothing else. */
export function ordinary(world: World, owner: Owner, prgi: number, then?: (group: Group) => void): void {
  world.send(owner, prgi, requestCount(world), (group) => {
    deliver(world, group, thinkTime(world), () => {
      respond(world, group, usualCode(world));
      then?.(group);
    });
  });
}

function requestCount(world: World): number {
  return world.random.chance(0.3) ? world.random.between(2, 4) : 1;
}

function anyOwner({ owners, world }: Kit): Owner | undefined {
  return owners[world.random.between(0, owners.length - 1)];
}

const duplicate: Plan = (kit, delay) => {
  const { world } = kit;
  const owner = anyOwner(kit);
  if (owner === undefined) return;
  const prgi = kit.newPrgi();
  world.after(delay, () => {
    ordinary(world, owner, prgi, (group) =>
      world.after(world.random.delay(10 * MS, 3 * SECOND), () => respond(world, group, usualCode(world))),
    );
  });
};

const neverAnswered: Plan = (kit, delay) => {
  const { world } = kit;
  const owner = anyOwner(kit);
  if (owner === undefined) return;
  const prgi = kit.newPrgi();
  world.after(delay, () => {
    world.send(owner, prgi, requestCount(world), (group) => deliver(world, group, 1, () => {}));
  });
};

const answeredTooLate: Plan = (kit, delay) => {
  const { world } = kit;
  const owner = anyOwner(kit);
  if (owner === undefined) return;
  const prgi = kit.newPrgi();
  world.after(delay, () => {
    world.send(owner, prgi, 1, (group) =>
      deliver(world, group, world.random.between(9, 13) * SECOND, () => respond(world, group, SUCCESS)),
    );
  });
};

/** An answer for a PRGI that the function never used. */
const unknownGroup: Plan = (kit, delay) => {
  const { world } = kit;
  const owner = anyOwner(kit);
  if (owner === undefined || world.hostKind !== 'sends-all') return;
  const prgi = kit.newPrgi();
  world.after(delay, () => world.submitForged(owner, owner.pasid, prgi, world.random.pick([SUCCESS, FAILURE])));
};

/** The answer names another PASID of the function (6.3 without a history). */
const wrongPasid: Plan = (kit, delay) => {
  const { world } = kit;
  const owner = anyOwner(kit);
  if (owner === undefined || world.hostKind !== 'sends-all') return;
  const other = kit.owners.find((each) => each !== owner && each.device === owner.device);
  if (other === undefined) return;
  const prgi = kit.newPrgi();
  world.after(delay, () => {
    world.send(owner, prgi, 1, (group) =>
      deliver(world, group, thinkTime(world), () => {
        world.submitForged(owner, other.pasid, prgi, SUCCESS);
        if (world.random.chance(0.7)) world.after(20 * MS, () => respond(world, group, SUCCESS));
      }),
    );
  });
};

const beforeTheLast: Plan = (kit, delay) => {
  const { world } = kit;
  const owner = anyOwner(kit);
  if (owner === undefined || world.hostKind !== 'sends-all') return;
  const prgi = kit.newPrgi();
  world.after(delay, () => {
    world.send(owner, prgi, 2, () => {}, true);
    world.after(world.random.between(100, 500) * MS, () => world.submitForged(owner, owner.pasid, prgi, SUCCESS));
    world.after(world.random.between(1600, 3000) * MS, () => ordinary(world, owner, prgi));
  });
};

const neverCompleted: Plan = (kit, delay) => {
  const { world } = kit;
  const owner = anyOwner(kit);
  if (owner === undefined) return;
  const prgi = kit.newPrgi();
  world.after(delay, () => world.send(owner, prgi, world.random.between(1, 3), () => {}, true));
};

/** A partial group joins the next one with its PRGI, of another PASID or of a new owner of its own (`a30`). */
const strangers: Plan = (kit, delay) => {
  const { world } = kit;
  const owner = anyOwner(kit);
  if (owner === undefined) return;
  const first = world.random.chance(0.5) ? kit.newOwner(owner.device) : owner;
  const others = kit.owners.filter((each) => each.device === owner.device && each !== first);
  const second = others[world.random.between(0, others.length - 1)];
  const prgi = kit.newPrgi();
  world.after(delay, () => {
    if (first !== owner) world.attach(first);
    world.after(200, () => world.send(first, prgi, world.random.between(1, 2), () => {}, true));
    const isDetached = first !== owner && world.random.chance(0.5);
    if (isDetached) world.after(60 * MS, () => world.detach(first, undefined));
    if (isDetached && world.random.chance(0.5)) {
      world.after(90 * MS, () => world.attach(first));
      world.after(120 * MS, () => ordinary(world, first, prgi));
    } else if (second !== undefined) world.after(120 * MS, () => ordinary(world, second, prgi));
  });
};

const reuseInFlight: Plan = (kit, delay) => {
  const { world } = kit;
  const owner = anyOwner(kit);
  if (owner === undefined || owner.guest !== undefined) return;
  const prgi = kit.newPrgi();
  world.after(delay, () => {
    world.send(owner, prgi, requestCount(world), (group) =>
      deliver(world, group, world.random.between(200, 400) * MS, () => respond(world, group, SUCCESS)),
    );
    world.after(world.random.between(90, 130) * MS, () => {
      world.send(owner, prgi, requestCount(world), (group) =>
        deliver(world, group, world.random.between(450, 600) * MS, () => respond(world, group, SUCCESS)),
      );
    });
  });
};

/** 6.4: two owners use the same PRGI at once, each is answered for itself. */
const sharedInFlight: Plan = (kit, delay) => {
  const { world } = kit;
  const owner = anyOwner(kit);
  const other = kit.owners.find((each) => each !== owner && each.device === owner?.device);
  if (owner === undefined || other === undefined) return;
  const prgi = kit.newPrgi();
  world.after(delay, () => {
    for (const [each, start] of [
      [owner, 0],
      [other, 70 * MS],
    ] as const) {
      world.after(start, () => {
        world.send(each, prgi, requestCount(world), (group) =>
          deliver(world, group, world.random.between(100, 300) * MS, () => respond(world, group, usualCode(world))),
        );
      });
    }
  });
};

const refusedRequests: Plan = (kit, delay) => {
  const { world } = kit;
  if (world.hostKind === 'by-key') return;
  const owner = kit.newOwner(world.random.pick(kit.devices));
  const prgi = kit.newPrgi();
  world.after(delay, () => world.send(owner, prgi, world.random.between(1, 3), () => {}));
};

const overflow: Plan = (kit, delay) => {
  const { world } = kit;
  const owner = anyOwner(kit);
  if (owner === undefined) return;
  const prgi = kit.newPrgi();
  world.after(delay, () => world.send(owner, prgi, 2, () => {}, true));
  world.after(delay + 90 * MS, () => world.overflow(owner.device));
  // The device has its automatic answer and goes on with the same PRGI.
  world.after(delay + 150 * MS, () => ordinary(world, owner, prgi));
};

/**
 * 6.1 to 6.3: a handler goes away with a group pending, comes again (or another in its place), and the first one's
 * answer comes late: before, while or after the next group with that key is in flight.
 */
const replacedHandler: Plan = (kit, delay) => {
  const { world } = kit;
  const { random } = world;
  const owner = kit.newOwner(random.pick(kit.devices));
  const prgi = kit.newPrgi();
  const automatic = random.pick([INVALID, FAILURE, undefined]);
  const answersLate = random.chance(0.75);
  const comesAgain = random.chance(0.75);
  const samePrgi = comesAgain && random.chance(0.7);
  const lateAt = random.between(80, 900) * MS;
  const lateCode = usualCode(world);
  world.after(delay, () => {
    world.attach(owner);
    world.after(300, () => {
      world.send(owner, prgi, requestCount(world), (group) => {
        if (answersLate) deliver(world, group, lateAt, () => respond(world, group, lateCode));
        else deliver(world, group, 1, () => {});
      });
    });
    world.after(40 * MS, () => world.detach(owner, automatic));
    if (!comesAgain) return;
    world.after(60 * MS + random.between(0, 200) * MS, () => {
      world.attach(owner);
      world.after(random.between(1, 300) * MS, () => {
        const next = samePrgi ? prgi : kit.newPrgi();
        world.send(owner, next, requestCount(world), (group) =>
          deliver(world, group, random.delay(100, 600 * MS), () => respond(world, group, usualCode(world))),
        );
      });
    });
  });
};

/**
 * 6.2: the answer is on its way from the guest when the host answers by itself and the device asks again with the
 * same key.
 */
const crossedInFlight: Plan = (kit, delay) => {
  const { world } = kit;
  const { random } = world;
  const owner = kit.newOwner(random.pick(kit.devices), true);
  if (owner.guest === undefined) return;
  const prgi = kit.newPrgi();
  const code = usualCode(world);
  const stallUs = random.between(60, 250) * MS;
  world.after(delay, () => {
    world.attach(owner);
    world.after(300, () => {
      world.send(owner, prgi, requestCount(world), (group) =>
        deliver(world, group, thinkTime(world), () => {
          respond(world, group, code, stallUs);
          world.after(random.between(5, 20) * MS, () => world.detach(owner, random.pick([INVALID, FAILURE])));
          world.after(random.between(25, 40) * MS, () => world.attach(owner));
          world.after(random.between(42, 240) * MS, () =>
            world.send(owner, prgi, requestCount(world), (next) =>
              deliver(world, next, random.delay(100, 300 * MS), () => respond(world, next, usualCode(world))),
            ),
          );
        }),
      );
    });
  });
};

/** The host gives a request to the wrong guest, which answers it (FL206). */
const wrongGuest: Plan = (kit, delay) => {
  const { world } = kit;
  const owner = kit.newOwner(world.random.pick(kit.devices), true);
  const other = kit.guests.find((each) => each !== owner.guest);
  if (owner.guest === undefined || other === undefined || kit.hasOwnPasids) return;
  const prgi = kit.newPrgi();
  world.after(delay, () => {
    world.attach(owner);
    world.after(300, () => {
      world.send(owner, prgi, requestCount(world), (group) =>
        world.inject(group, other, () =>
          world.after(thinkTime(world), () => world.answerFromGuest(group, other, SUCCESS, { isForeign: true })),
        ),
      );
    });
  });
};

/** A message of a guest is lost between the lanes. */
const lostInTransit: Plan = (kit, delay) => {
  const { world } = kit;
  const owner = kit.owners.find((each) => each.guest !== undefined);
  const guest: Guest | undefined = owner?.guest;
  if (owner === undefined || guest === undefined) return;
  const prgi = kit.newPrgi();
  const where = world.random.pick(['request', 'before-vmm', 'after-vmm']);
  world.after(delay, () => {
    world.send(owner, prgi, 1, (group) => {
      if (where === 'request') {
        world.lose(group, group.line);
        world.inject(group, guest, () => {}, true);
        return;
      }
      world.inject(group, guest, () =>
        world.after(thinkTime(world), () => {
          const sent = world.answerFromGuest(group, guest, SUCCESS, {
            lost: where === 'before-vmm' ? where : 'after-vmm',
          });
          world.lose(group, sent);
        }),
      );
    });
  });
};

export const PLANS: Readonly<Record<string, Plan>> = {
  duplicate,
  neverAnswered,
  answeredTooLate,
  unknownGroup,
  wrongPasid,
  beforeTheLast,
  neverCompleted,
  strangers,
  reuseInFlight,
  sharedInFlight,
  refusedRequests,
  overflow,
  replacedHandler,
  crossedInFlight,
  wrongGuest,
  lostInTransit,
};

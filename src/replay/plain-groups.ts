import type { PageRequestGroup } from './page-request-group.ts';
import { grown, NONE, type PlainMessages } from './plain-messages.ts';
import type { KeyState } from './requester.ts';

/** Why a slot is kept. */
export const OPEN = 1;
export const LAST_OF_KEY = 2;
export const DELIVERED = 4;

const FIRST_CAPACITY = 256;

/**
 * Memory for groups of which nothing is known but their requests and their answer, as columns: such a group needs no object
 * until somebody asks for one. Slots are used again when nothing keeps them.
 */
export class PlainGroups {
  /** State of the group's key; undefined in a free slot. */
  readonly key: (KeyState | undefined)[] = [];
  /** The object that stands for the group, once somebody asked. */
  readonly group: (PageRequestGroup | undefined)[] = [];
  pasid = new Int32Array(FIRST_CAPACITY);
  ordinal = new Int32Array(FIRST_CAPACITY);
  generation = new Int32Array(FIRST_CAPACITY);
  /** Time of the first request. */
  firstAt = new Float64Array(FIRST_CAPACITY);
  /** NaN while it is collecting. */
  sealedAt = new Float64Array(FIRST_CAPACITY);
  /** Numbers the sealed groups of the lane in their order. */
  sealing = new Float64Array(FIRST_CAPACITY);
  /** When the PASID's last handler had ended, where it was answered; NaN for never. */
  endedAt = new Float64Array(FIRST_CAPACITY);
  /** First and last request, and the answer, as messages. */
  first = new Int32Array(FIRST_CAPACITY);
  last = new Int32Array(FIRST_CAPACITY);
  response = new Int32Array(FIRST_CAPACITY);
  /** How many requests it has. */
  members = new Int32Array(FIRST_CAPACITY);
  /** Neighbours in a list, or the next free slot. */
  older = new Int32Array(FIRST_CAPACITY);
  newer = new Int32Array(FIRST_CAPACITY);
  readonly messages: PlainMessages;
  #pins = new Uint8Array(FIRST_CAPACITY);
  #free = NONE;
  #used = 0;

  constructor(messages: PlainMessages) {
    this.messages = messages;
  }

  /** A new group of the key, kept as open. */
  open(key: KeyState, pasid: number, time: number): number {
    const slot = this.#slot();
    this.key[slot] = key;
    this.pasid[slot] = pasid;
    this.firstAt[slot] = time;
    this.sealedAt[slot] = Number.NaN;
    this.members[slot] = 0;
    this.first[slot] = NONE;
    this.last[slot] = NONE;
    this.response[slot] = NONE;
    this.#pins[slot] = OPEN;
    return slot;
  }

  keep(slot: number, pin: number): void {
    this.#pins[slot] = (this.#pins[slot] ?? 0) | pin;
  }

  /** The slot is free when nothing else keeps it. */
  release(slot: number, pin: number): void {
    const pins = (this.#pins[slot] ?? 0) & ~pin;
    this.#pins[slot] = pins;
    if (pins === 0) this.#clear(slot);
  }

  isKept(slot: number, pin: number): boolean {
    return ((this.#pins[slot] ?? 0) & pin) !== 0;
  }

  /** Appends a request. */
  addRequest(slot: number, message: number): void {
    const last = this.last[slot] ?? NONE;
    if (last === NONE) this.first[slot] = message;
    else this.messages.setNext(last, message);
    this.last[slot] = message;
    this.members[slot] = (this.members[slot] ?? 0) + 1;
  }

  #slot(): number {
    const slot = this.#free;
    if (slot !== NONE) {
      this.#free = this.newer[slot] ?? NONE;
      return slot;
    }
    if (this.#used === this.pasid.length) this.#grow();
    this.key.push(undefined);
    this.group.push(undefined);
    this.#used += 1;
    return this.#used - 1;
  }

  #clear(slot: number): void {
    for (let message = this.first[slot] ?? NONE; message !== NONE; ) message = this.messages.free(message);
    const response = this.response[slot] ?? NONE;
    if (response !== NONE) this.messages.free(response);
    this.key[slot] = undefined;
    this.group[slot] = undefined;
    this.newer[slot] = this.#free;
    this.#free = slot;
  }

  #grow(): void {
    const capacity = this.#used * 2;
    this.pasid = grown(this.pasid, new Int32Array(capacity));
    this.ordinal = grown(this.ordinal, new Int32Array(capacity));
    this.generation = grown(this.generation, new Int32Array(capacity));
    this.firstAt = grown(this.firstAt, new Float64Array(capacity));
    this.sealedAt = grown(this.sealedAt, new Float64Array(capacity));
    this.sealing = grown(this.sealing, new Float64Array(capacity));
    this.endedAt = grown(this.endedAt, new Float64Array(capacity));
    this.members = grown(this.members, new Int32Array(capacity));
    this.first = grown(this.first, new Int32Array(capacity));
    this.last = grown(this.last, new Int32Array(capacity));
    this.response = grown(this.response, new Int32Array(capacity));
    this.older = grown(this.older, new Int32Array(capacity));
    this.newer = grown(this.newer, new Int32Array(capacity));
    this.#pins = grown(this.#pins, new Uint8Array(capacity));
  }
}

/** Slots in the order in which they were added, through their neighbours. */
export class SlotList {
  readonly #groups: PlainGroups;
  #oldest = NONE;
  #newest = NONE;
  size = 0;

  constructor(groups: PlainGroups) {
    this.#groups = groups;
  }

  add(slot: number): void {
    const { older, newer } = this.#groups;
    older[slot] = this.#newest;
    newer[slot] = NONE;
    if (this.#newest === NONE) this.#oldest = slot;
    else newer[this.#newest] = slot;
    this.#newest = slot;
    this.size += 1;
  }

  remove(slot: number): void {
    const { older, newer } = this.#groups;
    const before = older[slot] ?? NONE;
    const after = newer[slot] ?? NONE;
    if (before === NONE) this.#oldest = after;
    else newer[before] = after;
    if (after === NONE) this.#newest = before;
    else older[after] = before;
    this.size -= 1;
  }

  /** NONE where there is none. */
  get oldest(): number {
    return this.#oldest;
  }
}

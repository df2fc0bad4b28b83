import { sanitise } from '../../base/text.ts';
import type { Pasid, Prgi } from '../../model/ids.ts';
import { type GroupMessage, type LadderMessage, laneRank } from '../../model/ladder.ts';
import type { Lane } from '../../model/lane.ts';

/** What a reader takes for an instance where a text leaves it out. */
export interface Usual {
  readonly device: string;
  readonly prgi: Prgi | undefined;
  readonly pasid: Pasid | undefined;
  /** Some message of the instance has a PASID. */
  readonly hasPasid: boolean;
  readonly owner: string;
}

interface Mention {
  readonly message: GroupMessage;
  readonly lane: Lane;
}

const NOTHING: Usual = { device: '', prgi: undefined, pasid: undefined, hasPasid: false, owner: '' };

/** Short names of a drawing: D and M numbers, and what each instance's key is. */
export class Names {
  readonly #devices = new Map<string, string>();
  readonly #owners = new Map<string, string>();
  readonly #usual = new Map<number, Usual>();
  readonly #anchors = new Map<number, Mention>();

  /** `mentions`: the texts of the drawing, by row. */
  constructor(messages: readonly LadderMessage[], mentions: readonly Mention[]) {
    for (const message of messages) {
      if (message.device !== undefined && !this.#devices.has(message.device)) {
        this.#devices.set(message.device, `D${this.#devices.size + 1}`);
      }
    }
    this.#nameOwners(mentions);
    for (const mention of [...mentions].sort((a, b) => weightOf(a) - weightOf(b))) {
      const { instance } = mention.message;
      if (instance !== undefined && !this.#anchors.has(instance)) this.#anchors.set(instance, mention);
    }
    const withPasid = new Set<number>();
    for (const message of messages) {
      if (message.kind === 'epoch' || message.instance === undefined) continue;
      if (message.pasid !== undefined) withPasid.add(message.instance);
    }
    const owners = new Map<number, string>();
    for (const { message, lane } of mentions) {
      if (message.instance === undefined || message.owner === undefined || !showsOwner(message, lane)) continue;
      if (!owners.has(message.instance)) owners.set(message.instance, message.owner);
    }
    for (const [instance, { message }] of this.#anchors) {
      this.#usual.set(instance, {
        device: this.deviceNumber(message.device),
        prgi: message.prgi,
        pasid: message.pasid,
        hasPasid: withPasid.has(instance),
        owner: this.ownerNumber(owners.get(instance)),
      });
    }
  }

  /** `M1` is its own short name; other names get numbers that are free. */
  #nameOwners(mentions: readonly Mention[]): void {
    const names = new Set<string>();
    for (const { message, lane } of mentions) {
      if (message.owner !== undefined && showsOwner(message, lane)) names.add(message.owner);
    }
    let next = 1;
    for (const name of names) {
      if (/^M\d+$/.test(name)) {
        this.#owners.set(name, name);
        continue;
      }
      while (names.has(`M${next}`)) next += 1;
      this.#owners.set(name, `M${next}`);
      next += 1;
    }
  }

  /** `D2`; empty in a drawing of one device. */
  deviceNumber(device: string | undefined): string {
    if (device === undefined || this.#devices.size < 2) return '';
    return this.#devices.get(device) ?? '';
  }

  /** `M1`; empty for no owner. */
  ownerNumber(owner: string | undefined): string {
    return owner === undefined ? '' : (this.#owners.get(owner) ?? '');
  }

  /** What a text says of the owner: `M-` where the instance has one elsewhere. */
  ownerToken(message: GroupMessage): string {
    return this.ownerNumber(message.owner) || (this.usualOf(message).owner === '' ? '' : 'M-');
  }

  usualOf(message: GroupMessage): Usual {
    return (message.instance === undefined ? undefined : this.#usual.get(message.instance)) ?? NOTHING;
  }

  /** True for the text that tells the reader the key of its instance. */
  isAnchor(message: GroupMessage, lane: Lane): boolean {
    if (message.instance === undefined) return true;
    const anchor = this.#anchors.get(message.instance);
    return anchor?.message === message && anchor.lane === lane;
  }

  /** Comment lines that say what the short names stand for. */
  legend(withMessages: boolean): string[] {
    const lines: string[] = [];
    const [only] = this.#devices.keys();
    if (this.#devices.size === 1 && only !== undefined && only !== 'Dev') lines.push(`# Dev = ${sanitise(only)}`);
    if (this.#devices.size > 1) {
      for (const [name, short] of this.#devices) lines.push(`# ${short} = ${sanitise(name)}`);
    }
    for (const [name, short] of this.#owners) if (name !== short) lines.push(`# ${short} = ${sanitise(name)}`);
    if (!withMessages) return lines;
    for (const [instance, usual] of [...this.#usual].sort((a, b) => a[0] - b[0])) {
      const pasid = pasidToken(usual.pasid, usual.hasPasid);
      const parts = [usual.device, usual.owner, usual.prgi === undefined ? '' : `G${usual.prgi}`, pasid];
      lines.push(`# PR${instance} = ${parts.filter((part) => part !== '').join(' ')}`);
    }
    return lines;
  }
}

/** Lanes above the host say whose a message is. */
export function showsOwner(message: GroupMessage, lane: Lane): boolean {
  return lane === 'guest' || (lane === 'driver' && message.kind === 'request');
}

/** The order in which a reader believes texts: requests first, nearest to the device first. */
function weightOf({ message, lane }: Mention): number {
  return (message.kind === 'request' ? 0 : 10) + laneRank(lane);
}

/** `P-` says "no PASID" where the instance has one elsewhere. */
export function pasidToken(pasid: Pasid | undefined, hasPasid: boolean): string {
  if (pasid !== undefined) return `P${pasid}`;
  return hasPasid ? 'P-' : '';
}

import type { IommuUnit } from './context.ts';
import { NONE } from './plain-messages.ts';
import { type KeyState, keyOf, type Requester } from './requester.ts';

/** PRGIs of PRI have 9 bits. */
const PRGIS = 512;
/** A table of keys each; a text may name any number. */
const MOST_PASIDS = 64;

/** A requester's part of the plain groups. */
export interface Place {
  readonly requester: Requester;
  readonly unit: IommuUnit;
  /** Slots by PRGI of the one group that is sealed, and of the one that is not yet. */
  readonly open: Int32Array;
  readonly collecting: Int32Array;
  /** Keys that were used, by PASID and then PRGI: `Requester.keys` has all, but takes a large part of the time here. */
  readonly keys: Map<number, (KeyState | undefined)[]>;
}

export function newPlace(requester: Requester, unit: IommuUnit): Place {
  const none = (): Int32Array => new Int32Array(PRGIS).fill(NONE);
  return { requester, unit, open: none(), collecting: none(), keys: new Map() };
}

/** The state of a key if it was used. */
export function usedKey({ requester, keys }: Place, pasid: number, prgi: number): KeyState | undefined {
  const ofPasid = keys.get(pasid);
  const known = ofPasid?.[prgi];
  if (known !== undefined) return known;
  const found = requester.keys.get(keyOf(pasid, prgi));
  if (found === undefined) return undefined;
  if (ofPasid !== undefined) ofPasid[prgi] = found;
  else if (keys.size < MOST_PASIDS) {
    const fresh: (KeyState | undefined)[] = new Array(PRGIS).fill(undefined);
    fresh[prgi] = found;
    keys.set(pasid, fresh);
  }
  return found;
}

/** No other group with this PRGI is in flight, and the key's last answer is not one that may be this one's (`GapTracker.doubtAnswer`). */
export function maySeal({ requester, open }: Place, key: KeyState): boolean {
  if ((open[key.prgi] ?? NONE) !== NONE || key.lastGap !== undefined) return false;
  return !isPending(key) && (requester.open.size === 0 || (requester.pendingByPrgi.get(key.prgi)?.length ?? 0) === 0);
}

/** A group of the key that is an object is sealed and not answered. */
export function isPending({ requester, pending }: KeyState): boolean {
  return requester.open.size > 0 && pending.length > 0;
}

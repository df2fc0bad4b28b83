import type { IommuUnit } from './context.ts';
import { NONE } from './plain-messages.ts';
import type { KeyState, Requester } from './requester.ts';

/** PRGIs of PRI have 9 bits. */
const PRGIS = 512;

/** A requester's part of the plain groups. */
export interface Place {
  readonly requester: Requester;
  readonly unit: IommuUnit;
  /** Slots by PRGI of the one group that is sealed, and of the one that is not yet. */
  readonly open: Int32Array;
  readonly collecting: Int32Array;
}

export function newPlace(requester: Requester, unit: IommuUnit): Place {
  const none = (): Int32Array => new Int32Array(PRGIS).fill(NONE);
  return { requester, unit, open: none(), collecting: none() };
}

/** No other group with this PRGI is in flight, and the key's last answer is not one that may be this one's (`GapTracker.doubtAnswer`). */
export function maySeal({ requester, open }: Place, key: KeyState): boolean {
  if ((open[key.prgi] ?? NONE) !== NONE || key.pending.length > 0 || key.lastGap !== undefined) return false;
  return requester.open.size === 0 || (requester.pendingByPrgi.get(key.prgi)?.length ?? 0) === 0;
}

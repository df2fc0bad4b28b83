import type { ResponseCode, TraceEvent } from '../model/event.ts';
import type { Pasid, Prgi, RequesterId } from '../model/ids.ts';
import type { IommuUnit } from './context.ts';

/** Page responses kept a unit against repeated submissions. */
const MAX_RECENT = 64;

/** What a page response says in its descriptor. */
export interface ResponseDescriptor {
  requester: RequesterId | undefined;
  pasid: Pasid | undefined;
  prgi: Prgi | undefined;
  code: ResponseCode | undefined;
  privateData: string | undefined;
}

/** The newest page responses of a unit. */
export class RecentResponses {
  /** A ring; its entries are filled again and again. */
  #ring: ResponseDescriptor[] = [];
  #next = 0;

  add(response: Readonly<ResponseDescriptor>): void {
    const { requester, pasid, prgi, code, privateData } = response;
    const entry = this.#ring[this.#next];
    if (entry === undefined) this.#ring.push({ requester, pasid, prgi, code, privateData });
    else {
      entry.requester = requester;
      entry.pasid = pasid;
      entry.prgi = prgi;
      entry.code = code;
      entry.privateData = privateData;
    }
    this.#next = (this.#next + 1) % MAX_RECENT;
  }

  has(response: TraceEvent): boolean {
    return this.#ring.some((earlier) => isSameDescriptor(earlier, response));
  }

  /** All of them, in no set order; from here on there are none. */
  take(): ResponseDescriptor[] {
    const taken = this.#ring;
    this.#ring = [];
    this.#next = 0;
    return taken;
  }
}

/** A response that the driver queued again after an invalidation time-out (log-formats A.2.2) is no second answer. */
export function isRepeatedSubmission(unit: IommuUnit, response: TraceEvent): boolean {
  const { resubmitted } = unit;
  const at = resubmitted.length === 0 ? -1 : resubmitted.findIndex((earlier) => isSameDescriptor(earlier, response));
  if (at >= 0) {
    resubmitted.splice(at, 1);
    return true;
  }
  unit.recent.add(response);
  return false;
}

function isSameDescriptor(one: ResponseDescriptor, other: TraceEvent): boolean {
  return (
    one.requester === other.requester &&
    one.pasid === other.pasid &&
    one.prgi === other.prgi &&
    one.code === other.code &&
    one.privateData === other.privateData
  );
}

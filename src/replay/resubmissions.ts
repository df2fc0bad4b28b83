import type { TraceEvent } from '../model/event.ts';
import type { IommuUnit } from './context.ts';

/** Page responses kept a unit against repeated submissions. */
const MAX_RECENT = 64;

/** A response that the driver queued again after an invalidation time-out (log-formats A.2.2) is no second answer. */
export function isRepeatedSubmission(unit: IommuUnit, response: TraceEvent): boolean {
  const { resubmitted } = unit;
  const at = resubmitted.length === 0 ? -1 : resubmitted.findIndex((earlier) => isSameDescriptor(earlier, response));
  if (at >= 0) {
    resubmitted.splice(at, 1);
    return true;
  }
  unit.recent[unit.recentAt] = response;
  unit.recentAt = (unit.recentAt + 1) % MAX_RECENT;
  return false;
}

function isSameDescriptor(one: TraceEvent, other: TraceEvent): boolean {
  return (
    one.requester === other.requester &&
    one.pasid === other.pasid &&
    one.prgi === other.prgi &&
    one.code === other.code &&
    one.privateData === other.privateData
  );
}

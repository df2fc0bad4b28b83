import type { TraceEvent } from '../../src/model/event.ts';
import { requesterIdOfName } from '../../src/model/ids.ts';

/** What dev_err() and its kin print in front of a message: `<driver or bus> <device>: `, both without blanks. */
export const DEV_PREFIX = '(?:^|\\s)(?<driver>[^\\s:]+) (?<device>[^\\s]+): ';

/** Sets the device and, for a PCI device, its requester id. */
export function setDevice(event: TraceEvent, device: string): void {
  event.device = device;
  event.requester = requesterIdOfName(device);
}

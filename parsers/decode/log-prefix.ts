import { newEvent, type TraceEvent } from '../../src/model/event.ts';
import { requesterIdOfName } from '../../src/model/ids.ts';

/** What dev_err() and its kin print in front of a message: `<driver or bus> <device>: `, both without blanks. */
export const DEV_PREFIX = '(?:^|\\s)(?<driver>[^\\s:]+) (?<device>[^\\s]+): ';

/** The same where the device is the IOMMU itself. */
export const IOMMU_PREFIX = '(?:^|\\s)(?<driver>[^\\s:]+) (?<iommu>[^\\s]+): ';

/** Behind a number: it goes on neither with other letters nor with the dots of who shortened it. */
export const NOT_CUT = '(?![\\w?*\u2026]|\\.\\.)';

/** Sets the device and, for a PCI device, its requester id. */
export function setDevice(event: TraceEvent, device: string): void {
  event.device = device;
  event.requester = requesterIdOfName(device);
}

/** A fault record of the kernel log; `probe` is the function that prints it. */
export function newFault(dialect: string, probe: string, iommu: string | undefined): TraceEvent {
  const event = newEvent('fault', dialect, 'wire');
  event.probe = probe;
  event.iommu = iommu;
  return event;
}

/** Trouble of the IOMMU itself, in its own words. */
export function newIommuError(dialect: string, iommu: string | undefined, reason: string, text: string): TraceEvent {
  const event = newEvent('iommu-error', dialect, 'none');
  event.iommu = iommu;
  event.reason = reason;
  event.vendorReason = text;
  return event;
}

/** The payload's text, without blanks at its end. */
export function payloadOf(line: string, payload: number, end: number): string {
  return line.slice(payload, end).trimEnd();
}

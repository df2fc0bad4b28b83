import type { LogLine } from './log-line.ts';

/** What the host's core does with an answer. */
export type HostKind =
  /** Looks for a pending group with the answer's key and refuses the answer if there is none (Linux up to 6.8). */
  | 'by-key'
  /** Knows the group that is meant and drops the answer if that is closed (6.12). */
  | 'by-group'
  /** Sends whatever a handler submits (7.2). */
  | 'sends-all';

export interface IommuUnit {
  readonly name: string;
  readonly reporter: { readonly task: string; readonly pid: number; readonly cpu: number };
  sequence: number;
  busyUntil: number;
}

export interface Device {
  readonly name: string;
  readonly rid: number;
  readonly unit: IommuUnit;
  /** PRGIs that wait for an answer, as the device sees it. */
  readonly busy: Set<number>;
  /** Requests without their last one, by PRGI: the kernel ignores the PASID here. */
  readonly collecting: Map<number, Request[]>;
}

/** The guest kernel behind a VMM, with a vIOMMU of its own. */
export interface Guest {
  readonly name: string;
  /** Longest time of one of its two hops between host and guest, µs. */
  readonly hopUs: number;
  /** When the last message of each way has arrived. */
  readonly clearAt: { read: number; inject: number; descriptor: number; write: number };
  sequence: number;
}

/** Who handles the faults of one host PASID. */
export interface Owner {
  readonly device: Device;
  readonly pasid: number;
  readonly task: string;
  readonly pid: number;
  readonly cpu: number;
  readonly guest: Guest | undefined;
  /** What the guest calls the device and the PASID. */
  readonly guestDevice: Device;
  readonly guestPasid: number;
  isAttached: boolean;
  readonly attaches: LogLine[];
  readonly drains: LogLine[];
}

export interface Request {
  readonly device: Device;
  readonly pasid: number;
  readonly prgi: number;
  readonly page: number;
  readonly isLast: boolean;
  readonly owner: Owner;
  /** What becomes of the group that this request seals. */
  readonly handle: (group: Group) => void;
  /** Its prq_report, once it is written. */
  line: LogLine | undefined;
}

/** A sealed group instance, in the order of events inside the host. */
export interface Group {
  readonly owner: Owner;
  readonly device: Device;
  readonly pasid: number;
  readonly prgi: number;
  readonly requests: readonly Request[];
  readonly sealedAt: number;
  /** prq_report of its last request. */
  line: LogLine | undefined;
  isPendingInCore: boolean;
  /** When the device got an answer for it, by whatever it was meant for. */
  closedAt: number | undefined;
  closedBy: 'handler' | 'host' | undefined;
  answer: LogLine | undefined;
  /** The code that its handler meant. */
  meant: number | undefined;
  /** First drain of its PASID while it was pending. */
  drainedBy: LogLine | undefined;
  /** The same group as its guest sees it. */
  inGuest: Group | undefined;
  /** The same as the mediating driver sees it. */
  atDriver: Group | undefined;
}

export const SUCCESS = 0;
export const INVALID = 1;
export const FAILURE = 2;

import type { GroupState } from '../model/group.ts';
import type { Lane } from '../model/lane.ts';
import type { ClockScale } from '../model/time.ts';

/** What is counted; the replay always sees everything. */
export interface StatsFilter {
  /** Absent: everything. */
  isCounted?(thing: { readonly device?: string; readonly pasid?: number; readonly time?: string }): boolean;
  /** Only a part of the capture's time is counted: rates are of the time between the first and the last thing counted. */
  readonly isTimed: boolean;
}

/** Where an event stands; its time is relative to the epoch of the input's clock. */
export interface EventPlace {
  readonly input: number;
  readonly line: number;
  readonly time: number | undefined;
}

/** An input, as far as its times are counted. */
export interface CountedInput {
  readonly scale: ClockScale;
  readonly spec: { readonly lane: Lane; readonly laneName?: string };
}

/** Whom something is counted for. */
export interface Named {
  readonly device: string | undefined;
  readonly pasid: number | undefined;
}

/** What is counted of an instance. */
export interface CountedGroup extends Named {
  readonly lane: Lane;
  readonly prgi: number;
  readonly ordinal: number;
  readonly state: GroupState;
  readonly requests: number;
  readonly latencyNs: number | undefined;
  readonly isSealed: boolean;
  /** Its last request. */
  readonly last: EventPlace | undefined;
  readonly response: EventPlace | undefined;
}

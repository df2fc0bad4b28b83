import type { TraceEvent } from '../model/event.ts';
import type { AnsweredBy } from '../model/finding.ts';
import type { GroupState } from '../model/group.ts';
import type { Nanoseconds } from '../model/time.ts';
import type { KeyState, Requester } from './requester.ts';

/**
 * One instance of a page-request group: the n-th use of a key (requester, PASID or absent, PRGI).
 * Only src/replay writes to it (semantics §3).
 */
export interface PageRequestGroup {
  readonly requester: Requester;
  /** State of its key. */
  readonly key: KeyState;
  /** PASID of the sealing request; undefined: none. */
  pasid: number | undefined;
  readonly prgi: number;
  /** Names the instance together with the key where requests carry private data. */
  readonly privateData: string | undefined;
  /** 1 for the first use of the key. */
  readonly ordinal: number;
  /** In arrival order, the last one sealing; strangers included. */
  readonly requests: TraceEvent[];
  state: GroupState;
  isSealed: boolean;
  /** Time of the last request; undefined while collecting or without a clock. */
  sealedAt: Nanoseconds | undefined;
  /** Numbers the sealed groups of the lane in their order; 0 while collecting. */
  sealing: number;
  /** PASID generation at the sealing request: changes when the PASID is attached, bound or drained. */
  generation: number;
  /** Members of another PASID, or of the same PASID before it was drained (FL205). */
  strangers: readonly TraceEvent[];
  /** An overflow whose place against the trace is not known may lie between the strangers and the rest. */
  isJoinUndecided: boolean;
  response: TraceEvent | undefined;
  /** The answer as the handler submitted it, where the capture shows that hop. */
  submission: TraceEvent | undefined;
  /** Other observations of its requests and its answer, on the hops above the wire (semantics §1). */
  readonly upperHops: TraceEvent[];
  /** The answer was traced before its request (semantics §3.1). */
  isAnsweredEarly: boolean;
  /** The early answer may as well belong to a request outside the capture. */
  isAnswerDoubtful: boolean;
  /** undefined where the capture does not tell. */
  answeredBy: AnsweredBy | undefined;
  /** Time from the PASID's last unregister, unbind or drain to the answer; undefined if there was none. */
  sinceEpoch: number | undefined;
  /** First unregister, unbind, detach or drain that found the group pending. */
  drainedBy: TraceEvent | undefined;
  /** `drainedBy` names no device, and groups of several were pending: it may be another one's. */
  isDrainDoubtful: boolean;
  /** The host let it pending when its handler was unregistered, and another handler was registered since. */
  isLeftByHost: boolean;
  /** First capture gap that found the group open. */
  gap: TraceEvent | undefined;
  /** No answer within the timeout. */
  isTimedOut: boolean;
  /**
   * How sure it is that the answer is this instance's: `order`, others of the key were pending and handlers keep their order
   * (A2); `epoch`, they were, and a handler was replaced in between.
   */
  ambiguity: 'none' | 'order' | 'epoch';
  /** Its handler's answer, which was seen on an upper lane and never came down. */
  lostAnswer: TraceEvent | undefined;
  /** The handler's lane was recorded and never saw its request. */
  isUndelivered: boolean;
  /** Neighbours among the open groups of the lane; only `OpenGroups` touches them. */
  older: PageRequestGroup | undefined;
  newer: PageRequestGroup | undefined;
  /** Rules that named this instance, for `groups`; filled by the analysis. */
  readonly findings: string[];
}

/** Nanoseconds from the last request to the answer; 0 if it was traced early; undefined without a clock or an answer. */
export function latencyOf(group: PageRequestGroup): number | undefined {
  if (group.response?.time === undefined || group.sealedAt === undefined) return undefined;
  return Math.max(0, group.response.time - group.sealedAt);
}

/** The request that sealed the group, or the newest one of a group that is still collecting. */
export function lastRequestOf(group: PageRequestGroup): TraceEvent | undefined {
  return group.requests[group.requests.length - 1];
}

/** True if a handler may have been replaced between two instances of a key: A2 does not hold across that (semantics §4). */
export function isAcrossEpoch(one: PageRequestGroup, other: PageRequestGroup): boolean {
  return one.generation !== other.generation || one.drainedBy !== other.drainedBy;
}

/** What is missing is known to be lost between two recorded lanes (FL302 says so). */
export function isLostBetweenLanes(group: PageRequestGroup): boolean {
  return group.lostAnswer !== undefined || group.isUndelivered;
}

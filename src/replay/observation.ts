import type { SourceLine, TraceEvent } from '../model/event.ts';
import type { Certainty } from '../model/finding.ts';
import type { PageRequestGroup } from './page-request-group.ts';
import type { Requester } from './requester.ts';

/**
 * What the replay found, in the words of semantics §3 and §4. Rules turn observations into findings;
 * they see no text and no state but this.
 */
export type Observation =
  | GroupClosed
  | StrayResponse
  | EdgeResponse
  | ReuseInFlight
  | SharedInFlight
  | CrossedResponse
  | RefusedRequest
  | ResponseRefused
  | UnforwardedResponse
  | QueueOverflow
  | CaptureGap
  | PlainEvent
  | UndeliveredRequest
  | CrossOwnerResponse
  | MixedClocks
  | UnjoinedLanes
  | UnjoinedStreams
  | UnreadLines
  | ClockStep;

/** An instance came to its end, or the capture did: `group.state` tells. */
export interface GroupClosed {
  readonly kind: 'group-closed';
  readonly group: PageRequestGroup;
  /** Open groups: whether the capture lasted for the timeout after the last request. */
  readonly isOpenAtEnd: boolean;
  /** Requests without a last one whose PASID was drained since: they will never be completed. */
  readonly isAbandoned: boolean;
  /** The capture ends so soon after the group's handler went away that an answer may follow, and does not say that it is complete. */
  readonly isEndNear?: boolean;
  /** Why an open group is judged no further: the capture shows no answers at all, or too many groups are open. */
  readonly unjudged?: 'no-answers' | 'too-many';
}

/** Which of FL101–FL106 a response with nothing in flight is: the first that holds (semantics §5). */
export type StrayVerdict = 'stop-marker' | 'incomplete' | 'wrong-pasid' | 'late' | 'duplicate' | 'unknown-group';

/** A response that nothing in flight wants. */
export interface StrayResponse {
  readonly kind: 'stray-response';
  readonly verdict: StrayVerdict;
  readonly certainty: Certainty;
  readonly response: TraceEvent;
  readonly requester: Requester;
  /** False: a handler submitted it and the host sent nothing. */
  readonly isOnWire: boolean;
  /** The key's last instance, if it had one; for `late` the owed one. */
  readonly last: PageRequestGroup | undefined;
  /** The group in flight with this PRGI under another PASID. */
  readonly other: PageRequestGroup | undefined;
  /** `incomplete`: the requests collected so far. `stop-marker`: the marker. */
  readonly requests: readonly TraceEvent[];
  /** Nanoseconds since the PASID's last unregister, unbind or drain. */
  readonly sinceEpoch: number | undefined;
  /** The same answer where its handler sent it, if that lane was recorded. */
  readonly upper?: TraceEvent;
  /** The crossed answer that closed the group which this one was meant for: a consequence of that. */
  readonly displacedBy?: CrossedResponse;
}

/** A response that may belong to requests outside the capture: at its head, or after a gap (FL902). */
export interface EdgeResponse {
  readonly kind: 'edge-response';
  readonly response: TraceEvent;
  readonly requester: Requester;
  readonly cause: 'head' | 'gap' | 'tail' | 'silent-requester';
  /** `silent-requester`: an unanswered group of a neighbour with the same PASID and PRGI, if there is one. */
  readonly neighbour: PageRequestGroup | undefined;
}

export interface ReuseInFlight {
  readonly kind: 'reuse-in-flight';
  readonly earlier: PageRequestGroup;
  /** The request that reused the key. */
  readonly request: TraceEvent;
  readonly later: PageRequestGroup;
}

export interface SharedInFlight {
  readonly kind: 'shared-in-flight';
  readonly earlier: PageRequestGroup;
  readonly later: PageRequestGroup;
}

/** A response owed to `owner` was, or may have been, accepted for `accepted`. */
export interface CrossedResponse {
  readonly kind: 'crossed-response';
  readonly certainty: Certainty;
  /** undefined: its request lies before the capture. */
  readonly owner: PageRequestGroup | undefined;
  readonly accepted: PageRequestGroup;
  readonly response: TraceEvent;
  /** The other answer of the pair, where the capture shows it. */
  readonly counterpart: TraceEvent | undefined;
  /** The same answer where its handler sent it: the proof. */
  readonly upper?: TraceEvent;
}

/** Requests of one key that the kernel refused and answered Invalid, up to and with the last one (FL107). */
export interface RefusedRequest {
  readonly kind: 'refused-request';
  readonly requester: Requester;
  readonly pasid: number | undefined;
  readonly prgi: number;
  readonly certainty: Certainty;
  /** Traced requests; empty where the kernel refused before tracing. */
  readonly requests: readonly TraceEvent[];
  /** Log lines about them. */
  readonly reports: readonly TraceEvent[];
  readonly responses: readonly TraceEvent[];
}

/** The kernel refused an answer without naming its key (semantics §3.1, "Kernel-side refusals"). */
export interface ResponseRefused {
  readonly kind: 'response-refused';
  readonly event: TraceEvent;
  /** Delivered groups that it may have meant, newest first, at most eight. */
  readonly candidates: readonly PageRequestGroup[];
}

/** A handler's answer that never reached the hop below although the capture records that hop. */
export interface UnforwardedResponse {
  readonly kind: 'unforwarded-response';
  /** `likely` where it may as well be a second answer to an earlier group of the key, which the host suppressed. */
  readonly certainty: Certainty;
  readonly response: TraceEvent;
  readonly requester: Requester;
  /** The group that waited for it and never got an answer. */
  readonly group: PageRequestGroup;
}

export interface QueueOverflow {
  readonly kind: 'queue-overflow';
  readonly event: TraceEvent;
  /** Its time on the clock of the messages, if `isOrderKnown`. */
  readonly at: number | undefined;
  readonly iommu: string | undefined;
  /** False: the order against the trace is not known (semantics §7). */
  readonly isOrderKnown: boolean;
  /** Groups of that IOMMU that were still collecting at that moment. */
  readonly collecting: readonly PageRequestGroup[];
  /** Groups of that IOMMU that were sealed and unanswered at that moment. */
  readonly pendingCount: number;
  /** False where the capture shows no page requests, so that nothing is known of groups. */
  readonly showsRequests: boolean;
}

export interface CaptureGap {
  readonly kind: 'capture-gap';
  readonly event: TraceEvent;
  readonly cause: 'lost' | 'overwritten' | 'cpu-started' | 'sequence';
  readonly iommu: string | undefined;
  /** undefined: the log does not say how many. */
  readonly lost: number | undefined;
  /** Time from which on events are missing; -Infinity: since the beginning. */
  readonly since: number;
  /** Groups in flight at that moment. */
  readonly inFlight: number;
}

/** An event that rules judge by itself: faults, IOMMU errors, suppressed messages. */
export interface PlainEvent {
  readonly kind: 'event';
  readonly event: TraceEvent;
  /** Whose message an error of the invalidation queue names. */
  readonly requester?: Requester;
  /** False for clocks that only order events. */
  readonly hasSeconds: boolean;
}

/** A request that the host saw and that never reached the handler's lane, which was recorded. */
export interface UndeliveredRequest {
  readonly kind: 'undelivered-request';
  readonly group: PageRequestGroup;
}

/** One owner's lane answered a group of another owner's PASID. */
export interface CrossOwnerResponse {
  readonly kind: 'cross-owner-response';
  readonly group: PageRequestGroup;
  readonly owner: string;
  /** Name of the lane that answered. */
  readonly answeredBy: string;
  readonly response: TraceEvent;
  readonly upper: TraceEvent;
}

/** Lanes whose clocks nothing relates: analysed separately. */
export interface MixedClocks {
  readonly kind: 'mixed-clocks';
  readonly lanes: readonly string[];
  /** A first event of each, for the reader. */
  readonly samples: readonly TraceEvent[];
}

/** Lanes with too many groups together to be joined: analysed separately. */
export interface UnjoinedLanes {
  readonly kind: 'unjoined-lanes';
  readonly lanes: readonly string[];
  readonly mostGroups: number;
  /** A first event of each, for the reader. */
  readonly samples: readonly TraceEvent[];
}

/** Streams of one PASID in two lanes, of which nothing tells which are the same: their messages were not joined. */
export interface UnjoinedStreams {
  readonly kind: 'unjoined-streams';
  readonly lanes: readonly [string, string];
  readonly below: readonly UnjoinedStream[];
  readonly above: readonly UnjoinedStream[];
}

export interface UnjoinedStream {
  readonly requester: Requester;
  readonly pasid: number;
  /** A first message, for the reader. */
  readonly first: TraceEvent | undefined;
}

/** Lines of one input that name an IOMMU and that no dialect reads. */
export interface UnreadLines {
  readonly kind: 'unread-lines';
  readonly count: number;
  /** The first line of each of the commonest shapes, and how many lines have it. */
  readonly samples: readonly { readonly source: SourceLine; readonly count: number }[];
}

/** Events of one input that lay outside the merge window. */
export interface ClockStep {
  readonly kind: 'clock-step';
  readonly count: number;
  /** The first of them. */
  readonly source: SourceLine;
  readonly backwardsNs: number;
}

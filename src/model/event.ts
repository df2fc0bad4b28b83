import { type Iova, iova, type Pasid, type Prgi, type RequesterId } from './ids.ts';
import type { Lane, ObservationPoint } from './lane.ts';
import { type Nanoseconds, nanoseconds } from './time.ts';

export const EVENT_KINDS = [
  'page-request',
  'page-response',
  'stop-marker',
  'request-refused',
  'response-refused',
  'handler-read',
  'handler-write',
  'handler-registered',
  'handler-unregistered',
  'pasid-bound',
  'pasid-unbound',
  'device-attached',
  'device-detached',
  'device-reset',
  'drain',
  'partial-discarded',
  'queue-overflow',
  'fault',
  'iommu-error',
  'capture-gap',
  'suppressed',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** The code of a page response (semantics; log-formats D.1). `abort` is an SMMU resume. */
export const RESPONSE_CODES = ['success', 'invalid-request', 'response-failure', 'abort', 'reserved'] as const;
export type ResponseCode = (typeof RESPONSE_CODES)[number];

/** A line of an input, kept so that a finding can quote it. */
export interface SourceLine {
  /** Index into the inputs as given. */
  readonly input: number;
  /** 1-based. */
  readonly line: number;
  /** Byte offset of the line's first byte in the (decompressed) input. */
  readonly offset: number;
  /** The raw line without its line end; not sanitised. */
  readonly text: string;
}

/** What a qi_submit record other than a page response, or a drain kprobe, says about a drain (log-formats A.2.2). */
export type DrainStep = 'fence' | 'iotlb' | 'device-tlb' | 'start' | 'end';

/**
 * One normalised log event. A single shape for all kinds keeps the hot path monomorphic; what a kind
 * does not have is `undefined` here and absent in JSON (`src/model/event-schema.ts` is the contract outside).
 */
export interface TraceEvent {
  kind: EventKind;
  source: SourceLine;
  /** Further lines that belong to the same event (a cause line and its descriptor line). */
  also: readonly SourceLine[] | undefined;
  /** Relative to the clock's epoch; undefined where the line has none and no neighbour gives one. */
  time: Nanoseconds | undefined;
  cpu: number | undefined;
  task: string | undefined;
  pid: number | undefined;
  lane: Lane;
  /** Name of a lane with several members (`guest:vm3=`). */
  laneName: string | undefined;
  /** Dialect that read the line. */
  dialect: string;
  point: ObservationPoint;
  /** Name of the function or tracepoint that printed it, e.g. `prq_report`, `iopf_group_response`. */
  probe: string | undefined;

  /** `dmar0`, an AMD or SMMU device name. */
  iommu: string | undefined;
  /** Linux device name (`0000:01:00.0`), or what the log prints in its place. */
  device: string | undefined;
  requester: RequesterId | undefined;
  pasid: Pasid | undefined;
  prgi: Prgi | undefined;

  /** Hexadecimal digits of the address without `0x`; `addressShift` 12 where the log prints a page number. */
  addressDigits: string | undefined;
  addressShift: 0 | 12;
  /** Letters out of `rwxp` in this order. */
  access: string | undefined;
  isLast: boolean;
  isStall: boolean;
  /** Private data words, `"0xA/0xB"`: part of the instance's identity (semantics §2). */
  privateData: string | undefined;
  /** `seq#` of prq_report. */
  sequence: number | undefined;

  code: ResponseCode | undefined;
  /** The code as printed, where it differs from the specification's value of `code`. */
  rawCode: number | undefined;
  /** Return value of a return probe, result of a refused write. */
  returnValue: number | undefined;
  /** Bytes of an iommufd read or write; number of requests that a group response answers. */
  count: number | undefined;

  /** Normalised reason of a fault, error or refusal. */
  reason: string | undefined;
  /** The reason as printed. */
  vendorReason: string | undefined;
  /** Events lost, or messages suppressed; undefined where the log does not say how many. */
  lost: number | undefined;
  drainStep: DrainStep | undefined;
  /** True for the first part of a message whose rest is on a following line of the same IOMMU (joined in intake). */
  isFragment: boolean;
  /** For a line that may only add to an earlier fragment; undefined in every event that leaves intake. */
  continuation: Continuation | undefined;

  /** Number n of PRn/PSn in a ladder: the author's truth, for drawings and tests; no verdict may rest on it. */
  instanceLabel: number | undefined;
  /** What a ladder says that the receiver did with a response; `unknown` is its `accept ??`. */
  verdict: LadderVerdict | undefined;
}

/** `accept`, `reject` and `accept ??` of a ladder (semantics §6). */
export const LADDER_VERDICTS = ['accept', 'reject', 'unknown'] as const;
export type LadderVerdict = (typeof LADDER_VERDICTS)[number];

/**
 * A line that says more about the event of an earlier line of the same dialect and IOMMU, which has
 * `isFragment` set (`src/intake/join-fragments.ts`). Lines of others may stand between the two.
 */
export interface Continuation {
  readonly kind: 'continuation';
  readonly dialect: string;
  /** Undefined where the line names none: then it can belong to any. */
  readonly iommu: string | undefined;
  /** Adds what this line says to `event`. `open`: more may follow; undefined: it is not of that event, which is unchanged. */
  join(event: TraceEvent): 'open' | 'complete' | undefined;
  /** What the line says where the earlier one is missing; absent: nothing. */
  readonly alone?: TraceEvent;
}

/** The one place that builds events, so that all have the same hidden class. */
export function newEvent(kind: EventKind, dialect: string, point: ObservationPoint): TraceEvent {
  return {
    kind,
    source: NO_LINE,
    also: undefined,
    time: undefined,
    cpu: undefined,
    task: undefined,
    pid: undefined,
    lane: 'host',
    laneName: undefined,
    dialect,
    point,
    probe: undefined,
    iommu: undefined,
    device: undefined,
    requester: undefined,
    pasid: undefined,
    prgi: undefined,
    addressDigits: undefined,
    addressShift: 0,
    access: undefined,
    isLast: false,
    isStall: false,
    privateData: undefined,
    sequence: undefined,
    code: undefined,
    rawCode: undefined,
    returnValue: undefined,
    count: undefined,
    reason: undefined,
    vendorReason: undefined,
    lost: undefined,
    drainStep: undefined,
    isFragment: false,
    continuation: undefined,
    instanceLabel: undefined,
    verdict: undefined,
  };
}

const NO_LINE: SourceLine = { input: 0, line: 0, offset: 0, text: '' };

/** The event's address in bytes, computed when somebody looks; undefined where the log has none. */
export function addressOf(event: TraceEvent): Iova | undefined {
  if (event.addressDigits === undefined) return undefined;
  return iova(BigInt(`0x${event.addressDigits}`) << BigInt(event.addressShift));
}

/** `0x…`, without leading zeros. */
export function formatAddress(address: Iova): string {
  return `0x${address.toString(16)}`;
}

/** True for the marker of a boot: what was in flight before it is gone, and the kernel's clock begins anew. */
export function isBoot(event: TraceEvent): boolean {
  return event.kind === 'capture-gap' && event.reason === 'boot';
}

/** Time of an event for comparisons; events without any time sort first. */
export function timeOf(event: TraceEvent): Nanoseconds {
  return event.time ?? nanoseconds(Number.NEGATIVE_INFINITY);
}

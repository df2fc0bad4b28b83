import type { TraceEvent } from '../model/event.ts';
import { nanoseconds } from '../model/time.ts';
import type { PageRequestGroup } from './page-request-group.ts';
import { type KeyState, keyState, type Requester } from './requester.ts';

const NO_EVENTS: readonly TraceEvent[] = [];

/** An instance that is still collecting, without requests. */
export function newGroup(
  requester: Requester,
  key: KeyState,
  pasid: number | undefined,
  prgi: number,
  privateData: string | undefined,
  ordinal = key.count,
): PageRequestGroup {
  return {
    requester,
    key,
    pasid,
    prgi,
    privateData,
    ordinal,
    requests: [],
    state: 'collecting',
    isSealed: false,
    sealedAt: undefined,
    sealing: 0,
    generation: 0,
    strangers: NO_EVENTS,
    isJoinUndecided: false,
    response: undefined,
    submission: undefined,
    upperHops: [],
    isAnsweredEarly: false,
    isAnswerDoubtful: false,
    answeredBy: undefined,
    sinceEpoch: undefined,
    drainedBy: undefined,
    isDrainDoubtful: false,
    isLeftByHost: false,
    gap: undefined,
    isTimedOut: false,
    older: undefined,
    newer: undefined,
    ambiguity: 'none',
    lostAnswer: undefined,
    isUndelivered: false,
    findings: [],
  };
}

/** A row for requests that the kernel refused: never pending, answered Invalid at once. `ordinal`: if it was given one before. */
export function refusedGroup(
  requester: Requester,
  pasid: number | undefined,
  prgi: number,
  requests: readonly TraceEvent[],
  response: TraceEvent | undefined,
  ordinal: number | undefined,
): PageRequestGroup {
  const key = keyState(requester, pasid, prgi);
  if (ordinal === undefined) {
    key.count += 1;
    key.undelivered += 1;
  }
  const group = newGroup(requester, key, pasid, prgi, undefined, ordinal);
  group.requests.push(...requests);
  group.state = 'refused';
  group.isSealed = true;
  group.sealedAt = requests[requests.length - 1]?.time ?? nanoseconds(response?.time ?? 0);
  group.response = response;
  group.answeredBy = response === undefined ? undefined : 'host';
  group.isAnsweredEarly = true;
  return group;
}

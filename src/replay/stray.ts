import type { TraceEvent } from '../model/event.ts';
import type { Certainty } from '../model/finding.ts';
import type { StrayVerdict } from './observation.ts';
import type { PageRequestGroup } from './page-request-group.ts';
import type { Requester } from './requester.ts';

/** A response that nothing in flight wants, with what was known when it came. */
export interface Stray {
  readonly requester: Requester;
  readonly response: TraceEvent;
  readonly isOnWire: boolean;
  readonly verdict: StrayVerdict;
  /** undefined: a request outside the capture may explain it. */
  readonly certainty: Certainty | undefined;
  readonly isAfterGap: boolean;
  /** Its group may lie outside the capture: the host answers only groups that it holds. */
  readonly isMaybeHeld: boolean;
  /** The host answered by itself, as far as the capture tells. */
  readonly isByHost: boolean;
  readonly last: PageRequestGroup | undefined;
  readonly other: PageRequestGroup | undefined;
  readonly requests: readonly TraceEvent[];
  readonly sinceEpoch: number | undefined;
}

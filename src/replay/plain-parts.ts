import type { ReplayContext } from './context.ts';
import type { GapTracker } from './gaps.ts';
import type { PlainAnswer } from './plain-answer.ts';
import type { PlainMessages } from './plain-messages.ts';
import type { SubmissionTracker } from './submissions.ts';
import type { UpperHops } from './upper-hops.ts';

export interface PlainSink {
  /** A group was sealed; it is kept as delivered until that is released. */
  sealed(slot: number): void;
  /** A group was answered, and no rule has anything to say of it. */
  answered(group: PlainAnswer): void;
}

/** What a plain pair joins, and whom it tells. */
export interface PlainParts {
  readonly context: ReplayContext;
  readonly gaps: GapTracker;
  readonly upperHops: UpperHops;
  readonly submissions: SubmissionTracker;
  readonly messages: PlainMessages;
  readonly sink: PlainSink;
}

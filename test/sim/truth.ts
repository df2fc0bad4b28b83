import type { LogLine } from './log-line.ts';
import type { Group } from './machine.ts';

/** One thing that really went wrong, and the lines that tell of it. */
export interface Truth {
  /** As semantics §5 names it when everything is known. */
  readonly id: string;
  /** What one capture may call it instead, because it does not show who sent or closed what. */
  readonly alsoKnownAs: readonly string[];
  readonly device: string;
  readonly pasid: number;
  readonly prgi: number;
  /** A finding about it rests on one of these. */
  readonly lines: readonly LogLine[];
  /** The rule folds occurrences, so that a finding is compared by its key. */
  readonly isFolded: boolean;
  /** The guest whose lane has a part in it. */
  readonly guest?: string | undefined;
  readonly proof: Proof;
  readonly why: string;
  /** FL201: the answer as its guest gave it, and the group that it was accepted for. */
  readonly crossing?: { readonly sent: LogLine; readonly accepted: Group } | undefined;
  /** The lanes of its proof leave no other reading. */
  readonly isCertain?: boolean;
}

/**
 * What it takes to find it.
 * - `wire`: the host's tracepoints, certain
 * - `probes`: the host's tracepoints and kprobes, certain
 * - `guest`: host and guest lanes together, certain
 * - `nothing`: it happened, but no recording need show it (or only as a suspicion)
 */
export type Proof = 'wire' | 'probes' | 'guest' | 'nothing';

import type { TraceEvent } from '../model/event.ts';
import type { AnsweredBy, Certainty, Severity } from '../model/finding.ts';
import type { AnalysisLimits } from '../model/limits.ts';
import type { Observation } from '../replay/observation.ts';
import type { PageRequestGroup } from '../replay/page-request-group.ts';
import type { Requester } from '../replay/requester.ts';

/** A rule's documentation, for `explain` and the machine formats. */
export interface RuleDocs {
  /** What it finds. */
  readonly finds: string;
  /** Why it matters. */
  readonly matters: string;
  /** What can mislead, and the choices made where the sources leave a case open. */
  readonly misleads: string;
  /** The shortest log that shows it. */
  readonly example: string;
  readonly references: readonly string[];
}

export interface EvidenceDraft {
  readonly event: EvidenceSource;
  /** What the line is for the finding: request, last-request, response, earlier-response, drain, … */
  readonly role: string;
}

/** A line to quote: an event, or a line that no event came from. */
export type EvidenceSource = Pick<TraceEvent, 'source'> & Partial<Pick<TraceEvent, 'time' | 'also'>>;

/** A finding as a rule states it; the analysis adds fingerprint, owner and the output's shape. */
export interface FindingDraft {
  /** Only where it differs from the rule's. */
  readonly severity?: Severity;
  readonly certainty: Certainty;
  readonly message: string;
  /** For the fingerprint: what stays of the message in a new recording, where more than its numbers changes with them. */
  readonly shape?: string;
  readonly requester?: Requester | undefined;
  /** For events outside the replay, which name their device in the text. */
  readonly device?: string | undefined;
  readonly pasid?: number | undefined;
  readonly prgi?: number | undefined;
  readonly scope?: 'owner' | 'function' | 'iommu' | 'capture';
  readonly answeredBy?: AnsweredBy | undefined;
  /** The answer whose sender `sentBy` names, and the time since the PASID's last epoch. */
  readonly sender?: { readonly event: TraceEvent; readonly sinceEpoch: number | undefined };
  /** How many occurrences it stands for, if it folds several. */
  readonly count?: number;
  /** The line that triggered it comes first. */
  readonly evidence: readonly EvidenceDraft[];
  /** A consequence of the finding that the rule owning this observation reports: it hangs under that one. */
  readonly consequenceOf?: Observation;
  /** The observation that consequences may name. */
  readonly cause?: Observation;
  /** Instances that it is about: `groups` lists the rule with them. */
  readonly groups?: readonly PageRequestGroup[];
}

export interface RuleContext {
  readonly limits: AnalysisLimits;
  report(draft: FindingDraft): void;
  /** True if the rule has reached its limit: a finding about `groups` is counted by this, and is not to be drafted. */
  omits(groups: readonly PageRequestGroup[]): boolean;
  /** Lists the rule with an instance that a finding to come is about. */
  name(group: PageRequestGroup): void;
}

/** A rule at work on one lane. */
export interface RuleRun {
  observe(observation: Observation): void;
  /** The end of the input: folded findings are reported now. */
  finish?(): void;
}

export interface Rule {
  readonly id: string;
  readonly name: string;
  readonly severity: Severity;
  /** The facts that the log must contain for the rule to speak. */
  readonly needs: string;
  /** The observations that it looks at. */
  readonly observes: readonly Observation['kind'][];
  readonly docs: RuleDocs;
  create(context: RuleContext): RuleRun;
}

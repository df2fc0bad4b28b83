import type { AnalysisLimits } from '../model/limits.ts';
import type { Observation } from '../replay/observation.ts';
import type { PageRequestGroup } from '../replay/page-request-group.ts';
import type { FindingDraft, Rule, RuleRun } from '../rules/rule.ts';
import { SuspectList } from './suspect-list.ts';

/** What is known of a lane at this moment. */
export interface LiveMoment {
  /** Time of the newest event; undefined without a clock. */
  readonly now: number | undefined;
  /** Nothing came for a while: no marker of lost events is on its way. */
  readonly isQuiet: boolean;
  /** The capture seems not to record answers. */
  readonly lacksAnswers: boolean;
  /** Groups that have waited for the timeout, the oldest first. */
  readonly overdue: readonly PageRequestGroup[];
}

const NOTHING_REPLACED: ReadonlySet<Observation> = new Set();

/**
 * Findings of a lane while it is still being recorded. They come from runs of the rules of their own, so that those of the
 * result stay what they are: an accusation is made when the merge window has passed and no gap explains it, and what rules
 * fold is folded over one step. So a finding may stand here that the end of the capture takes back.
 */
export class LiveFindings {
  readonly #windowNs: number;
  readonly #runs: readonly RuleRun[];
  readonly #byKind = new Map<Observation['kind'], RuleRun[]>();
  readonly #told = new WeakSet<PageRequestGroup>();
  #lacksAnswers = false;
  /** Accusations of the last window, and those of the window before. */
  #newer = this.#newSuspects();
  #older = this.#newSuspects();
  #newerSince: number | undefined;

  constructor(limits: AnalysisLimits, rules: readonly Rule[], report: (draft: FindingDraft, rule: Rule) => void) {
    this.#windowNs = limits.mergeWindowNs;
    this.#runs = rules.map((rule) => {
      const run = rule.create({
        limits,
        report: (draft) => report(draft, rule),
        name: () => undefined,
        omits: () => false,
      });
      for (const kind of rule.observes) this.#byKind.set(kind, [...(this.#byKind.get(kind) ?? []), run]);
      return run;
    });
  }

  observe(observation: Observation): void {
    if (observation.kind === 'capture-gap') {
      this.#older.addGap(observation);
      this.#newer.addGap(observation);
    }
    if (!this.#newer.hold(observation)) this.#dispatch(observation);
  }

  /** Reports what has become decidable. */
  settle({ now, isQuiet, lacksAnswers, overdue }: LiveMoment): void {
    this.#lacksAnswers = lacksAnswers;
    if (!lacksAnswers) for (const group of overdue) this.#tellOverdue(group);
    if (isQuiet || now === undefined) this.#rotate();
    if (isQuiet || now === undefined || now - (this.#newerSince ?? now) >= this.#windowNs) this.#rotate();
    this.#newerSince ??= now;
    for (const run of this.#runs) run.finish?.();
  }

  #tellOverdue(group: PageRequestGroup): void {
    if (this.#told.has(group)) return;
    this.#told.add(group);
    this.observe({
      kind: 'group-closed',
      group: { ...group, state: 'dropped', isTimedOut: true },
      isOpenAtEnd: false,
      isAbandoned: false,
    });
  }

  #rotate(): void {
    this.#older.release((observation) => this.#dispatch(observation), NOTHING_REPLACED);
    this.#older = this.#newer;
    this.#newer = this.#newSuspects();
    this.#newerSince = undefined;
  }

  #newSuspects(): SuspectList {
    return new SuspectList(() => this.#lacksAnswers);
  }

  #dispatch(observation: Observation): void {
    for (const run of this.#byKind.get(observation.kind) ?? []) run.observe(observation);
  }
}

import { Histogram } from '../base/histogram.ts';
import type { Finding } from '../model/finding.ts';
import type { Result } from '../model/result.ts';
import {
  type AnalysedOutcome,
  OUTCOME_VERSION,
  type Outcome,
  type OutcomeFinding,
  type WorstGroup,
} from './outcome.ts';
import { type FleetTask, keyOf } from './task.ts';

const MOST_WORST = 10;
const MOST_FINDINGS = 20;
const SEVERITIES = { error: 0, warning: 1, note: 2 } as const;
const CERTAINTIES = { certain: 0, likely: 1, possible: 2 } as const;

/** An answered group of the capture. */
export type AnsweredGroup = Omit<WorstGroup, 'path'> & { readonly input: number };

/** Collects what a task's outcome says beside its result: memory does not grow with the groups. */
export class OutcomeCollector {
  readonly #latency = new Histogram();
  #worst: AnsweredGroup[] = [];

  add(group: AnsweredGroup): void {
    this.#latency.add(group.latencyNs);
    const least = this.#worst.at(-1);
    if (this.#worst.length === MOST_WORST && least !== undefined && compareGroups(group, least) >= 0) return;
    this.#worst = [...this.#worst, group].sort(compareGroups).slice(0, MOST_WORST);
  }

  finish(task: FleetTask, result: Result): AnalysedOutcome {
    const { gaps, ...coverage } = result.coverage;
    const { count, min, max } = this.#latency;
    return {
      schemaVersion: OUTCOME_VERSION,
      task: task.task,
      key: keyOf(task),
      host: task.host,
      capture: task.capture,
      status: 'analysed',
      problems: result.inputs.flatMap(({ path, error }) => (error === undefined ? [] : [`${path}: ${error}`])),
      counts: result.counts,
      coverage: { ...coverage, gaps: gaps.length, lost: gaps.reduce((sum, { lost = 0 }) => sum + lost, 0) },
      ...(result.omitted !== undefined && { omitted: result.omitted }),
      ...(result.beyondBounds !== undefined && { beyondBounds: result.beyondBounds }),
      latency: { count, ...(count > 0 && { minNs: min, maxNs: max }), buckets: this.#latency.buckets() },
      worst: this.#worst.map(({ input, ...group }) => ({ ...group, path: result.inputs[input]?.path ?? '' })),
      findings: result.findings.toSorted(compareFindings).slice(0, MOST_FINDINGS).map(outcomeFinding),
    };
  }
}

/** The result of a task whose capture could not be analysed. */
export function failedOutcome(task: FleetTask, message: string): Outcome {
  const { host, capture } = task;
  return {
    schemaVersion: OUTCOME_VERSION,
    task: task.task,
    key: keyOf(task),
    host,
    capture,
    status: 'failed',
    message,
  };
}

function compareGroups(a: AnsweredGroup, b: AnsweredGroup): number {
  return b.latencyNs - a.latencyNs || a.input - b.input || a.line - b.line;
}

function compareFindings(a: Finding, b: Finding): number {
  return SEVERITIES[a.severity] - SEVERITIES[b.severity] || CERTAINTIES[a.certainty] - CERTAINTIES[b.certainty];
}

function outcomeFinding({
  id,
  severity,
  certainty,
  device,
  pasid,
  prgi,
  message,
  fingerprint,
}: Finding): OutcomeFinding {
  return {
    rule: id,
    severity,
    certainty,
    ...(device !== undefined && { device }),
    ...(pasid !== undefined && { pasid }),
    ...(prgi !== undefined && { prgi }),
    message,
    fingerprint,
  };
}

import { Histogram } from '../base/histogram.ts';
import { VERSION } from '../base/version.ts';
import type { Latency } from '../model/result.ts';
import type { AnalysedOutcome, Outcome, OutcomeFinding } from './outcome.ts';
import type { FleetReport } from './report-schema.ts';
import type { FleetTask } from './task.ts';

const MOST_WORST = 20;
const MOST_FINDINGS = 50;
const SEVERITIES = { error: 0, warning: 1, note: 2 } as const;
const CERTAINTIES = { certain: 0, likely: 1, possible: 2 } as const;

type HostRow = FleetReport['hosts'][number];
type TopFinding = FleetReport['topFindings'][number];

/** Sums the outcomes of a plan's tasks, which come in the order of the tasks. Memory grows with hosts, failures and fingerprints. */
export class FleetSums {
  readonly #report: Mutable<FleetReport>;
  readonly #latency = new Histogram();
  readonly #hosts = new Map<string, { row: Mutable<HostRow>; latency: Histogram }>();
  readonly #findings = new Map<string, Mutable<TopFinding>>();

  constructor() {
    this.#report = {
      schemaVersion: 1,
      tool: { name: 'faultlog', version: VERSION },
      tasks: { planned: 0, analysed: 0, empty: 0, failed: 0, missing: 0 },
      bytes: 0,
      events: {},
      groups: {},
      findings: { error: 0, warning: 0, note: 0 },
      consequences: 0,
      byRule: {},
      coverage: { gaps: 0, lost: 0, unread: 0, headUnknown: 0, openAtEnd: 0 },
      hosts: [],
      worst: [],
      topFindings: [],
      failures: [],
      missing: [],
    };
  }

  /** `outcome`: undefined where the task has none yet. */
  add(task: FleetTask, outcome: Outcome | undefined): void {
    const report = this.#report;
    const { row, latency } = this.#hostOf(task.host);
    const name = { task: task.task, host: task.host, capture: task.capture };
    report.tasks.planned += 1;
    report.bytes += task.bytes;
    row.tasks += 1;
    if (outcome === undefined) {
      report.tasks.missing += 1;
      row.missing += 1;
      report.missing.push(name);
      return;
    }
    if (outcome.status === 'failed') {
      report.tasks.failed += 1;
      row.failed += 1;
      report.failures.push({ ...name, message: outcome.message });
      return;
    }
    report.tasks.analysed += 1;
    if (Object.keys(outcome.counts.events).length === 0) report.tasks.empty += 1;
    for (const message of outcome.problems) report.failures.push({ ...name, message });
    this.#count(outcome, row);
    const { count, buckets, minNs = 0, maxNs = 0 } = outcome.latency;
    if (count > 0) {
      const own = Histogram.ofBuckets(buckets, minNs, maxNs);
      this.#latency.merge(own);
      latency.merge(own);
    }
    const place = { host: task.host, capture: task.capture };
    for (const group of outcome.worst) report.worst.push({ ...group, ...place });
    report.worst.sort((a, b) => b.latencyNs - a.latencyNs);
    report.worst.splice(MOST_WORST);
    this.#addFindings(outcome, place);
  }

  finish(): FleetReport {
    const latency = percentilesOf(this.#latency);
    const hosts = [...this.#hosts.values()].map(({ row, latency: own }) => {
      const ownLatency = percentilesOf(own);
      return { ...row, byRule: sorted(row.byRule), ...(ownLatency !== undefined && { latency: ownLatency }) };
    });
    hosts.sort(
      (a, b) =>
        b.findings.error - a.findings.error || b.findings.warning - a.findings.warning || compareText(a.host, b.host),
    );
    const topFindings = [...this.#findings.values()].sort(compareFindings).slice(0, MOST_FINDINGS);
    const { events, groups, byRule, ...rest } = this.#report;
    return {
      ...rest,
      events: sorted(events),
      groups: sorted(groups),
      byRule: sorted(byRule),
      ...(latency !== undefined && { latency }),
      hosts,
      topFindings,
    };
  }

  #count(outcome: AnalysedOutcome, row: Mutable<HostRow>): void {
    const { counts, coverage } = outcome;
    const report = this.#report;
    addTo(report.events, counts.events);
    addTo(report.groups, counts.groups);
    addTo(report.byRule, counts.byRule);
    addTo(report.findings, counts.findings);
    addTo(report.coverage, coverage);
    if (outcome.omitted !== undefined) report.omitted = sumOf(report.omitted, outcome.omitted);
    if (outcome.beyondBounds !== undefined) {
      report.beyondBounds = sumOf(report.beyondBounds, outcome.beyondBounds);
      report.notAllJudged = (report.notAllJudged ?? 0) + 1;
    }
    report.consequences += counts.consequences;
    addTo(row.findings, counts.findings);
    addTo(row.byRule, counts.byRule);
    for (const count of Object.values(counts.groups)) row.groups += count;
  }

  #addFindings({ findings }: AnalysedOutcome, place: { readonly host: string; readonly capture: string }): void {
    const own = new Set<string>();
    for (const finding of findings) {
      if (own.has(finding.fingerprint)) continue;
      own.add(finding.fingerprint);
      const known = this.#findings.get(finding.fingerprint);
      if (known === undefined) this.#findings.set(finding.fingerprint, { ...finding, ...place, captures: 1 });
      else known.captures += 1;
    }
  }

  #hostOf(host: string): { row: Mutable<HostRow>; latency: Histogram } {
    const known = this.#hosts.get(host);
    if (known !== undefined) return known;
    const findings = { error: 0, warning: 0, note: 0 };
    const fresh = {
      row: { host, tasks: 0, failed: 0, missing: 0, groups: 0, findings, byRule: {} },
      latency: new Histogram(),
    };
    this.#hosts.set(host, fresh);
    return fresh;
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function addTo(sums: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(more)) sums[name] = (sums[name] ?? 0) + count;
}

function sumOf(
  sums: Readonly<Record<string, number>> | undefined,
  more: Readonly<Record<string, number>>,
): Record<string, number> {
  const sum = { ...sums };
  addTo(sum, more);
  return sum;
}

function sorted(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => compareText(a, b)));
}

function percentilesOf(histogram: Histogram): Latency | undefined {
  const { count, min, max } = histogram;
  if (count === 0) return undefined;
  const at = (share: number): number => histogram.quantile(share) ?? 0;
  return { count, minNs: min, p50Ns: at(0.5), p90Ns: at(0.9), p99Ns: at(0.99), maxNs: max };
}

function compareFindings(a: OutcomeFinding & { captures: number }, b: OutcomeFinding & { captures: number }): number {
  return (
    SEVERITIES[a.severity] - SEVERITIES[b.severity] ||
    CERTAINTIES[a.certainty] - CERTAINTIES[b.certainty] ||
    b.captures - a.captures ||
    compareText(a.fingerprint, b.fingerprint)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import type { EventRun } from '../intake/event-run.ts';
import type { ClockDomain } from '../intake/event-stream.ts';
import type { InputReport, InputSpec } from '../intake/input.ts';
import type { TraceEvent } from '../model/event.ts';
import type { RowSource } from '../model/event-rows.ts';
import { logShift } from './kernel-clock.ts';
import type { LaneAnalysis, LaneKey } from './lane-analysis.ts';

/** The lanes of a run, and which inputs speak for which. A ladder's input speaks for several. */
export class LaneMap {
  readonly #reports: readonly InputReport[];
  readonly #create: (key: LaneKey, hasOthers: boolean) => LaneAnalysis;
  readonly #byName = new Map<string, LaneAnalysis>();
  readonly #inputs = new Map<LaneAnalysis, Set<InputReport>>();
  readonly #traced = new Set<InputReport>();
  #hasOthers: boolean;
  #lastReport: InputReport | undefined;
  #lastNoted: LaneAnalysis | undefined;
  /** The rows of that report, which are of that lane. */
  #lastSource: RowSource | undefined;
  #last:
    | { readonly lane: TraceEvent['lane']; readonly laneName: string | undefined; readonly analysis: LaneAnalysis }
    | undefined;

  constructor(
    specs: readonly InputSpec[],
    reports: readonly InputReport[],
    create: (key: LaneKey, hasOthers: boolean) => LaneAnalysis,
  ) {
    this.#reports = reports;
    this.#create = create;
    this.#hasOthers = new Set(specs.map((spec) => `${spec.lane}:${spec.laneName ?? ''}`)).size > 1;
    for (const [index, spec] of specs.entries()) this.#note(this.#lane(spec.lane, spec.laneName), reports[index]);
  }

  /** Takes a batch; a drawing's batch holds all its lanes. */
  push(domain: ClockDomain, run: EventRun): void {
    const { source } = run;
    if (source === undefined) this.#expectOthersIn(run);
    for (let index = 0; index < run.length; index += 1) {
      const row = run.rowAt(index);
      if (row >= 0 && source !== undefined && source === this.#lastSource) this.#lastNoted?.pushRow(source, row);
      else {
        this.#pushEvent(domain, run.at(index));
        // Only now is it noted whose rows these are.
        if (row >= 0) this.#lastSource = source;
      }
    }
  }

  #pushEvent(domain: ClockDomain, event: TraceEvent | undefined): void {
    if (event === undefined) return;
    const report = this.#reports[event.source.input];
    const lane = this.#lane(event.lane, event.laneName);
    if (report !== this.#lastReport || lane !== this.#lastNoted) this.#noteSource(lane, report, domain);
    lane.push(domain, event);
  }

  #expectOthersIn(run: EventRun): void {
    if (this.#hasOthers) return;
    for (const { lane, source } of run.events) {
      if (lane !== this.#reports[source.input]?.spec.lane) {
        this.#expectOthers();
        return;
      }
    }
  }

  all(): readonly LaneAnalysis[] {
    return [...this.#byName.values()];
  }

  /** The lane of a batch of inputs that are followed, which by now may know what they are. */
  followed({ lane, laneName }: LaneKey): LaneAnalysis {
    const analysis = this.#lane(lane, laneName);
    const inputs = this.reportsOf(analysis);
    analysis.awaitsTrace =
      inputs.length > 1 && inputs.some(({ domain, error }) => domain !== 'log' && error === undefined);
    return analysis;
  }

  reportsOf(lane: LaneAnalysis): readonly InputReport[] {
    return [...(this.#inputs.get(lane) ?? [])];
  }

  /** The inputs whose clock the lane's replay runs on: traces, or logs where there is no trace. */
  clockReportsOf(lane: LaneAnalysis): readonly InputReport[] {
    const own = this.reportsOf(lane);
    const traces = own.filter((report) => this.#traced.has(report));
    return traces.length > 0 ? traces : own;
  }

  /** The inputs that are traces, or the first part of one that was cut within its header. */
  traceReportsOf(lane: LaneAnalysis): readonly InputReport[] {
    return this.reportsOf(lane).filter(
      (report) => this.#traced.has(report) || report.declaredEntries !== undefined || report.commentLines > 0,
    );
  }

  #noteSource(lane: LaneAnalysis, report: InputReport | undefined, domain: ClockDomain): void {
    this.#lastReport = report;
    this.#lastNoted = lane;
    this.#lastSource = undefined;
    this.#note(lane, report);
    if (domain === 'trace' && report !== undefined) this.#traced.add(report);
    if (domain === 'trace') lane.logShift = ({ source }) => logShift(this.#reports[source.input], report);
    lane.hasSeconds = report?.scale.unit === 'seconds';
  }

  /** An input speaks for other lanes than its label says; lanes that have seen nothing yet start anew. */
  #expectOthers(): void {
    this.#hasOthers = true;
    for (const [name, lane] of this.#byName) {
      if (lane.firstEvent !== undefined) continue;
      this.#byName.delete(name);
      this.#inputs.delete(lane);
    }
    this.#last = undefined;
  }

  #lane(lane: TraceEvent['lane'], laneName: string | undefined): LaneAnalysis {
    if (this.#last !== undefined && this.#last.lane === lane && this.#last.laneName === laneName)
      return this.#last.analysis;
    const name = `${lane}:${laneName ?? ''}`;
    let analysis = this.#byName.get(name);
    if (analysis === undefined) {
      analysis = this.#create({ lane, laneName }, this.#hasOthers);
      this.#byName.set(name, analysis);
      this.#inputs.set(analysis, new Set());
    }
    this.#last = { lane, laneName, analysis };
    return analysis;
  }

  #note(lane: LaneAnalysis, report: InputReport | undefined): void {
    if (report !== undefined) this.#inputs.get(lane)?.add(report);
  }
}

import type { TraceEvent } from '../model/event.ts';
import type { ReplayContext } from './context.ts';
import { keyOf, type Requester } from './requester.ts';
import { refusedGroup, samePasid } from './requests.ts';

/** Refused requests of one key that wait for the last one of their group. */
interface RefusedRun {
  readonly pasid: number | undefined;
  readonly prgi: number;
  readonly requests: TraceEvent[];
  readonly reports: TraceEvent[];
  readonly responses: TraceEvent[];
}

/**
 * Requests that the kernel refused and answered Invalid (semantics §3.1, FL107). Some are traced after
 * their answer; malformed ones are only in the kernel log, whose clock need not be the trace's: those
 * join by their descriptor, in order (semantics §7).
 */
export class RefusalTracker {
  readonly #context: ReplayContext;
  readonly #runs = new Map<Requester, Map<number, RefusedRun>>();
  #reports: TraceEvent[] = [];

  constructor(context: ReplayContext) {
    this.#context = context;
  }

  /** `Invalid page request: …` of the kernel log. */
  report(event: TraceEvent): void {
    this.#reports.push(event);
  }

  /** A traced request whose answer, Invalid, came before it from the reporting task. */
  refuse(requester: Requester, request: TraceEvent, response: TraceEvent): void {
    const pasid = response.pasid === undefined ? undefined : request.pasid;
    const run = this.#run(requester, pasid, request.prgi ?? 0);
    run.requests.push(request);
    run.responses.push(response);
    if (request.isLast) this.#close(requester, run, 'certain');
  }

  /** An Invalid answer to a request that was refused before it could be traced. */
  refuseUntraced(requester: Requester, response: TraceEvent, isSenderKnown: boolean): void {
    const report = this.#takeReport(requester, response);
    const run = this.#run(requester, response.pasid, response.prgi ?? 0);
    if (report !== undefined) run.reports.push(report);
    run.responses.push(response);
    if (report !== undefined) this.#close(requester, run, 'certain');
    else this.#close(requester, run, isSenderKnown ? 'likely' : 'possible');
  }

  #takeReport(requester: Requester, response: TraceEvent): TraceEvent | undefined {
    const at = this.#reports.findIndex(
      (report) =>
        report.prgi === response.prgi &&
        samePasid(report.pasid, response.pasid) &&
        (report.isLast || report.privateData !== undefined || report.count === 1) &&
        this.#isOf(report, requester),
    );
    if (at < 0) return undefined;
    return this.#reports.splice(at, 1)[0];
  }

  #isOf(report: TraceEvent, requester: Requester): boolean {
    if (report.requester !== requester.requesterId) return false;
    return report.iommu === undefined || requester.iommu === undefined || report.iommu === requester.iommu;
  }

  #run(requester: Requester, pasid: number | undefined, prgi: number): RefusedRun {
    let runs = this.#runs.get(requester);
    if (runs === undefined) {
      runs = new Map();
      this.#runs.set(requester, runs);
    }
    const key = keyOf(pasid, prgi);
    let run = runs.get(key);
    if (run === undefined) {
      run = { pasid, prgi, requests: [], reports: [], responses: [] };
      runs.set(key, run);
    }
    return run;
  }

  #close(requester: Requester, run: RefusedRun, certainty: 'certain' | 'likely' | 'possible'): void {
    this.#runs.get(requester)?.delete(keyOf(run.pasid, run.prgi));
    const group = refusedGroup(
      requester,
      run.pasid,
      run.prgi,
      run.requests.length > 0 ? run.requests : run.reports,
      run.responses[run.responses.length - 1],
    );
    group.findings.push('FL107');
    this.#context.emit({ kind: 'refused-request', requester, certainty, ...run });
    this.#context.emit({ kind: 'group-closed', group, isOpenAtEnd: false, isAbandoned: false });
  }

  /** At the end: runs without a last request, and reports that no answer joined. */
  finish(): void {
    for (const [requester, runs] of this.#runs) {
      for (const run of [...runs.values()]) this.#close(requester, run, 'certain');
    }
    const rest = this.#reports;
    this.#reports = [];
    for (const report of rest) {
      if (report.prgi === undefined) continue;
      const requester = this.#context.requesters.of(report);
      const run = this.#run(requester, report.pasid, report.prgi);
      run.reports.push(report);
      if (report.isLast) this.#close(requester, run, 'certain');
    }
    for (const [requester, runs] of this.#runs) {
      for (const run of [...runs.values()]) this.#close(requester, run, 'certain');
    }
  }
}

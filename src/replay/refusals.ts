import { addressOf, type TraceEvent } from '../model/event.ts';
import type { ReplayContext } from './context.ts';
import { refusedGroup } from './new-group.ts';
import { removePending } from './open-groups.ts';
import { type KeyState, keyOf, keyState, type Requester } from './requester.ts';
import { samePasid } from './requests.ts';

/** Refusals at most that may still turn out to be none. */
const MAX_PROVISIONAL = 4096;
const PAGE_SHIFT = 12n;

/** Refused requests of one key that wait for the last one of their group. */
interface RefusedRun {
  readonly requester: Requester;
  readonly pasid: number | undefined;
  readonly prgi: number;
  readonly requests: TraceEvent[];
  readonly reports: TraceEvent[];
  readonly responses: TraceEvent[];
  /** The number of the instance, given when it was refused. */
  ordinal: number | undefined;
}

/**
 * Requests that the kernel refused and answered Invalid (semantics §3.1, FL107). Some are traced after
 * their answer; malformed ones are only in the kernel log, whose clock need not be the trace's: those
 * join by their descriptor, in order (semantics §7).
 */
export class RefusalTracker {
  readonly #context: ReplayContext;
  readonly #runs = new Map<Requester, Map<number, RefusedRun>>();
  /** Single requests that only the order of the lines makes refused ones, oldest first. */
  readonly #provisional = new Map<KeyState, RefusedRun[]>();
  #provisionalCount = 0;
  /** Refusals that the log told from that of a traced request of their key, which it spared so. */
  readonly #undecided = new Map<KeyState, { readonly run: RefusedRun; readonly spared: TraceEvent }>();
  /** The newest request that was spared, with the answer before it. */
  #spared: { readonly response: TraceEvent; readonly request: TraceEvent } | undefined;
  #reports: TraceEvent[] = [];
  readonly #inLog = new Set<TraceEvent>();

  constructor(context: ReplayContext) {
    this.#context = context;
  }

  /** `Invalid page request: …` of the kernel log, whose clock need not be the trace's. */
  reportInLog(event: TraceEvent): void {
    this.#inLog.add(event);
    this.#reports.push(event);
  }

  /** The same line within the trace (the event `console`): the log holds it as well, and it is one. */
  report(event: TraceEvent): void {
    const at =
      this.#inLog.size === 0 ? -1 : this.#reports.findIndex((each) => this.#inLog.has(each) && isSame(each, event));
    if (at >= 0) for (const logged of this.#reports.splice(at, 1)) this.#inLog.delete(logged);
    this.#reports.push(event);
  }

  /**
   * A traced request whose answer, Invalid, came before it from the reporting task. `isProven`: the hop above shows that it was
   * being handed on when the answer came; else the order of the lines says so alone.
   */
  refuse(requester: Requester, request: TraceEvent, response: TraceEvent, isProven: boolean): void {
    const pasid = response.pasid === undefined ? undefined : request.pasid;
    const run = this.#run(requester, pasid, request.prgi ?? 0);
    run.requests.push(request);
    run.responses.push(response);
    if (!request.isLast) return;
    if (isProven || run.requests.length > 1) this.#close(requester, run, 'certain');
    else this.#keepProvisional(requester, run);
  }

  /** A request of the same group as the next refused one, whose own Invalid answer the capture does not show. */
  refuseUnanswered(request: TraceEvent, requester: Requester, { pasid }: TraceEvent): void {
    this.#run(requester, pasid === undefined ? undefined : request.pasid, request.prgi ?? 0).requests.push(request);
  }

  /** The log says that the kernel refused a request of this key that is not the traced one. */
  isOfUntraced(requester: Requester, response: TraceEvent, request: TraceEvent): boolean {
    const report = this.#reports.length === 0 ? undefined : this.#reports[this.#findReport(requester, response)];
    if (report === undefined) return false;
    const [refused, traced] = [addressOf(report), addressOf(request)];
    const isOther = refused === undefined || traced === undefined || refused >> PAGE_SHIFT !== traced >> PAGE_SHIFT;
    if (isOther && request.isLast && this.#inLog.has(report)) this.#spared = { response, request };
    return isOther;
  }

  /**
   * The one request of the key that was taken for a refused one was not; its Invalid answer is an untraced request's. Stays a
   * refusal if its PASID had ended before, `endedAt`: then there was no handler.
   */
  revoke(requester: Requester, key: KeyState, endedAt: number | undefined): TraceEvent | undefined {
    const runs = this.#provisional.get(key) ?? [];
    const at = runs.findIndex(({ requests: [request] }) => !isBefore(endedAt, request));
    const [run] = at < 0 ? [] : runs.splice(at, 1);
    const [request] = run?.requests ?? [];
    const [response] = run?.responses ?? [];
    if (run === undefined || request === undefined || response === undefined) return undefined;
    this.#provisionalCount -= 1;
    if (run.ordinal === key.count) key.count -= 1;
    key.undelivered -= 1;
    this.refuseUntraced(requester, response, true);
    return request;
  }

  #keepProvisional(requester: Requester, run: RefusedRun): void {
    this.#runs.get(requester)?.delete(keyOf(run.pasid, run.prgi));
    const key = keyState(requester, run.pasid, run.prgi);
    reserveOrdinal(key, run);
    const runs = this.#provisional.get(key);
    if (runs === undefined) this.#provisional.set(key, [run]);
    else runs.push(run);
    this.#provisionalCount += 1;
    if (this.#provisionalCount > MAX_PROVISIONAL) this.#settleOldestKey();
  }

  #settleOldestKey(): void {
    for (const [key, runs] of this.#provisional) {
      this.#provisional.delete(key);
      this.#provisionalCount -= runs.length;
      for (const run of runs) this.#close(run.requester, run, 'certain');
      return;
    }
  }

  /** An Invalid answer to a request that was refused before it could be traced. */
  refuseUntraced(requester: Requester, response: TraceEvent, isSenderKnown: boolean): void {
    const report = this.#takeReport(requester, response);
    const key = keyState(requester, response.pasid, response.prgi ?? 0);
    if (report === undefined && isSenderKnown && this.#refuseSpared(key, response)) return;
    const run = this.#run(requester, response.pasid, response.prgi ?? 0);
    if (report !== undefined) run.reports.push(report);
    run.responses.push(response);
    if (report === undefined) this.#close(requester, run, isSenderKnown ? 'likely' : 'possible');
    else if (this.#spared?.response === response) this.#keepUndecided(key, run, this.#spared.request);
    else this.#close(requester, run, 'certain');
  }

  /** The order of log and trace is not known: the log's line may be of a later refusal of the key. */
  #keepUndecided(key: KeyState, run: RefusedRun, spared: TraceEvent): void {
    this.#spared = undefined;
    this.#runs.get(run.requester)?.delete(keyOf(run.pasid, run.prgi));
    reserveOrdinal(key, run);
    const before = this.#undecided.get(key);
    if (before !== undefined) this.#close(before.run.requester, before.run, 'certain');
    this.#undecided.delete(key);
    this.#undecided.set(key, { run, spared });
    if (this.#undecided.size > MAX_PROVISIONAL) this.#settleUndecided();
  }

  /**
   * A later refusal of the key, which no line of the log is left for: the line was of this one, and the request that it spared was
   * refused, unless somebody has answered it. False if there is none.
   */
  #refuseSpared(key: KeyState, response: TraceEvent): boolean {
    const undecided = this.#undecided.get(key);
    const group = key.pending.find((each) => each.requests.at(-1) === undecided?.spared);
    if (undecided === undefined || group === undefined) return false;
    this.#undecided.delete(key);
    const { run } = undecided;
    const [earlier = response] = run.responses.splice(0, 1, response);
    removePending(group);
    key.count -= 1;
    this.#close(run.requester, run, 'certain');
    for (const request of group.requests) this.refuse(run.requester, request, earlier, true);
    return true;
  }

  #settleUndecided(): void {
    for (const [key, { run }] of this.#undecided) {
      this.#undecided.delete(key);
      this.#close(run.requester, run, 'certain');
      return;
    }
  }

  #takeReport(requester: Requester, response: TraceEvent): TraceEvent | undefined {
    const at = this.#findReport(requester, response);
    return at < 0 ? undefined : this.#reports.splice(at, 1)[0];
  }

  #findReport(requester: Requester, response: TraceEvent): number {
    return this.#reports.findIndex(
      (report) =>
        report.prgi === response.prgi &&
        samePasid(report.pasid, response.pasid) &&
        (report.isLast || report.privateData !== undefined || report.count === 1) &&
        this.#isOf(report, requester),
    );
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
      run = { requester, pasid, prgi, requests: [], reports: [], responses: [], ordinal: undefined };
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
      run.ordinal,
    );
    group.findings.push('FL107');
    const { pasid, prgi, requests, reports, responses } = run;
    this.#context.emit({ kind: 'refused-request', requester, certainty, pasid, prgi, requests, reports, responses });
    this.#context.emit({ kind: 'group-closed', group, isOpenAtEnd: false, isAbandoned: false });
  }

  /** At the end: runs without a last request, and reports that no answer joined. */
  finish(): void {
    while (this.#provisional.size > 0) this.#settleOldestKey();
    while (this.#undecided.size > 0) this.#settleUndecided();
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

function reserveOrdinal(key: KeyState, run: RefusedRun): void {
  key.count += 1;
  key.undelivered += 1;
  run.ordinal = key.count;
}

function isBefore(time: number | undefined, request: TraceEvent | undefined): boolean {
  if (time === undefined) return false;
  return request?.time === undefined || time <= request.time;
}

/** One descriptor: of two equal ones in a log each has its own line. */
function isSame(one: TraceEvent, other: TraceEvent): boolean {
  return (
    one.requester === other.requester &&
    one.iommu === other.iommu &&
    one.pasid === other.pasid &&
    one.prgi === other.prgi &&
    one.isLast === other.isLast &&
    one.privateData === other.privateData &&
    addressOf(one) === addressOf(other)
  );
}

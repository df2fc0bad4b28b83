import type { TraceEvent } from '../model/event.ts';
import type { PageRequestGroup } from './page-request-group.ts';

/**
 * Observations of a message on the hops above the wire, by the task that carries it through: one task reports one
 * request at a time, and passes an answer down through the core and the driver's operation (semantics §1, §3.1).
 */
export class UpperHops {
  readonly #reports = new Map<number, TraceEvent>();
  readonly #ofRequest = new Map<TraceEvent, TraceEvent>();
  readonly #operations = new Map<number, TraceEvent>();

  /** True if nothing was seen that a request or an answer at the wire may belong to. */
  get isIdle(): boolean {
    return this.#reports.size === 0 && this.#ofRequest.size === 0 && this.#operations.size === 0;
  }

  /** `iommu_report_device_fault`: the request before it is traced at the wire. */
  report(event: TraceEvent): void {
    if (event.pid !== undefined) setNewest(this.#reports, event.pid, event);
  }

  /** The driver's `page_response` operation: the answer before its descriptor is queued. */
  operation(event: TraceEvent): void {
    if (event.pid !== undefined) setNewest(this.#operations, event.pid, event);
  }

  /** A request at the wire: joins what its task reported just before. */
  requestTraced(request: TraceEvent): void {
    if (this.#reports.size === 0 || request.pid === undefined) return;
    const report = this.#reports.get(request.pid);
    if (report === undefined || !isOfKey(report, request)) return;
    this.#reports.delete(request.pid);
    this.#ofRequest.set(request, report);
  }

  /** When the request was handed on, which is before it was traced; undefined where that hop is not recorded. */
  handedOnAt(request: TraceEvent): number | undefined {
    return this.#ofRequest.size === 0 ? undefined : this.#ofRequest.get(request)?.time;
  }

  /** The request became a member of a group. */
  moveTo(group: PageRequestGroup, request: TraceEvent): void {
    if (this.#ofRequest.size === 0) return;
    const report = this.#ofRequest.get(request);
    if (report === undefined) return;
    this.#ofRequest.delete(request);
    group.upperHops.push(report);
  }

  /** The request was refused, or let go. */
  forget(request: TraceEvent): void {
    if (this.#ofRequest.size > 0) this.#ofRequest.delete(request);
  }

  /** An answer at the wire: adds the driver's operation of the same task. */
  answered(group: PageRequestGroup, response: TraceEvent): void {
    if (this.#operations.size === 0 || response.pid === undefined) return;
    const operation = this.#operations.get(response.pid);
    if (operation === undefined || !isOfKey(operation, response)) return;
    this.#operations.delete(response.pid);
    group.upperHops.push(operation);
  }
}

/** A task since which so many others were heard has long gone on; where not, it is as if that hop had not been recorded. */
const MAX_TASKS = 4096;

function setNewest(byTask: Map<number, TraceEvent>, task: number, event: TraceEvent): void {
  byTask.delete(task);
  byTask.set(task, event);
  if (byTask.size <= MAX_TASKS) return;
  const [oldest] = byTask.keys();
  if (oldest !== undefined) byTask.delete(oldest);
}

function isOfKey(one: TraceEvent, other: TraceEvent): boolean {
  return one.prgi === other.prgi && (one.pasid ?? 0) === (other.pasid ?? 0);
}

import type { TraceEvent } from '../model/event.ts';
import type { PageRequestGroup } from './page-request-group.ts';
import type { PlainMessages } from './plain-messages.ts';
import { TaskHops } from './task-hops.ts';

/**
 * Observations of a message on the hops above the wire, by the task that carries it through: one task reports one
 * request at a time, and passes an answer down through the core and the driver's operation (semantics §1, §3.1).
 */
export class UpperHops {
  /** Requests as they were handed on, and answers at the driver's operation. */
  readonly reports: TaskHops;
  readonly operations: TaskHops;
  readonly #ofRequest = new Map<TraceEvent, TraceEvent>();

  constructor(messages: PlainMessages) {
    this.reports = new TaskHops(messages);
    this.operations = new TaskHops(messages);
  }

  /** `iommu_report_device_fault`: the request before it is traced at the wire. */
  report(event: TraceEvent): void {
    if (event.pid !== undefined) this.reports.set(event.pid, event);
  }

  /** The driver's `page_response` operation: the answer before its descriptor is queued. */
  operation(event: TraceEvent): void {
    if (event.pid !== undefined) this.operations.set(event.pid, event);
  }

  /** A request at the wire: joins what its task reported just before. */
  requestTraced(request: TraceEvent): void {
    const report = this.reports.take(request);
    if (report !== undefined) this.join(request, report);
  }

  /** The same of a request whose report is known. */
  join(request: TraceEvent, report: TraceEvent): void {
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
    const operation = this.operations.take(response);
    if (operation !== undefined) group.upperHops.push(operation);
  }
}

import { type GroupFacts, toGroupRow } from '../format/group-row.ts';
import type { TraceEvent } from '../model/event.ts';
import type { GroupRow, GroupState } from '../model/group.ts';
import { placeOf } from './chunked-table.ts';
import type { EventStore, ScaleOf } from './event-store.ts';
import { type GroupStatus, type GroupTables, unpackStatus } from './group-tables.ts';

/** One instance for the eye. */
export interface GroupView {
  readonly row: number;
  readonly device?: string;
  readonly pasid?: number;
  readonly prgi: number;
  /** n-th use of its key, from 1. */
  readonly instance: number;
  readonly state: GroupState;
  readonly lane: GroupStatus['lane'];
  readonly code?: GroupRow['code'];
  readonly rawCode?: number;
  readonly requestCount: number;
  readonly answeredBy?: GroupRow['answeredBy'];
  readonly latencyNs?: number;
  /** Nanoseconds relative to the clock's epoch: the first request, or the answer where none was seen. */
  readonly startNs?: number;
  readonly endNs?: number;
  /** Ids of rules. */
  readonly findings: readonly string[];
  /** Rows of events. */
  readonly firstRequest?: number;
  readonly lastRequest?: number;
  readonly response?: number;
}

/** The instances of a capture by row, in the order in which they ended. */
export class GroupStore {
  readonly #tables: GroupTables;
  readonly #events: EventStore;
  readonly #scaleOf: ScaleOf;

  constructor(tables: GroupTables, events: EventStore, scaleOf: ScaleOf) {
    this.#tables = tables;
    this.#events = events;
    this.#scaleOf = scaleOf;
  }

  get count(): number {
    return this.#tables.rows.count;
  }

  view(row: number): GroupView | undefined {
    const chunk = this.#tables.rows.chunkOf(row);
    if (chunk === undefined) return undefined;
    const at = placeOf(row);
    const status = unpackStatus(chunk.status.at(at));
    const device = this.deviceOf(row);
    const requestCount = chunk.requests.at(at);
    const response = this.responseOf(row);
    const answer = response === undefined ? undefined : this.#events.shapeOf(response);
    const latencyNs = this.latencyOf(row);
    const startNs = this.startOf(row);
    const endNs = response === undefined ? Number.NaN : this.#events.timeOf(response);
    const firstRequest = this.#member(row, 0);
    const lastRequest = this.lastRequestOf(row);
    return {
      row,
      ...(device !== '' && { device }),
      ...(status.hasPasid && { pasid: chunk.pasid.at(at) }),
      prgi: chunk.prgi.at(at),
      instance: chunk.ordinal.at(at),
      state: status.state,
      lane: status.lane,
      ...(answer?.code !== undefined && { code: answer.code }),
      ...(answer?.rawCode !== undefined && { rawCode: answer.rawCode }),
      requestCount,
      ...(status.answeredBy !== undefined && { answeredBy: status.answeredBy }),
      ...(!Number.isNaN(latencyNs) && { latencyNs }),
      ...(!Number.isNaN(startNs) && { startNs }),
      ...(!Number.isNaN(endNs) && { endNs }),
      findings: this.findingsOf(row),
      ...(requestCount > 0 && firstRequest !== undefined && { firstRequest }),
      ...(lastRequest !== undefined && { lastRequest }),
      ...(response !== undefined && { response }),
    };
  }

  /** Everything that `faultlog groups` says of it but its owner. */
  record(row: number): GroupRow | undefined {
    const facts = this.#factsOf(row);
    return facts === undefined ? undefined : toGroupRow(facts, this.#scaleOf);
  }

  /** Rows of its events in order of time. */
  eventsOf(row: number): readonly number[] {
    return this.#members(row).sort((a, b) => a - b);
  }

  /** '' where the log names none. */
  deviceOf(row: number): string {
    return this.#tables.requesters[this.requesterOf(row)] ?? '';
  }

  /** Number of its requester: two with the same number are of one device. */
  requesterOf(row: number): number {
    return this.#tables.rows.chunkOf(row)?.requester.at(placeOf(row)) ?? 0;
  }

  prgiOf(row: number): number {
    return this.#tables.rows.chunkOf(row)?.prgi.at(placeOf(row)) ?? 0;
  }

  pasidOf(row: number): number | undefined {
    return this.statusOf(row).hasPasid ? this.#tables.rows.chunkOf(row)?.pasid.at(placeOf(row)) : undefined;
  }

  statusOf(row: number): GroupStatus {
    return unpackStatus(this.#tables.rows.chunkOf(row)?.status.at(placeOf(row)) ?? 0);
  }

  findingsOf(row: number): readonly string[] {
    return this.#tables.findingSets.at(this.#tables.verdicts.chunkOf(row)?.findings.at(placeOf(row)) ?? 0) ?? [];
  }

  /** Row of the event; undefined without an answer. */
  responseOf(row: number): number | undefined {
    const chunk = this.#tables.rows.chunkOf(row);
    if (chunk === undefined || !this.statusOf(row).hasResponse) return undefined;
    return this.#member(row, chunk.requests.at(placeOf(row)));
  }

  /** Row of the request that sealed it, or of its newest one. */
  lastRequestOf(row: number): number | undefined {
    const requests = this.#tables.rows.chunkOf(row)?.requests.at(placeOf(row)) ?? 0;
    return requests === 0 ? undefined : this.#member(row, requests - 1);
  }

  /** From the last request to the answer in nanoseconds, 0 if it was traced early or not at all; NaN without an answer. */
  latencyOf(row: number): number {
    const response = this.responseOf(row);
    if (response === undefined || !this.statusOf(row).isSealed) return Number.NaN;
    const answered = this.#events.timeOf(response);
    const last = this.lastRequestOf(row);
    const sealed = last === undefined ? Number.NaN : this.#events.timeOf(last);
    if (Number.isNaN(answered)) return Number.NaN;
    return Number.isNaN(sealed) ? 0 : Math.max(0, answered - sealed);
  }

  /** Time of the first request, or of the answer where none was seen; NaN without any. */
  startOf(row: number): number {
    const first = this.#member(row, 0);
    return first === undefined ? Number.NaN : this.#events.timeOf(first);
  }

  /** The nearest earlier use of this PRGI by the same requester, whatever the PASID. */
  previousUse(row: number): number | undefined {
    return this.#nearestUse(row, -1);
  }

  nextUse(row: number): number | undefined {
    return this.#nearestUse(row, 1);
  }

  /** The rows are nearly in the order of their starts: only those that ended out of order need a look beyond the first. */
  #nearestUse(row: number, side: 1 | -1): number | undefined {
    const requester = this.requesterOf(row);
    const prgi = this.prgiOf(row);
    const own = this.#firstEventOf(row);
    let best: number | undefined;
    let bestEvent = side === 1 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    for (let other = 0; other < this.count; other += 1) {
      if (other === row || this.prgiOf(other) !== prgi || this.requesterOf(other) !== requester) continue;
      const event = this.#firstEventOf(other);
      const isBeyond = side === 1 ? event > own && event < bestEvent : event < own && event > bestEvent;
      if (!isBeyond) continue;
      best = other;
      bestEvent = event;
    }
    return best;
  }

  #firstEventOf(row: number): number {
    return this.#member(row, 0) ?? -1;
  }

  #factsOf(row: number): GroupFacts | undefined {
    const chunk = this.#tables.rows.chunkOf(row);
    if (chunk === undefined) return undefined;
    const at = placeOf(row);
    const { state, lane, answeredBy, hasPasid, hasResponse } = unpackStatus(chunk.status.at(at));
    const members = this.#members(row).flatMap((event) => this.#events.traceEvent(event) ?? []);
    const requests = members.slice(0, chunk.requests.at(at));
    const latency = this.latencyOf(row);
    const sinceEpoch = chunk.sinceEpoch.at(at);
    return {
      device: this.deviceOf(row),
      pasid: hasPasid ? chunk.pasid.at(at) : undefined,
      prgi: chunk.prgi.at(at),
      ordinal: chunk.ordinal.at(at),
      privateData: privateDataOf(requests),
      state,
      lane,
      requests,
      response: hasResponse ? members[requests.length] : undefined,
      upperHops: members.slice(requests.length + (hasResponse ? 1 : 0)),
      answeredBy,
      sinceEpoch: Number.isNaN(sinceEpoch) ? undefined : sinceEpoch,
      latencyNs: Number.isNaN(latency) ? undefined : latency,
      findings: this.findingsOf(row),
    };
  }

  #members(row: number): number[] {
    const count = this.#tables.rows.chunkOf(row)?.observations.at(placeOf(row)) ?? 0;
    const events: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const event = this.#member(row, index);
      if (event !== undefined) events.push(event);
    }
    return events;
  }

  /** Row of the event that is its n-th member. */
  #member(row: number, index: number): number | undefined {
    const chunk = this.#tables.rows.chunkOf(row);
    if (chunk === undefined || index >= chunk.observations.at(placeOf(row))) return undefined;
    const member = chunk.members.at(placeOf(row)) + index;
    return this.#tables.members.chunkOf(member)?.event.at(placeOf(member));
  }
}

/** Names the instance with its key; the same in all its requests. */
function privateDataOf([first]: readonly TraceEvent[]): string | undefined {
  return first?.privateData;
}

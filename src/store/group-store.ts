import { type GroupFacts, toGroupRow } from '../format/group-row.ts';
import type { TraceEvent } from '../model/event.ts';
import type { GroupRow, GroupState } from '../model/group.ts';
import type { Owner } from '../model/owner.ts';
import { placeOf } from './chunked-table.ts';
import type { EventStore, ScaleOf } from './event-store.ts';
import {
  ANSWERED,
  type GroupStatus,
  type GroupTables,
  SEALED,
  stateOfStatus,
  TIMED,
  unpackStatus,
  WITH_PASID,
} from './group-tables.ts';
import { GroupUses } from './group-uses.ts';

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
  readonly owner?: string;
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
  readonly #owners: readonly Owner[];
  readonly #uses: GroupUses;

  constructor(tables: GroupTables, events: EventStore, scaleOf: ScaleOf, owners: readonly Owner[] = []) {
    this.#owners = owners;
    this.#tables = tables;
    this.#events = events;
    this.#scaleOf = scaleOf;
    this.#uses = new GroupUses({
      count: () => tables.rows.count,
      startEventOf: (row) => this.startEventOf(row) ?? -1,
      isSameUse: (row, other) =>
        row !== other && this.prgiOf(row) === this.prgiOf(other) && this.requesterOf(row) === this.requesterOf(other),
    });
  }

  /** Who PASIDs belong to. */
  get owners(): readonly Owner[] {
    return this.#owners;
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
    const owner = this.ownerOf(row);
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
      ...(owner !== undefined && { owner }),
      ...(requestCount > 0 && firstRequest !== undefined && { firstRequest }),
      ...(lastRequest !== undefined && { lastRequest }),
      ...(response !== undefined && { response }),
    };
  }

  /** Everything that `faultlog groups` says of it. */
  record(row: number): GroupRow | undefined {
    const facts = this.#factsOf(row);
    if (facts === undefined) return undefined;
    const owner = this.ownerOf(row);
    return { ...toGroupRow(facts, this.#scaleOf), ...(owner !== undefined && { owner }) };
  }

  /** Rows of its events in order of time. */
  eventsOf(row: number): readonly number[] {
    return this.#members(row).sort((a, b) => a - b);
  }

  /** Who its PASID belongs to, where somebody said so. */
  ownerOf(row: number): string | undefined {
    if (this.#owners.length === 0) return undefined;
    const device = this.deviceOf(row);
    const pasid = this.pasidOf(row);
    return this.#owners.find((owner) => owner.device === device && owner.pasid === pasid)?.owner;
  }

  /** '' where the log names none. */
  deviceOf(row: number): string {
    return this.nameOf(this.requesterOf(row));
  }

  /** Name of a requester. */
  nameOf(requester: number): string {
    return this.#tables.requesters[requester] ?? '';
  }

  /** How many requests it has. */
  requestsOf(row: number): number {
    return this.#tables.rows.chunkOf(row)?.requests.at(placeOf(row)) ?? 0;
  }

  /** Number of its requester: two with the same number are of one device. */
  requesterOf(row: number): number {
    return this.#tables.rows.chunkOf(row)?.requester.at(placeOf(row)) ?? 0;
  }

  prgiOf(row: number): number {
    return this.#tables.rows.chunkOf(row)?.prgi.at(placeOf(row)) ?? 0;
  }

  /** n-th use of its key, from 1. */
  ordinalOf(row: number): number {
    return this.#tables.rows.chunkOf(row)?.ordinal.at(placeOf(row)) ?? 0;
  }

  stateOf(row: number): GroupState {
    return stateOfStatus(this.#tables.rows.chunkOf(row)?.status.at(placeOf(row)) ?? 0);
  }

  pasidOf(row: number): number | undefined {
    return this.#has(row, WITH_PASID) ? this.#tables.rows.chunkOf(row)?.pasid.at(placeOf(row)) : undefined;
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
    if (chunk === undefined || !this.#has(row, ANSWERED)) return undefined;
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
    if (response === undefined || !this.#has(row, TIMED)) return Number.NaN;
    const answered = this.#events.timeOf(response);
    const last = this.lastRequestOf(row);
    const sealed = last === undefined ? Number.NaN : this.#events.timeOf(last);
    if (Number.isNaN(answered)) return Number.NaN;
    return Number.isNaN(sealed) ? 0 : Math.max(0, answered - sealed);
  }

  /** Time of its start; NaN without any. */
  startOf(row: number): number {
    const first = this.startEventOf(row);
    return first === undefined ? Number.NaN : this.#events.timeOf(first);
  }

  /**
   * Row of the event by which instances stand in order: the first request, or the answer where no request was traced. A
   * refused request may stand in the kernel log alone, whose clock need not be the trace's.
   */
  startEventOf(row: number): number | undefined {
    const first = this.#member(row, 0);
    if (first === undefined || this.#events.kindOf(first) !== 'request-refused') return first;
    return this.responseOf(row) ?? first;
  }

  /** Row of the event with which it comes into flight; -1 if it never does. */
  sealedAt(row: number): number {
    return this.#has(row, SEALED) ? (this.lastRequestOf(row) ?? -1) : -1;
  }

  /** Row of the event with which it leaves: of its answer, but not before it is in flight; -1 if it stays to the end. */
  leftAt(row: number): number {
    const sealed = this.sealedAt(row);
    const response = sealed < 0 ? undefined : this.responseOf(row);
    return response === undefined ? -1 : Math.max(sealed, response);
  }

  #has(row: number, flag: number): boolean {
    return ((this.#tables.rows.chunkOf(row)?.status.at(placeOf(row)) ?? 0) & flag) !== 0;
  }

  /** The nearest earlier use of this PRGI by the same requester, whatever the PASID. */
  previousUse(row: number): number | undefined {
    return this.#uses.next(row, -1);
  }

  nextUse(row: number): number | undefined {
    return this.#uses.next(row, 1);
  }

  #factsOf(row: number): GroupFacts | undefined {
    const chunk = this.#tables.rows.chunkOf(row);
    if (chunk === undefined) return undefined;
    const at = placeOf(row);
    const { state, lane, answeredBy, hasPasid, hasResponse } = unpackStatus(chunk.status.at(at));
    const members = this.#members(row).flatMap((event) => this.#events.traceEvent(event) ?? []);
    const requests = members.slice(0, chunk.requests.at(at));
    const answered = requests.length + (hasResponse ? 1 : 0);
    const own = members.length - chunk.above.at(at);
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
      upperHops: members.slice(answered, own),
      above: members.slice(own).map((event, index) => ({ event, at: this.#sightedAt(row, own + index) })),
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

  /** When its n-th member, an event of another lane, was on the clock of its own. */
  #sightedAt(row: number, index: number): number {
    const member = (this.#tables.rows.chunkOf(row)?.members.at(placeOf(row)) ?? 0) + index;
    return this.#tables.members.chunkOf(member)?.at.at(placeOf(member)) ?? 0;
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

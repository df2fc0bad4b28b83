import type { GroupState } from '../model/group.ts';
import { StreamSums } from '../model/group-sums.ts';
import type { Lane } from '../model/lane.ts';
import type { Latency } from '../model/result.ts';
import type { LatencyBin } from '../model/stats.ts';
import type { GroupStore } from './group-store.ts';

/** The instances of one device and PASID in one lane. */
export interface LatencyStream {
  readonly lane: Lane;
  /** '' where the log names none. */
  readonly device: string;
  readonly pasid: number | undefined;
  readonly groups: number;
  readonly requests: number;
  readonly states: Readonly<Partial<Record<GroupState, number>>>;
  /** Undefined without an answer that has a latency. */
  readonly latency: Latency | undefined;
  /** Powers of two; empty ones are left out. */
  readonly histogram: readonly LatencyBin[];
  /** Rows of the instances with the shortest and the longest latency. */
  readonly minRow: number | undefined;
  readonly maxRow: number | undefined;
}

/** Devices and PASIDs that are told apart; a log can name any number of them. */
const MOST_STREAMS = 4096;
/** Instances between two looks at the clock. */
const STEP = 256;

interface Sums {
  readonly requester: number;
  readonly sums: StreamSums;
  minRow: number | undefined;
  maxRow: number | undefined;
}

/** Sums up the instances by device and PASID while they are appended. */
export class LatencyStreams {
  /** Instances of further devices and PASIDs. */
  others = 0;
  readonly #groups: GroupStore;
  /** By requester, then by PASID. */
  readonly #streams = new Map<number, Map<number | undefined, Sums>>();
  #size = 0;
  #row = 0;
  #list: readonly LatencyStream[] | undefined;

  constructor(groups: GroupStore) {
    this.#groups = groups;
  }

  /** Takes in a little of what was appended; false if there is nothing left. */
  step(): boolean {
    const end = Math.min(this.#groups.count, this.#row + STEP);
    if (this.#row >= end) return false;
    for (; this.#row < end; this.#row += 1) this.#add(this.#row);
    this.#list = undefined;
    return true;
  }

  /** The busiest first. */
  get list(): readonly LatencyStream[] {
    this.#list ??= [...this.#streams.values()]
      .flatMap((ofRequester) => [...ofRequester.values()])
      .map((stream) => this.#streamOf(stream))
      .sort((a, b) => b.groups - a.groups);
    return this.#list;
  }

  #streamOf({ requester, sums, minRow, maxRow }: Sums): LatencyStream {
    return {
      lane: sums.lane,
      device: this.#groups.nameOf(requester),
      pasid: sums.pasid,
      groups: sums.groups,
      requests: sums.requests,
      states: sums.states,
      latency: sums.percentiles,
      histogram: sums.histogram,
      minRow,
      maxRow,
    };
  }

  #add(row: number): void {
    const requester = this.#groups.requesterOf(row);
    const pasid = this.#groups.pasidOf(row);
    const { state, lane } = this.#groups.statusOf(row);
    const stream = this.#streams.get(requester)?.get(pasid) ?? this.#begin(lane, requester, pasid);
    if (stream === undefined) {
      this.others += 1;
      return;
    }
    const { sums } = stream;
    const latency = this.#groups.latencyOf(row);
    if (latency < sums.latency.min) stream.minRow = row;
    if (latency > sums.latency.max) stream.maxRow = row;
    sums.add(state, this.#groups.requestsOf(row), Number.isNaN(latency) ? undefined : latency);
  }

  /** Undefined if there are too many. */
  #begin(lane: Lane, requester: number, pasid: number | undefined): Sums | undefined {
    if (this.#size >= MOST_STREAMS) return undefined;
    this.#size += 1;
    const stream = { requester, sums: new StreamSums(lane, undefined, pasid), minRow: undefined, maxRow: undefined };
    const ofRequester = this.#streams.get(requester) ?? new Map<number | undefined, Sums>();
    this.#streams.set(requester, ofRequester.set(pasid, stream));
    return stream;
  }
}

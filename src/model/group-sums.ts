import { Histogram } from '../base/histogram.ts';
import type { GroupState } from './group.ts';
import type { Lane } from './lane.ts';
import type { Latency } from './result.ts';
import type { LatencyBin } from './stats.ts';

/** Sums over groups: of a device and PASID, or of all. Bounded, whatever the number of groups. */
export class GroupSums {
  groups = 0;
  requests = 0;
  readonly states: Partial<Record<GroupState, number>> = {};
  readonly latency = new Histogram();
  /** Answers by the power of two that their latency is not below. */
  readonly #bins = new Map<number, number>();

  /** @param requests of the group */
  add(state: GroupState, requests: number, latencyNs: number | undefined): void {
    this.groups += 1;
    this.requests += requests;
    this.states[state] = (this.states[state] ?? 0) + 1;
    if (latencyNs === undefined) return;
    this.latency.add(latencyNs);
    const bin = latencyNs < 1 ? 0 : Math.floor(Math.log2(latencyNs)) + 1;
    this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + 1);
  }

  get percentiles(): Latency | undefined {
    const { latency } = this;
    if (latency.count === 0) return undefined;
    const at = (share: number): number => latency.quantile(share) ?? 0;
    return {
      count: latency.count,
      minNs: latency.min,
      p50Ns: at(0.5),
      p90Ns: at(0.9),
      p99Ns: at(0.99),
      maxNs: latency.max,
    };
  }

  get histogram(): LatencyBin[] {
    return [...this.#bins]
      .sort((a, b) => a[0] - b[0])
      .map(([bin, count]) => ({ fromNs: bin === 0 ? 0 : 2 ** (bin - 1), toNs: 2 ** bin, count }));
  }
}

/** The groups of one device and PASID in one lane. */
export class StreamSums extends GroupSums {
  readonly lane: Lane;
  readonly device: string | undefined;
  readonly pasid: number | undefined;

  constructor(lane: Lane, device: string | undefined, pasid: number | undefined) {
    super();
    this.lane = lane;
    this.device = device;
    this.pasid = pasid;
  }
}

import type { TraceEvent } from '../model/event.ts';
import type { Lane } from '../model/lane.ts';
import type { CrossedResponse, EdgeResponse, Observation, StrayResponse } from '../replay/observation.ts';
import type { PageRequestGroup } from '../replay/page-request-group.ts';

/** An answer as one lane saw it. */
export interface SeenAnswer {
  readonly event: TraceEvent;
  /** The instance that this lane closed with it. */
  readonly accepted: PageRequestGroup | undefined;
  /** What this lane says of an answer that closed nothing. */
  readonly stray: StrayResponse | EdgeResponse | undefined;
}

/** Everything of one key in one lane, in order of time. */
export interface KeyJournal {
  readonly groups: PageRequestGroup[];
  readonly answers: SeenAnswer[];
  /** What the lane alone suspects. */
  readonly crossings: CrossedResponse[];
}

/**
 * What a lane saw, key by key, for the join with other lanes. Grows with the number of groups: kept only if
 * there is more than one lane.
 */
export class LaneJournal {
  readonly lane: Lane;
  readonly laneName: string | undefined;
  readonly keys = new Map<number, KeyJournal>();

  constructor(lane: Lane, laneName: string | undefined) {
    this.lane = lane;
    this.laneName = laneName;
  }

  note(observation: Observation): void {
    if (observation.kind === 'group-closed') {
      const { group } = observation;
      if (group.state === 'refused') return;
      const key = this.#key(group.pasid, group.prgi);
      key.groups.push(group);
      if (group.response !== undefined) {
        key.answers.push({ event: group.response, accepted: group, stray: undefined });
      }
      return;
    }
    if (observation.kind === 'crossed-response') {
      this.#key(observation.accepted.pasid, observation.accepted.prgi).crossings.push(observation);
      return;
    }
    if (observation.kind !== 'stray-response' && observation.kind !== 'edge-response') return;
    const { response } = observation;
    if (response.prgi === undefined) return;
    const key = this.#key(response.pasid, response.prgi);
    key.answers.push({ event: response, accepted: undefined, stray: observation });
  }

  /** True if the lane saw any message of this PASID; 0: of none. */
  hasPasid(pasid: number): boolean {
    for (const key of this.keys.keys()) if (Math.floor(key / 0x10000) === pasid) return true;
    return false;
  }

  /** Times of the first and the last message of the lane. */
  get span(): { readonly first: number; readonly last: number } {
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    for (const { groups, answers } of this.keys.values()) {
      for (const event of [...groups.map((group) => group.requests[0]), ...answers.map((answer) => answer.event)]) {
        if (event?.time === undefined) continue;
        first = Math.min(first, event.time);
        last = Math.max(last, event.time);
      }
    }
    return { first, last };
  }

  get hasMessages(): boolean {
    return this.keys.size > 0;
  }

  sort(): void {
    const time = (event: TraceEvent | undefined): number => event?.time ?? 0;
    for (const { groups, answers } of this.keys.values()) {
      groups.sort((a, b) => time(a.requests[0]) - time(b.requests[0]));
      answers.sort((a, b) => time(a.event) - time(b.event));
    }
  }

  #key(pasid: number | undefined, prgi: number): KeyJournal {
    const number = (pasid ?? 0) * 0x10000 + prgi;
    let key = this.keys.get(number);
    if (key === undefined) {
      key = { groups: [], answers: [], crossings: [] };
      this.keys.set(number, key);
    }
    return key;
  }
}

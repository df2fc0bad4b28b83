import type { TraceEvent } from '../model/event.ts';
import type { Lane } from '../model/lane.ts';
import type { CrossedResponse, EdgeResponse, Observation, StrayResponse } from '../replay/observation.ts';
import type { PageRequestGroup } from '../replay/page-request-group.ts';
import type { Requester } from '../replay/requester.ts';

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

/** Everything of one PASID of one requester in one lane, by PRGI. */
export interface StreamJournal {
  readonly requester: Requester;
  readonly pasid: number;
  readonly keys: Map<number, KeyJournal>;
}

/** The stream of an upper lane that carries the messages of one of the base lane. */
export type Partners = ReadonlyMap<StreamJournal, StreamJournal>;

/**
 * What a lane saw, key by key, for the join with other lanes. Grows with the number of groups: kept only if
 * there is more than one lane.
 */
export class LaneJournal {
  readonly lane: Lane;
  readonly laneName: string | undefined;
  readonly #streams = new Map<Requester, Map<number, StreamJournal>>();

  constructor(lane: Lane, laneName: string | undefined) {
    this.lane = lane;
    this.laneName = laneName;
  }

  note(observation: Observation): void {
    if (observation.kind === 'group-closed') {
      const { group } = observation;
      if (group.state === 'refused') return;
      const key = this.#key(group.requester, group.pasid, group.prgi);
      key.groups.push(group);
      if (group.response !== undefined) {
        key.answers.push({ event: group.response, accepted: group, stray: undefined });
      }
      return;
    }
    if (observation.kind === 'crossed-response') {
      const { requester, pasid, prgi } = observation.accepted;
      this.#key(requester, pasid, prgi).crossings.push(observation);
      return;
    }
    if (observation.kind !== 'stray-response' && observation.kind !== 'edge-response') return;
    const { response, requester } = observation;
    if (response.prgi === undefined) return;
    const key = this.#key(requester, response.pasid, response.prgi);
    key.answers.push({ event: response, accepted: undefined, stray: observation });
  }

  *streams(): Generator<StreamJournal> {
    for (const ofRequester of this.#streams.values()) yield* ofRequester.values();
  }

  *keys(): Generator<KeyJournal> {
    for (const { keys } of this.streams()) yield* keys.values();
  }

  get hasMessages(): boolean {
    return this.#streams.size > 0;
  }

  /** To be called once when all is noted. */
  sort(): void {
    this.#joinUnnamed();
    const time = (event: TraceEvent | undefined): number => event?.time ?? 0;
    for (const { groups, answers } of this.keys()) {
      groups.sort((a, b) => time(a.requests[0]) - time(b.requests[0]));
      answers.sort((a, b) => time(a.event) - time(b.event));
    }
  }

  /** Messages that name no device are of the one that has their PASID. */
  #joinUnnamed(): void {
    for (const [requester, streams] of this.#streams) {
      if (requester.name !== '') continue;
      for (const [pasid, unnamed] of streams) {
        const [only, ...others] = [...this.streams()].filter(
          (each) => each.pasid === pasid && each.requester !== requester,
        );
        if (only === undefined || others.length > 0) continue;
        for (const [prgi, { groups, answers, crossings }] of unnamed.keys) {
          const key = this.#key(only.requester, pasid, prgi);
          key.groups.push(...groups);
          key.answers.push(...answers);
          key.crossings.push(...crossings);
        }
        streams.delete(pasid);
      }
    }
  }

  #key(requester: Requester, pasid: number | undefined, prgi: number): KeyJournal {
    const number = pasid ?? 0;
    const ofRequester = this.#streams.get(requester) ?? new Map<number, StreamJournal>();
    this.#streams.set(requester, ofRequester);
    const stream = ofRequester.get(number) ?? { requester, pasid: number, keys: new Map<number, KeyJournal>() };
    ofRequester.set(number, stream);
    const key = stream.keys.get(prgi) ?? { groups: [], answers: [], crossings: [] };
    stream.keys.set(prgi, key);
    return key;
  }
}

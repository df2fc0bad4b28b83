import type { Owner } from '../model/owner.ts';
import type { Observation } from '../replay/observation.ts';
import type { PageRequestGroup } from '../replay/page-request-group.ts';
import type { KeyJournal, SeenAnswer } from './lane-journal.ts';
import type { Coverage, UpperLane } from './upper-lane.ts';

/** What the join of the lanes adds to the base lane's own observations, and what it takes back. */
export interface CrossLaneResult {
  readonly found: Observation[];
  /** Observations of the base lane that the join explains better. */
  readonly replaced: Set<Observation>;
  /** Groups that turned out to be answered by the host itself. */
  readonly byHost: Set<PageRequestGroup>;
  /** The delivery of a group of the base lane, where it can be no other's. */
  readonly deliveries: Map<PageRequestGroup, UpperGroup>;
}

/** What is known besides the lanes' own events. */
export interface CrossLaneKnowledge {
  readonly owners: readonly Owner[];
  /** False if a lane lost events: then nothing about the order of messages is certain. */
  readonly isWhole: boolean;
  /** When the base lane was recorded last. */
  readonly lastTime: number | undefined;
  /** False: times are steps, and say nothing but an order. */
  readonly hasSeconds: boolean;
}

export interface UpperGroup {
  readonly group: PageRequestGroup;
  readonly lane: UpperLane;
}

export interface UpperAnswer {
  readonly answer: SeenAnswer;
  readonly lane: UpperLane;
}

/** One key of the base lane with everything that the upper lanes saw of it. */
export interface Journey {
  readonly base: KeyJournal;
  /** What the upper lanes recorded that carry the key's PASID. */
  readonly coverage: readonly Coverage[];
  readonly groups: readonly UpperGroup[];
  readonly answers: readonly UpperAnswer[];
}

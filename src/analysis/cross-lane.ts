import {
  type CrossLaneKnowledge,
  type CrossLaneResult,
  KeyJoin,
  type UpperAnswer,
  type UpperGroup,
} from './key-join.ts';
import type { LaneJournal } from './lane-journal.ts';
import { type Coverage, coverageOf, middle, pasidOf, type UpperLane, upperKey } from './upper-lane.ts';

/** Follows each message through the lanes and says whose answer each answer is (semantics §4, §6). */
export function crossLanes(
  base: LaneJournal,
  uppers: readonly UpperLane[],
  known: CrossLaneKnowledge,
): CrossLaneResult {
  const result: CrossLaneResult = { found: [], replaced: new Set(), byHost: new Set(), deliveries: new Map() };
  const recorded = uppers.map((lane) => ({ lane, ofLane: coverageOf(lane) }));
  for (const [key, own] of base.keys) {
    const groups: UpperGroup[] = [];
    const answers: UpperAnswer[] = [];
    const coverage: Coverage[] = [];
    for (const { lane, ofLane } of recorded) {
      const upper = upperKey(key, lane.journal, known.owners);
      if (!ofLane.pasids.has(pasidOf(upper))) continue;
      coverage.push(ofLane);
      const above = lane.journal.keys.get(upper);
      for (const group of above?.groups ?? []) groups.push({ group, lane });
      for (const answer of above?.answers ?? []) answers.push({ answer, lane });
    }
    if (coverage.length === 0) continue;
    // A lane's own messages are in order.
    if (coverage.length > 1) sortByTime(groups, answers);
    new KeyJoin({ base: own, coverage, groups, answers }, known, result).run();
  }
  return result;
}

function sortByTime(groups: UpperGroup[], answers: UpperAnswer[]): void {
  groups.sort((a, b) => middle(a.lane, a.group.requests[0]) - middle(b.lane, b.group.requests[0]));
  answers.sort((a, b) => middle(a.lane, a.answer.event) - middle(b.lane, b.answer.event));
}

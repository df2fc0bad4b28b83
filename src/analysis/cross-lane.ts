import type { CrossLaneKnowledge, CrossLaneResult, UpperAnswer, UpperGroup } from './journey.ts';
import { KeyJoin } from './key-join.ts';
import type { LaneJournal } from './lane-journal.ts';
import { coverageOf, middle, type UpperLane } from './upper-lane.ts';

/** Follows each message through the lanes and says whose answer each answer is (semantics §4, §6). */
export function crossLanes(
  base: LaneJournal,
  uppers: readonly UpperLane[],
  known: CrossLaneKnowledge,
): CrossLaneResult {
  const result: CrossLaneResult = { found: [], replaced: new Set(), byHost: new Set(), deliveries: new Map() };
  const recorded = uppers.map((lane) => ({ lane, ofLane: coverageOf(lane) }));
  for (const stream of base.streams()) {
    const carried = recorded.flatMap(({ lane, ofLane }) => {
      const partner = lane.partners.get(stream);
      return partner === undefined ? [] : [{ lane, partner, ofLane }];
    });
    if (carried.length === 0) continue;
    const coverage = carried.map(({ ofLane }) => ofLane);
    for (const [prgi, own] of stream.keys) {
      const groups: UpperGroup[] = [];
      const answers: UpperAnswer[] = [];
      for (const { lane, partner } of carried) {
        const above = partner.keys.get(prgi);
        for (const group of above?.groups ?? []) groups.push({ group, lane });
        for (const answer of above?.answers ?? []) answers.push({ answer, lane });
      }
      // A lane's own messages are in order.
      if (carried.length > 1) sortByTime(groups, answers);
      new KeyJoin({ base: own, coverage, groups, answers }, known, result).run();
    }
  }
  return result;
}

function sortByTime(groups: UpperGroup[], answers: UpperAnswer[]): void {
  groups.sort((a, b) => middle(a.lane, a.group.requests[0]) - middle(b.lane, b.group.requests[0]));
  answers.sort((a, b) => middle(a.lane, a.answer.event) - middle(b.lane, b.answer.event));
}

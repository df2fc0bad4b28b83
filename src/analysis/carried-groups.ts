import type { PageRequestGroup } from '../replay/page-request-group.ts';
import type { UpperGroup } from './journey.ts';
import { KeyPairs } from './key-pairs.ts';
import type { LaneJournal } from './lane-journal.ts';
import { coverageOf, type UpperLane } from './upper-lane.ts';

/** What lanes between the base and the handler saw of the base's groups, where it can be no other group's. They judge nothing. */
export function carriedGroups(
  base: LaneJournal,
  carriers: readonly UpperLane[],
  isWhole: boolean,
): ReadonlyMap<PageRequestGroup, readonly UpperGroup[]> {
  const carried = new Map<PageRequestGroup, UpperGroup[]>();
  for (const lane of carriers) {
    const coverage = [coverageOf(lane)];
    for (const stream of base.streams()) {
      const partner = lane.partners.get(stream);
      if (partner === undefined) continue;
      for (const [prgi, own] of stream.keys) {
        const groups = (partner.keys.get(prgi)?.groups ?? []).map((group) => ({ group, lane }));
        if (groups.length === 0) continue;
        const { deliveries } = new KeyPairs({ base: own, coverage, groups, answers: [] }, isWhole);
        for (const [group, { upper, isForced }] of deliveries) {
          if (isForced) carried.set(group, [...(carried.get(group) ?? []), upper]);
        }
      }
    }
  }
  return carried;
}

import type { Severity } from '../model/finding.ts';
import type { GroupView } from '../store/group-store.ts';
import { SEVERITY_RANK } from './line-marks.ts';
import type { World } from './world.ts';

/** Severity of the worst rule that names an instance, but for what the baseline knows of it. */
export function worstOfGroup(
  world: World,
  { row, findings }: Pick<GroupView, 'row' | 'findings'>,
): Severity | undefined {
  let worst: Severity | undefined;
  const known = knownRules(world, row);
  for (const id of findings) {
    const severity = known.has(id) ? undefined : world.rule(id)?.severity;
    if (severity === undefined) continue;
    if (worst === undefined || SEVERITY_RANK[severity] > SEVERITY_RANK[worst]) worst = severity;
  }
  return worst;
}

/** Rules of which only findings that the baseline knows rest on the instance's events. */
function knownRules({ capture }: World, row: number): ReadonlySet<string> {
  const { known, findings, groups, marks } = capture;
  const ids = new Set<string>();
  if (known.size === 0) return ids;
  const fresh = new Set<string>();
  for (const event of groups.eventsOf(row)) {
    for (const { finding, isKnown } of marks.of(event)) (isKnown ? ids : fresh).add(findings[finding]?.id ?? '');
  }
  for (const id of fresh) ids.delete(id);
  return ids;
}

import { GROUP_STATES } from '../model/group-state.ts';
import type { FilterWords } from './filter.ts';

/** The verdict on what no finding names. */
const CLEAN = 'clean';

/** What can be said of an event or an instance in a word: its state, the names of its findings, `clean` without any. */
export function verdictsOf(
  state: string | undefined,
  findings: readonly string[],
  { ruleNames }: FilterWords,
): readonly string[] {
  const names = findings.map((id) => ruleNames.get(id) ?? id);
  return [...(state === undefined ? [] : [state]), ...(names.length === 0 ? [CLEAN] : names)];
}

/** All verdicts that there are. */
export function verdictWords({ ruleNames }: FilterWords): readonly string[] {
  return [...GROUP_STATES, CLEAN, ...ruleNames.values()];
}

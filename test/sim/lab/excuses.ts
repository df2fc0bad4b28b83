import type { Finding } from '../../../src/model/finding.ts';
import type { Damaged } from '../../truth/damage.ts';
import { simulate } from '../../truth/simulate.ts';
import { readVisible } from '../../truth/visible.ts';

/** Semantics §5: what an answer's request from before the head or a gap is given the timeout for, is likely from then on. */
export function isPastTimeout({ id, certainty }: Finding): boolean {
  return /^FL10[1-5]$/.test(id) && certainty === 'likely';
}

/**
 * What a plain head hides and §5 still calls certain: only for FL101 must the capture show the PASID from its start. A device that
 * reused a PRGI in flight over the cut then has an answer too many; and where the early answer to the first request was cut off,
 * its next use looks like one in flight.
 */
export function isOverCut({ id, device, pasid, prgi }: Finding, whole: string, { origin }: Damaged): boolean {
  const kept = new Set(origin);
  const isOfKey = (group: { readonly device: string; readonly pasid: number; readonly prgi: number }): boolean =>
    group.device === device && group.prgi === prgi && group.pasid === (pasid ?? 0);
  const visible = readVisible(whole);
  const groups = simulate(visible).groups.filter(isOfKey);
  if (/^FL10[2-5]$/.test(id)) {
    return groups.some(({ last, answer }) => !kept.has(last.line) && (answer === undefined || kept.has(answer.line)));
  }
  const first = visible.events.find((event) => event.kind === 'request' && kept.has(event.line));
  const isAnsweredBefore = groups.some(
    ({ last, answer }) => last === first && answer !== undefined && !kept.has(answer.line),
  );
  return /^FL(203|30[15])$/.test(id) && isAnsweredBefore;
}

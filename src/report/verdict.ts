import { plural } from '../base/text.ts';
import type { Result } from '../model/result.ts';
import type { Paint } from './paint.ts';
import { groupTotal, severityCounts } from './wording.ts';

/** One sentence that a hurried reader takes along; it never sounds surer than the capture allows. */
export function verdictOf(result: Result, paint: Paint): string {
  const { error, warning } = result.counts.findings;
  const counts = severityCounts(result.counts.findings);
  const doubt = doubtOf(result);
  const scope = scopeOf(result);
  if (error > 0) return `${paint.strong(paint.severity('error', counts))} ${scope}${doubt}`;
  if (warning > 0) return `${paint.strong(paint.severity('warning', counts))}, no error ${scope}${doubt}`;
  if (eventTotal(result) === 0) return `${paint.strong('Nothing to judge')}: no IOMMU event in what was read${doubt}`;
  const notes = counts === '' ? '' : ` (${counts})`;
  return `${paint.strong(paint.good('No error'))} ${scope}${notes}${doubt}`;
}

function scopeOf(result: Result): string {
  const groups = groupTotal(result);
  const where = result.inputs.length > 1 ? `${plural(result.inputs.length, 'input')}, ` : '';
  const what = groups > 0 ? plural(groups, 'page-request group') : plural(eventTotal(result), 'event');
  return `in ${where}${what}`;
}

function doubtOf(result: Result): string {
  const known = Object.values(result.baselined ?? {}).reduce((sum, count) => sum + count, 0);
  return `${known === 0 ? '' : ` beyond ${plural(known, 'known finding')}`}${gapsOf(result)}`;
}

function gapsOf(result: Result): string {
  if (result.inputs.some((input) => input.error !== undefined)) return '; not everything could be read';
  if (result.coverage.gaps.length > 0) return '; the capture lost events, so more may have gone wrong';
  if (result.beyondBounds !== undefined) return '; it names more than is kept, so not all was judged';
  return '';
}

function eventTotal(result: Result): number {
  return result.inputs.reduce((sum, input) => sum + input.events, 0);
}

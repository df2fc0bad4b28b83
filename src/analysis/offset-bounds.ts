import type { PageRequestGroup } from '../replay/page-request-group.ts';
import type { OffsetBound } from './clock-alignment.ts';
import type { KeyJournal, Partners, SeenAnswer } from './lane-journal.ts';
import { pageOf, sentFrom } from './upper-lane.ts';

/**
 * What messages that can only be matched one way say about the upper lane's clock: requests of a page that each lane
 * saw once under the key, or else those and the answers of keys of which both lanes saw as many.
 */
export function boundsOf(partners: Partners, hasSamePages: boolean): OffsetBound[] {
  const bounds: OffsetBound[] = [];
  for (const [stream, other] of partners) {
    for (const [prgi, own] of stream.keys) {
      const above = other.keys.get(prgi);
      if (above !== undefined) pushBounds(bounds, own, above, hasSamePages);
    }
  }
  return bounds;
}

function pushBounds(bounds: OffsetBound[], own: KeyJournal, above: KeyJournal, hasSamePages: boolean): void {
  for (const [group, arrived] of hasSamePages ? samePages(own, above) : inOrder(own, above)) {
    pushBound(bounds, 'atLeast', arrived.requests.at(-1)?.time, sentFrom(group));
  }
  const answers = own.answers.filter(({ accepted }) => accepted?.answeredBy !== 'host');
  if (!isSameSequence(answers, above.answers)) return;
  answers.forEach(({ event }, index) => {
    pushBound(bounds, 'atMost', above.answers[index]?.event.time, event.time);
  });
}

function samePages(own: KeyJournal, above: KeyJournal): [PageRequestGroup, PageRequestGroup][] {
  const sent = onlyByPage(own.groups);
  const arrived = onlyByPage(above.groups);
  const pairs: [PageRequestGroup, PageRequestGroup][] = [];
  for (const [page, group] of sent) {
    const same = arrived.get(page);
    if (group !== undefined && same !== undefined) pairs.push([group, same]);
  }
  return pairs;
}

/** The group of each page; undefined where there are several. */
function onlyByPage(groups: readonly PageRequestGroup[]): Map<number, PageRequestGroup | undefined> {
  const byPage = new Map<number, PageRequestGroup | undefined>();
  for (const group of groups) {
    const page = group.isSealed ? pageOf(group) : undefined;
    if (page !== undefined) byPage.set(page, byPage.has(page) ? undefined : group);
  }
  return byPage;
}

function inOrder(own: KeyJournal, above: KeyJournal): [PageRequestGroup, PageRequestGroup][] {
  const delivered = own.groups.filter((group) => group.isSealed);
  if (delivered.length !== above.groups.length) return [];
  return above.groups.flatMap((arrived, index) => {
    const group = delivered[index];
    return group === undefined ? [] : [[group, arrived] as [PageRequestGroup, PageRequestGroup]];
  });
}

function isSameSequence(answers: readonly SeenAnswer[], above: readonly SeenAnswer[]): boolean {
  return (
    answers.length === above.length && answers.every(({ event }, index) => event.code === above[index]?.event.code)
  );
}

function pushBound(
  bounds: OffsetBound[],
  kind: OffsetBound['kind'],
  upper: number | undefined,
  base: number | undefined,
): void {
  if (upper !== undefined && base !== undefined) bounds.push({ at: upper, kind, offset: base - upper });
}

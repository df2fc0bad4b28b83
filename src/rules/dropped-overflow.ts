import { NS_PER_SECOND } from '../model/time.ts';
import type { QueueOverflow } from '../replay/observation.ts';
import type { Rule, RuleContext } from './rule.ts';
import { count, lineText } from './wording.ts';

/** Overflow lines of one unit closer than this are one overflow: `detected` repeats until the queue is empty. */
const EPISODE_NS = NS_PER_SECOND;

export const droppedOverflow: Rule = {
  id: 'FL304',
  name: 'dropped-overflow',
  severity: 'error',
  needs: '`PRQ overflow detected` or another log of an overflow, or the iopf_queue_discard_partial probe',
  observes: ['queue-overflow'],
  docs: {
    finds:
      'The page request queue of an IOMMU overflowed: requests were lost. Repeated lines of one unit within 1 s are one overflow.',
    matters:
      'The hardware answers the lost last requests by itself with success and drops the others; the device retries.',
    misleads:
      'Groups that were still collecting may have been finished by the hardware: they are listed here and are neither FL301 nor FL306. Sealed groups are in software and stay owed. A kernel log on another clock tells that it happened, not when.',
    example: 'IOMMU: dmar0: PRQ overflow detected',
    references: ['semantics 3.1', 'VT-d table 31', 'drivers/iommu/intel/prq.c prq_event_thread()'],
  },
  create(context) {
    const episodes = new Map<string, QueueOverflow[]>();
    return {
      observe(observation) {
        if (observation.kind !== 'queue-overflow') return;
        const unit = observation.iommu ?? '';
        const open = episodes.get(unit);
        const last = open?.[open.length - 1]?.at;
        const now = observation.at;
        const isSame = last === undefined || now === undefined || Math.abs(now - last) <= EPISODE_NS;
        if (open !== undefined && isSame) {
          open.push(observation);
          return;
        }
        if (open !== undefined) reportEpisode(context, open);
        episodes.set(unit, [observation]);
      },
      finish() {
        for (const episode of episodes.values()) reportEpisode(context, episode);
        episodes.clear();
      },
    };
  },
};

function reportEpisode(context: RuleContext, episode: readonly QueueOverflow[]): void {
  const [first] = episode;
  if (first === undefined) return;
  const collecting = episode.flatMap((each) => each.collecting);
  const where = first.iommu === undefined ? 'An IOMMU' : first.iommu;
  const overflows = episode.filter(({ event }) => event.reason !== 'cleared').length;
  const open = openText(first, collecting.length);
  context.report({
    certainty: 'certain',
    message: `${where} lost page requests: its queue overflowed (${lineText(first.event)}); ${open}.`,
    scope: 'iommu',
    device: first.iommu,
    ...(overflows > 1 ? { count: overflows } : {}),
    evidence: [
      ...episode.slice(0, 4).map(({ event }) => ({ event, role: 'overflow' })),
      ...collecting
        .slice(0, 4)
        .flatMap((group) => group.requests.slice(-1).map((event) => ({ event, role: 'open-request' }))),
    ],
    groups: collecting,
  });
}

function openText({ isOrderKnown, pendingCount, showsRequests }: QueueOverflow, collecting: number): string {
  if (!showsRequests) return 'which groups were open then this log does not show (a trace with prq_report does)';
  if (!isOrderKnown) return `its place in the trace is not known; ${count(collecting, 'group')} never completed`;
  return `${count(collecting, 'group')} still collecting and ${count(pendingCount, 'sealed group')} were open at that time`;
}

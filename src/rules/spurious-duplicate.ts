import type { TraceEvent } from '../model/event.ts';
import type { Rule } from './rule.ts';
import { answerEvidence, codeText, groupText, historyText, requestEvidence, strayDraft } from './wording.ts';

export const spuriousDuplicate: Rule = {
  id: 'FL102',
  name: 'spurious-duplicate',
  severity: 'error',
  needs: 'page requests and page responses on the same hop',
  observes: ['stray-response'],
  docs: {
    finds: 'A page response for a key whose last group has already been answered by its handler; nothing is owed.',
    matters:
      'Kernels since 6.12 send every answer that a handler submits, also the second one for a group. If the device has used the PRGI again in the meantime, the second answer completes the new group.',
    misleads:
      'A descriptor that the driver queued again after an invalidation time-out is no second answer. If another PASID has the same PRGI in flight and gets an answer of its own later, the response is a duplicate and not meant for it.',
    example:
      'qi_submit: page_grp_resp dmar0: 0x101000019 0x8 0x0 0x0   (twice after one prq_report … l pasid=0x1 index=0x1)',
    references: ['semantics 5, FL102', 'drivers/iommu/io-pgfault.c iopf_group_response()'],
  },
  create: (context) => ({
    observe(observation) {
      if (observation.kind !== 'stray-response' || observation.verdict !== 'duplicate') return;
      const { response, requester, last } = observation;
      const group = groupText({ requester, pasid: response.pasid, prgi: response.prgi ?? 0 });
      const isLater = last?.response !== undefined && isAfter(last.response, response);
      const role = isLater ? 'later-response' : 'earlier-response';
      const more = last === undefined ? [] : [...requestEvidence(last), ...answerEvidence(last, role)];
      context.report(
        strayDraft(
          observation,
          context.limits,
          `Second response ${codeText(response)} for ${group}: ${historyText(last, isLater ? 'the group that was open' : undefined)}`,
          more,
        ),
      );
    },
  }),
};

function isAfter({ time }: TraceEvent, than: TraceEvent): boolean {
  return time !== undefined && than.time !== undefined && time > than.time;
}

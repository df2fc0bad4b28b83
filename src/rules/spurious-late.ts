import type { Rule } from './rule.ts';
import {
  answerEvidence,
  codeText,
  count,
  groupText,
  historyText,
  lineText,
  requestEvidence,
  sinceEpochText,
  strayDraft,
} from './wording.ts';

export const spuriousLate: Rule = {
  id: 'FL103',
  name: 'spurious-late',
  severity: 'error',
  needs:
    'page responses after the host closed their group by itself (unregister, unbind, drain, reset), or a refusal by the kernel',
  observes: ['stray-response', 'response-refused'],
  docs: {
    finds:
      'A handler answers a group that the host has already closed, with an answer of its own or by a reset or flush, while no group of that key is open. Also: an answer that the kernel refused without naming its key.',
    matters:
      'The late answer must be refused: had the device used the PRGI again, it would have ended the new group (FL201).',
    misleads:
      'Who sent the closing answer is known only where the handler hop is recorded or an unregister, unbind or drain stands before it. A refused write (-22) names no key and proves nothing: an unknown cookie, a bad code, a double answer and a crossed one look the same, so it is a warning of certainty possible.',
    example: 'respond_ret: (… <- iommu_page_response) ret=-22',
    references: ['semantics 3.1 "Kernel-side refusals", 4, 5', 'drivers/iommu/iommu.c iommu_page_response() up to 6.8'],
  },
  create: (context) => ({
    observe(observation) {
      if (observation.kind === 'stray-response' && observation.verdict === 'late') {
        const { response, requester, last } = observation;
        const group = groupText({ requester, pasid: response.pasid, prgi: response.prgi ?? 0 });
        const more = last === undefined ? [] : [...requestEvidence(last), ...answerEvidence(last, 'closed-by')];
        const text = `Late response ${codeText(response)} for ${group}${sinceEpochText(observation.sinceEpoch)}: ${historyText(last)}, and no group of this key is open`;
        context.report(strayDraft(observation, context.limits, text, more));
      }
      if (observation.kind !== 'response-refused') return;
      const { event, candidates } = observation;
      const newest = candidates[0];
      const meant =
        newest === undefined
          ? 'No delivered group is in the capture that it could have meant'
          : `It may have meant one of ${count(candidates.length, 'delivered group')}, the newest ${groupText(newest)}`;
      const value = event.returnValue === undefined ? '' : ` (${event.returnValue})`;
      context.report({
        severity: 'warning',
        certainty: 'possible',
        message: `The kernel refused an answer${value} on ${lineText(event)} and sent nothing to the device. ${meant}; an unknown cookie, a bad code, a double and a late answer look the same here.`,
        requester: newest?.requester,
        device: event.device,
        evidence: [
          { event, role: 'refusal' },
          ...candidates.slice(0, 3).flatMap((group) => requestEvidence(group, 'candidate').slice(-1)),
        ],
      });
    },
  }),
};

import type { Rule } from './rule.ts';
import { answerEvidence, codeText, groupText, requestEvidence } from './wording.ts';

export const negativeResponse: Rule = {
  id: 'FL402',
  name: 'negative-response',
  severity: 'note',
  needs: 'page requests and page responses on the same hop',
  observes: ['group-closed'],
  docs: {
    finds: 'A group was answered Invalid or Failure.',
    matters: 'The access was refused: no such mapping, a handler that is full, or a handler that went away.',
    misleads:
      'Not an error of the IOMMU path. Linux writes failure as code 2, a reserved value of the specification, on Intel and newer AMD. Refused requests are FL107, groups with strangers FL205.',
    example: 'qi_submit: page_grp_resp dmar0: 0x101001019 0x18 0x0 0x0',
    references: ['semantics 3.1, 5', 'log-formats D.1'],
  },
  create: (context) => ({
    observe(observation) {
      if (observation.kind !== 'group-closed') return;
      const { group } = observation;
      const { response } = group;
      if (response === undefined || response.code === 'success' || group.strangers.length > 0) return;
      if (group.state !== 'answered' && group.state !== 'auto-answered') return;
      if (context.omits([group])) return;
      const by = group.answeredBy === 'host' ? ' by the host itself' : '';
      const linux =
        response.code === 'response-failure' && response.rawCode === 2
          ? ' (Linux’s own number for failure; the specification reserves it)'
          : '';
      context.report({
        certainty: 'certain',
        message: `${groupText(group)} was answered ${codeText(response)}${linux}${by}.`,
        requester: group.requester,
        pasid: group.pasid,
        prgi: group.prgi,
        answeredBy: group.answeredBy,
        sender: { event: response, sinceEpoch: group.sinceEpoch },
        evidence: [...answerEvidence(group, 'response'), ...requestEvidence(group)],
        groups: [group],
      });
    },
  }),
};

import { lastRequestOf } from '../replay/page-request-group.ts';
import { samePasid } from '../replay/requests.ts';
import type { Rule } from './rule.ts';
import { codeText, count, groupText, pasidText } from './wording.ts';

export const mixedPasidGroup: Rule = {
  id: 'FL205',
  name: 'mixed-pasid-group',
  severity: 'error',
  needs: 'page requests that are not the last of their group',
  observes: ['group-closed'],
  docs: {
    finds: 'Requests of different PASIDs, or of one PASID before and after it was drained, were joined under one PRGI.',
    matters:
      'The kernel joins the requests of a group by (device, PRGI) and ignores the PASID. One owner’s pages are looked up in another’s address space, and the group is answered Invalid although its own requests were good; the stranger’s group is then answered without those pages.',
    misleads:
      'It stands for the FL306 and FL204 of its members. It explains an Invalid answer to the group, which is not reported again (FL402).',
    example: 'prq_report … rw--- pasid=0x3 index=0x64, then prq_report … rw--l pasid=0x4 index=0x64',
    references: ['semantics 2, 3.1', 'drivers/iommu/io-pgfault.c, partial list per device'],
  },
  create: (context) => ({
    observe(observation) {
      if (observation.kind !== 'group-closed') return;
      const { group } = observation;
      const last = lastRequestOf(group);
      if (group.strangers.length === 0 || last === undefined) return;
      const others = [...new Set(group.strangers.map((each) => pasidText(each.pasid)))].join(', ');
      const isOther = group.strangers.some((each) => !samePasid(each.pasid, group.pasid));
      const from = isOther ? others : `${others} from before it was drained`;
      const isExplained = group.response?.code === 'invalid-request';
      const why = isExplained ? ', which that explains: they mean nothing in its address space' : '';
      const answer = group.response === undefined ? 'unanswered' : `answered ${codeText(group.response)}${why}`;
      context.report({
        certainty: group.isJoinUndecided ? 'possible' : 'certain',
        message: `The group ${groupText(group)} took in ${count(group.strangers.length, 'request')} of ${from}; it was ${answer}.`,
        requester: group.requester,
        pasid: group.pasid,
        prgi: group.prgi,
        scope: 'function',
        answeredBy: group.answeredBy,
        evidence: [
          { event: last, role: 'last-request' },
          ...group.strangers.slice(-4).map((event) => ({ event, role: 'stranger' })),
          ...(group.response === undefined ? [] : [{ event: group.response, role: 'response' }]),
        ],
        groups: [group],
      });
    },
  }),
};

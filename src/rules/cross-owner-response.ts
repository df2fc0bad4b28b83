import type { Rule } from './rule.ts';
import { codeText, groupText, lineText, requestEvidence } from './wording.ts';

export const crossOwnerResponse: Rule = {
  id: 'FL206',
  name: 'cross-owner-response',
  severity: 'error',
  needs: 'an owners file (--owners) and named guest lanes (guest:NAME=FILE)',
  observes: ['cross-owner-response'],
  docs: {
    finds: 'The lane of one owner answered a group of a PASID that belongs to another owner.',
    matters: 'Isolation between guests failed: one guest decides what the device does with the memory of another.',
    misleads:
      'It is only as good as the owners file. A guest that sees other PASID numbers than the host needs the column guestPasid.',
    example: 'owners: 0000:01:00.0,2,vm2; lane guest:vm1 answers PASID 2',
    references: ['semantics 2, 5'],
  },
  create: (context) => ({
    observe(observation) {
      if (observation.kind !== 'cross-owner-response') return;
      const { group, owner, answeredBy, response, upper } = observation;
      context.report({
        certainty: 'certain',
        message: `${groupText(group)} belongs to ${owner} and was answered ${codeText(response)} by ${answeredBy} (${lineText(upper)} of its lane).`,
        requester: group.requester,
        pasid: group.pasid,
        prgi: group.prgi,
        scope: 'function',
        sender: { event: upper, sinceEpoch: undefined },
        evidence: [
          { event: response, role: 'response' },
          { event: upper, role: 'handler-response' },
          ...requestEvidence(group),
        ],
        groups: [group],
      });
    },
  }),
};

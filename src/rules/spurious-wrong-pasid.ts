import type { Rule } from './rule.ts';
import { codeText, groupText, historyText, pasidText, requestEvidence, strayDraft } from './wording.ts';

export const spuriousWrongPasid: Rule = {
  id: 'FL104',
  name: 'spurious-wrong-pasid',
  severity: 'error',
  needs: 'page requests and page responses with PASIDs on the same hop',
  observes: ['stray-response'],
  docs: {
    finds:
      'Nothing is in flight for the key of a response, but the same requester has the same PRGI in flight under another PASID.',
    matters:
      'The response must be refused and must not close the other group. Hardware that keys on the PRGI alone takes it for the other owner’s group: isolation between PASIDs fails.',
    misleads:
      'If the key’s own last group was answered and the other PASID’s group gets an answer of its own later, the response is a duplicate (FL102). Decided at the end of the capture.',
    example: 'prq_report … l pasid=0x2 index=0x5, then page_grp_resp for PASID 1, PRGI 5',
    references: ['semantics 5, FL104; 6.3', 'PCIe 6.0, 10.4.2'],
  },
  create: (context) => ({
    observe(observation) {
      if (observation.kind !== 'stray-response' || observation.verdict !== 'wrong-pasid') return;
      const { response, requester, other, last } = observation;
      const group = groupText({ requester, pasid: response.pasid, prgi: response.prgi ?? 0 });
      const text = `Response ${codeText(response)} for ${group}, which has nothing in flight (${historyText(last)}), while ${pasidText(other?.pasid)} has the same PRGI in flight`;
      context.report({
        ...strayDraft(
          observation,
          context.limits,
          text,
          other === undefined ? [] : requestEvidence(other, 'request-in-flight'),
        ),
        scope: 'function',
      });
    },
  }),
};

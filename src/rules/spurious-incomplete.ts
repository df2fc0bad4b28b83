import type { Rule } from './rule.ts';
import { codeText, count, groupText, strayDraft } from './wording.ts';

export const spuriousIncomplete: Rule = {
  id: 'FL105',
  name: 'spurious-incomplete',
  severity: 'error',
  needs: 'page requests that are not the last of their group, and page responses',
  observes: ['stray-response'],
  docs: {
    finds: 'A response comes while the group is still collecting: its last request has not been seen.',
    matters:
      'Software must not answer before the last request (VT-d 7.6); the device may take the group for finished and drop its rest.',
    misleads:
      'prq_report is written after the request was handed on, so an answer may precede its last request: the next request of that IOMMU is waited for, up to 1 s. Refusals (FL107) are answered request by request by kernels since 6.11.',
    example: 'prq_report … rw--- pasid=0x1 index=0x4, then page_grp_resp for PASID 1, PRGI 4, then another request',
    references: ['semantics 3.1, 5', 'VT-d 7.6'],
  },
  create: (context) => ({
    observe(observation) {
      if (observation.kind !== 'stray-response' || observation.verdict !== 'incomplete') return;
      const { response, requester, requests } = observation;
      const group = groupText({ requester, pasid: response.pasid, prgi: response.prgi ?? 0 });
      const text = `Response ${codeText(response)} for ${group} before its last request: ${count(requests.length, 'request')} so far`;
      context.report(
        strayDraft(
          observation,
          context.limits,
          text,
          requests.slice(-4).map((event) => ({ event, role: 'request' })),
        ),
      );
    },
  }),
};

import type { Rule } from './rule.ts';
import { codeText, groupText, strayDraft } from './wording.ts';

export const spuriousUnknownGroup: Rule = {
  id: 'FL101',
  name: 'spurious-unknown-group',
  severity: 'error',
  needs: 'page responses, and page requests on the same hop',
  observes: ['stray-response'],
  docs: {
    finds: 'A page response names a (requester, PASID, PRGI) for which no page request was ever seen.',
    matters:
      'A device may take the response for a group that it opens later with that index, or stop with an unexpected-response error (PCIe: no responses for PRGIs that are not in flight).',
    misleads:
      'The request may lie before the capture. Certain only if the capture shows the bind, attach or a drain of the PASID, or seq# from its first value; otherwise it is a note (FL902) until the capture has run for the timeout, then likely. An answer with code Invalid is a refused request (FL107) unless it is known to come from a handler.',
    example: 'qi_submit: page_grp_resp dmar0: 0x101000019 0x318 0x0 0x0   (no prq_report with pasid=0x1 index=0x63)',
    references: ['semantics 5, FL101', 'PCIe 6.0, 10.4.2 Page Request Services', 'VT-d 7.6'],
  },
  create: (context) => ({
    observe(observation) {
      if (observation.kind !== 'stray-response' || observation.verdict !== 'unknown-group') return;
      const { response, requester } = observation;
      const group = groupText({ requester, pasid: response.pasid, prgi: response.prgi ?? 0 });
      context.report(
        strayDraft(
          observation,
          context.limits,
          `Spurious response ${codeText(response)} for ${group}: no request with this key was seen`,
          [],
        ),
      );
    },
  }),
};

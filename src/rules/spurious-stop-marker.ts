import type { Rule } from './rule.ts';
import { groupText, strayDraft } from './wording.ts';

export const spuriousStopMarker: Rule = {
  id: 'FL106',
  name: 'spurious-stop-marker',
  severity: 'warning',
  needs: 'stop markers in the log (Intel kernels drop them before they are traced)',
  observes: ['stray-response'],
  docs: {
    finds: 'A stop marker (last request with a PASID that asks neither to read nor to write) was answered.',
    matters: 'A stop marker expects no response; a device may report an unexpected one.',
    misleads: 'Linux SMMUv3 and AMD drivers do not filter stop markers, so they answer them.',
    example: 'unexpected PRI request received: sid 0x00007600.0x00001: [31L] unprivileged  access …',
    references: ['semantics 3, 5', 'SMMUv3 8, "Stop Marker"'],
  },
  create: (context) => ({
    observe(observation) {
      if (observation.kind !== 'stray-response' || observation.verdict !== 'stop-marker') return;
      const { response, requester, requests } = observation;
      const group = groupText({ requester, pasid: response.pasid, prgi: response.prgi ?? 0 });
      context.report({
        ...strayDraft(
          observation,
          context.limits,
          `A stop marker was answered: ${group}`,
          requests.map((event) => ({ event, role: 'stop-marker' })),
        ),
        severity: 'warning',
      });
    },
  }),
};

import type { SharedInFlight } from '../replay/observation.ts';
import type { Requester } from '../replay/requester.ts';
import type { Rule } from './rule.ts';
import { nameOf, pasidText, requestEvidence } from './wording.ts';

export const prgiSharedInFlight: Rule = {
  id: 'FL204',
  name: 'prgi-shared-in-flight',
  severity: 'warning',
  needs: 'page requests of two PASIDs of one requester',
  observes: ['shared-in-flight'],
  docs: {
    finds:
      'The same (requester, PRGI) is in flight, sealed and unanswered, under two PASIDs. Once per requester, PRGI and pair of PASIDs.',
    matters:
      'Legal for the fault API, which keys on the PASID too; a hazard for hardware that keys on the PRGI alone, as PCIe does.',
    misleads: 'Where the requests of both PASIDs were joined into one group, FL205 stands for it.',
    example: 'prq_report … l pasid=0x1 index=0x1, then prq_report … l pasid=0x2 index=0x1, both unanswered',
    references: ['semantics 2 "hardware scope", 5, 6.4'],
  },
  create(context) {
    const episodes = new Map<Requester, Map<string, { first: SharedInFlight; count: number }>>();
    return {
      observe(observation) {
        if (observation.kind !== 'shared-in-flight') return;
        const { earlier, later } = observation;
        let ofRequester = episodes.get(later.requester);
        if (ofRequester === undefined) {
          ofRequester = new Map();
          episodes.set(later.requester, ofRequester);
        }
        const [low, high] = [earlier.pasid ?? 0, later.pasid ?? 0].sort((a, b) => a - b);
        const key = `${later.prgi}/${low}/${high}`;
        const open = ofRequester.get(key);
        if (open === undefined) ofRequester.set(key, { first: observation, count: 1 });
        else open.count += 1;
        context.name(later);
      },
      finish() {
        for (const ofRequester of episodes.values()) {
          for (const { first, count } of ofRequester.values()) {
            const { earlier, later } = first;
            const times = count === 1 ? '' : ` (${count} times)`;
            context.report({
              certainty: 'certain',
              message: `PRGI ${later.prgi} on ${nameOf(later.requester)} is in flight under ${pasidText(earlier.pasid)} and ${pasidText(later.pasid)} at once${times}: hardware that keys on the PRGI alone confuses them.`,
              requester: later.requester,
              pasid: later.pasid,
              prgi: later.prgi,
              scope: 'function',
              ...(count === 1 ? {} : { count }),
              evidence: [...requestEvidence(later), ...requestEvidence(earlier, 'earlier-request')],
              groups: [earlier],
            });
          }
        }
        episodes.clear();
      },
    };
  },
};

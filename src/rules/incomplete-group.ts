import type { PageRequestGroup } from '../replay/page-request-group.ts';
import type { Requester } from '../replay/requester.ts';
import type { Rule } from './rule.ts';
import { count, groupText, nameOf, pasidText } from './wording.ts';

export const incompleteGroup: Rule = {
  id: 'FL306',
  name: 'incomplete-group',
  severity: 'warning',
  needs: 'page requests that are not the last of their group',
  observes: ['group-closed'],
  docs: {
    finds: 'Requests without a last one were discarded, or never completed. Once per (requester, PRGI) and run.',
    matters:
      'The kernel keeps such requests without a timeout and joins them to the next group with that PRGI, of whatever PASID (FL205).',
    misleads:
      'Requests that are younger than the timeout at the end of the capture and whose PASID was not drained are FL902; at a queue overflow the hardware may have finished the group (FL304).',
    example: 'prq_report … rw--- pasid=0x1 index=0x4, then queue_remove_device',
    references: ['semantics 3.1, 5'],
  },
  create(context) {
    const found = new Map<Requester, Map<number, PageRequestGroup[]>>();
    return {
      observe(observation) {
        if (observation.kind !== 'group-closed' || !observation.isAbandoned) return;
        const { group } = observation;
        let ofRequester = found.get(group.requester);
        if (ofRequester === undefined) {
          ofRequester = new Map();
          found.set(group.requester, ofRequester);
        }
        const groups = ofRequester.get(group.prgi);
        if (groups === undefined) ofRequester.set(group.prgi, [group]);
        else groups.push(group);
      },
      finish() {
        for (const ofRequester of found.values()) {
          for (const groups of ofRequester.values()) {
            const [first] = groups;
            if (first === undefined) continue;
            const requests = groups.flatMap((group) => group.requests);
            const pasids = new Set(groups.map((group) => pasidText(group.pasid)));
            const what =
              pasids.size === 1
                ? groupText(first)
                : `PRGI ${first.prgi} of ${[...pasids].join(' and ')} on ${nameOf(first.requester)}`;
            const was = requests.length === 1 ? 'was' : 'were';
            const fate =
              first.state === 'discarded'
                ? 'discarded: no last request came'
                : 'never completed: no last request came. The kernel keeps such requests, and the next group of the function with this PRGI takes them in';
            context.report({
              certainty: 'certain',
              message: `${count(requests.length, 'request')} of ${what} ${was} ${fate}.`,
              requester: first.requester,
              pasid: first.pasid,
              prgi: first.prgi,
              ...(groups.length === 1 ? {} : { count: groups.length }),
              evidence: [
                ...requests.slice(-4).map((event) => ({ event, role: 'request' })),
                ...(first.drainedBy === undefined ? [] : [{ event: first.drainedBy, role: 'epoch' }]),
              ],
              groups,
            });
          }
        }
        found.clear();
      },
    };
  },
};

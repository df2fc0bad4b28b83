import { isLostBetweenLanes } from '../replay/page-request-group.ts';
import type { Rule } from './rule.ts';
import { groupText, lineText, requestEvidence } from './wording.ts';

export const droppedAtUnregister: Rule = {
  id: 'FL305',
  name: 'dropped-at-unregister',
  severity: 'error',
  needs: 'page requests and page responses, and an unregister, unbind, detach or drain of the PASID',
  observes: ['group-closed'],
  docs: {
    finds:
      'A handler went away (unregister, unbind, detach, drain) with a group pending, and nobody answered the group until the capture ends, or the host had not answered it when another handler was registered. Once per instance, instead of FL301.',
    matters:
      'The device waits for an answer that nobody will give any more; the PASID must not be reused before it came.',
    misleads:
      'Automatic answers may follow within milliseconds, at the detach of the last PASID or when the driver is unloaded, and a handler may still answer late: any of these answers the group. A capture that ends before that accuses too early; it is likely only if the capture ends within 1 s and has no header that counts its entries; a trace that was cut accuses nobody.',
    example: 'prq_report … l pasid=0x1 index=0x17, drain of PASID 1, end',
    references: ['semantics 3.1, 5'],
  },
  create: (context) => ({
    observe(observation) {
      if (observation.kind !== 'group-closed') return;
      const { group } = observation;
      if (group.drainedBy === undefined || group.isDrainDoubtful || group.gap !== undefined || !group.isSealed) return;
      if (group.response !== undefined ? !group.isLeftByHost : group.state !== 'dropped' || isLostBetweenLanes(group))
        return;
      const outcome =
        group.response === undefined
          ? `was never answered in this capture${observation.isEndNear === true ? ', which ends soon after' : ''}`
          : `the host did not answer it then: a late answer came on ${lineText(group.response)}`;
      context.report({
        certainty: observation.isEndNear === true ? 'likely' : 'certain',
        message: `${groupText(group)} was pending when its handler went away (${lineText(group.drainedBy)}) and ${outcome}.`,
        shape: group.response === undefined ? 'unanswered' : 'answered late',
        requester: group.requester,
        pasid: group.pasid,
        prgi: group.prgi,
        evidence: [...requestEvidence(group).reverse(), { event: group.drainedBy, role: 'epoch' }],
        groups: [group],
      });
    },
  }),
};

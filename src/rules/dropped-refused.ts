import type { Rule } from './rule.ts';
import { codeText, groupText, lineText } from './wording.ts';

export const droppedRefused: Rule = {
  id: 'FL303',
  name: 'dropped-refused',
  severity: 'error',
  needs: 'what FL201 needs, and the answer that found its group closed',
  observes: ['crossed-response'],
  docs: {
    finds:
      'A consequence of FL201: a correct answer was refused, or found nothing in flight, because a crossed one had closed its group.',
    matters: 'The handler did its work and the device never learns of it.',
    misleads: 'It shares the certainty of its FL201.',
    example: 'step 11 of 6.1: accept <- PS2 G1 P1, refused because step 9 closed the group',
    references: ['semantics 5, 6.1, 6.2'],
  },
  create: (context) => ({
    observe(observation) {
      if (observation.kind !== 'crossed-response') return;
      const { counterpart, accepted, owner, certainty } = observation;
      if (counterpart === undefined || accepted.response === counterpart || owner?.response === counterpart) return;
      context.report({
        certainty,
        consequenceOf: observation,
        message: `${certainty === 'possible' ? 'If they crossed, the' : 'The'} answer ${codeText(counterpart)} on ${lineText(counterpart)} was the right one for ${groupText(accepted)} and found its group closed.`,
        requester: accepted.requester,
        pasid: accepted.pasid,
        prgi: accepted.prgi,
        evidence: [{ event: counterpart, role: 'response' }],
      });
    },
  }),
};

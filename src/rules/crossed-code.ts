import type { Rule } from './rule.ts';
import { codeText, groupText, lineText } from './wording.ts';

export const crossedCode: Rule = {
  id: 'FL202',
  name: 'crossed-code',
  severity: 'error',
  needs: 'what FL201 needs, and both answers of the pair',
  observes: ['crossed-response'],
  docs: {
    finds:
      'A consequence of FL201: the code that reached the device for a group differs from the code that its handler meant.',
    matters: 'The device goes on with a page that is not there, or gives up one that is.',
    misleads: 'It shares the certainty of its FL201. Equal codes do no harm beyond the crossing itself.',
    example: 'answers Invalid and Success for two groups of one key, in the wrong order',
    references: ['semantics 5, 6.1, 6.2'],
  },
  create: (context) => ({
    observe(observation) {
      if (observation.kind !== 'crossed-response') return;
      const { response, counterpart, accepted, certainty } = observation;
      if (counterpart === undefined || counterpart.code === response.code) return;
      context.report({
        certainty,
        consequenceOf: observation,
        message: `${certainty === 'possible' ? 'If they crossed, ' : ''}${groupText(accepted)} ended with ${codeText(response)} (${lineText(response)}) where ${codeText(counterpart)} (${lineText(counterpart)}) was meant.`,
        requester: accepted.requester,
        pasid: accepted.pasid,
        prgi: accepted.prgi,
        evidence: [
          { event: response, role: 'response' },
          { event: counterpart, role: 'meant-response' },
        ],
      });
    },
  }),
};

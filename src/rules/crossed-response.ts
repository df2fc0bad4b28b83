import type { Rule } from './rule.ts';
import { codeText, groupText, lineText, requestEvidence } from './wording.ts';

export const crossedResponse: Rule = {
  id: 'FL201',
  name: 'crossed-response',
  severity: 'error',
  needs:
    'two instances of one key, and an unregister, detach or drain between them or an upper hop that tells whose answer it is',
  observes: ['crossed-response'],
  docs: {
    finds: 'A response that is owed to an earlier group was accepted for a later one with the same key: they crossed.',
    matters:
      'The later group ends with an answer that was not made for it, and its own answer is refused or hits the next group.',
    misleads:
      'One hop alone cannot prove a crossing. It is possible where the handler was replaced between two groups of a key and one answer more than the open groups need is seen, or where both groups were open across the replacement. Where only one answer follows a replacement, the plainest reading is that it is the new group’s own; nothing is reported then.',
    example: 'request, detach, attach, request with the same key, then two answers',
    references: ['semantics 4, 6.1, 6.4a'],
  },
  create: (context) => ({
    observe(observation) {
      if (observation.kind !== 'crossed-response') return;
      const { owner, accepted, response, counterpart } = observation;
      const pair =
        counterpart === undefined
          ? `The answer on ${lineText(response)}`
          : `One of the answers on ${lineText(response)} and ${lineText(counterpart)}`;
      context.report({
        cause: observation,
        certainty: observation.certainty,
        message: `${pair} (${codeText(response)}) belongs to an earlier group of ${groupText(accepted)}, from before its handler was replaced, and may have been accepted for the later one; which one is stale this capture does not tell.`,
        requester: accepted.requester,
        pasid: accepted.pasid,
        prgi: accepted.prgi,
        scope: 'owner',
        sender: { event: response, sinceEpoch: accepted.sinceEpoch },
        evidence: [
          { event: response, role: 'response' },
          ...(counterpart === undefined ? [] : [{ event: counterpart, role: 'other-response' }]),
          ...requestEvidence(owner, 'earlier-request'),
          ...requestEvidence(accepted),
        ],
        groups: [owner, accepted],
      });
    },
  }),
};

import { lastRequestOf } from '../replay/page-request-group.ts';
import type { Rule } from './rule.ts';
import { codeText, groupText, lineText, requestEvidence } from './wording.ts';

export const captureEdge: Rule = {
  id: 'FL902',
  name: 'capture-edge',
  severity: 'note',
  needs: 'page requests or page responses',
  observes: ['edge-response', 'group-closed'],
  docs: {
    finds:
      'What the edges of the capture leave open: responses whose requests may lie before it or in a gap, groups that are open at its end and younger than the timeout, groups in flight at a gap, responses for a requester that sends nothing in the whole capture.',
    matters: 'No accusation: the missing lines could explain it. A longer capture tells more.',
    misleads:
      'A response code too wide for its field spills into the requester id, so that the answer seems to be for a neighbour that sent nothing.',
    example: 'the last line of the capture is a request',
    references: ['semantics 5 "Rules for honesty"'],
  },
  create: (context) => ({
    observe(observation) {
      if (observation.kind === 'edge-response') {
        const { response, requester, cause, neighbour } = observation;
        const group = groupText({ requester, pasid: response.pasid, prgi: response.prgi ?? 0 });
        const why =
          cause === 'head'
            ? 'its request may precede the capture'
            : cause === 'tail'
              ? 'the capture was cut before the next request, which it may answer'
              : cause === 'gap'
                ? 'its request may be among the lost events'
                : `this requester sends nothing in the whole capture${
                    neighbour === undefined
                      ? ''
                      : `, while ${groupText(neighbour)} is unanswered: a response code too wide for its field spills into the requester id`
                  }`;
        context.report({
          certainty: 'certain',
          message: `Response ${codeText(response)} for ${group} on ${lineText(response)} has no visible request: ${why}.`,
          requester,
          pasid: response.pasid,
          prgi: response.prgi,
          evidence: [
            { event: response, role: 'response' },
            ...(neighbour === undefined ? [] : requestEvidence(neighbour, 'neighbour-request')),
          ],
        });
        return;
      }
      if (observation.kind !== 'group-closed' || !observation.isOpenAtEnd) return;
      const { group } = observation;
      const last = lastRequestOf(group);
      if (last === undefined || group.isTimedOut) return;
      const state =
        group.gap !== undefined
          ? `was in flight when events were lost (${lineText(group.gap)})`
          : group.isSealed
            ? 'is unanswered at the end of the capture, younger than the timeout'
            : 'is still collecting at the end of the capture, younger than the timeout';
      context.report({
        certainty: 'certain',
        message: `${groupText(group)} ${state}.`,
        requester: group.requester,
        pasid: group.pasid,
        prgi: group.prgi,
        evidence: requestEvidence(group).reverse(),
        groups: [group],
      });
    },
  }),
};

import { formatDuration } from '../model/time.ts';
import { latencyOf } from '../replay/page-request-group.ts';
import type { Rule } from './rule.ts';
import { answerEvidence, groupText, requestEvidence } from './wording.ts';

export const slowResponse: Rule = {
  id: 'FL501',
  name: 'slow-response',
  severity: 'warning',
  needs: 'page requests and page responses on the same hop, and a clock in seconds',
  observes: ['group-closed'],
  docs: {
    finds: 'The answer to a group came later than --slow (default 100 ms) after its last request.',
    matters: 'The device’s DMA stood still for that long.',
    misleads:
      'The time runs from the trace of the last request to the trace of the answer, on the same hop. Beyond the timeout it is FL301 instead. The host’s own answers at an unbind count too: the device waited for them.',
    example: 'prq_report at 20.276772, page_grp_resp at 20.510008',
    references: ['semantics 3, 5'],
  },
  create: (context) => ({
    observe(observation) {
      if (observation.kind !== 'group-closed') return;
      const { group } = observation;
      const latency = latencyOf(group);
      if (latency === undefined || latency <= context.limits.slowNs || group.isTimedOut) return;
      if (group.state !== 'answered' && group.state !== 'auto-answered') return;
      context.report({
        certainty: 'certain',
        message: `Slow answer to ${groupText(group)}: ${formatDuration(latency)} after its last request (limit ${formatDuration(context.limits.slowNs)}).`,
        requester: group.requester,
        pasid: group.pasid,
        prgi: group.prgi,
        answeredBy: group.answeredBy,
        evidence: [...answerEvidence(group, 'response'), ...requestEvidence(group).slice(-1)],
        groups: [group],
      });
    },
  }),
};

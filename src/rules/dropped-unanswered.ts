import { formatDuration } from '../model/time.ts';
import { isLostBetweenLanes, latencyOf } from '../replay/page-request-group.ts';
import type { Rule } from './rule.ts';
import { answerEvidence, groupText, requestEvidence } from './wording.ts';

export const droppedUnanswered: Rule = {
  id: 'FL301',
  name: 'dropped-unanswered',
  severity: 'error',
  needs: 'page requests and page responses on the same hop, and a clock in seconds',
  observes: ['group-closed'],
  docs: {
    finds:
      'A sealed group on which an answer is due got none within the timeout (--timeout, default 10 s), or none by a point of the capture that lies at least that much later.',
    matters: 'The device waits: its DMA hangs, its request credits run out, a reset follows.',
    misleads:
      'There is no timeout in the kernel; the limit is faultlog’s. Groups in flight across a capture gap are unknown, groups younger than the limit at the end of the capture are FL902, groups that were pending when their handler went away are FL305.',
    example: 'prq_report … l pasid=0x1 index=0xc, and no page_grp_resp for 10 s',
    references: ['semantics 5', 'log-formats D.5'],
  },
  create: (context) => ({
    observe(observation) {
      if (observation.kind !== 'group-closed') return;
      const { group } = observation;
      if (!group.isTimedOut || group.gap !== undefined || isLostBetweenLanes(group)) return;
      if (group.response === undefined && group.drainedBy !== undefined && !group.isDrainDoubtful) return;
      const latency = latencyOf(group);
      const limit = formatDuration(context.limits.timeoutNs);
      const outcome =
        latency === undefined ? 'none until the capture ends' : `the answer came after ${formatDuration(latency)}`;
      context.report({
        certainty: 'certain',
        message: `No answer to ${groupText(group)} within the timeout of ${limit}: ${outcome}.`,
        requester: group.requester,
        pasid: group.pasid,
        prgi: group.prgi,
        answeredBy: group.answeredBy,
        evidence: [...requestEvidence(group).reverse(), ...answerEvidence(group, 'response')],
        groups: [group],
      });
    },
  }),
};

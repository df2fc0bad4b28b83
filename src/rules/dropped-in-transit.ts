import type { TraceEvent } from '../model/event.ts';
import { NS_PER_SECOND } from '../model/time.ts';
import type { Requester } from '../replay/requester.ts';
import type { Rule } from './rule.ts';
import { codeText, groupText, lineText, requestEvidence } from './wording.ts';

export const droppedInTransit: Rule = {
  id: 'FL302',
  name: 'dropped-in-transit',
  severity: 'error',
  needs:
    'two hops of the same messages in the capture, or an invalidation queue error that names a page group response',
  observes: ['unforwarded-response', 'undelivered-request', 'event'],
  docs: {
    finds:
      'A response seen on an upper hop never shows on the hop below while its group waits for it, or the IOMMU rejected the response descriptor.',
    matters: 'The handler believes that it answered; the device waits for ever.',
    misleads:
      'Kernels before 6.12.y suppress a second answer to a group on purpose: if the group gets an answer of its own later, the lost one was a duplicate (FL102).',
    example: 'group_response: (iopf_group_response+0x4/0xd0) pasid=1 grpid=2 status=0, and no page_grp_resp',
    references: ['semantics 5', 'log-formats B.1.3'],
  },
  create(context) {
    /** The head of the queue is the culprit only after this line (VT-d 6.5.2.10). */
    let queueError: TraceEvent | undefined;
    /** Told at the end: the trace may name the device in full. */
    const rejected: { readonly event: TraceEvent; readonly requester: Requester | undefined }[] = [];
    return {
      observe(observation) {
        if (observation.kind === 'unforwarded-response') {
          const { certainty, response, group } = observation;
          context.report({
            certainty,
            message: `The answer ${codeText(response)} to ${groupText(group)}, submitted on ${lineText(response)}, never reached the device: the capture records that hop and shows no response.`,
            requester: group.requester,
            pasid: group.pasid,
            prgi: group.prgi,
            evidence: [{ event: response, role: 'response' }, ...requestEvidence(group)],
            groups: [group],
          });
          return;
        }
        if (observation.kind === 'undelivered-request') {
          const { group } = observation;
          context.report({
            certainty: 'likely',
            message: `The request ${groupText(group)} never reached its handler: that lane is recorded and shows nothing of it; it was never answered.`,
            requester: group.requester,
            pasid: group.pasid,
            prgi: group.prgi,
            evidence: requestEvidence(group),
            groups: [group],
          });
          return;
        }
        if (observation.kind !== 'event' || observation.event.kind !== 'iommu-error') return;
        const { event } = observation;
        if (event.reason === 'invalidation-queue-error') queueError = event;
        if (event.reason !== 'page-group-response-at-queue-head' || !isNear(queueError, event)) return;
        if (rejected.length < MAX_REJECTED) rejected.push({ event, requester: observation.requester });
      },
      finish() {
        for (const { event, requester } of rejected.splice(0)) {
          const answer =
            requester === undefined
              ? 'a page group response'
              : `the response ${codeText(event)} for ${groupText({ requester, pasid: event.pasid, prgi: event.prgi ?? 0 })}`;
          context.report({
            certainty: 'certain',
            message: `The IOMMU stopped at ${answer} (${lineText(event)}): it rejected that descriptor, and the response never left.`,
            requester,
            pasid: event.pasid,
            prgi: event.prgi,
            scope: 'iommu',
            evidence: [{ event, role: 'error' }],
          });
        }
      },
    };
  },
};

/** The kernel stops at each, so that there are few. */
const MAX_REJECTED = 1000;

function isNear(earlier: TraceEvent | undefined, event: TraceEvent): boolean {
  if (earlier === undefined) return false;
  return earlier.time === undefined || event.time === undefined || event.time - earlier.time <= NS_PER_SECOND;
}

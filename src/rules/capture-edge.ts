import { assertUnreachable } from '../base/assert.ts';
import { isBoot } from '../model/event.ts';
import type { AnalysisLimits } from '../model/limits.ts';
import { formatDuration } from '../model/time.ts';
import type { EdgeResponse } from '../replay/observation.ts';
import type { PageRequestGroup } from '../replay/page-request-group.ts';
import type { FindingDraft, Rule } from './rule.ts';
import { codeText, count, groupText, lineText, requestEvidence } from './wording.ts';

export const captureEdge: Rule = {
  id: 'FL902',
  name: 'capture-edge',
  severity: 'note',
  needs: 'page requests or page responses',
  observes: ['edge-response', 'group-closed'],
  docs: {
    finds:
      'What the edges of the capture leave open: responses whose requests may lie before it or in a gap, groups that are open at its end and younger than the timeout, groups in flight at a gap, responses for a requester that sends nothing in the whole capture; how many groups cannot be judged because the capture records no answers (16 sealed groups and not one), or because too many were open at once.',
    matters: 'No accusation: the missing lines could explain it. A longer capture tells more.',
    misleads:
      'A response code too wide for its field spills into the requester id, so that the answer seems to be for a neighbour that sent nothing.',
    example: 'the last line of the capture is a request',
    references: ['semantics 5 "Rules for honesty"'],
  },
  create(context) {
    const unjudged = new Map<'no-answers' | 'too-many', { readonly first: PageRequestGroup; count: number }>();
    return {
      observe(observation) {
        if (observation.kind === 'edge-response') {
          context.report(responseDraft(observation));
          return;
        }
        if (observation.kind !== 'group-closed' || !observation.isOpenAtEnd) return;
        const { group } = observation;
        if (observation.unjudged !== undefined) {
          const known = unjudged.get(observation.unjudged);
          if (known === undefined) unjudged.set(observation.unjudged, { first: group, count: 1 });
          else known.count += 1;
          context.name(group);
          return;
        }
        if (group.requests.length === 0 || group.isTimedOut) return;
        context.report({
          certainty: 'certain',
          message: `${groupText(group)} ${stateText(group, context.limits)}.`,
          requester: group.requester,
          pasid: group.pasid,
          prgi: group.prgi,
          evidence: requestEvidence(group).reverse(),
          groups: [group],
        });
      },
      finish() {
        for (const [reason, { first, count: groups }] of unjudged) {
          const why =
            reason === 'no-answers'
              ? 'the capture shows no page response at all; record them too (qi_submit, a page_response kprobe) to have answers judged'
              : 'more groups were open at once than faultlog follows, so the oldest were let go before the timeout';
          context.report({
            certainty: 'certain',
            message: `It is not known how ${count(groups, 'page request group')} ended: ${why}.`,
            scope: 'capture',
            count: groups,
            evidence: requestEvidence(first).reverse(),
          });
        }
        unjudged.clear();
      },
    };
  },
};

function responseDraft({ response, requester, cause, neighbour }: EdgeResponse): FindingDraft {
  const group = groupText({ requester, pasid: response.pasid, prgi: response.prgi ?? 0 });
  return {
    certainty: 'certain',
    message: `Response ${codeText(response)} for ${group} on ${lineText(response)} has no visible request: ${causeText(cause, neighbour)}.`,
    requester,
    pasid: response.pasid,
    prgi: response.prgi,
    evidence: [
      { event: response, role: 'response' },
      ...(neighbour === undefined ? [] : requestEvidence(neighbour, 'neighbour-request')),
    ],
  };
}

function causeText(cause: EdgeResponse['cause'], neighbour: PageRequestGroup | undefined): string {
  switch (cause) {
    case 'head':
      return 'its request may precede the capture';
    case 'tail':
      return 'the capture was cut before the next request, which it may answer';
    case 'gap':
      return 'its request may be among the lost events';
    case 'silent-requester': {
      const silence = 'this requester sends nothing in the whole capture';
      if (neighbour === undefined) return silence;
      return `${silence}, while ${groupText(neighbour)} is unanswered: a response code too wide for its field spills into the requester id`;
    }
    default:
      return assertUnreachable(cause);
  }
}

function stateText(group: PageRequestGroup, { timeoutNs }: AnalysisLimits): string {
  if (group.gap !== undefined && isBoot(group.gap)) {
    return `was in flight when the machine booted again (${lineText(group.gap)})`;
  }
  if (group.gap !== undefined) return `was in flight when events were lost (${lineText(group.gap)})`;
  if (group.isSealed && group.sealedAt === undefined) {
    return 'is unanswered at the end of the capture; without a clock in seconds no timeout is judged';
  }
  const age = `younger than the timeout of ${formatDuration(timeoutNs)}`;
  if (group.isSealed) return `is unanswered at the end of the capture, ${age}`;
  return `is still collecting at the end of the capture, ${age}`;
}

import type { TraceEvent } from '../model/event.ts';
import type { CrossedResponse } from '../replay/observation.ts';
import { lastRequestOf, type PageRequestGroup } from '../replay/page-request-group.ts';
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
      const { owner, accepted, response, counterpart, upper } = observation;
      const isProven = upper !== undefined && observation.certainty !== 'possible';
      context.report({
        cause: observation,
        certainty: observation.certainty,
        message: isProven ? proof(observation, upper) : suspicion(observation),
        requester: accepted.requester,
        pasid: accepted.pasid,
        prgi: accepted.prgi,
        scope: isOneOwner(owner, accepted) ? 'owner' : 'function',
        answeredBy: isProven ? 'handler' : accepted.answeredBy,
        sender: { event: isProven ? upper : response, sinceEpoch: accepted.sinceEpoch },
        evidence: [
          { event: response, role: 'response' },
          ...(upper === undefined ? [] : [{ event: upper, role: 'handler-response' }]),
          ...(counterpart === undefined ? [] : [{ event: counterpart, role: 'other-response' }]),
          ...(owner === undefined ? [] : requestEvidence(owner, 'earlier-request')),
          ...requestEvidence(accepted),
        ],
        groups: owner === undefined ? [accepted] : [owner, accepted],
      });
    },
  }),
};

/** Two answers, two groups, and no order between them: in one capture alone, or where the handler's lane is not complete. */
function suspicion({ accepted, response, counterpart, upper }: CrossedResponse): string {
  const answers = [response, ...(counterpart === undefined ? [] : [counterpart])].sort(byPlace);
  const places = answers.map((answer) => `${lineText(answer)} (${codeText(answer)})`).join(' and ');
  const pair = counterpart === undefined ? `The answer on ${places}` : `One of the answers on ${places}`;
  if (upper !== undefined)
    return `${pair} was given (${lineText(upper)} of the handler's lane) for an earlier group of ${groupText(accepted)}, which was already answered, and may have been accepted for the later one; an answer is missing in the handler's lane, and the clocks do not tell which.`;
  return `${pair} belongs to an earlier group of ${groupText(accepted)}, from before its handler was replaced, and may have been accepted for the later one; this capture does not tell. One of the handler's lane (guest, vmm or driver) would.`;
}

/** The handler's lane shows whose answer it is. */
function proof({ owner, accepted, response }: CrossedResponse, upper: TraceEvent): string {
  return `The answer ${codeText(response)} on ${lineText(response)} was given (${lineText(upper)} of the handler's lane) for an earlier group of ${groupText(accepted)}, ${historyOf(owner)}, and was accepted for the later one.`;
}

function historyOf(owner: PageRequestGroup | undefined): string {
  if (owner === undefined)
    return 'whose request lies before the capture: it left before the later group had reached the handler';
  const { response } = owner;
  return response === undefined
    ? 'never answered before'
    : `already answered ${codeText(response)} on ${lineText(response)}`;
}

function byPlace(a: TraceEvent, b: TraceEvent): number {
  return a.source.input - b.source.input || a.source.line - b.source.line;
}

/** Lanes of several guests name the owners of their groups. */
function isOneOwner(owner: PageRequestGroup | undefined, accepted: PageRequestGroup): boolean {
  return owner === undefined || lastRequestOf(owner)?.laneName === lastRequestOf(accepted)?.laneName;
}

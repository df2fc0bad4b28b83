import { plural } from '../base/text.ts';
import type { TraceEvent } from '../model/event.ts';
import type { AnalysisLimits } from '../model/limits.ts';
import { formatDuration } from '../model/time.ts';
import type { StrayResponse } from '../replay/observation.ts';
import { lastRequestOf, type PageRequestGroup } from '../replay/page-request-group.ts';
import type { Requester } from '../replay/requester.ts';
import type { EvidenceDraft, FindingDraft } from './rule.ts';

/** `0000:01:00.0`, or words where the log names no device. */
export function nameOf(requester: Requester): string {
  return requester.name === '' ? 'the device (not named in this log)' : requester.name;
}

export function pasidText(pasid: number | undefined): string {
  return pasid === undefined ? 'no PASID' : `PASID ${pasid}`;
}

/** `PRGI 3 of PASID 1 on 0000:01:00.0`. */
export function groupText(group: {
  readonly requester: Requester;
  readonly pasid: number | undefined;
  readonly prgi: number;
}): string {
  return `PRGI ${group.prgi} of ${pasidText(group.pasid)} on ${nameOf(group.requester)}`;
}

/** `failure (2)`: Linux writes its own FAILURE into the field (log-formats D.1). */
export function codeText(response: TraceEvent): string {
  const raw = response.rawCode === undefined ? '' : ` (${response.rawCode})`;
  switch (response.code) {
    case 'success':
      return `success${raw}`;
    case 'invalid-request':
      return `invalid request${raw}`;
    case 'response-failure':
      return `failure${raw}`;
    case 'abort':
      return `abort${raw}`;
    case 'reserved':
      return `reserved code${raw}`;
    default:
      return 'unknown code';
  }
}

/** `line 12`; of all inputs but the first it says which. */
export function lineText({ source: { input, line } }: TraceEvent): string {
  return input === 0 ? `line ${line}` : `line ${line} of input ${input + 1}`;
}

/** Requests of a group as evidence: the last one, and the others if they are few. */
export function requestEvidence(group: PageRequestGroup, role = 'request'): EvidenceDraft[] {
  const last = lastRequestOf(group);
  const few = group.requests.slice(Math.max(0, group.requests.length - 4));
  return few.map((event) => ({ event, role: event === last && group.isSealed ? `last-${role}` : role }));
}

export function answerEvidence(group: PageRequestGroup, role: string): EvidenceDraft[] {
  return group.response === undefined ? [] : [{ event: group.response, role }];
}

/** What happened to the key, in one clause, which is about its last group unless that is called otherwise. */
export function historyText(last: PageRequestGroup | undefined, name = 'its last group'): string {
  if (last === undefined) return 'no request with this key was ever seen';
  const response = last.response;
  if (response === undefined) return `${name} was ${last.state}`;
  const by = last.answeredBy === 'host' ? ' by the host itself' : '';
  return `${name} was answered ${codeText(response)}${by} on ${lineText(response)}`;
}

export function sinceEpochText(sinceEpoch: number | undefined): string {
  return sinceEpoch === undefined ? '' : `, ${formatDuration(sinceEpoch)} after the PASID was unbound or drained`;
}

const BROKEN_RULE = 'breaks the PCIe rule that no response may name a PRGI that is not in flight';

/** What a stray response does to the device (semantics §5). */
function harmText({ isOnWire, response }: StrayResponse): string {
  if (!isOnWire) return 'The host did not pass it on, so it did no harm';
  if (response.verdict === 'unknown') {
    return `The drawing leaves open what the host did with it: sent on to the device it ${BROKEN_RULE}; refused it did no harm`;
  }
  const way = response.dialect === 'ladder' ? 'The host accepted it and so sent it' : 'It was sent';
  return `${way} to the device, which ${BROKEN_RULE}`;
}

/** Likely, because what could explain it lies further back than the timeout. */
function limitText({ certainty, isOnWire }: StrayResponse, { timeoutNs }: AnalysisLimits): string {
  if (certainty !== 'likely' || !isOnWire) return '';
  return `; a request from before the capture, or among lost events, would have been answered within the timeout of ${formatDuration(timeoutNs)}`;
}

/** Everything of a stray response's finding that the six rules share. */
export function strayDraft(
  stray: StrayResponse,
  limits: AnalysisLimits,
  message: string,
  more: readonly EvidenceDraft[],
): FindingDraft {
  const { response, requester } = stray;
  return {
    ...(stray.isOnWire ? {} : { severity: 'warning' as const }),
    certainty: stray.certainty,
    ...(stray.displacedBy === undefined ? {} : { consequenceOf: stray.displacedBy }),
    message: `${message}${limitText(stray, limits)}. ${harmText(stray)}.`,
    // How sure it is, and what the key had been through, depends on the recording.
    shape: stray.isOnWire ? 'sent' : 'suppressed',
    requester,
    pasid: response.pasid,
    prgi: response.prgi,
    sender: { event: stray.upper ?? response, sinceEpoch: stray.sinceEpoch },
    groups: [stray.last, stray.verdict === 'wrong-pasid' ? stray.other : undefined].filter(
      (group) => group !== undefined,
    ),
    evidence: [
      { event: response, role: 'response' },
      ...(stray.upper === undefined ? [] : [{ event: stray.upper, role: 'handler-response' }]),
      ...more,
    ],
  };
}

export function count(number: number, noun: string): string {
  return plural(number, noun);
}

import type { InstanceFacts } from '../filter/facts.ts';
import type { FilterWords } from '../filter/filter.ts';
import { verdictsOf } from '../filter/verdicts.ts';
import type { Finding } from '../model/finding.ts';
import type { CaptureInput } from '../store/capture.ts';

/** What a filter can ask of a finding: what it could ask of the instance that it is about. */
export function factsOfFinding(
  finding: Finding,
  names: readonly string[],
  inputs: readonly CaptureInput[],
  words: FilterWords,
): InstanceFacts {
  const { id, device, pasid, prgi, owner, time, answeredBy, evidence } = finding;
  const [first] = evidence;
  const input = first === undefined ? undefined : inputs[first.input];
  const [whole, fraction = ''] = (time ?? '').split('.');
  const ids = [id, ...(finding.consequences ?? []).map((consequence) => consequence.id)];
  return {
    inputName: names[first?.input ?? 0] ?? '',
    line: first?.line,
    seconds: time === undefined ? undefined : Number(whole),
    nanos: Number(fraction.padEnd(9, '0').slice(0, 9)),
    lane: input === undefined ? '' : input.laneName === undefined ? input.lane : `${input.lane}:${input.laneName}`,
    device,
    pasid,
    prgi: prgi ?? Number.NaN,
    ordinal: Number.NaN,
    state: '',
    code: undefined,
    rawCode: undefined,
    requests: Number.NaN,
    answeredBy,
    latencyNs: undefined,
    owner,
    findings: ids,
    verdicts: verdictsOf(undefined, ids, words),
  };
}

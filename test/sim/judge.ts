import { Readable } from 'node:stream';
import { registry } from '../../parsers/registry.ts';
import { analyse } from '../../src/analysis/analyse.ts';
import type { InputSpec } from '../../src/intake/input.ts';
import type { Finding } from '../../src/model/finding.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import type { LogLine } from './log-line.ts';
import type { RecordedLane, Scenario } from './scenario.ts';
import type { Truth } from './truth.ts';

/** Findings that say that somebody did something wrong, or that the kernel refused something. */
const JUDGED = /^FL(10[1-57]|20[1-6]|30[1-6])$/;

/** Clocks are not known better than this where few messages relate them. */
const MARGIN_US = 2_000_000;

export interface Verdict {
  readonly scenario: Scenario;
  readonly findings: readonly Finding[];
  /** Findings with what they are about; no truth: a false accusation. */
  readonly judged: readonly { readonly finding: Finding; readonly truth: Truth | undefined }[];
  /** What the recorded lanes prove and nobody found. */
  readonly missed: readonly Truth[];
  /** What had to be found. */
  readonly due: readonly Truth[];
}

export async function judge(scenario: Scenario, lanes: readonly RecordedLane[]): Promise<Verdict> {
  const result = await analyse(lanes.map(inputOf), registry, { limits: DEFAULT_LIMITS, owners: scenario.owners });
  const all = result.findings.flatMap((finding) => [finding, ...(finding.consequences ?? [])]);
  const findings = all.filter((finding) => JUDGED.test(finding.id));
  const judged = findings.map((finding) => ({
    finding,
    truth: scenario.truths.find((truth) => isAbout(finding, truth, lanes)),
  }));
  const due = scenario.truths.filter((truth) => isDue(truth, scenario, lanes));
  const missed = due.filter(
    (truth) => !findings.some((finding) => isClaim(finding, truth) && isAbout(finding, truth, lanes)),
  );
  return { scenario, findings, judged, missed, due };
}

function isClaim({ certainty }: Finding, { isCertain = false }: Truth): boolean {
  return isCertain ? certainty === 'certain' : certainty !== 'possible';
}

function inputOf({ path, lane, laneName, text }: RecordedLane): InputSpec {
  const bytes = Buffer.from(text, 'utf8');
  return {
    path,
    lane,
    ...(laneName === undefined ? {} : { laneName }),
    sizeBytes: bytes.length,
    open: () => Readable.from([bytes]),
  };
}

function isAbout(finding: Finding, truth: Truth, lanes: readonly RecordedLane[]): boolean {
  if (finding.id !== truth.id && !truth.alsoKnownAs.includes(finding.id)) return false;
  if (truth.isFolded) {
    if (finding.id === 'FL103' && finding.certainty === 'possible') return true;
    if (finding.device !== truth.device || (finding.prgi !== undefined && finding.prgi !== truth.prgi)) return false;
    return finding.count !== undefined || finding.pasid === truth.pasid || restsOn(finding, truth.lines, lanes);
  }
  return restsOn(finding, truth.lines, lanes);
}

function restsOn(finding: Finding, lines: readonly LogLine[], lanes: readonly RecordedLane[]): boolean {
  return finding.evidence.some(({ input, line }) => {
    const at = lanes[input]?.lineAt.get(line);
    return at !== undefined && lines.includes(at);
  });
}

/** True if the recorded lanes prove it: nothing of the host's trace is missing, and the lanes that it takes are there. */
function isDue(truth: Truth, scenario: Scenario, lanes: readonly RecordedLane[]): boolean {
  const { damage } = scenario;
  if (damage.head > 0 || damage.tail > 0 || damage.losses.length > 0) return false;
  switch (truth.proof) {
    case 'wire':
      return true;
    case 'probes':
      return scenario.hasProbes;
    case 'guest':
      return lanes.some(
        (lane) => lane.lane === 'guest' && lane.laneName === truth.guest && isCovered(truth, [...lane.numberOf.keys()]),
      );
    case 'nothing':
      return false;
  }
}

/** The lane was recorded well before and after. */
function isCovered({ lines, crossing }: Truth, recorded: readonly LogLine[]): boolean {
  // Both ends of a crossing are in the guest's own lane: its clock does not matter.
  if (crossing?.accepted.inGuest !== undefined) return true;
  const times = recorded.map(({ at }) => at);
  return lines.every(({ at }) => Math.min(...times) < at - MARGIN_US && Math.max(...times) > at + MARGIN_US);
}

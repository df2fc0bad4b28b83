import type { Finding } from '../../../src/model/finding.ts';
import { analyseTexts } from '../../truth/analyse-text.ts';
import { compareFindings } from '../../truth/compare-findings.ts';
import { compareGroups } from '../../truth/compare-groups.ts';
import { compareNotes } from '../../truth/compare-notes.ts';
import type { ExpectedFinding } from '../../truth/expected.ts';
import { predict, sharingPasids } from '../../truth/predict.ts';
import { predictNotes } from '../../truth/predict-notes.ts';
import { readTruth } from '../../truth/read-truth.ts';
import { type Story, simulate } from '../../truth/simulate.ts';
import { readVisible, type Visible } from '../../truth/visible.ts';
import { type LogLine, NO_DAMAGE, type RenderedLane, renderTrace } from '../log-line.ts';
import type { LabRun } from './script.ts';

const STILL = { offsetUs: 0, driftPpm: 0 };
const TIMEOUT_NS = 10e9;

export interface LabCapture extends RenderedLane {
  readonly lines: readonly LogLine[];
}

export function recordLab({ lab }: LabRun, hasProbes: boolean): LabCapture {
  const lines = lab.trace.lines.filter((line) => hasProbes || !line.isProbe);
  return { ...renderTrace(lines, STILL, NO_DAMAGE), lines };
}

/** What is wrong with the verdict on a capture of the run: against the devices' own logs, and against the second reading. */
export async function differencesOf(run: LabRun, hasProbes: boolean): Promise<readonly string[]> {
  const capture = recordLab(run, hasProbes);
  if (isAmbiguous(run, capture)) return [];
  const { findings, groups } = await analyseTexts([capture.text]);
  const truth = readTruth(run.lab.devices.map((device) => device.truth()).join(''));
  const visibility = {
    refusesWithoutPasid: run.setup.kernel !== '7.2',
    hidesRefusedReports: run.setup.kernel === '6.1',
    headLost: false,
  };
  const visible = readVisible(capture.text);
  const story = simulate(visible);
  const expected = expectedOf(story, visible, TIMEOUT_NS);
  return [
    ...compareGroups(truth, groups, visibility).map((text) => `groups: ${text}`),
    ...unexpectedAnswers(run, capture, findings).map((text) => `device: ${text}`),
    ...compareFindings(expected, findings.filter(isListed)).map((text) => `reading: ${text}`),
    ...compareSharing(story, findings).map((text) => `reading: ${text}`),
    ...compareNotes(predictNotes(story, TIMEOUT_NS), findings, false).map((text) => `notes: ${text}`),
  ];
}

export function expectedOf(story: Story, visible: Visible, timeoutNs: number): readonly ExpectedFinding[] {
  const entries = predict(story, visible, timeoutNs).filter(isListed);
  return entries.map(orLate).map(orLost(story)).map(orOfAnother(story));
}

/**
 * A submitted answer names no device (semantics §1): where there are several, it is of any of them, and may be what that one's open
 * group waits for.
 */
function orOfAnother(story: Story): (entry: ExpectedFinding) => ExpectedFinding {
  const suppressed = story.spurious.filter((found) => !found.reachedTheDevice);
  const devices = new Set(story.groups.map(({ device }) => device)).size;
  return (entry) => {
    const { device: _, ...rest } = entry;
    const own = suppressed.some(({ response }) => entry.lines?.includes(response.line) === true);
    if (!own || devices < 2) return entry;
    return {
      ...rest,
      id: ['FL101', 'FL102', 'FL103', 'FL104', 'FL302'],
      severity: ['warning', 'error'],
      certainty: ['certain', 'likely', 'possible'],
    };
  };
}

/** Sharing is folded by the pair of PASIDs, and of suspicions any number may be told. */
export function isListed({
  id,
  certainty,
}: {
  readonly id: string | readonly string[];
  readonly certainty: string | readonly string[];
}): boolean {
  return id !== 'FL204' && !(id === 'FL201' && [certainty].flat().every((each) => each === 'possible'));
}

/** Whether the host or the handler closed a group before, the wire alone need not tell. */
function orLate(entry: ExpectedFinding): ExpectedFinding {
  // A submission names no device: with two that it may be of, it is not certain.
  const certainty = entry.severity === 'warning' ? [...entry.certainty, 'likely' as const] : entry.certainty;
  const isEither = entry.id === 'FL102' || entry.id === 'FL103';
  return { ...entry, certainty, ...(isEither ? { id: ['FL102', 'FL103'] } : {}) };
}

/**
 * An answer that was submitted while a group of its key was pending, and went no further, was that group's (FL302) or a second
 * one of an earlier group; the group then counts as lost in transit, or as dropped.
 */
function orLost(story: Story): (entry: ExpectedFinding) => ExpectedFinding {
  const suppressed = story.spurious.filter((found) => !found.reachedTheDevice && found.keyIsPending);
  return (entry) => {
    const own = suppressed.filter(
      ({ response }) => response.pasid === entry.pasid && (entry.prgi === undefined || response.prgi === entry.prgi),
    );
    if (own.length === 0) return entry;
    if (entry.id === 'FL305' || entry.id === 'FL301')
      return { ...entry, count: 0, max: entry.max ?? Math.max(1, entry.count) };
    if (!own.some(({ response }) => (entry.lines ?? []).includes(response.line))) return entry;
    return { ...entry, id: ['FL102', 'FL103', 'FL302'], severity: ['warning', 'error'] };
  };
}

/** A group that meets several PASIDs names one of them. */
function compareSharing(story: Story, findings: readonly Finding[]): string[] {
  const expected = story.groups.map((group) => sharingPasids(group).map((pasid) => pairOf(group, pasid)));
  const found = new Set(
    findings
      .filter(({ id }) => id === 'FL204')
      .map(({ device, prgi, message }) => {
        const words = / under (?:PASID (\d+)|no PASID) and (?:PASID (\d+)|no PASID) /.exec(message);
        const [, one = '0', other = '0'] = words ?? [];
        return pairOf({ device: device ?? '', pasid: Number(one), prgi: prgi ?? 0 }, Number(other));
      }),
  );
  const missed = expected.filter((pairs) => pairs.length > 0 && !pairs.some((pair) => found.has(pair)));
  return [
    ...missed.map((pairs) => `too few: FL204 ${pairs.join(' or ')}`),
    ...[...found].filter((pair) => !expected.flat().includes(pair)).map((pair) => `too many: FL204 ${pair}`),
  ];
}

function pairOf(
  group: { readonly device: string; readonly pasid: number; readonly prgi: number },
  other: number,
): string {
  const pasids = [group.pasid, other].sort((a, b) => a - b);
  return `${group.device} PRGI ${group.prgi} PASIDs ${pasids.join(' and ')}`;
}

/**
 * Without the kprobe that gives a request's true time, an answer that nothing wanted, or that an untraced request got, is taken for
 * the one of the request that is reported next, if it has the same key (semantics §3.1). A device cannot tell an answer too many
 * from that to a request which still waits in the queue. And of a capture without any answer nothing is judged.
 */
export function isAmbiguous({ lab }: LabRun, { lines }: LabCapture): boolean {
  const reports = lines.filter(({ event }) => event === 'prq_report').sort((a, b) => a.at - b.at);
  const answers = lines.filter(({ text }) => text.startsWith('page_grp_resp'));
  if (answers.length === 0 || lab.devices.some(({ premature }) => premature.length > 0)) return true;
  if (lines.some(({ isProbe, event }) => isProbe && event === 'report_fault')) return false;
  return [...lab.untraced, ...lab.devices.flatMap((device) => device.unexpected)].some((answer) => {
    const next = reports.find(({ at }) => at >= answer.at);
    const [low = '0', high = '0'] = answer.text.split(' ').slice(2);
    const pasid = (BigInt(low) >> 32n) & 0xfffffn;
    const prgi = BigInt(high) >> 3n;
    return next?.text.includes(` pasid=0x${pasid.toString(16)} index=0x${prgi.toString(16)}`) === true;
  });
}

/** Every answer that the device did not expect is spoken of, and no other is called spurious for certain. */
function unexpectedAnswers({ lab }: LabRun, { numberOf, lineAt }: LabCapture, findings: readonly Finding[]): string[] {
  const unexpected = lab.devices.flatMap((device) => device.unexpected);
  const all = findings.flatMap((finding) => [finding, ...(finding.consequences ?? [])]);
  const differences: string[] = [];
  for (const line of unexpected) {
    const number = numberOf.get(line);
    const speaks = all.some(
      ({ id, evidence }) => /^FL(10[1-57]|902)$/.test(id) && evidence.some((each) => each.line === number),
    );
    if (!speaks) differences.push(`nobody speaks of the answer on line ${number}, which the device did not expect`);
  }
  for (const { id, severity, certainty, evidence, message } of all) {
    if (!/^FL10[1-5]$/.test(id) || severity !== 'error' || certainty === 'possible') continue;
    const line = lineAt.get(evidence.find(({ role }) => role === 'response')?.line ?? 0);
    if (line !== undefined && !unexpected.includes(line))
      differences.push(`${id} about an expected answer: ${message}`);
  }
  return differences;
}

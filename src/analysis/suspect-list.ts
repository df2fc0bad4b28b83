import type { CaptureGap, Observation } from '../replay/observation.ts';
import { lastRequestOf } from '../replay/page-request-group.ts';

/** Accusations held back; what comes after goes on at once. */
const MAX_HELD = 20_000;
/** Stretches in which events may be lost, at most; the last one then reaches over all that follow. */
const MAX_STRETCHES = 10_000;

interface Stretch {
  from: number;
  to: number;
  readonly gap: CaptureGap;
}

/**
 * A marker of lost events stands before the next event of its CPU, but what it lost may lie right after the previous
 * one: until then, what other CPUs show can be explained by it (semantics §5, "A gap makes no accusation"). So
 * accusations wait for the end of the capture, and those that lie in such a stretch are withdrawn.
 */
export class SuspectList {
  readonly #held: Observation[] = [];
  readonly #stretches: Stretch[] = [];

  /** Asks whether the capture seems not to record answers: then nothing says that a group was still open. */
  readonly #lacksAnswers: () => boolean;

  constructor(lacksAnswers: () => boolean) {
    this.#lacksAnswers = lacksAnswers;
  }

  addGap(gap: CaptureGap): void {
    const { time } = gap.event;
    if (time === undefined) return;
    const last = this.#stretches.at(-1);
    if (last === undefined || this.#stretches.length < MAX_STRETCHES) {
      this.#stretches.push({ from: gap.since, to: time, gap });
      return;
    }
    last.from = Math.min(last.from, gap.since);
    last.to = Math.max(last.to, time);
  }

  /** True if the observation is an accusation that has to wait. */
  hold(observation: Observation): boolean {
    const isOfOpen = isOfOpenGroups(observation);
    if (!isOfOpen && timeOf(observation) === undefined) return false;
    if (this.#held.length >= MAX_HELD) return isOfOpen && this.#lacksAnswers();
    this.#held.push(observation);
    return true;
  }

  /** Gives what remains, in the order in which it came; what other lanes explain better is `replaced`. */
  release(dispatch: (observation: Observation) => void, replaced: ReadonlySet<Observation>): void {
    const lacksAnswers = this.#lacksAnswers();
    for (const observation of this.#held.splice(0)) {
      if (replaced.has(observation) || (lacksAnswers && isOfOpenGroups(observation))) continue;
      const time = timeOf(observation) ?? Number.NaN;
      const gap = this.#stretches.find(({ from, to }) => time >= from && time <= to)?.gap;
      const left = gap === undefined ? observation : withdrawn(observation, gap);
      if (left !== undefined) dispatch(left);
    }
  }
}

/** Two groups that were open at once: an accusation only where answers are recorded. */
function isOfOpenGroups({ kind }: Observation): boolean {
  return kind === 'reuse-in-flight' || kind === 'shared-in-flight';
}

/** Time of the line that an accusation rests on; undefined for what accuses nobody. */
function timeOf(observation: Observation): number | undefined {
  switch (observation.kind) {
    case 'stray-response':
    case 'crossed-response':
    case 'unforwarded-response':
      return observation.response.time;
    case 'reuse-in-flight':
      return observation.request.time;
    case 'shared-in-flight':
      return lastRequestOf(observation.later)?.time;
    case 'group-closed':
      return observation.group.strangers.length > 0 || observation.group.state === 'dropped'
        ? (lastRequestOf(observation.group)?.time ?? Number.NaN)
        : undefined;
    default:
      return undefined;
  }
}

/** What is left of an accusation that lost events may explain. */
function withdrawn(observation: Observation, gap: CaptureGap): Observation | undefined {
  if (observation.kind === 'stray-response') {
    const { response, requester } = observation;
    return { kind: 'edge-response', response, requester, cause: 'gap', neighbour: undefined };
  }
  if (observation.kind !== 'group-closed') return undefined;
  if (observation.group.state === 'dropped') return observation;
  observation.group.strangers = [];
  observation.group.gap ??= gap.event;
  return observation;
}

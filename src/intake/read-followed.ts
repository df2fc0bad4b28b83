import type { TraceEvent } from '../model/event.ts';
import type { Lane } from '../model/lane.ts';
import type { LineClock } from '../model/parser.ts';
import type { ClockDomain } from './event-stream.ts';
import { FollowedMerge } from './followed-merge.ts';
import { type FollowedStep, FollowedTrack } from './followed-track.ts';
import type { InputReader } from './input-reader.ts';
import { type FragmentJoiner, joinerFor } from './join-fragments.ts';

/** Events of one lane on one clock, as they become known. */
export interface FollowedBatch {
  readonly domain: ClockDomain;
  readonly events: TraceEvent[];
  readonly lane: Lane;
  readonly laneName: string | undefined;
  /** Nothing more came to the lane for a while. */
  readonly isQuiet: boolean;
}

/** Inputs of a lane whose times compare. */
interface Clock {
  readonly domain: ClockDomain;
  readonly kind: LineClock;
  readonly merge: FollowedMerge;
  readonly joiner: FragmentJoiner;
}

interface FollowedLane {
  readonly lane: Lane;
  readonly laneName: string | undefined;
  readonly tracks: FollowedTrack[];
  readonly clocks: Clock[];
  wasQuiet: boolean;
}

/** Reads all inputs while they are written, until all have ended. One that cannot be read ends with its report's error. */
export async function* readFollowed(readers: readonly InputReader[]): AsyncGenerator<FollowedBatch, void, void> {
  const mailbox = new Mailbox();
  const lanes: FollowedLane[] = [];
  const clockOf = new Map<FollowedTrack, Clock>();
  const laneOf = new Map<FollowedTrack, FollowedLane>();
  for (const reader of readers) {
    const track = new FollowedTrack(reader);
    const lane = laneFor(reader, lanes);
    lane.tracks.push(track);
    laneOf.set(track, lane);
  }
  const tracks = [...laneOf.keys()];
  const newJoiner = (): FragmentJoiner => joinerFor(readers.map(({ report }) => report));
  try {
    for (;;) {
      for (const track of tracks) track.readOn((step) => mailbox.put(track, step));
      if (tracks.every(({ isDone }) => isDone)) break;
      const { track, step } = await mailbox.take();
      const lane = laneOf.get(track);
      if (lane === undefined) continue;
      if (step.kind === 'opened') clockOf.set(track, clockFor(track, step.domain, lane, newJoiner));
      else takeStep(track, step, clockOf.get(track));
      yield* batchesOf(lane, clockOf);
    }
    for (const lane of lanes) yield* batchesOf(lane, clockOf);
  } finally {
    for (const track of tracks) track.close();
  }
}

function laneFor({ report: { spec } }: InputReader, lanes: FollowedLane[]): FollowedLane {
  const known = lanes.find(({ lane, laneName }) => lane === spec.lane && laneName === spec.laneName);
  if (known !== undefined) return known;
  const fresh = { lane: spec.lane, laneName: spec.laneName, tracks: [], clocks: [], wasQuiet: false };
  lanes.push(fresh);
  return fresh;
}

function clockFor(
  track: FollowedTrack,
  domain: ClockDomain,
  { clocks }: FollowedLane,
  newJoiner: () => FragmentJoiner,
): Clock {
  const kind = track.reader.clock;
  let clock = clocks.find((known) => known.domain === domain && known.kind === kind);
  if (clock === undefined) {
    clock = { domain, kind, merge: new FollowedMerge(), joiner: newJoiner() };
    clocks.push(clock);
  }
  clock.merge.add(track);
  return clock;
}

function takeStep(track: FollowedTrack, step: FollowedStep, clock: Clock | undefined): void {
  if (step.kind === 'end') track.isDone = true;
  else track.isQuiet = step.kind === 'silent' || track.reader.isQuiet;
  if (step.kind === 'run') clock?.merge.take(track, step.run.events);
}

function* batchesOf(lane: FollowedLane, clockOf: ReadonlyMap<FollowedTrack, Clock>): Generator<FollowedBatch> {
  const isYetJoined = lane.tracks.some((track) => !track.isQuiet && !track.isDone && !clockOf.has(track));
  const isQuiet = lane.tracks.every((track) => track.isQuiet || track.isDone);
  for (const { domain, merge, joiner } of lane.clocks) {
    const events = joiner.push(merge.release(isYetJoined));
    if (isQuiet) events.push(...joiner.flush());
    if (events.length === 0 && (!isQuiet || lane.wasQuiet)) continue;
    yield { domain, events, lane: lane.lane, laneName: lane.laneName, isQuiet };
  }
  lane.wasQuiet = isQuiet;
}

/** What the inputs gave, in the order in which it came. */
class Mailbox {
  readonly #items: { readonly track: FollowedTrack; readonly step: FollowedStep }[] = [];
  #wake: (() => void) | undefined;

  put(track: FollowedTrack, step: FollowedStep): void {
    this.#items.push({ track, step });
    this.#wake?.();
  }

  async take(): Promise<{ readonly track: FollowedTrack; readonly step: FollowedStep }> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) return item;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

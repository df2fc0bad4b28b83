import { type TraceEvent, timeOf } from '../model/event.ts';
import { type Nanoseconds, nanoseconds } from '../model/time.ts';
import type { BootCounter } from './boots.ts';
import { EventRun } from './event-run.ts';
import type { InputReport } from './input.ts';
import type { InputReader } from './input-reader.ts';
import type { InputChain } from './rotation.ts';

const BATCH_EVENTS = 2048;

/** The events of one input, or of several that follow each other, that are read but not yet given on. */
interface Lane {
  reader: InputReader;
  batches: AsyncGenerator<EventRun, void, void>;
  readonly following: InputReader[];
  readonly reports: readonly InputReport[];
  /** Of a log. */
  readonly boots: BootCounter | undefined;
  run: EventRun;
  next: number;
  done: boolean;
  /** Whole seconds or ticks that the domain's times are relative to. */
  epoch: number | undefined;
}

/**
 * Merges the inputs of one clock domain by time into batches; events of the same time keep the order of the
 * inputs. Each input's times become relative to the epoch of the earliest one, which is set in all their reports.
 * Holds one batch of each input.
 */
export async function* mergeInputs(
  chains: readonly InputChain[],
  bootsOf: (chain: InputChain) => BootCounter | undefined = () => undefined,
): AsyncGenerator<EventRun, void, void> {
  const lanes: Lane[] = chains.map(([reader, ...following]) => ({
    reader,
    reports: [reader, ...following].map(({ report }) => report),
    boots: bootsOf([reader, ...following]),
    batches: reader.batches(),
    following,
    run: NOTHING,
    next: 0,
    done: false,
    epoch: undefined,
  }));
  try {
    for (const lane of lanes) await fill(lane);
    const epoch = domainEpoch(lanes);
    for (const lane of lanes) align(lane, epoch);
    yield* lanes.length === 1 ? passOn(lanes) : merge(lanes);
  } finally {
    for (const lane of lanes) await lane.batches.return();
  }
}

/** A single input needs no merging. */
async function* passOn(lanes: readonly Lane[]): AsyncGenerator<EventRun, void, void> {
  for (const lane of lanes) {
    let lastTime: number | undefined;
    while (lane.run.length > 0) {
      lastTime = timeUntimedEnd(lane.run, lastTime);
      yield lane.run;
      lane.run = NOTHING;
      await fill(lane);
    }
  }
}

/** Gives the events behind the last one with a time that time, or `before` where none has one. Gives the time. */
function timeUntimedEnd(run: EventRun, before: number | undefined): number | undefined {
  let timed = run.length - 1;
  while (timed >= 0 && run.timeAt(timed) === undefined) timed -= 1;
  const time = run.timeAt(timed) ?? before;
  for (let index = timed + 1; index < run.length; index += 1) {
    const event = run.at(index);
    if (event !== undefined && time !== undefined) event.time = nanoseconds(time);
  }
  return time;
}

const NOTHING = new EventRun([]);

async function* merge(lanes: readonly Lane[]): AsyncGenerator<EventRun, void, void> {
  let batch: TraceEvent[] = [];
  let lastTime: Nanoseconds | undefined;
  for (;;) {
    const lane = earliest(lanes);
    const event = lane?.run.at(lane.next);
    if (lane === undefined || event === undefined) break;
    lane.next += 1;
    if (event.time !== undefined) lastTime = event.time;
    else if (takesNeighbour(event, lane)) event.time = earliestTime(lanes) ?? lastTime;
    batch.push(event);
    if (lane.next === lane.run.length) await fill(lane);
    if (batch.length >= BATCH_EVENTS) {
      yield new EventRun(batch);
      batch = [];
    }
  }
  if (batch.length > 0) yield new EventRun(batch);
}

/** True for a line without a time in an input that has times, and for a marker line. */
function takesNeighbour(event: TraceEvent, lane: Lane): boolean {
  return event.kind === 'capture-gap' || lane.reader.report.scale.unit !== 'none';
}

/** Time of the next event that has one. */
function earliestTime(lanes: readonly Lane[]): Nanoseconds | undefined {
  let earliest: Nanoseconds | undefined;
  for (const { run, next } of lanes) {
    const time = run.at(next)?.time;
    if (time !== undefined && (earliest === undefined || time < earliest)) earliest = time;
  }
  return earliest;
}

/**
 * The lane whose next event is the oldest, the first of several. An event without a time has its turn when the inputs
 * in front of its own have ended: an end piece of a capture may hold nothing but a marker line.
 */
function earliest(lanes: readonly Lane[]): Lane | undefined {
  let best: Lane | undefined;
  let bestTime = 0;
  for (const lane of lanes) {
    const event = lane.run.at(lane.next);
    if (event === undefined) continue;
    if (best !== undefined && event.time === undefined) continue;
    const time = timeOf(event);
    if (best === undefined || time < bestTime) {
      best = lane;
      bestTime = time;
    }
  }
  return best;
}

/** Gets the lane's next batch that has events. */
async function fill(lane: Lane): Promise<void> {
  lane.run = NOTHING;
  lane.next = 0;
  while (!lane.done && lane.run.length === 0) {
    const batch = await lane.batches.next();
    if (batch.done !== true) lane.run = lane.boots?.take(batch.value, lane.reader.report) ?? batch.value;
    else readNext(lane);
  }
  if (lane.epoch !== undefined) align(lane, lane.epoch);
}

function readNext(lane: Lane): void {
  const next = lane.following.shift();
  lane.done = next === undefined;
  if (next === undefined) {
    lane.boots?.finish(lane.reports);
    return;
  }
  next.report.ownSeconds = lane.reader.report.ownSeconds;
  lane.reader = next;
  lane.batches = next.batches();
}

/** Makes the times of the lane's events relative to `epoch`; an input's clock may become known late. */
function align(lane: Lane, epoch: number | undefined): void {
  if (epoch === undefined) return;
  lane.epoch = epoch;
  const shift = lane.reader.alignTo(epoch);
  if (shift !== 0) shiftEvents(lane.run, shift);
}

/** Takes the earliest epoch of the inputs that have a clock by now as the domain's. */
function domainEpoch(lanes: readonly Lane[]): number | undefined {
  const epochs = lanes.map((lane) => lane.reader.report.scale).filter((scale) => scale.unit !== 'none');
  return epochs.length === 0 ? undefined : Math.min(...epochs.map((scale) => scale.epoch));
}

function shiftEvents(run: EventRun, shift: number): void {
  for (const event of run.events) {
    if (event.time !== undefined) event.time = nanoseconds(event.time + shift);
  }
}

import { type TraceEvent, timeOf } from '../model/event.ts';
import { nanoseconds } from '../model/time.ts';
import type { InputReader } from './input-reader.ts';

const BATCH_EVENTS = 2048;

/** The events of one input that are read but not yet given on. */
interface Lane {
  readonly reader: InputReader;
  readonly batches: AsyncGenerator<TraceEvent[], void, void>;
  events: TraceEvent[];
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
export async function* mergeInputs(readers: readonly InputReader[]): AsyncGenerator<TraceEvent[], void, void> {
  const lanes: Lane[] = readers.map((reader) => ({
    reader,
    batches: reader.batches(),
    events: [],
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

async function* passOn(lanes: readonly Lane[]): AsyncGenerator<TraceEvent[], void, void> {
  for (const lane of lanes) {
    while (lane.events.length > 0) {
      yield lane.events;
      lane.events = [];
      await fill(lane);
    }
  }
}

async function* merge(lanes: readonly Lane[]): AsyncGenerator<TraceEvent[], void, void> {
  let batch: TraceEvent[] = [];
  for (;;) {
    const lane = earliest(lanes);
    const event = lane?.events[lane.next];
    if (lane === undefined || event === undefined) break;
    lane.next += 1;
    batch.push(event);
    if (lane.next === lane.events.length) await fill(lane);
    if (batch.length >= BATCH_EVENTS) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** The lane whose next event is the oldest, the first of several. */
function earliest(lanes: readonly Lane[]): Lane | undefined {
  let best: Lane | undefined;
  let bestTime = 0;
  for (const lane of lanes) {
    const event = lane.events[lane.next];
    if (event === undefined) continue;
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
  lane.events = [];
  lane.next = 0;
  while (!lane.done && lane.events.length === 0) {
    const batch = await lane.batches.next();
    if (batch.done === true) lane.done = true;
    else lane.events = batch.value;
  }
  if (lane.epoch !== undefined) align(lane, lane.epoch);
}

/** Makes the times of the lane's events relative to `epoch`; an input's clock may become known late. */
function align(lane: Lane, epoch: number | undefined): void {
  if (epoch === undefined) return;
  lane.epoch = epoch;
  const shift = lane.reader.alignTo(epoch);
  if (shift !== 0) shiftEvents(lane.events, shift);
}

/** Takes the earliest epoch of the inputs that have a clock by now as the domain's. */
function domainEpoch(lanes: readonly Lane[]): number | undefined {
  const epochs = lanes.map((lane) => lane.reader.report.scale).filter((scale) => scale.unit !== 'none');
  return epochs.length === 0 ? undefined : Math.min(...epochs.map((scale) => scale.epoch));
}

function shiftEvents(events: readonly TraceEvent[], shift: number): void {
  for (const event of events) {
    if (event.time !== undefined) event.time = nanoseconds(event.time + shift);
  }
}

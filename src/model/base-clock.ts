import type { TraceEvent } from './event.ts';
import { laneRank } from './ladder.ts';
import type { Lane } from './lane.ts';
import type { ClockOffset } from './result.ts';
import { formatDuration, formatOffset, nanoseconds } from './time.ts';

export interface NamedLane {
  readonly lane: Lane;
  readonly laneName?: string | undefined;
}

/**
 * Puts what is drawn, exported or counted of several lanes on the clock of the lowest one, as far as the analysis relates their
 * clocks (semantics §7). Of the offsets that it leaves the latest is taken: there no answer arrives before it was given, and every request after it was
 * sent, also one that was traced late, for which the earliest makes an allowance.
 */
export class BaseClock {
  readonly #clocks: readonly ClockOffset[];

  constructor(clocks: readonly ClockOffset[]) {
    this.#clocks = clocks;
  }

  /**
   * What is to be added to a time of the lane, in whole nanoseconds; both are relative to the epoch of the capture's clock.
   * Undefined for the lowest lane, whose times they are, and where nothing relates the lane's clock.
   */
  shiftAt(lane: NamedLane, time: number): number | undefined {
    const clock = this.#clockOf(lane);
    if (clock === undefined || (clock.lowNs === undefined && clock.highNs === undefined)) return undefined;
    return Math.round(offsetOf(clock) + ((clock.ratePpm ?? 0) / 1e6) * time);
  }

  /** The event itself where its time stays what it is, else a copy. */
  moved(event: TraceEvent): TraceEvent {
    const shift = event.time === undefined ? undefined : this.shiftAt(event, event.time);
    if (event.time === undefined || shift === undefined || shift === 0) return event;
    return { ...event, time: nanoseconds(event.time + shift) };
  }

  /** What a reader of a drawing has to know of its times, a sentence a lane. `events` are those that are drawn. */
  notes(events: readonly TraceEvent[]): readonly string[] {
    const lanes = new Map<string, NamedLane>();
    for (const { lane, laneName } of events) lanes.set(nameOf({ lane, laneName }), { lane, laneName });
    const [lowest, ...others] = [...lanes.values()].sort((a, b) => laneRank(a.lane) - laneRank(b.lane));
    return others.flatMap((lane) => {
      const clock = this.#clockOf(lane);
      if (clock !== undefined) return clock.source === 'common' ? [] : [movedText(lane, clock)];
      if (lowest === undefined || isOneInput(events, lowest, lane)) return [];
      return [`the clock of ${nameOf(lane)} is not related to the others: in which order its rows stand is not known`];
    });
  }

  #clockOf({ lane, laneName }: NamedLane): ClockOffset | undefined {
    return this.#clocks.find((clock) => clock.lane === lane && clock.laneName === laneName);
  }
}

/** A drawing that was read holds several lanes, with one clock. */
function isOneInput(events: readonly TraceEvent[], one: NamedLane, other: NamedLane): boolean {
  const inputsOf = ({ lane, laneName }: NamedLane): Set<number> =>
    new Set(
      events.flatMap((event) => (event.lane === lane && event.laneName === laneName ? [event.source.input] : [])),
    );
  const inputs = inputsOf(one);
  return [...inputsOf(other)].some((input) => inputs.has(input));
}

function nameOf({ lane, laneName }: NamedLane): string {
  return laneName === undefined ? lane : `${lane}:${laneName}`;
}

function offsetOf({ lowNs, highNs }: ClockOffset): number {
  return highNs ?? lowNs ?? 0;
}

/** `times of guest:vm1 are moved by -50.05 s, which may be up to 102 ms too late`. */
function movedText(lane: NamedLane, clock: ClockOffset): string {
  const { lowNs, highNs } = clock;
  const text = `times of ${nameOf(lane)} are moved by ${formatOffset(offsetOf(clock))}`;
  if (highNs === undefined) return `${text} or more: nothing says how much more`;
  if (lowNs === undefined) return `${text} or less: nothing says how much less`;
  return lowNs === highNs ? text : `${text}, and may be up to ${formatDuration(highNs - lowNs)} earlier`;
}

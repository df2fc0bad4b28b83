import { type TraceEvent, timeOf } from '../model/event.ts';
import { nanoseconds } from '../model/time.ts';
import type { FollowedTrack } from './followed-track.ts';

/** Events that wait for other inputs, at most. */
const MAX_WAITING = 65_536;

/**
 * Brings the events of inputs of one clock into order while they are written. An event is given on when every other input
 * has come to its time, is quiet, or was read on since the event came; behind an old log the inputs wait for each other.
 * An input that comes later than that has its events late.
 */
export class FollowedMerge {
  readonly #tracks: FollowedTrack[] = [];
  /** Whole seconds or ticks that all times are relative to. */
  #epoch: number | undefined;
  /** Counts the batches, of all inputs. */
  #batches = 0;

  add(track: FollowedTrack): void {
    this.#tracks.push(track);
  }

  /** Takes what `track` read, and what it says of itself by now. */
  take(track: FollowedTrack, events: readonly TraceEvent[]): void {
    this.#align(track, events);
    if (events.length > 0) this.#batches += 1;
    else if (track.reader.holdsNothing) track.passed = this.#batches;
    track.push(events, this.#batches);
  }

  /** Makes the times of an input relative to the first one's; its clock may become known late. */
  #align(track: FollowedTrack, events: readonly TraceEvent[]): void {
    const { scale } = track.reader.report;
    if (scale.unit === 'none') return;
    this.#epoch ??= scale.epoch;
    const shift = track.reader.alignTo(this.#epoch);
    if (shift === 0) return;
    for (const event of events) if (event.time !== undefined) event.time = nanoseconds(event.time + shift);
  }

  /**
   * The events that need not wait any longer, in order.
   *
   * @param isYetJoined another input is being opened whose events may be older
   */
  release(isYetJoined: boolean): TraceEvent[] {
    const released: TraceEvent[] = [];
    for (let track = this.#next(isYetJoined); track !== undefined; track = this.#next(isYetJoined)) {
      const event = track.shift();
      if (event !== undefined) released.push(event);
    }
    return released;
  }

  /** The input whose next event is the oldest, unless it must wait. */
  #next(isYetJoined: boolean): FollowedTrack | undefined {
    let next: FollowedTrack | undefined;
    let waiting = 0;
    for (const track of this.#tracks) {
      waiting += track.waiting;
      const { head } = track;
      if (head !== undefined && (next === undefined || timeOf(head) < timeOf(next.head ?? head))) next = track;
    }
    const head = next?.head;
    if (next === undefined || head === undefined || head.time === undefined || waiting > MAX_WAITING) return next;
    if (isYetJoined) return undefined;
    const [time, batch] = [head.time, next.headBatch];
    return this.#tracks.every((track) => track === next || track.hasPassed(time, batch)) ? next : undefined;
  }
}

import type { TraceEvent } from '../model/event.ts';
import { NS_PER_SECOND } from '../model/time.ts';

/** Events held back at most until it is clear which hop the capture records. */
const MAX_HELD = 4096;
const MAX_HELD_NS = NS_PER_SECOND;

/** On which hop the groups of a capture are built: the lowest one that it records. */
export type GroupHop = 'wire' | 'core';

/**
 * One message passes several points of a capture. Groups are built where the device's side is seen
 * (`prq_report`, `qi_submit`); captures without that are read at the IOMMU core (`iommu_report_device_fault`,
 * `dev_fault`). The start of a capture is held back until the first messages tell which it is.
 */
export class HopChoice {
  #held: TraceEvent[] = [];
  /** Time of the first message above the wire; undefined also where lines carry no time. */
  #heldSince: number | undefined;
  #hasMessages = false;
  hop: GroupHop | undefined;
  /** Whether the `page_response` operation of the IOMMU driver is recorded (core captures answer there). */
  hasDriverOperation = false;

  /** Returns the events to go on with: none while undecided. Not to be asked once the hop is the wire. */
  push(event: TraceEvent): readonly TraceEvent[] {
    if (event.point === 'wire' && isMessage(event)) {
      this.hop = 'wire';
      return this.#release(event);
    }
    if (event.point === 'driver-op') this.hasDriverOperation = true;
    if (this.hop === 'core') return [event];
    if (isMessage(event) && (event.point === 'core' || event.point === 'driver-op')) {
      this.#hasMessages = true;
      this.#heldSince ??= event.time;
    }
    const waited = this.#heldSince === undefined || event.time === undefined ? 0 : event.time - this.#heldSince;
    if (waited > MAX_HELD_NS || this.#held.length >= MAX_HELD) {
      this.hop = this.#hasMessages ? 'core' : 'wire';
      return this.#release(event);
    }
    this.#held.push(event);
    return [];
  }

  /** Nothing came for a while: gives what was held back before the first message, which the hop does not matter for. */
  settle(): readonly TraceEvent[] {
    return this.#hasMessages ? [] : this.#held.splice(0);
  }

  finish(): readonly TraceEvent[] {
    this.hop ??= this.#hasMessages ? 'core' : 'wire';
    const held = this.#held;
    this.#held = [];
    return held;
  }

  #release(event: TraceEvent): readonly TraceEvent[] {
    const held = this.#held;
    this.#held = [];
    held.push(event);
    return held;
  }
}

/**
 * Whether an answer is the last that its capture can show: AMD's driver queues the command in this function, and nothing
 * below it prints (log-formats part C).
 */
export function isCommand({ probe }: TraceEvent): boolean {
  return probe === 'amd_iommu_complete_ppr' || probe === '__amd_iommu_complete_ppr';
}

function isMessage(event: TraceEvent): boolean {
  return event.kind === 'page-request' || event.kind === 'page-response';
}

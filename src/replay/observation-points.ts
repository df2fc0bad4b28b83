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
  /** An answer at the driver's operation, of which it is not clear whether the same task goes on to the wire with it. */
  #operation: TraceEvent | undefined;
  /** Such answers that did not. The first one may have been cut off by the head of the capture. */
  #loneOperations = 0;
  /**
   * Requests are seen at the wire: where their answers are, there or at the driver's operation (drivers whose queue has no
   * tracepoint, or a trace without the queue's events). Undefined before the first answer.
   */
  answersAt: 'wire' | 'driver-op' | undefined;

  /** Everything is decided, and `push` need not be asked any more. */
  get isDecided(): boolean {
    return this.answersAt !== undefined;
  }

  /** Returns the events to go on with: none while undecided. */
  push(event: TraceEvent): readonly TraceEvent[] {
    if (this.hop === 'wire') return this.#pushOnWire(event);
    if (event.point === 'wire' && isMessage(event)) {
      this.hop = 'wire';
      const held = this.#release(event);
      return held.flatMap((each) => this.#pushOnWire(each));
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

  /** The same for an event that is no message, and whose time is of another scale. */
  pushBeside(event: TraceEvent): readonly TraceEvent[] {
    if (this.#held.length === 0) return [event];
    this.#held.push(event);
    return [];
  }

  /**
   * Nothing came for a while: gives what was held back before the first message, which the hop does not matter for, and the
   * answers whose way to the wire would be seen by now.
   */
  settle(): readonly TraceEvent[] {
    if (this.hop !== 'wire') return this.#hasMessages ? [] : this.#held.splice(0);
    if (this.#held.length > 0) this.answersAt ??= 'driver-op';
    return this.#held.splice(0);
  }

  /** The first answers decide: if their tasks do not go on to the wire, answers are recorded at the operation. */
  #pushOnWire(event: TraceEvent): readonly TraceEvent[] {
    if (this.answersAt !== undefined) return [event];
    const isAnswer = event.kind === 'page-response';
    if (isAnswer && (event.point === 'wire' || isCommand(event))) this.answersAt = 'wire';
    const isOperation = isAnswer && event.point === 'driver-op' && !isCommand(event);
    if (this.#operation === undefined && !isOperation && this.#loneOperations === 0) return [event];
    if (this.#isOver(event)) this.#loneOperations += 1;
    else if (!isOperation || this.#operation !== undefined) return this.#holdUnlessDecided(event);
    if (this.#loneOperations > 1 || this.#held.length >= MAX_HELD) this.answersAt ??= 'driver-op';
    this.#operation = isOperation ? event : undefined;
    return this.#holdUnlessDecided(event);
  }

  /** The task of the operation went on to something else than the wire. */
  #isOver(event: TraceEvent): boolean {
    const operation = this.#operation;
    if (operation === undefined) return this.#held.length >= MAX_HELD;
    const waited = operation.time === undefined || event.time === undefined ? 0 : event.time - operation.time;
    return event.pid === operation.pid || waited > MAX_HELD_NS || this.#held.length >= MAX_HELD;
  }

  #holdUnlessDecided(event: TraceEvent): readonly TraceEvent[] {
    if (this.answersAt !== undefined) return this.#release(event);
    this.#held.push(event);
    return [];
  }

  finish(): readonly TraceEvent[] {
    this.hop ??= this.#hasMessages ? 'core' : 'wire';
    const hasOperations = this.#operation !== undefined || this.#loneOperations > 0;
    this.answersAt ??= hasOperations ? 'driver-op' : 'wire';
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
export function isCommand({ probe }: Pick<TraceEvent, 'probe'>): boolean {
  return probe === 'amd_iommu_complete_ppr' || probe === '__amd_iommu_complete_ppr';
}

function isMessage(event: TraceEvent): boolean {
  return event.kind === 'page-request' || event.kind === 'page-response';
}

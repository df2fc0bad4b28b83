import type { TraceEvent } from '../model/event.ts';
import { NONE, type PlainMessages } from './plain-messages.ts';
import { keyOf } from './requester.ts';

/** A task since which so many others were heard has long gone on; where not, it is as if that hop had not been recorded. */
const MAX_TASKS = 4096;

/** Instead of a plain message: there is an event. */
export const EVENT = -2;

/** What each task passed on last, on one hop above the wire: an event, or a plain message that becomes one when it must. */
export class TaskHops {
  readonly #byTask = new Map<number, TraceEvent | number>();
  readonly #messages: PlainMessages;

  constructor(messages: PlainMessages) {
    this.#messages = messages;
  }

  set(task: number, message: TraceEvent | number): void {
    this.#drop(task);
    this.#byTask.set(task, message);
    if (this.#byTask.size <= MAX_TASKS) return;
    const [oldest] = this.#byTask.keys();
    if (oldest !== undefined) this.#drop(oldest);
  }

  /** The message that the event's task passed on, if it is of the event's key; it joins the event. */
  take(event: TraceEvent): TraceEvent | undefined {
    const message = event.pid === undefined ? undefined : this.#byTask.get(event.pid);
    if (message === undefined || event.pid === undefined || !isOfKey(message, event, this.#messages)) return undefined;
    this.#byTask.delete(event.pid);
    return typeof message === 'number' ? this.#messages.takeEvent(message) : message;
  }

  /** The plain message of the task, if it is of the key; NONE if it is not, or there is none; EVENT: an event is. */
  find(task: number, pasid: number, prgi: number): number {
    const message = this.#byTask.get(task);
    if (message === undefined) return NONE;
    if (typeof message === 'number') return this.#messages.keyOf(message) === keyOf(pasid, prgi) ? message : NONE;
    return message.prgi === prgi && (message.pasid ?? 0) === pasid ? EVENT : NONE;
  }

  /** A plain message of the task joined another one. */
  moved(task: number): void {
    this.#byTask.delete(task);
  }

  #drop(task: number): void {
    const message = this.#byTask.get(task);
    if (typeof message === 'number') this.#messages.free(message);
    this.#byTask.delete(task);
  }
}

/** Whether a message above, or the plain one that stands for it, is of the key of an event below. */
export function isOfKey(message: TraceEvent | number, event: TraceEvent, messages: PlainMessages): boolean {
  if (typeof message !== 'number') return message.prgi === event.prgi && (message.pasid ?? 0) === (event.pasid ?? 0);
  return event.prgi !== undefined && messages.keyOf(message) === keyOf(event.pasid, event.prgi);
}

import type { EventRows, RowForm } from '../model/event-rows.ts';
import type { ReplayContext } from './context.ts';
import { isCommand } from './observation-points.ts';
import { NONE, type PlainMessages } from './plain-messages.ts';
import { keyOf } from './requester.ts';
import type { SubmissionTracker } from './submissions.ts';
import { MAX_IOMMUS } from './table-sizes.ts';
import { EVENT } from './task-hops.ts';
import type { UpperHops } from './upper-hops.ts';

/** What a row above the wire is: a request that is handed on, an answer as it was submitted, or at the driver's operation. */
export type HopRole = 'report' | 'submission' | 'operation';
/** What the rows of a form are; undefined for what must be an event. */
export type Role = 'request' | 'response' | HopRole | undefined;

/**
 * The short way for what is seen of messages above the wire: what a task passes on waits as a plain message for the message at
 * the wire, which it then joins. It does what `Replay` would do with the events (`UpperHops`, `CoreAnswers`).
 */
export class PlainHops {
  readonly #context: ReplayContext;
  readonly #upperHops: UpperHops;
  readonly #submissions: SubmissionTracker;
  readonly #messages: PlainMessages;

  constructor(context: ReplayContext, upperHops: UpperHops, submissions: SubmissionTracker, messages: PlainMessages) {
    this.#context = context;
    this.#upperHops = upperHops;
    this.#submissions = submissions;
    this.#messages = messages;
  }

  /** Takes a row. `alone`: its event may be about groups of its key. */
  take(rows: EventRows, at: number, row: number, role: HopRole): 'taken' | 'alone' | 'event' {
    const { requesters, units } = this.#context;
    if (requesters.sizes.isAnyFull || units.size >= MAX_IOMMUS) return 'event';
    const task = rows.pid[at] ?? 0;
    const key = keyOf(rows.pasid[at], rows.prgi[at] ?? 0);
    if (role === 'submission') {
      if (this.#submissions.isBusy(task)) return 'event';
      if (rows.code[at] !== 0 || !this.#isPending(key)) return 'alone';
      this.#submissions.submitPlain(task, this.#add(rows, at, row, key));
    } else if (role === 'operation') this.#upperHops.operations.set(task, this.#add(rows, at, row, key));
    else {
      this.#submissions.noteTask(task);
      this.#upperHops.reports.set(task, this.#add(rows, at, row, key));
    }
    return 'taken';
  }

  #add(rows: EventRows, at: number, row: number, key: number): number {
    const message = this.#messages.add(row, rows, at);
    this.#messages.setKey(message, key);
    return message;
  }

  /** Somebody waits for an answer with this key, so that one which is submitted is no stray (`CoreAnswers`). */
  #isPending(key: number): boolean {
    for (const { keys } of this.#context.requesters.all()) {
      const known = keys.get(key);
      if (known !== undefined && (known.plainOpen !== NONE || (known.count > 0 && known.pending.length > 0)))
        return true;
    }
    return false;
  }

  /** What the task of a request handed on before it was traced; NONE: nothing of its key; EVENT: an event. */
  reportOf(task: number, pasid: number, prgi: number): number {
    this.#submissions.noteTask(task);
    return this.#upperHops.reports.find(task, pasid, prgi);
  }

  /** The report joined its request. */
  moved(task: number): void {
    this.#upperHops.reports.moved(task);
  }

  /**
   * What was seen of an answer above the wire, the highest hop first; EVENT: an event is among it, or it is not the answer of a
   * handler although those are recorded.
   */
  joinAnswer(task: number, pasid: number, prgi: number): number {
    const submissions = this.#submissions;
    const submission = submissions.findPlain(task, pasid, prgi);
    if (submissions.hasSubmissions && (submission === NONE || submissions.mayBeAutomatic(task))) return EVENT;
    const operation = this.#upperHops.operations.find(task, pasid, prgi);
    if (operation === EVENT) return EVENT;
    if (operation !== NONE) this.#upperHops.operations.moved(task);
    if (submission === NONE) return operation;
    submissions.moved(task);
    this.#messages.setUpper(submission, operation);
    return submission;
  }

  /** An answer that a plain message belongs to was a handler's. */
  get areByHandlers(): boolean {
    return this.#submissions.hasSubmissions;
  }
}

export function roleOf({ kind, point, probe }: RowForm): Role {
  const isRequest = kind === 'page-request';
  if (point === 'wire') return isRequest ? 'request' : 'response';
  if (point === 'core') return isRequest ? 'report' : 'submission';
  return point === 'driver-op' && !isRequest && !isCommand({ probe }) ? 'operation' : undefined;
}

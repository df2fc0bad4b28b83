import type { ResponseCode, TraceEvent } from '../model/event.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../model/time.ts';
import { NONE, type PlainMessages } from './plain-messages.ts';
import { keyOf } from './requester.ts';
import { samePasid } from './requests.ts';
import type { Stray } from './stray.ts';
import { isOfKey } from './task-hops.ts';

/** How long after `iommufd_auto_response_faults` the answers of the same task count as the host's own. */
const AUTO_WINDOW_NS = NS_PER_SECOND;
/** A submission reaches the hop below in the same call. */
const SAME_CALL_NS = NS_PER_SECOND;
/** Readers of fault queues that are known at most. */
const MAX_TASKS = 4096;
/** The call itself takes less than this (seen: 0.3 ms under emulation). */
const CALL_NS = 100 * NS_PER_MS;

/** A handler's answer on its way down. */
export interface Submission {
  readonly event: TraceEvent;
  /** What it is if nothing comes of it: nothing that was open then could want it. */
  readonly stray: Stray | undefined;
}

/**
 * Answers as handlers submit them to the IOMMU core (`iopf_group_response`), one hop above the answers
 * that reach the device. The same task passes through both, so a task has at most one on its way.
 */
export class SubmissionTracker {
  /** A plain message where there was nothing to say of it if nothing comes of it. */
  readonly #onItsWay = new Map<number, Submission | number>();
  readonly #passed = new Set<Submission | number>();
  readonly #messages: PlainMessages;
  readonly #autoResponse = new Map<number, { readonly time: number; readonly pasid: number | undefined }>();
  /** The capture records that hop: an answer without a submission is then the host's own. */
  hasSubmissions = false;

  /** Tasks that read an iommufd fault queue, or answer through one. */
  readonly #cookieTasks = new Set<number>();

  constructor(messages: PlainMessages) {
    this.#messages = messages;
  }

  /** Returns the task's previous submission if nothing came of it. */
  submit(submission: Submission): Submission | undefined {
    this.hasSubmissions = true;
    const task = submission.event.pid ?? -1;
    const stuck = this.#onItsWay.get(task);
    this.#onItsWay.set(task, submission);
    return stuck === undefined ? undefined : this.#submissionOf(stuck);
  }

  /** The same for a plain message, of a task that has none on its way. */
  submitPlain(task: number, message: number): void {
    this.hasSubmissions = true;
    this.#onItsWay.set(task, message);
  }

  isBusy(task: number): boolean {
    return this.#onItsWay.has(task);
  }

  /** The plain message on its way that an answer of the same task carries on; NONE: none is. */
  findPlain(task: number, pasid: number, prgi: number): number {
    const submission = this.#onItsWay.get(task);
    const isPlain = typeof submission === 'number' && this.#messages.keyOf(submission) === keyOf(pasid, prgi);
    return isPlain ? submission : NONE;
  }

  /** The plain message of the task joined the answer. */
  moved(task: number): void {
    const submission = this.#onItsWay.get(task);
    if (submission !== undefined) this.#passed.delete(submission);
    this.#onItsWay.delete(task);
  }

  /** A plain message becomes an event. */
  #submissionOf(submission: Submission | number): Submission {
    if (typeof submission !== 'number') return submission;
    this.#passed.delete(submission);
    return { event: this.#messages.takeEvent(submission), stray: undefined };
  }

  /** The submission that this answer of the same task carries on; undefined: none. */
  take(answer: TraceEvent): TraceEvent | undefined {
    const task = answer.pid ?? -1;
    const submission = this.#onItsWay.get(task);
    if (submission === undefined) return undefined;
    const message = typeof submission === 'number' ? submission : submission.event;
    if (!isOfKey(message, answer, this.#messages)) return undefined;
    // A code that is too wide for its field arrives as another; these two do not. What is plain succeeded.
    const code = typeof submission === 'number' ? 'success' : submission.event.code;
    if (isGrantOrRefusal(code) && isGrantOrRefusal(answer.code) && code !== answer.code) return undefined;
    this.#onItsWay.delete(task);
    this.#passed.delete(submission);
    return this.#submissionOf(submission).event;
  }

  /** A task that goes on to something else has finished what it submitted. */
  note(event: TraceEvent): void {
    if (this.#onItsWay.size === 0 || event.point === 'driver-op') return;
    const submission = this.#onItsWay.get(event.pid ?? -1);
    if (typeof submission === 'object' && submission.event === event) return;
    if (submission !== undefined) this.#passed.add(submission);
  }

  /** The same for a row of the task. */
  noteTask(task: number): void {
    const submission = this.#onItsWay.size === 0 ? undefined : this.#onItsWay.get(task);
    if (submission !== undefined) this.#passed.add(submission);
  }

  /** What never went further until the end, although its task did or the capture goes on for long enough. */
  rest(end: number, isComplete: boolean): readonly Submission[] {
    const enough = isComplete ? CALL_NS : SAME_CALL_NS;
    const rest: Submission[] = [];
    for (const each of this.#onItsWay.values()) {
      const hasPassed = this.#passed.has(each);
      const submission = this.#submissionOf(each);
      const { time } = submission.event;
      if (hasPassed || (time !== undefined && end - time > enough)) rest.push(submission);
    }
    this.#onItsWay.clear();
    this.#passed.clear();
    return rest;
  }

  /** The host began to answer the groups of a detached PASID by itself (drivers/iommu/iommufd/eventq.c). */
  startAutoResponse(event: TraceEvent, pasid: number | undefined): void {
    if (event.pid === undefined) return;
    this.#autoResponse.set(event.pid, { time: event.time ?? Number.NaN, pasid });
  }

  /** The task does something else, so its call has returned: answers are user space's own from here on. */
  endAutoResponse(event: TraceEvent): void {
    if (event.pid !== undefined) this.#autoResponse.delete(event.pid);
  }

  /** A task reads from iommufd's fault queue, or answers there. */
  noteCookies({ pid }: TraceEvent): void {
    if (pid !== undefined && this.#cookieTasks.size < MAX_TASKS) this.#cookieTasks.add(pid);
  }

  /** A cookie names a group that the kernel holds, and is gone with its answer (drivers/iommu/iommufd/eventq.c). */
  isByCookie({ pid }: TraceEvent): boolean {
    return pid !== undefined && this.#cookieTasks.has(pid);
  }

  /** True if answers of the task may be the host's own. */
  mayBeAutomatic(task: number): boolean {
    return this.#autoResponse.has(task);
  }

  isAutoResponse(answer: TraceEvent): boolean {
    if (answer.pid === undefined) return false;
    const window = this.#autoResponse.get(answer.pid);
    if (window === undefined) return false;
    if (window.pasid !== undefined && !samePasid(window.pasid, answer.pasid)) return false;
    return !((answer.time ?? Number.NaN) - window.time > AUTO_WINDOW_NS);
  }
}

function isGrantOrRefusal(code: ResponseCode | undefined): boolean {
  return code === 'success' || code === 'invalid-request';
}

/**
 * Refusals that the task which ended the PASID sends in the same call are the host's own (semantics §4); later it passes on
 * what a handler answered.
 */
export function isByEndingTask(end: TraceEvent | undefined, response: TraceEvent, withinNs: number): boolean {
  if (end === undefined || end.pid !== response.pid) return false;
  if (response.code === 'success' || response.code === 'reserved') return false;
  if (response.pid === undefined || response.time === undefined || end.time === undefined) return true;
  return response.time - end.time <= withinNs;
}

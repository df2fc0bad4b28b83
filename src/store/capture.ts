import type { Finding } from '../model/finding.ts';
import type { Lane } from '../model/lane.ts';
import type { Result } from '../model/result.ts';
import { type ClockScale, formatTime, nanoseconds } from '../model/time.ts';
import { EventStore } from './event-store.ts';
import type { EventTables } from './event-tables.ts';
import { GroupStore } from './group-store.ts';
import type { GroupTables } from './group-tables.ts';

/** One input of a capture. */
export interface CaptureInput {
  readonly path: string;
  readonly lane: Lane;
  readonly laneName?: string;
  readonly sizeBytes?: number;
}

/** How far a capture is read. */
export interface LoadProgress {
  readonly bytes: number;
  /** Absent where the size of an input is not known. */
  readonly totalBytes?: number;
  readonly isLoaded: boolean;
  /** Why loading stopped early; what was read stays. */
  readonly error?: string;
}

/** What a loader tells a capture, besides the rows that it appends. */
export interface CaptureUpdate {
  readonly bytes?: number;
  readonly scales?: readonly (ClockScale | undefined)[];
  readonly findings?: readonly Finding[];
  /** First row of the trace's clock domain: the kernel log's rows lie before it. */
  readonly traceStart?: number;
  readonly result?: Result;
  readonly error?: string;
}

/** Everything of a capture that can be looked at, also while it is still being read. */
export class Capture {
  readonly inputs: readonly CaptureInput[];
  readonly events: EventStore;
  readonly groups: GroupStore;
  /** So far, while loading; in the end the worst first. */
  findings: readonly Finding[] = [];
  /** Undefined until all is read. */
  result: Result | undefined;
  progress: LoadProgress;
  readonly #listeners = new Set<() => void>();
  readonly #sizeBytes: () => number;
  #scales: readonly (ClockScale | undefined)[] = [];

  constructor(inputs: readonly CaptureInput[], events: EventTables, groups: GroupTables) {
    this.inputs = inputs;
    this.#sizeBytes = () =>
      [events.rows, events.links, groups.rows, groups.verdicts, groups.members].reduce(
        (sum, { sizeBytes }) => sum + sizeBytes,
        0,
      );
    const scaleOf = (input: number): ClockScale | undefined => this.#scales[input];
    this.events = new EventStore(events, scaleOf);
    this.groups = new GroupStore(groups, this.events, scaleOf);
    const total = inputs.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? Number.NaN), 0);
    this.progress = { bytes: 0, isLoaded: false, ...(!Number.isNaN(total) && { totalBytes: total }) };
  }

  /** Of the tables, not of what they take up on the heap. */
  get sizeBytes(): number {
    return this.#sizeBytes();
  }

  scaleOf(input: number): ClockScale | undefined {
    return this.#scales[input];
  }

  /** A time of an input's clock as its lines print it; '' without a clock. */
  timeText(timeNs: number, input: number): string {
    const scale = this.#scales[input];
    return scale === undefined || scale.unit === 'none' || Number.isNaN(timeNs)
      ? ''
      : formatTime(nanoseconds(timeNs), scale);
  }

  /** Calls back whenever there is more to see. Returns what ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** For loaders. */
  update({ bytes, scales, findings, result, error }: CaptureUpdate): void {
    if (scales !== undefined) this.#scales = scales;
    if (findings !== undefined) this.findings = [...this.findings, ...findings];
    if (result !== undefined) {
      this.result = result;
      this.findings = result.findings;
    }
    this.progress = {
      ...this.progress,
      ...(bytes !== undefined && { bytes }),
      ...(error !== undefined && { error }),
      isLoaded: result !== undefined || error !== undefined,
    };
    for (const listener of this.#listeners) listener();
  }
}

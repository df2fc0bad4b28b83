import type { Filter, FilterWords } from '../filter/filter.ts';
import type { Finding, Severity } from '../model/finding.ts';
import type { Lane } from '../model/lane.ts';
import type { Owner } from '../model/owner.ts';
import type { Result } from '../model/result.ts';
import { type ClockScale, formatTime, nanoseconds } from '../model/time.ts';
import {
  eventRows,
  filterWords,
  type GroupListOptions,
  groupRows,
  isProvisional,
  type RowSource,
} from './capture-rows.ts';
import { CaptureWork } from './capture-work.ts';
import { EventStore } from './event-store.ts';
import type { EventTables } from './event-tables.ts';
import { GroupStore } from './group-store.ts';
import type { GroupTables } from './group-tables.ts';
import type { LatencyStream } from './latency-streams.ts';
import type { Marks } from './marks.ts';
import type { LinePlace, RawText } from './raw-text.ts';
import { RestartingRows, type RowList } from './row-list.ts';
import type { Timeline } from './timeline.ts';

/** One input of a capture. */
export interface CaptureInput {
  readonly path: string;
  /** As shown, where that is shorter. */
  readonly name?: string;
  readonly lane: Lane;
  readonly laneName?: string;
  readonly sizeBytes?: number;
}

/** How far a capture is read. */
export interface LoadProgress {
  readonly bytes: number;
  /** Absent where the size of an input is not known. */
  readonly totalBytes?: number;
  /** All is read that will be. */
  readonly isLoaded: boolean;
  /** Why loading stopped early; what was read stays. */
  readonly error?: string;
}

/** What a loader tells a capture, besides the rows that it appends. */
export interface CaptureUpdate {
  readonly bytes?: number;
  readonly scales?: readonly (ClockScale | undefined)[];
  /** Further ones. */
  readonly findings?: readonly Finding[];
  /** First row of the trace's clock domain: the kernel log's rows lie before it. */
  readonly traceStart?: number;
  readonly result?: Result;
  /** With the result: rows of crossed answers and of the instances that they were owed to. */
  readonly owed?: readonly (readonly [event: number, instance: number])[];
  readonly error?: string;
}

export interface CaptureTables {
  readonly events: EventTables;
  readonly groups: GroupTables;
}

/** A rule, as far as its findings are listed and sorted by it. */
export interface CaptureRule {
  readonly id: string;
  readonly name: string;
  readonly severity: Severity;
}

export interface CaptureOptions {
  readonly openRaw?: OpenRaw;
  readonly owners?: readonly Owner[];
  readonly rules?: readonly CaptureRule[];
  /** The result as the configuration and the baseline want it judged. */
  judge?(result: Result): JudgedCapture;
}

/** What the baseline says of a finding that it knows. */
export interface KnownFinding {
  /** Day. */
  readonly firstSeen: string;
  readonly reason?: string;
}

export interface JudgedCapture {
  readonly result: Result;
  /** Findings that are out of the result, because the baseline knows them. */
  readonly known?: ReadonlyMap<Finding, KnownFinding>;
}

/** Opens the text of an input. `hint` gives a line at or before another one whose place is known. */
export type OpenRaw = (input: number, hint: (line: number) => LinePlace | undefined) => RawText;

const SEVERITY_RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

/** Everything of a capture that can be looked at, also while it is still being read. */
export class Capture {
  readonly inputs: readonly CaptureInput[];
  readonly events: EventStore;
  readonly groups: GroupStore;
  /** Of `findings`, those that the baseline knows. */
  known: ReadonlyMap<Finding, KnownFinding> = new Map();
  /** So far, while loading; in the end the worst first, and behind them what the baseline knows. */
  findings: readonly Finding[] = [];
  /** Rows of crossed answers, with the instance that each was owed to (semantics §6); known when all is read. */
  owedTo: ReadonlyMap<number, number> = new Map();
  /** Undefined until all is read. */
  result: Result | undefined;
  progress: LoadProgress;
  readonly #tables: CaptureTables;
  readonly #work: CaptureWork;
  readonly #listeners = new Set<() => void>();
  readonly #closers: (() => void)[] = [];
  readonly #openRaw: OpenRaw | undefined;
  readonly #judge: (result: Result) => JudgedCapture;
  readonly #rows: RowSource;
  readonly #raw = new Map<number, RawText>();
  #scales: readonly (ClockScale | undefined)[] = [];

  constructor(inputs: readonly CaptureInput[], tables: CaptureTables, options: CaptureOptions = {}) {
    this.inputs = inputs;
    this.#tables = tables;
    this.#openRaw = options.openRaw;
    this.#judge = (result) => options.judge?.(result) ?? { result };
    const scaleOf = (input: number): ClockScale | undefined => this.#scales[input];
    this.events = new EventStore(tables.events, scaleOf);
    this.groups = new GroupStore(tables.groups, this.events, scaleOf, options.owners);
    this.#work = new CaptureWork(this.events, this.groups, () => this.#tell());
    this.#rows = this.#rowSource(options.rules ?? [], scaleOf);
    const total = inputs.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? Number.NaN), 0);
    this.progress = { bytes: 0, isLoaded: false, ...(!Number.isNaN(total) && { totalBytes: total }) };
  }

  /** Of the tables, not of what they take up on the heap. */
  get sizeBytes(): number {
    const { events, groups } = this.#tables;
    const tables = [events.rows, events.links, groups.rows, groups.verdicts, groups.members];
    return tables.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  /** What happened when. It, the marks and the streams follow the rows at a distance. */
  get timeline(): Timeline {
    return this.#work.timeline;
  }

  /** Which events the findings rest on. */
  get marks(): Marks {
    return this.#work.marks;
  }

  /** The instances by device and PASID, the busiest first. */
  get streams(): readonly LatencyStream[] {
    return this.#work.streams;
  }

  /** Words that a filter of this capture may use. */
  get words(): FilterWords {
    return this.#rows.context.words;
  }

  /** The events that pass a filter, in order of time; all without one. */
  eventRows(filter: Filter = { kind: 'all' }): RowList {
    const make = (): RowList => eventRows(this.#rows, filter);
    return isProvisional(filter) ? this.#restarting(make) : make();
  }

  /** The instances that pass a filter, sorted. */
  groupRows(options: GroupListOptions): RowList {
    const make = (): RowList => groupRows(this.#rows, options);
    const isLasting = options.sort !== 'verdict' && (options.filter === undefined || !isProvisional(options.filter));
    return isLasting ? make() : this.#restarting(make);
  }

  #restarting(make: () => RowList): RowList {
    return new RestartingRows(make, () => this.#work.isSettled);
  }

  /** The text of an input; undefined where it cannot be read again. */
  raw(input: number): RawText | undefined {
    const known = this.#raw.get(input);
    if (known !== undefined || this.#openRaw === undefined) return known;
    const text = this.#openRaw(input, (line) => this.#placeUpTo(input, line));
    this.#raw.set(input, text);
    return text;
  }

  scaleOf(input: number): ClockScale | undefined {
    return this.#scales[input];
  }

  /** A time of an input's clock as its lines print it; '' without a clock. */
  timeText(timeNs: number, input: number): string {
    const scale = this.#scales[input];
    if (scale === undefined || scale.unit === 'none' || Number.isNaN(timeNs)) return '';
    return formatTime(nanoseconds(timeNs), scale);
  }

  /** Calls back whenever there is more to see. Returns what ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Resolves when all is read and summed up. */
  whenReady(): Promise<void> {
    return new Promise((resolve) => {
      const check = (): boolean => this.progress.isLoaded && !this.#work.isBusy;
      if (check()) return resolve();
      const end = this.subscribe(() => {
        if (!check()) return;
        end();
        resolve();
      });
    });
  }

  /** Ends loading, and everything else that goes on behind. */
  close(): void {
    for (const close of this.#closers) close();
    for (const text of this.#raw.values()) text.close();
    this.#work.stop();
    this.#listeners.clear();
  }

  /** For loaders: what is to be done when nobody looks any more. */
  onClose(close: () => void): void {
    this.#closers.push(close);
  }

  /** For loaders. */
  update({ bytes, scales, findings, traceStart, result, owed, error }: CaptureUpdate): void {
    if (scales !== undefined) this.#scales = scales;
    if (findings !== undefined && findings.length > 0) this.findings = [...this.findings, ...findings];
    if (owed !== undefined) this.owedTo = new Map(owed);
    if (result !== undefined) {
      const { result: judged, known = new Map() } = this.#judge(result);
      this.result = judged;
      this.known = known;
      this.findings = [...judged.findings, ...known.keys()];
    }
    this.progress = {
      ...this.progress,
      ...(bytes !== undefined && { bytes }),
      ...(error !== undefined && { error }),
      isLoaded: result !== undefined || error !== undefined,
    };
    this.#work.update({
      findings: this.findings,
      isKnown: (finding) => this.known.has(finding),
      traceStart,
      isLast: this.progress.isLoaded,
    });
    this.#tell();
  }

  #rowSource(rules: readonly CaptureRule[], scaleOf: (input: number) => ClockScale | undefined): RowSource {
    const names = this.inputs.map(({ name, path }) => name ?? path);
    const ranks = new Map(rules.map(({ id, severity }) => [id, SEVERITY_RANK[severity]]));
    return {
      tables: this.#tables.events,
      events: this.events,
      groups: this.groups,
      context: {
        scaleOf,
        words: filterWords(rules),
        inputName: (input) => names[input] ?? '',
        findingsAt: (row) => this.marks.of(row).map(({ finding }) => this.findings[finding]?.id ?? ''),
      },
      rankOf: (findings) => findings.reduce((rank, id) => Math.min(rank, ranks.get(id) ?? 2), 3),
    };
  }

  #placeUpTo(input: number, line: number): LinePlace | undefined {
    const row = this.events.index.rowUpToLine(input, line);
    return row === undefined ? undefined : this.events.placeOf(row);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

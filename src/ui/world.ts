import { plural } from '../base/text.ts';
import { type Completion, completionAt } from '../filter/complete.ts';
import type { ParsedFilter } from '../filter/filter.ts';
import type { Finding } from '../model/finding.ts';
import type { Result } from '../model/result.ts';
import { formatDuration } from '../model/time.ts';
import type { DocumentedRule } from '../report/rule-docs.ts';
import { shortNames, subjectOf } from '../report/wording.ts';
import type { Capture, KnownFinding } from '../store/capture.ts';
import type { LatencyStream } from '../store/latency-streams.ts';
import type { Marks } from '../store/marks.ts';
import type { RowList } from '../store/row-list.ts';
import type { TimelineColumn } from '../store/timeline.ts';
import { FindingLists, findingKey } from './finding-lists.ts';
import { knownValues } from './known-values.ts';
import { Ladders } from './ladders.ts';
import { type LineMark, marksOfLines, worseOf } from './line-marks.ts';
import { RawCache } from './raw-cache.ts';
import { RowLists } from './row-lists.ts';
import type { FindingSort, GroupSort, LadderSubject, Place, StreamSort, TimeWindow } from './state/place.ts';
import type { Prompt } from './state/state.ts';
import { sortedStreams } from './stream-order.ts';
import { ViewMemory } from './view-memory.ts';

/** What is to be said beside a line that is being typed. */
export interface PromptNote {
  readonly text: string;
  readonly isProblem: boolean;
  /** Where the problem is in the text, in UTF-16 code units. */
  readonly at?: number;
  readonly length?: number;
}

/** Events that are looked through for a use of a PRGI. */
const MOST_LOOKED = 100_000;
/** Names of rules that are remembered: those that there are, and some that were mistyped. */
const MOST_RULES = 100;
/** Gaps that are drawn. */
const MOST_GAPS = 1000;

/** As long as this a jump may wait for rows that are looked for. */
const JUMP_MS = 300;

/** What stands in the corner of every view. */
export interface Badge {
  readonly words: string;
  readonly kind: 'good' | 'note' | 'warning' | 'error';
}

/** Where a world gets from what it shows. */
export interface WorldParts {
  readonly capture: Capture;
  /** The documentation of a rule by its id or name. */
  rule(name: string): DocumentedRule | undefined;
}

/** What the UI shows, as views ask for it. Reads only; what it remembers are answers to the same question. */
export class World {
  readonly capture: Capture;
  readonly #rules: (name: string) => DocumentedRule | undefined;
  readonly lists: RowLists;
  readonly #findings: FindingLists;
  readonly #known = new Map<string, DocumentedRule | undefined>();
  readonly views = new ViewMemory();
  readonly ladders: Ladders;
  readonly #raw = new Map<number, RawCache>();
  #onArrival = (): void => undefined;
  #evidence: { readonly of: readonly Finding[]; readonly marks: ReadonlyMap<string, LineMark> } | undefined;
  #streams:
    | { readonly of: readonly LatencyStream[]; readonly sort: StreamSort; readonly list: readonly LatencyStream[] }
    | undefined;
  #errors: { readonly of: readonly Finding[]; readonly counts: ReadonlyMap<string, number> } | undefined;
  #gaps: { readonly of: Result; readonly list: readonly TimeWindow[] } | undefined;
  #columns: { readonly key: string; readonly marks: Marks; readonly list: readonly TimelineColumn[] } | undefined;
  #names: readonly string[] | undefined;

  constructor({ capture, rule }: WorldParts) {
    this.capture = capture;
    this.#rules = rule;
    this.lists = new RowLists(capture);
    this.#findings = new FindingLists(capture, this.lists, () => this.inputNames());
    this.ladders = new Ladders(
      capture,
      (key) => this.finding(key),
      (input) => this.inputName(input),
    );
  }

  /** Calls back when something arrived that was asked for. */
  onArrival(listener: () => void): void {
    this.#onArrival = listener;
  }

  /** A rule by its id or name. */
  rule(name: string): DocumentedRule | undefined {
    if (!this.#known.has(name) && this.#known.size < MOST_RULES) this.#known.set(name, this.#rules(name));
    return this.#known.get(name) ?? this.#rules(name);
  }

  /** How much is read, and whether data was lost. */
  badge(): Badge {
    const { progress, result } = this.capture;
    if (progress.error !== undefined) return { words: 'STOPPED', kind: 'error' };
    if (result === undefined) return { words: `reading${percentOf(progress)}`, kind: 'note' };
    if (result.inputs.some(({ error }) => error !== undefined)) return { words: 'NOT ALL READ', kind: 'warning' };
    const { gaps, unread } = result.coverage;
    if (gaps.length > 0) return { words: plural(gaps.length, 'GAP', 'GAPS'), kind: 'warning' };
    if (result.beyondBounds !== undefined) return { words: 'NOT ALL JUDGED', kind: 'warning' };
    if (unread > 0) return { words: `${unread} UNREAD`, kind: 'warning' };
    return { words: 'complete', kind: 'good' };
  }

  /** Short names of the inputs. */
  inputNames(): readonly string[] {
    this.#names ??= shortNames(this.capture.inputs);
    return this.#names;
  }

  inputName(input: number): string {
    return this.inputNames()[input] ?? `input ${input + 1}`;
  }

  get hasManyInputs(): boolean {
    return this.capture.inputs.length > 1;
  }

  /** In an order; those that pass a filter. */
  findings(sort: FindingSort, filter = ''): readonly Finding[] {
    return this.#findings.list(sort, filter);
  }

  finding(key: string): Finding | undefined {
    return this.#findings.finding(key);
  }

  /** What the baseline says of a finding; undefined where it does not know it. */
  knownOf(finding: Finding): KnownFinding | undefined {
    return this.capture.known.get(finding);
  }

  /** What the ladder view shows where nothing was chosen: the worst finding, else the first events. */
  firstLadder(): LadderSubject | undefined {
    const [worst] = this.findings('severity');
    if (worst !== undefined) return { kind: 'finding', key: findingKey(worst) };
    return this.capture.events.count === 0 ? undefined : { kind: 'around', eventRow: 0 };
  }

  /** The ladder of a device and PASID from its first instance on. */
  streamLadder(index: number): LadderSubject | undefined {
    const stream = this.capture.streams[index];
    if (stream === undefined) return undefined;
    const { events, groups } = this.capture;
    const list = this.lists.stream(stream, 'start');
    complete(list);
    const first = list.rowAt(0);
    const { device, pasid } = stream;
    return {
      kind: 'stream',
      ...(device !== '' && { device }),
      ...(pasid !== undefined && { pasid }),
      fromRow: Math.min(events.count, ...(first === undefined ? [0] : groups.eventsOf(first))),
    };
  }

  streamOfGroup(groupRow: number | undefined): LatencyStream | undefined {
    if (groupRow === undefined) return undefined;
    const { groups, streams } = this.capture;
    const device = groups.deviceOf(groupRow);
    const pasid = groups.pasidOf(groupRow);
    const { lane } = groups.statusOf(groupRow);
    return streams.find((each) => each.device === device && each.pasid === pasid && each.lane === lane);
  }

  /** The last instance of an event's PRGI that began before it, where the event belongs to none itself. */
  lastUseBefore(eventRow: number): number | undefined {
    const { events, groups } = this.capture;
    const event = events.traceEvent(eventRow);
    if (event?.prgi === undefined) return undefined;
    const device = event.device?.replace(/^0000:/, '');
    for (let row = eventRow - 1; row >= Math.max(0, eventRow - MOST_LOOKED); row -= 1) {
      const groupRow = events.groupOf(row);
      if (groupRow === undefined || groups.prgiOf(groupRow) !== event.prgi) continue;
      const isSame = device === undefined || groups.deviceOf(groupRow).replace(/^0000:/, '') === device;
      if (isSame && (event.pasid ?? 0) === (groups.pasidOf(groupRow) ?? 0)) return groupRow;
    }
    return undefined;
  }

  /** The event of a line, or the next one behind it. */
  rowNear(at: { readonly input: number; readonly line: number } | undefined): number | undefined {
    return at === undefined ? undefined : this.capture.events.index.rowOfLine(at.input, at.line);
  }

  /** `0000:01:00.0 PASID 1 PRGI 3 #2`. */
  groupName(groupRow: number): string {
    const group = this.capture.groups.view(groupRow);
    return group === undefined ? '' : `${subjectOf(group)} #${group.instance}`;
  }

  /** The text of an input; undefined where there is none. */
  raw(input: number): RawCache | undefined {
    const known = this.#raw.get(input);
    if (known !== undefined) return known;
    const text = this.capture.raw(input);
    if (text === undefined) return undefined;
    const cache = new RawCache(text, () => this.#onArrival());
    this.#raw.set(input, cache);
    return cache;
  }

  /** Those that somebody looked at. */
  get openTexts(): Iterable<RawCache> {
    return this.#raw.values();
  }

  /** Lines of an input, as far as known. */
  rawCount(input: number): number {
    const seen = this.#raw.get(input)?.lineCount ?? this.capture.result?.inputs[input]?.lines;
    if (seen !== undefined) return seen;
    const { events } = this.capture;
    const last = events.shapeOf(events.count - 1)?.input === input ? events.lineOf(events.count - 1) : undefined;
    return last ?? 1;
  }

  /** Devices and PASIDs. */
  streams(sort: StreamSort): readonly LatencyStream[] {
    const { streams } = this.capture;
    if (this.#streams?.of !== streams || this.#streams.sort !== sort) {
      this.#streams = { of: streams, sort, list: sortedStreams(streams, sort) };
    }
    return this.#streams.list;
  }

  /** Error findings about a device and PASID that the baseline does not know. */
  errorsOf({ device, pasid }: LatencyStream): number {
    const { findings, known } = this.capture;
    if (this.#errors?.of !== findings) {
      const counts = new Map<string, number>();
      for (const finding of findings) {
        const { severity, device: named = '', pasid: own } = finding;
        if (severity !== 'error' || known.has(finding)) continue;
        const key = `${named}/${own ?? '-'}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      this.#errors = { of: findings, counts };
    }
    return this.#errors.counts.get(`${device}/${pasid ?? '-'}`) ?? 0;
  }

  /** Looks for an instance among those of its device and PASID, unless that takes too long. */
  findInstance(groupRow: number, sort: GroupSort): void {
    const stream = this.streamOfGroup(groupRow);
    if (stream !== undefined) complete(this.lists.stream(stream, sort));
  }

  /** The text of a line as far as it is there. */
  rawText(input: number, line: number): string {
    return this.raw(input)?.line(line)?.text.trim() ?? '';
  }

  /** What a line is for the findings that rest on it; undefined where none does. */
  markOfLine(input: number, line: number): LineMark | undefined {
    const { findings, known } = this.capture;
    if (this.#evidence?.of !== findings)
      this.#evidence = { of: findings, marks: marksOfLines(findings, (finding) => known.has(finding)) };
    return this.#evidence.marks.get(`${input}:${line}`);
  }

  markOfLines(lines: readonly { readonly input: number; readonly line: number }[]): LineMark | undefined {
    let worst: LineMark | undefined;
    for (const { input, line } of lines) worst = worseOf(worst, this.markOfLine(input, line));
    return worst;
  }

  /** What happened in equal parts of a time. */
  timelineColumns(from: number, to: number, count: number): readonly TimelineColumn[] {
    const { timeline, marks, events, groups, progress } = this.capture;
    const key = [from, to, count, events.count, groups.count, timeline.span?.to, progress.isLoaded].join(' ');
    if (this.#columns?.key !== key || this.#columns.marks !== marks) {
      const gaps = this.#gapTimes();
      const list = timeline.columns(from, to, count, marks).map((column) => withGap(column, gaps));
      this.#columns = { key, marks, list };
    }
    return this.#columns.list;
  }

  /** When the capture lost events: from the last event before to the one that shows it. */
  #gapTimes(): readonly TimeWindow[] {
    const { result, events } = this.capture;
    if (result === undefined) return [];
    if (this.#gaps?.of === result) return this.#gaps.list;
    const list = result.coverage.gaps.slice(0, MOST_GAPS).flatMap((gap) => {
      const row = this.rowNear(gap);
      const to = row === undefined ? Number.NaN : events.timeOf(row);
      const before = row === undefined || row === 0 ? Number.NaN : events.timeOf(row - 1);
      return Number.isNaN(to) ? [] : [{ from: before <= to ? before : to, to }];
    });
    this.#gaps = { of: result, list };
    return list;
  }

  /** Time of the first line of a finding, by its place among the worst first; undefined where it has none. */
  timeOfFinding(index: number): number | undefined {
    const first = this.findings('severity')[index]?.evidence[0];
    const row = this.rowNear(first);
    const time = row === undefined ? Number.NaN : this.capture.events.timeOf(row);
    return Number.isNaN(time) ? undefined : time;
  }

  /** Times of the timeline are those of this input. */
  get timelineInput(): number {
    const { events, timeline } = this.capture;
    return events.shapeOf(timeline.firstRow)?.input ?? 0;
  }

  /** Columns that a time takes at most. */
  get timeWidth(): number {
    const { events } = this.capture;
    const last = Math.max(0, events.count - 1);
    return Math.max(10, ...[0, last].map((row) => events.view(row)?.time?.length ?? 0));
  }

  /** The time from one event to another, for people; '' where one has no time. */
  between(from: number, to: number): string {
    const ns = this.capture.events.timeOf(to) - this.capture.events.timeOf(from);
    if (Number.isNaN(ns)) return '';
    return ns < 0 ? formatDuration(ns) : `+${formatDuration(ns)}`;
  }

  /** A filter of the rows of a place. */
  parsedFilter(text: string, { view }: Place): ParsedFilter {
    return this.lists.parsed(text, view === 'events' ? 'event' : 'group');
  }

  /** What may stand in place of the word of a filter that is typed. */
  completion(text: string, at: number, { view }: Place): Completion {
    const subject = view === 'events' ? 'event' : 'group';
    const valuesOf = (field: string): Iterable<string> => knownValues(this.capture, this.inputNames(), field);
    return completionAt(text, at, subject, this.capture.words, valuesOf);
  }

  /** How many rows of a place a filter leaves, while it is typed; or what is wrong with it, and where. */
  promptNote({ kind, text, choices }: Prompt, place: Place): PromptNote | undefined {
    if (kind !== 'filter') return undefined;
    if (choices !== undefined) return { text: choices.words.join(' '), isProblem: false };
    const { problem } = this.parsedFilter(text, place);
    if (problem !== undefined) {
      const { message, hint, at, length } = problem;
      return { text: hint === undefined ? message : `${message}: ${hint}`, isProblem: true, at, length };
    }
    return { text: this.#countNote(text.trim(), place), isProblem: false };
  }

  #countNote(filter: string, place: Place): string {
    if (place.view === 'findings') return plural(this.findings(place.sort, filter).length, 'row');
    // Everything need not be listed to be counted.
    if (filter === '' && place.view === 'groups') return plural(this.capture.groups.count, 'row');
    const list = place.view === 'groups' ? this.lists.groups(filter, place.sort) : this.lists.events(filter);
    return `${plural(list.count, 'row')}${list.isComplete ? '' : ' so far'}`;
  }
}

/** Goes on with a list until it is complete, unless that takes too long. */
function complete(list: RowList): void {
  if (!list.isComplete) list.advance(JUMP_MS);
}

function percentOf({ bytes, totalBytes }: { readonly bytes: number; readonly totalBytes?: number }): string {
  if (totalBytes === undefined || totalBytes === 0) return '';
  return ` ${Math.min(99, Math.floor((bytes / totalBytes) * 100))} %`;
}

function withGap(column: TimelineColumn, gaps: readonly TimeWindow[]): TimelineColumn {
  const isGap = gaps.some(({ from, to }) => from <= column.to && to >= column.from);
  return isGap && !column.isGap ? { ...column, isGap } : column;
}

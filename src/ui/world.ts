import type { Finding, Severity } from '../model/finding.ts';
import { formatDuration } from '../model/time.ts';
import type { DocumentedRule } from '../report/rule-docs.ts';
import { shortNames, worstFirst } from '../report/wording.ts';
import type { Capture } from '../store/capture.ts';
import type { RawText } from '../store/raw-text.ts';
import { AllRows, type RowList } from '../store/row-list.ts';
import { RawCache } from './raw-cache.ts';
import type { FindingSort, Place } from './state/place.ts';
import type { Prompt } from './state/state.ts';

/** What is to be said beside a line that is being typed. */
export interface PromptNote {
  readonly text: string;
  readonly isProblem: boolean;
}

/** Where a world gets from what it shows. */
export interface WorldParts {
  readonly capture: Capture;
  /** The documentation of a rule by its id or name. */
  rule(name: string): DocumentedRule | undefined;
  /** Of each input. */
  readonly rawTexts: readonly RawText[];
}

/** What the UI shows, as views ask for it. Reads only; what it remembers are answers to the same question. */
export class World {
  readonly capture: Capture;
  readonly #rules: (name: string) => DocumentedRule | undefined;
  readonly #allEvents: RowList;
  readonly #raw: readonly RawCache[];
  #onArrival = (): void => undefined;
  #sorted:
    | { readonly of: readonly Finding[]; readonly sort: FindingSort; readonly list: readonly Finding[] }
    | undefined;
  #evidence: { readonly of: readonly Finding[]; readonly severities: ReadonlyMap<string, Severity> } | undefined;
  #names: readonly string[] | undefined;

  constructor({ capture, rule, rawTexts }: WorldParts) {
    this.capture = capture;
    this.#rules = rule;
    this.#raw = rawTexts.map((text) => new RawCache(text, () => this.#onArrival()));
    this.#allEvents = new AllRows(capture.events);
  }

  /** Calls back when something arrived that was asked for. */
  onArrival(listener: () => void): void {
    this.#onArrival = listener;
  }

  /** A rule by its id or name. */
  rule(name: string): DocumentedRule | undefined {
    return this.#rules(name);
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

  findings(sort: FindingSort): readonly Finding[] {
    const { findings } = this.capture;
    if (this.#sorted?.of !== findings || this.#sorted.sort !== sort) {
      this.#sorted = { of: findings, sort, list: sortedFindings(findings, sort) };
    }
    return this.#sorted.list;
  }

  events(): RowList {
    return this.#allEvents;
  }

  /** The text of an input; undefined where there is none. */
  raw(input: number): RawCache | undefined {
    return this.#raw[input];
  }

  get rawTexts(): readonly RawCache[] {
    return this.#raw;
  }

  /** Lines of an input, as far as known. */
  rawCount(input: number): number {
    const seen = this.#raw[input]?.lineCount ?? this.capture.result?.inputs[input]?.lines;
    if (seen !== undefined) return seen;
    const { events } = this.capture;
    const last = events.shapeOf(events.count - 1)?.input === input ? events.lineOf(events.count - 1) : undefined;
    return last ?? 1;
  }

  /** The worst severity of the findings that rest on a line. */
  severityOfLine(input: number, line: number): Severity | undefined {
    const { findings } = this.capture;
    if (this.#evidence?.of !== findings) this.#evidence = { of: findings, severities: severitiesOfLines(findings) };
    return this.#evidence.severities.get(`${input}:${line}`);
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

  promptNote(_prompt: Prompt, _place: Place): PromptNote | undefined {
    return undefined;
  }
}

/** Names a finding while more of them come in and their order changes. */
export function findingKey({ id, evidence: [first], device, message }: Finding): string {
  return first === undefined ? `${id}/${device ?? ''}/${message}` : `${id}@${first.input}:${first.line}`;
}

function sortedFindings(findings: readonly Finding[], sort: FindingSort): readonly Finding[] {
  switch (sort) {
    case 'severity':
      return worstFirst(findings);
    case 'time':
      return findings.toSorted((a, b) => secondsOf(a) - secondsOf(b));
    case 'rule':
      return worstFirst(findings).toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
    default:
      return sort satisfies never;
  }
}

function secondsOf({ time }: Finding): number {
  return time === undefined ? Number.MAX_VALUE : Number(time);
}

const RANK: Readonly<Record<Severity, number>> = { error: 2, warning: 1, note: 0 };

function severitiesOfLines(findings: readonly Finding[]): ReadonlyMap<string, Severity> {
  const severities = new Map<string, Severity>();
  const add = (finding: Finding): void => {
    for (const { input, line } of finding.evidence) {
      const place = `${input}:${line}`;
      const known = severities.get(place);
      if (known === undefined || RANK[finding.severity] > RANK[known]) severities.set(place, finding.severity);
    }
    for (const consequence of finding.consequences ?? []) add(consequence);
  };
  for (const finding of findings) add(finding);
  return severities;
}

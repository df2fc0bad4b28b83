import type { Finding, Severity } from '../model/finding.ts';
import { CHUNK_ROWS } from './chunked-table.ts';
import type { EventStore } from './event-store.ts';

/** A finding at an event that it rests on. */
export interface Mark {
  /** Row of the event. */
  readonly row: number;
  /** Index into the findings of the capture. */
  readonly finding: number;
  readonly severity: Severity;
  /** What the event is for the finding: request, response, … */
  readonly role: string;
  /** The line that triggered it, by which one goes from finding to finding. */
  readonly isFirst: boolean;
  /** The baseline knows the finding: nobody goes to it, and it is in no count. */
  readonly isKnown: boolean;
}

const FILTER_BITS = 1 << 18;

/** Which findings rest on which events. */
export class Marks {
  /** By row, then by finding. */
  readonly #marks: readonly Mark[];
  readonly #firsts: Readonly<Record<Severity, readonly Mark[]>>;

  constructor(marks: readonly Mark[]) {
    this.#marks = [...marks].sort((a, b) => a.row - b.row || a.finding - b.finding);
    const firsts: Record<Severity, Mark[]> = { error: [], warning: [], note: [] };
    for (const mark of this.#marks) if (mark.isFirst && !mark.isKnown) firsts[mark.severity].push(mark);
    this.#firsts = firsts;
  }

  /** All findings that rest on the event. */
  of(row: number): readonly Mark[] {
    const from = lowerBound(this.#marks, row);
    let end = from;
    while (this.#marks[end]?.row === row) end += 1;
    return this.#marks.slice(from, end);
  }

  /** The nearest event beyond this row, on that side, that triggered a finding of this severity, a new one. */
  next(row: number, severity: Severity, side: 1 | -1): Mark | undefined {
    const marks = this.#firsts[severity];
    return side === 1 ? marks[lowerBound(marks, row + 1)] : marks[lowerBound(marks, row) - 1];
  }

  /** Findings of this severity, new ones, that events in [from, end) triggered. */
  count(severity: Severity, from: number, end: number): number {
    const marks = this.#firsts[severity];
    return lowerBound(marks, end) - lowerBound(marks, from);
  }
}

/** Finds the events that triggered findings while these come, each by itself; what else they rest on is found at the end. */
export class FirstMarks {
  readonly #events: EventStore;
  readonly #found: Mark[] = [];
  #finding = 0;

  constructor(events: EventStore) {
    this.#events = events;
  }

  /** Looks for the event of one more finding; false if there is none. */
  step(findings: readonly Finding[]): boolean {
    const finding = findings[this.#finding];
    if (finding === undefined) return false;
    const [first] = finding.evidence;
    const row = first === undefined ? undefined : this.#events.index.rowOfLine(first.input, first.line);
    if (row !== undefined && this.#events.lineOf(row) === first?.line) {
      const { severity } = finding;
      this.#found.push({
        row,
        finding: this.#finding,
        severity,
        role: first?.role ?? '',
        isFirst: true,
        isKnown: false,
      });
    }
    this.#finding += 1;
    return true;
  }

  get marks(): Marks {
    return new Marks(this.#found);
  }
}

/** What waits for the event of a line. */
interface Wanted {
  readonly finding: number;
  readonly role: string;
  readonly isFirst: boolean;
}

/** Finds the events that findings rest on, in one pass over the rows, in slices. */
export class MarkSearch {
  readonly #events: EventStore;
  readonly #findings: readonly Finding[];
  readonly #isKnown: (finding: Finding) => boolean;
  readonly #wanted = new Map<number, Wanted[]>();
  /** By the lower bits of a line's number: may it be wanted? */
  readonly #filter = new Uint8Array(FILTER_BITS);
  readonly #found: Mark[] = [];
  /** Findings whose first line has an event: another event of that line is not a second first one. */
  readonly #begun = new Set<number>();
  #row = 0;

  constructor(events: EventStore, findings: readonly Finding[], isKnown: (finding: Finding) => boolean) {
    this.#events = events;
    this.#findings = findings;
    this.#isKnown = isKnown;
    for (const [index, finding] of findings.entries()) this.#want(finding, index, true);
  }

  /** Looks at the rows of one more chunk; gives the marks when it has seen them all. */
  step(): Marks | undefined {
    const end = Math.min(this.#events.count, this.#row + CHUNK_ROWS);
    for (; this.#row < end; this.#row += 1) {
      const line = this.#events.lineOf(this.#row) ?? 0;
      if (this.#filter[line & (FILTER_BITS - 1)] === 1) this.#take(this.#row, line);
    }
    return this.#row >= this.#events.count ? new Marks(this.#found) : undefined;
  }

  #want({ evidence, consequences }: Finding, finding: number, isCause: boolean): void {
    for (const [index, { input, line, role }] of evidence.entries()) {
      const key = keyOf(input, line);
      const wanted = { finding, role, isFirst: isCause && index === 0 };
      const known = this.#wanted.get(key);
      if (known === undefined) this.#wanted.set(key, [wanted]);
      else known.push(wanted);
      this.#filter[line & (FILTER_BITS - 1)] = 1;
    }
    for (const consequence of consequences ?? []) this.#want(consequence, finding, false);
  }

  #take(row: number, line: number): void {
    const input = this.#events.shapeOf(row)?.input ?? 0;
    for (const { finding, role, isFirst } of this.#wanted.get(keyOf(input, line)) ?? []) {
      const of = this.#findings[finding];
      const isKnown = of !== undefined && this.#isKnown(of);
      const severity = of?.severity ?? 'note';
      this.#found.push({ row, finding, severity, role, isFirst: isFirst && !this.#begun.has(finding), isKnown });
      if (isFirst) this.#begun.add(finding);
    }
  }
}

function keyOf(input: number, line: number): number {
  return input * 2 ** 33 + line;
}

/** Index of the first mark that is not before the row. */
function lowerBound(marks: readonly Mark[], row: number): number {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((marks[middle]?.row ?? row) < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

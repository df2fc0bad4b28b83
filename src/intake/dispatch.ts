import { UsageError } from '../base/errors.ts';
import { isDigit } from '../base/scan.ts';
import {
  type Dialect,
  type DialectReading,
  type DialectResult,
  type FramedLine,
  type Framing,
  type ParserRegistry,
  type RecordFormat,
  SILENT,
} from '../model/parser.ts';
import { behindDumpHead } from './ftrace-dump.ts';
import { isSourceCode } from './source-code.ts';

const COLON = 58;

/** Trace events whose payload is kernel log text. */
const LOG_TEXT_EVENTS: ReadonlySet<string> = new Set(['console']);

/** Shorter names of events, as `map`, are words as well. */
const SHORTEST_NAME = 8;

/** Who read a line. `dialect` is set where `result` is. */
export interface Reading {
  dialect: Dialect | undefined;
  result: DialectResult;
}

/** Gives each framed line to the dialects that can read it: trace events by name, log text in the registry's order. */
export class Dispatch {
  readonly #byEvent = new Map<string, Dialect[]>();
  /** Dialects of trace events that look at any name. */
  readonly #anyEvent: Dialect[] = [];
  readonly #log: Dialect[] = [];
  readonly #probeNames: ReadonlyMap<string, string> | undefined;
  readonly #iommuWords: readonly string[];
  /** Everything of which a line of log text, or of a trace that was pasted, that matters has at least one. */
  readonly #logWords: readonly string[];

  /** Undefined where no event is read. */
  readonly #eventStart: RegExp | undefined;

  /** `probeNames` maps names of trace events to the kernel functions that they probe. */
  constructor(
    dialects: readonly Dialect[],
    iommuWords: readonly string[],
    probeNames: ReadonlyMap<string, string> | undefined,
  ) {
    this.#probeNames = probeNames !== undefined && probeNames.size > 0 ? probeNames : undefined;
    this.#iommuWords = iommuWords;
    for (const dialect of dialects) {
      if (dialect.kind === 'log') this.#log.push(dialect);
      else if (dialect.eventNames === undefined) this.#anyEvent.push(dialect);
      else for (const name of dialect.eventNames) this.#enter(name, dialect);
    }
    this.#logWords = [...iommuWords, ...this.#log.flatMap((dialect) => dialect.needles), ...this.#byEvent.keys()];
    const names = [...this.#byEvent.keys()].filter((name) => name.length >= SHORTEST_NAME);
    if (names.length > 0) this.#eventStart = new RegExp(`(?<=\\w=\\S+ )(?:${names.join('|')}):(?: |$)`, 'g');
  }

  /** Where in a filled paragraph the next events begin, behind the fields of another. */
  eventStarts(text: string): readonly number[] {
    return this.#eventStart === undefined ? [] : [...text.matchAll(this.#eventStart)].map(({ index }) => index);
  }

  #enter(name: string, dialect: Dialect): void {
    const known = this.#byEvent.get(name);
    if (known === undefined) this.#byEvent.set(name, [dialect]);
    else known.push(dialect);
  }

  /** Reads the payload. May set `framed.eventName` and `framed.payload` where log text begins with an event's name. */
  read(line: string, framed: FramedLine, framing: Framing, reading: Reading): void {
    reading.dialect = undefined;
    reading.result = undefined;
    if (framing.kind === 'log' && !this.#findBareEvent(line, framed)) {
      if (this.#tryAll(this.#log, line, framed, reading) && isSourceCode(line, framed.payload)) reading.result = SILENT;
      return;
    }
    const name = framed.eventName;
    if (name === undefined) return;
    if (LOG_TEXT_EVENTS.has(name)) {
      this.#tryAll(this.#log, line, framed, reading);
      return;
    }
    const dialects = this.#byEvent.get(name);
    if (dialects !== undefined && this.#tryAll(dialects, line, framed, reading)) return;
    const probed = this.#probeNames?.get(name);
    if (probed !== undefined) framed.eventName = probed;
    this.#tryAll(this.#anyEvent, line, framed, reading);
  }

  /** Dialects that read lines from bytes, each of them the only one that reads its event, or the first one that looks at any. */
  get rowDialects(): readonly Dialect[] {
    const found: Dialect[] = [];
    for (const [dialect, ...others] of this.#byEvent.values()) {
      if (dialect?.rows !== undefined && others.length === 0) found.push(dialect);
    }
    const [first] = this.#anyEvent;
    if (first?.rows !== undefined) found.push(first);
    return found;
  }

  /** Whether an event may be read, or must be counted as unread. */
  wants({ name, start, fields }: RecordFormat): boolean | DialectReading {
    const known = this.#byEvent.get(name);
    if (this.#probeNames?.has(name) === true || LOG_TEXT_EVENTS.has(name)) return true;
    if (known?.every((dialect) => dialect.isSilent?.(name, start) === true) === true) return false;
    const isProbe = start.startsWith('(') && this.#anyEvent.length > 0;
    const [dialect] = known ?? (isProbe ? this.#anyEvent : []);
    const binary = dialect?.binaryFor?.(name, fields);
    if (dialect !== undefined && binary !== undefined) return { dialect, binary };
    return (
      known !== undefined || isProbe || this.#iommuWords.some((word) => name.includes(word) || start.startsWith(word))
    );
  }

  #tryAll(dialects: readonly Dialect[], line: string, framed: FramedLine, reading: Reading): boolean {
    for (const dialect of dialects) {
      const result = dialect.parse(line, framed);
      if (result !== undefined) {
        reading.dialect = dialect;
        reading.result = result;
        return true;
      }
    }
    return false;
  }

  /** `NAME: ` or `SYSTEM:NAME: ` of a known event at the start of log text (`nocontext-info`, `tp_printk`, perf `-F event`). */
  #findBareEvent(line: string, framed: FramedLine): boolean {
    let start = behindDumpHead(line, framed);
    while (line.charCodeAt(start) === 32) start += 1;
    let end = endOfWord(line, start);
    if (line.charCodeAt(end) === COLON && line.charCodeAt(end + 1) !== 32) {
      start = end + 1;
      end = endOfWord(line, start);
    }
    if (line.charCodeAt(end) !== COLON) return false;
    const name = line.slice(start, end);
    if (!this.#byEvent.has(name) && this.#probeNames?.has(name) !== true && !LOG_TEXT_EVENTS.has(name)) return false;
    let payload = end + 1;
    while (line.charCodeAt(payload) === 32) payload += 1;
    framed.eventName = name;
    framed.payload = payload;
    return true;
  }

  /** True if two lines that follow each other may be parts of an IOMMU's message, which may be cut inside a word. */
  mayHaveLogText(line: string, next: string): boolean {
    const end = line.trimEnd();
    const start = next.trimStart();
    const both = [`${end} ${start}`, end + start];
    if (end.endsWith('=')) both.push(end.slice(0, -1) + start, `${end.slice(0, -1)} ${start}`);
    return this.#logWords.some((word) => both.some((text) => text.includes(word)));
  }

  /**
   * True if a line that no dialect read should have been read: log text that names an IOMMU, or a trace event
   * that is known, or is an IOMMU's by its name or by the first word of its payload, also behind a prefix that no framing
   * knows. A task's name does not count.
   */
  isUnread(line: string, framed: FramedLine, framing: Framing): boolean {
    const name = framed.eventName;
    if (framing.kind === 'log' || (name !== undefined && LOG_TEXT_EVENTS.has(name))) {
      if (framed.payload === 0 && this.#isTraceEvent(line)) return true;
      if (!this.#iommuWords.some((word) => line.indexOf(word, framed.payload) >= 0)) return false;
      return framed.payload > 0 || !Number.isNaN(framed.seconds) || isKernelText(line, this.#iommuWords);
    }
    if (name === undefined) return false;
    if (this.#byEvent.has(name)) return true;
    return this.#iommuWords.some((word) => name.includes(word) || line.startsWith(word, framed.payload));
  }

  /** Whether a known event stands behind a tracer's time. */
  #isTraceEvent(line: string): boolean {
    const [, name, payload] = STAMPED_EVENT.exec(line) ?? [];
    if (name === undefined || payload === undefined) return false;
    return this.#byEvent.get(name)?.some((dialect) => dialect.isSilent?.(name, payload) !== true) === true;
  }
}

/** `13.286975: prq_report: dmar0/…` */
const STAMPED_EVENT = /\s\d+\.\d{6}(?:\d{3})?: (\w+): +(.*\b0x[\da-f].*)$/;

/** What stands in front of a kernel's message: `DMAR: `, `pci 0000:00:02.0: `. */
const MESSAGE_HEAD = /^\s*([^\s:/]+|[^\s:/]+ \S*[\d.]\S*): (?=\S)/;

/** Whether a line without any prefix, as in a mail or a report, is the kernel's rather than prose about it. */
function isKernelText(line: string, words: readonly string[]): boolean {
  const head = MESSAGE_HEAD.exec(line)?.[1];
  return head !== undefined && (head.includes(' ') || words.some((word) => `${head}:`.includes(word)));
}

function endOfWord(line: string, from: number): number {
  let at = from;
  for (;;) {
    const code = line.charCodeAt(at);
    if (code !== 95 && !isDigit(code) && !(code >= 97 && code <= 122) && !(code >= 65 && code <= 90)) return at;
    at += 1;
  }
}

/** The dialects to use: all, or the one that is forced by name. An unknown name is a UsageError. */
export function selectDialects(dialects: readonly Dialect[], forced: string | undefined): readonly Dialect[] {
  if (forced === undefined) return dialects;
  const selected = dialects.filter((dialect) => dialect.name === forced);
  if (selected.length === 0) {
    const names = dialects.map((dialect) => dialect.name).join(', ');
    throw new UsageError(`unknown dialect "${forced}"`, `known dialects: ${names}`);
  }
  return selected;
}

/** Everything of which a line that matters has at least one. */
export function allNeedles(
  parsers: ParserRegistry,
  probeNames: ReadonlyMap<string, string> | undefined,
): readonly string[] {
  return [
    ...parsers.dialects.flatMap((dialect) => dialect.needles),
    ...parsers.framings.flatMap((framing) => framing.needles ?? []),
    ...parsers.iommuWords,
    ...(probeNames?.keys() ?? []),
  ];
}

import type { SourceLine, TraceEvent } from '../model/event.ts';
import { type DialectResult, newFramedLine, SILENT } from '../model/parser.ts';
import type { Dispatch, Reading } from './dispatch.ts';
import type { FramingChoice } from './framing-choice.ts';
import { gluedParts, mendStamp } from './glued-lines.ts';
import type { LineHandler } from './line-handler.ts';
import type { Unwrapping } from './unwrapping.ts';

/** A kernel message is cut into this many further lines at most. */
const MAX_JOINED = 3;
/** Nobody wraps shorter lines. */
const SHORTEST_WRAPPED = 24;
/** `ath12k_pci 0000:c2:00.0:` at the end. */
const CUT_PREFIX = /:\s*$/;
/** Who wraps fills lines up to here at least, with the first word of the next one. */
const NARROWEST = 60;
/** The soft line end of the quoted-printable encoding. */
const SOFT_END = /=$/;

const INDENT = /^[>|\s]*\s/;

interface PastedLine {
  readonly source: SourceLine;
  /** Without quoting and the like. */
  text: string;
  /** `text` is all of the source line. */
  isWhole: boolean;
  /** The source line begins with a blank. */
  readonly isIndented: boolean;
}

/** A text that lines of the window continue, and how many. */
interface Extended {
  readonly text: string;
  readonly count: number;
}

/** What the parsers make of a text. */
interface Sight {
  /** The text has a framing or a time of its own, so that it begins a line. */
  readonly isFramed: boolean;
  readonly result: DialectResult;
  /** How much is said. */
  readonly facts: number;
}

/**
 * Joins log lines that a mail client or a terminal wrapped, and parts those that ran together. A line is continued by the
 * next ones if they have no prefix of their own and the parsers read more out of all than out of each, so that a guess
 * that is wrong changes nothing. Needs all lines, not only those with a needle.
 */
export class PastedLines {
  readonly #input: number;
  readonly #handler: LineHandler;
  readonly #framings: FramingChoice;
  readonly #unwrapping: Unwrapping;
  readonly #dispatch: Dispatch;
  readonly #framed = newFramedLine();
  readonly #reading: Reading = { dialect: undefined, result: undefined };
  readonly #window: PastedLine[] = [];

  constructor(
    input: number,
    handler: LineHandler,
    framings: FramingChoice,
    unwrapping: Unwrapping,
    dispatch: Dispatch,
  ) {
    this.#input = input;
    this.#handler = handler;
    this.#framings = framings;
    this.#unwrapping = unwrapping;
    this.#dispatch = dispatch;
  }

  push(text: string, line: number, offset: number): void {
    const source = { input: this.#input, line, offset, text };
    let unwrapped = this.#unwrapping.unwrap(text);
    let isWhole = true;
    const last = this.#window.at(-1);
    const mended = last === undefined ? undefined : mendStamp(last.text, unwrapped);
    if (last !== undefined && mended !== undefined) {
      [last.text, unwrapped] = mended;
      last.isWhole = false;
      isWhole = false;
    }
    const parts = gluedParts(unwrapped, true) ?? this.#eventParts(unwrapped);
    for (const part of parts ?? [unwrapped]) {
      this.#window.push({ source, text: part, isWhole: isWhole && parts === undefined, isIndented: INDENT.test(text) });
    }
    while (this.#window.length > MAX_JOINED) this.#take();
  }

  /** The same for trace events, of which a filled paragraph has several on a line; undefined for one. */
  #eventParts(text: string): readonly string[] | undefined {
    const cuts = this.#dispatch.eventStarts(text);
    if (cuts.length === 0) return undefined;
    return [0, ...cuts].map((cut, index) => text.slice(cut, cuts[index]).trimEnd());
  }

  /** Call once, after the last line. */
  end(): void {
    while (this.#window.length > 0) this.#take();
  }

  /** Gives the oldest line to the handler, with those that continue it. */
  #take(): void {
    const first = this.#window.shift();
    if (first === undefined) return;
    let { text } = first;
    let count = 0;
    if ((text.length >= SHORTEST_WRAPPED || text.endsWith(':')) && this.#mayContinue(text)) {
      for (let more = this.#extend(text, 0); more !== undefined; more = this.#extend(text, count)) {
        text = more.text;
        count += more.count;
      }
    }
    const { line, offset, text: raw } = first.source;
    if (count === 0 && first.isWhole) {
      this.#handler.handle(raw, line, offset);
      return;
    }
    const also = this.#window.splice(0, count).map(({ source }) => source);
    const others = also.filter((source) => source !== first.source);
    this.#handler.handleJoined(text, raw, line, offset, others.length > 0 ? others : undefined);
  }

  #mayContinue(text: string): boolean {
    const next = this.#window[0]?.text;
    return next !== undefined && next !== '' && this.#dispatch.mayHaveLogText(text, next);
  }

  /** `text` with the fewest lines of the window from `from` on that make it say more than it and the last of them alone. */
  #extend(text: string, from: number): Extended | undefined {
    const isSoft = SOFT_END.test(text);
    const seen = this.#look(isSoft ? text.slice(0, -1) : text);
    if (seen.result === SILENT && !isSoft) return undefined;
    let candidates: readonly string[] = [text];
    for (const [index, { text: next, isIndented }] of this.#window.slice(from).entries()) {
      const alone = this.#look(next);
      if (alone.isFramed || next.trim() === '') return undefined;
      // A line that says something by itself can only lack what stands in front of its message.
      if (alone.facts > 0 && (seen.facts > 0 || !mayBeCutBefore(next, candidates))) return undefined;
      candidates = candidates.flatMap((candidate) => joins(candidate, next, isIndented));
      const joined = candidates.find((candidate) => this.#saysMore(candidate, seen, alone, isSoft));
      if (joined !== undefined) return { text: joined, count: index + 1 };
      if (alone.facts > 0) return undefined;
    }
    return undefined;
  }

  /** The encoding of mails cuts numbers, and other words tell another reason: a line may say as much, but not the same. */
  #saysMore(joined: string, seen: Sight, alone: Sight, isSoft: boolean): boolean {
    const all = this.#look(joined);
    if (all.facts <= alone.facts || !keeps(seen.result, all.result, isSoft)) return false;
    if (all.facts !== seen.facts || seen.facts === 0) return all.facts > seen.facts;
    return isSoft || reasonOf(all.result) !== reasonOf(seen.result);
  }

  #look(text: string): Sight {
    const framed = this.#framed;
    const own = this.#framings.frame(text, framed);
    const framing = own ?? this.#framings.frameAnyhow(text, framed);
    if (framing === undefined) return { isFramed: false, result: undefined, facts: 0 };
    this.#dispatch.read(text, framed, framing, this.#reading);
    const { result } = this.#reading;
    const isFramed = own !== undefined || framed.payload > 0 || !Number.isNaN(framed.seconds);
    return { isFramed, result, facts: factsOf(result) };
  }
}

/** Both lines as one: cut at a blank, or inside a word; the encoding of mails keeps the blank on the next line. */
function joins(text: string, next: string, isIndented: boolean): readonly string[] {
  const whole = [`${text.trimEnd()} ${next.trimStart()}`, text.trimEnd() + next.trimStart()];
  if (!SOFT_END.test(text)) return whole;
  const cut = text.slice(0, -1);
  const soft = [cut + next, `${cut} ${next}`];
  return [...(isIndented ? soft.reverse() : soft), ...whole];
}

/** True if a message that begins in one of `texts` may have been cut in front of `next`. */
function mayBeCutBefore(next: string, texts: readonly string[]): boolean {
  const word = next.trimStart().split(/\s/, 1)[0] ?? '';
  return texts.some((text) => CUT_PREFIX.test(text) || text.length + 1 + word.length >= NARROWEST);
}

const FACTS = [
  'iommu',
  'device',
  'requester',
  'pasid',
  'prgi',
  'addressDigits',
  'access',
  'code',
  'returnValue',
  'reason',
  'vendorReason',
  'lost',
] as const satisfies readonly (keyof TraceEvent)[];

/**
 * True if `longer` says what `shorter` does; the last word may have been cut, and the reason follows from all words. A
 * number that was cut is another one, where `mayCutNumbers`.
 */
function keeps(shorter: DialectResult, longer: DialectResult, mayCutNumbers: boolean): boolean {
  if (shorter === undefined || shorter === SILENT || shorter.kind === 'continuation') return true;
  if (longer === undefined || longer === SILENT || longer.kind === 'continuation') return false;
  return FACTS.every((fact) => {
    const value = shorter[fact];
    if (fact === 'reason' || value === undefined) return true;
    if (mayCutNumbers && typeof value === 'number') return longer[fact] !== undefined;
    return String(longer[fact]).startsWith(String(value));
  });
}

function reasonOf(result: DialectResult): string | undefined {
  return result === undefined || result === SILENT || result.kind === 'continuation' ? undefined : result.reason;
}

function factsOf(result: DialectResult): number {
  if (result === undefined || result === SILENT) return 0;
  if (result.kind === 'continuation') return 1 + factsOf(result.alone);
  return 1 + FACTS.filter((fact) => result[fact] !== undefined).length;
}

import type { SourceLine } from '../model/event.ts';
import { type Dialect, type DialectResult, newFramedLine, SILENT } from '../model/parser.ts';
import type { Dispatch, Reading } from './dispatch.ts';
import type { FramingChoice } from './framing-choice.ts';
import { gluedParts, isConsoleLine, mendStamp } from './glued-lines.ts';
import type { LineHandler } from './line-handler.ts';
import { eventOf, factsOf, keeps, reasonOf } from './said-facts.ts';
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
/** Encoders fill lines up to here; then the next line is the rest of this one, without doubt. */
const SHORTEST_SOFT = 73;
const LONGEST_SOFT = 76;
const MOST_SOFT = 12;
/** Columns of terminals, which cut a line wherever it is. */
const TERMINALS: ReadonlySet<number> = new Set([80, 100, 120, 132, 160]);

/** What surely begins a line. */
const OWN_TIME = /^\[ *\d+\.\d{6}\]/;
const INDENT = /^[>|\s]*\s/;

interface PastedLine {
  readonly source: SourceLine;
  /** Lines that a soft line end joined to it. */
  readonly also: SourceLine[];
  /** With quoting and the like. */
  raw: string;
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
  readonly dialect: Dialect | undefined;
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
    const last = this.#window.at(-1);
    if (last !== undefined && this.#isRestOf(last, text)) {
      last.also.push(source);
      last.raw = last.raw.slice(0, -1) + text;
      last.text = this.#unwrapping.unwrap(last.raw);
      last.isWhole = false;
      return;
    }
    let unwrapped = this.#unwrapping.unwrap(text);
    let isWhole = true;
    const mended = last === undefined ? undefined : mendStamp(last.text, unwrapped);
    if (last !== undefined && mended !== undefined) {
      [last.text, unwrapped] = mended;
      last.isWhole = false;
      isWhole = false;
    }
    const parts = gluedParts(unwrapped, true) ?? this.#eventParts(unwrapped);
    for (const part of parts ?? [unwrapped]) {
      this.#window.push({
        source,
        also: [],
        raw: parts === undefined ? text : part,
        text: part,
        isWhole: isWhole && parts === undefined,
        isIndented: INDENT.test(text),
      });
    }
    while (this.#window.length > MAX_JOINED) this.#take();
  }

  /** True if an encoder of mails cut `text` off the last line. */
  #isRestOf({ source, also, raw }: PastedLine, text: string): boolean {
    const before = (also.at(-1) ?? source).text;
    if (!SOFT_END.test(before) || before.length < SHORTEST_SOFT || before.length > LONGEST_SOFT) return false;
    if (text === '' || also.length >= MOST_SOFT || !raw.endsWith('=')) return false;
    // As well an assignment that was wrapped.
    if (before.endsWith(' =') && !text.startsWith('=3D')) return false;
    return this.#framings.frame(this.#unwrapping.unwrap(text), this.#framed) === undefined;
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
      for (let more = this.#extend(first, text, 0); more !== undefined; more = this.#extend(first, text, count)) {
        text = more.text;
        count += more.count;
      }
    }
    const torn = count === 0 ? this.#takeTorn(first) : undefined;
    if (torn !== undefined) text = torn.text;
    const { line, offset, text: raw } = first.source;
    if (count === 0 && torn === undefined && first.isWhole) {
      this.#handler.handle(raw, line, offset);
      return;
    }
    const also = [first, ...(torn === undefined ? this.#window.splice(0, count) : [torn.rest])].flatMap((part) => [
      part.source,
      ...part.also,
    ]);
    const others = also.filter((source) => source !== first.source);
    this.#handler.handleJoined(text, raw, line, offset, others.length > 0 ? others : undefined);
  }

  /**
   * A line with a time whose end stands behind lines of others, as where a console's writers interrupt each other: with that
   * end, which is taken out of the window. Undefined for a line that is whole.
   */
  #takeTorn({ text }: PastedLine): { readonly text: string; readonly rest: PastedLine } | undefined {
    if (this.#window.length < 2) return undefined;
    let seen: Sight | undefined;
    for (const [index, rest] of this.#window.entries()) {
      if (
        index === 0 ||
        OWN_TIME.test(rest.text) ||
        rest.text.trim() === '' ||
        !this.#dispatch.mayHaveLogText(text, rest.text)
      )
        continue;
      seen ??= this.#look(text);
      if (!seen.isFramed || seen.result === SILENT) return undefined;
      const alone = this.#look(rest.text);
      if (alone.isFramed || alone.facts > 0 || this.#endsLine(index - 1, rest, alone)) continue;
      const whole = [text + rest.text, `${text} ${rest.text}`].find((joined) => this.#mends(joined, seen, alone));
      if (whole === undefined) continue;
      this.#window.splice(index, 1);
      return { text: whole, rest };
    }
    return undefined;
  }

  /** True if `rest` is the end of the line of the window in front of it. */
  #endsLine(index: number, rest: PastedLine, alone: Sight): boolean {
    const text = this.#window[index]?.text ?? '';
    if (!this.#dispatch.mayHaveLogText(text, rest.text)) return false;
    const seen = this.#look(text);
    return joins(text, rest.text, rest.isIndented, false).some((joined) => this.#saysMore(joined, seen, alone, false));
  }

  #mends(joined: string, seen: Sight | undefined, alone: Sight): boolean {
    return seen !== undefined && this.#look(joined).facts > seen.facts && this.#saysMore(joined, seen, alone, false);
  }

  #mayContinue(text: string): boolean {
    const next = this.#window[0]?.text;
    return next !== undefined && next !== '' && !OWN_TIME.test(next) && this.#dispatch.mayHaveLogText(text, next);
  }

  /** `text` with the fewest lines of the window from `from` on that make it say more than it and the last of them alone. */
  #extend(first: PastedLine, text: string, from: number): Extended | undefined {
    const isSoft = SOFT_END.test(text) && !isCut(from === 0 ? first : this.#window[from - 1]);
    const seen = this.#look(isSoft ? text.slice(0, -1) : text);
    if (seen.result === SILENT && !isSoft) return undefined;
    let candidates: readonly string[] = [text];
    const above = [first, ...this.#window.slice(0, from)];
    for (const [index, line] of this.#window.slice(from).entries()) {
      const { text: next, isIndented } = line;
      const alone = this.#look(next);
      if (alone.isFramed || next.trim() === '' || isConsoleLine(next)) return undefined;
      // A line that says something by itself can only lack what stands in front of its message.
      if (alone.facts > 0 && (seen.facts > 0 || !mayBeCutBefore(next, above))) return undefined;
      const isFolded = isCut(above.at(-1));
      const isNumber = isFolded && candidates.some((candidate) => isNumberCut(candidate, next, true));
      candidates = candidates.flatMap((candidate) => joins(candidate, next, isIndented, isFolded)).map(this.#unmark);
      const joined = this.#most(candidates.filter((each) => this.#saysMore(each, seen, alone, isSoft || isNumber)));
      if (joined !== undefined) return { text: joined, count: index + 1 };
      if (alone.facts > 0) return undefined;
      above.push(line);
    }
    return undefined;
  }

  /** The one that says most; of those that say as much the first. */
  #most(candidates: readonly string[]): string | undefined {
    if (candidates.length < 2) return candidates[0];
    const facts = candidates.map((candidate) => this.#look(candidate).facts);
    return candidates[facts.indexOf(Math.max(...facts))];
  }

  /** Marks around a line that was wrapped are whole again. */
  readonly #unmark = (joined: string): string => (MARKED.test(joined) ? this.#unwrapping.unwrap(joined) : joined);

  /** The encoding of mails cuts numbers, and other words tell another reason: a line may say as much, but not the same. */
  #saysMore(joined: string, seen: Sight, alone: Sight, isSoft: boolean): boolean {
    const all = this.#look(joined);
    // The same words may be another program's behind what was cut off.
    const isOthers = alone.facts > 0 && all.facts === alone.facts && all.dialect !== alone.dialect;
    if (isOthers) return true;
    if (all.facts <= alone.facts || !keeps(seen.result, all.result, isSoft)) return false;
    if (all.facts !== seen.facts || seen.facts === 0) return all.facts > seen.facts;
    return isSoft || reasonOf(all.result) !== reasonOf(seen.result) || endsMessage(seen, all);
  }

  #look(text: string): Sight {
    const framed = this.#framed;
    const own = this.#framings.frame(text, framed);
    const framing = own ?? this.#framings.frameAnyhow(text, framed);
    if (framing === undefined) return { isFramed: false, result: undefined, dialect: undefined, facts: 0 };
    this.#dispatch.read(text, framed, framing, this.#reading);
    const { result, dialect } = this.#reading;
    const isFramed = own !== undefined || framed.payload > 0 || !Number.isNaN(framed.seconds);
    return { isFramed, result, dialect, facts: factsOf(result) };
  }
}

/** True if the end of a message is in `all`, which says no other facts than what was `seen` of it. */
function endsMessage({ result, dialect }: Sight, all: Sight): boolean {
  const [cut, whole] = [eventOf(result), eventOf(all.result)];
  if (cut?.vendorReason === undefined || whole?.vendorReason === undefined) return false;
  if (dialect?.isCut?.(cut) !== true) return false;
  return whole.vendorReason.length > cut.vendorReason.length && whole.vendorReason.startsWith(cut.vendorReason);
}

/** Emphasis, code and quotation marks that begin a line and end it. */
const MARKED = /^(?:[-*] )?([*_"`]).*\1[.,]?$/;
/** A number, and the start of a word that cannot be the rest of it. */
const NUMBER_END = /\b0x[0-9a-f]*$/;
const OTHER_WORD = /^[0-9a-f]*[g-z_]/i;

/** A number that may go on behind the end of the line, and what can be the rest of one. */
const CUT_NUMBER = /(?:^|[^0-9a-z])(?:0x)?([0-9a-f]{0,15})$/;
const NUMBER_REST = /^(?:x?([0-9a-f]+)(?!\w)|[:.][0-9a-f])/;
/** Words are printed with so many digits. */
const WORD_DIGITS = 8;

/** True if `next` may be the rest of the number at the end of `text`; a word of 32 bits is cut by terminals alone. */
function isNumberCut(text: string, next: string, isFolded: boolean): boolean {
  const [number, rest] = [CUT_NUMBER.exec(text), NUMBER_REST.exec(next)];
  if (number === null || rest === null) return false;
  return number[1]?.length !== WORD_DIGITS || (isFolded && rest[1]?.length !== WORD_DIGITS);
}

/** True if the line, or the last that was joined to it, is as long as a terminal is wide. */
function isCut(line: PastedLine | undefined): boolean {
  return line !== undefined && TERMINALS.has((line.also.at(-1) ?? line.source).text.length);
}

/** Both lines as one: cut at a blank, or inside a word; the encoding of mails keeps the blank on the next line. */
function joins(text: string, next: string, isIndented: boolean, isFolded: boolean): readonly string[] {
  const [head, rest] = [text.trimEnd(), next.trimStart()];
  const whole = [`${head} ${rest}`];
  if (!NUMBER_END.test(head) || !OTHER_WORD.test(rest)) whole.push(head + rest);
  if (isNumberCut(text, next, isFolded)) whole.reverse();
  if (isFolded || !SOFT_END.test(text)) return whole;
  const cut = text.slice(0, -1);
  const soft = [cut + next, `${cut} ${next}`];
  return [...(isIndented ? soft.reverse() : soft), ...whole];
}

/** True if the message that is in the lines `above` may have been cut in front of `next`. */
function mayBeCutBefore(next: string, above: readonly PastedLine[]): boolean {
  const word = next.trimStart().split(/\s/, 1)[0] ?? '';
  return above.some(
    ({ text, also, source }) =>
      CUT_PREFIX.test(text) || (also.at(-1) ?? source).text.length + 1 + word.length >= NARROWEST,
  );
}

import type { SourceLine, TraceEvent } from '../model/event.ts';
import { type DialectResult, newFramedLine, SILENT } from '../model/parser.ts';
import type { Dispatch, Reading } from './dispatch.ts';
import type { FramingChoice } from './framing-choice.ts';
import type { LineHandler } from './line-handler.ts';
import type { Unwrapping } from './unwrapping.ts';

/** A kernel message is cut into this many further lines at most. */
const MAX_JOINED = 3;
/** Nobody wraps shorter lines. */
const SHORTEST_WRAPPED = 24;
/** `ath12k_pci 0000:c2:00.0:` at the end. */
const CUT_PREFIX = /:\s*$/;
/** The soft line end of the quoted-printable encoding. */
const SOFT_END = /=$/;

interface PastedLine {
  readonly source: SourceLine;
  /** Without quoting and the like. */
  readonly text: string;
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
 * Joins log lines that a mail client or a terminal wrapped. A line is continued by the next ones if they have no prefix of
 * their own and the parsers read more out of both than out of each, so that a guess that is wrong changes nothing.
 * Needs all lines, not only those with a needle.
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
    this.#window.push({ source, text: this.#unwrapping.unwrap(text) });
    if (this.#window.length > MAX_JOINED) this.#take();
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
    if (text.length >= SHORTEST_WRAPPED && this.#mayContinue(text)) {
      let seen = this.#look(text);
      for (const [index, next] of this.#window.entries()) {
        const joined = seen.result === SILENT ? undefined : this.#join(text, seen, next.text);
        if (joined === undefined) break;
        text = joined;
        count = index + 1;
        seen = this.#look(joined);
      }
    }
    const { line, offset, text: raw } = first.source;
    if (count === 0) {
      this.#handler.handle(raw, line, offset);
      return;
    }
    const also = this.#window.splice(0, count).map(({ source }) => source);
    this.#handler.handleJoined(text, raw, line, offset, also);
  }

  #mayContinue(text: string): boolean {
    const next = this.#window[0]?.text;
    return next !== undefined && next !== '' && this.#dispatch.mayHaveLogText(text, next);
  }

  /** `text` with the line behind it, if that says more than both alone. */
  #join(text: string, seen: Sight, next: string): string | undefined {
    const alone = this.#look(next);
    if (alone.isFramed || next.trim() === '') return undefined;
    // A line that says something by itself can only lack what stands in front of its message.
    if (alone.facts > 0 && (seen.facts > 0 || !CUT_PREFIX.test(text))) return undefined;
    for (const joined of joins(text, next)) {
      const both = this.#look(joined);
      const saysMore = both.facts > seen.facts && both.facts > alone.facts;
      if (saysMore && keeps(seen.result, both.result)) return joined;
    }
    return undefined;
  }

  #look(text: string): Sight {
    const framed = this.#framed;
    const own = this.#framings.frame(text, framed);
    const framing = own ?? this.#framings.frameAnyhow(text, framed);
    if (framing === undefined) return { isFramed: false, result: undefined, facts: 0 };
    this.#dispatch.read(text, framed, framing, this.#reading);
    const { result } = this.#reading;
    return { isFramed: own !== undefined || !Number.isNaN(framed.seconds), result, facts: factsOf(result) };
  }
}

/** Both lines as one: cut at a blank, or inside a word. */
function joins(text: string, next: string): readonly string[] {
  if (SOFT_END.test(text)) return [text.slice(0, -1) + next];
  return [`${text.trimEnd()} ${next.trimStart()}`, text.trimEnd() + next.trimStart()];
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

/** True if `longer` says what `shorter` does; the last word may have been cut, and the reason follows from all words. */
function keeps(shorter: DialectResult, longer: DialectResult): boolean {
  if (shorter === undefined || shorter === SILENT || shorter.kind === 'continuation') return true;
  if (longer === undefined || longer === SILENT || longer.kind === 'continuation') return false;
  return FACTS.every(
    (fact) =>
      fact === 'reason' || shorter[fact] === undefined || String(longer[fact]).startsWith(String(shorter[fact])),
  );
}

function factsOf(result: DialectResult): number {
  if (result === undefined || result === SILENT || result.kind === 'continuation') return 0;
  return 1 + FACTS.filter((fact) => result[fact] !== undefined).length;
}

import type { FramedLine, Framing, Wrapping } from '../model/parser.ts';
import type { FramingChoice } from './framing-choice.ts';

const GREATER = 62;
const BAR = 124;
/** Stands in what probes of a function's return print. */
const ESCAPED_ARROW = '&lt;-';

/**
 * Finds the framing of lines that may be quoted, coloured or escaped. Lines of a tracer are seen as they are first, so that
 * they cost nothing more; log text loses all wrappings before it is framed.
 */
export class Unwrapping {
  readonly #wrappings: readonly Wrapping[];
  /** Of the line that was last given to `frame`; undefined for one that only the fallback would take. */
  framing: Framing | undefined;

  constructor(wrappings: readonly Wrapping[] = []) {
    this.#wrappings = wrappings;
  }

  /** Sets `framing` and fills `out`; gives the line that `out` is about: `line` without its wrappings. */
  frame(line: string, choice: FramingChoice, out: FramedLine): string {
    const first = line.charCodeAt(0);
    if (first !== GREATER && first !== BAR) {
      this.framing = choice.frame(line, out);
      if (this.framing?.kind === 'trace' && !line.includes(ESCAPED_ARROW)) return line;
    }
    const text = this.unwrap(line);
    if (text !== line || first === GREATER || first === BAR) this.framing = choice.frame(text, out);
    return text;
  }

  /** Takes each wrapping off, once if it cannot repeat, from the outside to the inside. */
  unwrap(line: string): string {
    let text = line;
    let left = this.#wrappings;
    for (let before: string | undefined; before !== text; ) {
      before = text;
      let remaining: readonly Wrapping[] | undefined;
      for (const wrapping of left) {
        const inner = wrapping.unwrap(text);
        if (inner === text) continue;
        text = inner;
        remaining = (remaining ?? left).filter((other) => other !== wrapping || other.canRepeat === true);
      }
      if (remaining === undefined) break;
      left = remaining;
    }
    return text;
  }
}

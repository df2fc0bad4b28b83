import { UsageError } from '../base/errors.ts';
import type { FramedLine, Framing, HeaderFact } from '../model/parser.ts';

/**
 * Finds the framing of a line: the one that read the line before, then the others in the registry's order.
 * The last framing of the registry takes every line and is not remembered.
 */
export class FramingChoice {
  readonly #framings: readonly Framing[];
  readonly #fallback: Framing | undefined;
  #last: Framing | undefined;

  constructor(framings: readonly Framing[]) {
    this.#framings = framings.slice(0, -1);
    this.#fallback = framings.at(-1);
  }

  /** The framing that read the line before; never the fallback. */
  get last(): Framing | undefined {
    return this.#last;
  }

  /** The framing that read `line` into `out`; undefined for a line that only the fallback would take. */
  frame(line: string, out: FramedLine): Framing | undefined {
    out.clock = 'own';
    out.exported = undefined;
    const last = this.#last;
    if (last?.parse(line, out)) return last;
    for (const framing of this.#framings) {
      if (framing !== last && framing.parse(line, out)) {
        this.#last = framing;
        return framing;
      }
    }
    return undefined;
  }

  /** Reads a line that `frame` did not know as text without a prefix. */
  frameAnyhow(line: string, out: FramedLine): Framing | undefined {
    return this.#fallback?.parse(line, out) ? this.#fallback : undefined;
  }

  /** What a header or marker line states, and whose line it is: the first's that knows it, whatever was read before. */
  header(line: string): { readonly framing: Framing; readonly fact: HeaderFact } | undefined {
    for (const framing of [...this.#framings, this.#fallback]) {
      const fact = framing?.header?.(line);
      if (framing !== undefined && fact !== undefined) return { framing, fact };
    }
    return undefined;
  }
}

/** The framings to try: all, or the one that is forced by name. An unknown name is a UsageError. */
export function selectFramings(framings: readonly Framing[], forced: string | undefined): readonly Framing[] {
  if (forced === undefined) return framings;
  const framing = framings.find((candidate) => candidate.name === forced);
  if (framing === undefined) {
    const names = framings.map((candidate) => candidate.name).join(', ');
    throw new UsageError(`unknown framing "${forced}"`, `known framings: ${names}`);
  }
  return [framing];
}

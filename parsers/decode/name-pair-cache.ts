import { ownText } from '../../src/base/intern.ts';

/** `first/second`, cut once. */
export interface NamePair {
  readonly first: string;
  readonly second: string;
}

interface Entry extends NamePair {
  readonly text: string;
}

const SLOTS = 256;

/**
 * Cuts `first/second` and keeps the result under a number that goes with the names (a requester id), so that a
 * pair that comes again makes no new string. Bounded: two numbers with the same slot displace each other.
 */
export class NamePairCache {
  readonly #slots: (Entry | undefined)[] = new Array(SLOTS).fill(undefined);

  /** The pair in [from, end) of `text`; undefined if it is none. */
  take(text: string, from: number, end: number, key: number): NamePair | undefined {
    const slot = (key ^ (key >> 8)) & (SLOTS - 1);
    const known = this.#slots[slot];
    if (known !== undefined && known.text.length === end - from && text.startsWith(known.text, from)) return known;
    const pair = ownText(text.slice(from, end));
    const slash = pair.indexOf('/');
    if (slash <= 0 || slash === pair.length - 1) return undefined;
    const entry = { text: pair, first: pair.slice(0, slash), second: pair.slice(slash + 1) };
    this.#slots[slot] = entry;
    return entry;
  }
}

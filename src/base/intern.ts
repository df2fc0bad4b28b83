/**
 * Gives the same string for the same characters, so that a name that comes back on every line is not
 * allocated again. Bounded: two names with the same slot displace each other, which costs time only.
 */
export class SliceInterner {
  readonly #slots: string[] = new Array(SLOTS).fill('');

  /** `text.slice(from, end)`, but sharing no memory with `text`. */
  slice(text: string, from: number, end: number): string {
    const length = end - from;
    if (length <= 0) return '';
    const slot =
      (text.charCodeAt(from) + 7 * text.charCodeAt(end - 1) + 31 * text.charCodeAt(from + (length >> 1)) + 3 * length) &
      (SLOTS - 1);
    const known = this.#slots[slot];
    if (known !== undefined && known.length === length && text.startsWith(known, from)) return known;
    const fresh = ownText(text.slice(from, end));
    this.#slots[slot] = fresh;
    return fresh;
  }
}

const SLOTS = 256;

/** A copy that does not keep the text alive of which `text` is a part. For names; costs a few hundred nanoseconds. */
export function ownText(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

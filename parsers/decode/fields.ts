import { readInteger, type Word64 } from './word64.ts';

/**
 * Position of the value of ` name=value` in [from, end), or -1. `key` includes the `=`. The name must stand
 * alone: at `from` or behind a blank.
 */
export function fieldAt(text: string, key: string, from: number, end: number): number {
  let at = text.indexOf(key, from);
  while (at >= 0 && at < end) {
    if (at === from || text.charCodeAt(at - 1) === 32) return at + key.length;
    at = text.indexOf(key, at + 1);
  }
  return -1;
}

/** Reads the integer value of a field (`0x…` or decimal). False if it is missing or no number. */
export function readField(text: string, key: string, from: number, end: number, out: Word64): boolean {
  const at = fieldAt(text, key, from, end);
  return at >= 0 && readInteger(text, at, out) >= 0;
}

/** End of the word that starts at `from`: the next blank, or `end`. */
export function endOfWord(text: string, from: number, end: number): number {
  const blank = text.indexOf(' ', from);
  return blank < 0 || blank > end ? end : blank;
}

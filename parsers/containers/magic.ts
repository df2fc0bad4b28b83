/** True if `head` has these bytes at `at`. */
export function hasBytes(head: Uint8Array, bytes: readonly number[], at = 0): boolean {
  return head.length >= at + bytes.length && bytes.every((byte, index) => head[at + index] === byte);
}

/** The bytes of an ASCII text. */
export function ascii(text: string): readonly number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

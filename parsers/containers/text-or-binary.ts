/**
 * Whether bytes that no container knows are something else than text. Logs may hold stray NUL bytes (a
 * file cut by a crash), escape sequences, Latin-1 and some garbage: only bytes that are mostly no text count.
 * Looks at the head that it is given, up to 64 KiB.
 */
export function isBinary(head: Uint8Array): boolean {
  let nul = 0;
  let odd = 0;
  for (let at = 0; at < head.length; at += 1) {
    const byte = head[at] ?? 0;
    if (byte === 0) nul += 1;
    else if (byte < 0x20 ? !isTextControl(byte) : byte === 0x7f) odd += 1;
    else if (byte >= 0x80) {
      const length = utf8Length(head, at);
      if (length === 0) odd += 1;
      else at += length - 1;
    }
  }
  const rest = head.length - nul;
  if (rest === 0) return head.length > 0;
  if (odd / rest > 0.25) return true;
  return nul / head.length > 0.1 && odd / rest > 0.05;
}

/** Backspace, tab, line feed, form feed, carriage return and escape. */
function isTextControl(byte: number): boolean {
  return (byte >= 8 && byte <= 13 && byte !== 11) || byte === 0x1b;
}

/** Length of the UTF-8 sequence that starts at `at`, 0 if none does (overlong forms are not told apart). */
function utf8Length(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const length = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 0;
  for (let next = 1; next < length; next += 1) {
    if (at + next < bytes.length && ((bytes[at + next] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return first >= 0xf5 ? 0 : length;
}

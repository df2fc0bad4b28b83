/** 0x0a in each byte. */
const NEWLINES = 0x0a0a0a0a;
/** After this many words a byte of the sum could overflow. */
const WORDS_PER_SUM = 255;

/** Newlines in [from, end) of `bytes`; `words` is an aligned view of the same memory. Four bytes a step. */
export function countNewlines(bytes: Uint8Array, words: Int32Array, from: number, end: number): number {
  const firstWord = (from + 3) >> 2;
  const lastWord = end >> 2;
  if (lastWord <= firstWord) return countBytes(bytes, from, end);
  let count = countBytes(bytes, from, firstWord * 4) + countBytes(bytes, lastWord * 4, end);
  for (let word = firstWord; word < lastWord; ) {
    const stop = Math.min(word + WORDS_PER_SUM, lastWord);
    let sums = 0;
    for (; word < stop; word += 1) {
      const difference = (words[word] ?? 0) ^ NEWLINES;
      // The top bit of each byte is set exactly where the byte is zero.
      const zeros = ~(((difference & 0x7f7f7f7f) + 0x7f7f7f7f) | difference | 0x7f7f7f7f);
      sums = (sums + (zeros >>> 7)) | 0;
    }
    count += (sums & 255) + ((sums >>> 8) & 255) + ((sums >>> 16) & 255) + (sums >>> 24);
  }
  return count;
}

function countBytes(bytes: Uint8Array, from: number, end: number): number {
  let count = 0;
  for (let at = from; at < end; at += 1) if (bytes[at] === 10) count += 1;
  return count;
}

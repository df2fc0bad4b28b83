/** How many bytes of an input are looked at before its lines are read. */
export const HEAD_BYTES = 64 * 1024;

/** What stands in the way of reading bytes as lines; undefined if nothing does. */
export interface NotText {
  readonly what: string;
  readonly hint: string;
}

/** First bytes of files that are often given by mistake, or that need a container. */
const MAGIC: readonly (readonly [name: string, bytes: readonly number[], hint: string])[] = [
  ['gzip data', [0x1f, 0x8b], 'decompress it: gzip -dc FILE | faultlog check -'],
  ['zstd data', [0x28, 0xb5, 0x2f, 0xfd], 'decompress it: zstd -dc FILE | faultlog check -'],
  ['xz data', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], 'decompress it: xz -dc FILE | faultlog check -'],
  [
    'a trace.dat of trace-cmd',
    [0x17, 0x08, 0x44, 0x74, 0x72, 0x61, 0x63, 0x69, 0x6e, 0x67],
    'print it: trace-cmd report -i FILE',
  ],
  ['a perf.data of perf', [0x50, 0x45, 0x52, 0x46, 0x49, 0x4c, 0x45, 0x32], 'print it: perf script -i FILE'],
  ['an ELF file', [0x7f, 0x45, 0x4c, 0x46], 'give the log itself'],
  ['a journal file', [0x4c, 0x50, 0x4b, 0x53, 0x48, 0x48, 0x52, 0x48], 'print it: journalctl --file FILE -k'],
];

const UTF16_HINT = 'convert it: iconv -f UTF-16 -t UTF-8 FILE';
const BINARY_HINT = 'give the text of a trace or a kernel log; faultlog formats lists what is read';
/** Controls beyond this share of the bytes, runs of NULs counted once, are not text. */
const CONTROL_SHARE = 0.05;
const MIN_CONTROLS = 4;

/** Looks at the first bytes (up to `HEAD_BYTES`) of an input. A few NULs, also a long run of them, are still text. */
export function findNotText(head: Uint8Array): NotText | undefined {
  for (const [what, bytes, hint] of MAGIC) {
    if (bytes.every((byte, index) => head[index] === byte)) return { what, hint };
  }
  if (isUtf16(head)) return { what: 'UTF-16 text', hint: UTF16_HINT };
  const { controls, bytes } = countControls(head);
  if (bytes === 0 && head.length > 0) return { what: 'nothing but NUL bytes', hint: BINARY_HINT };
  if (controls >= MIN_CONTROLS && controls > bytes * CONTROL_SHARE) return { what: 'binary data', hint: BINARY_HINT };
  return undefined;
}

/** By its byte order mark, or by NULs in every other byte and hardly any in between. */
function isUtf16(head: Uint8Array): boolean {
  const mark = (head[0] ?? 0) * 256 + (head[1] ?? 0);
  if (mark === 0xfffe || mark === 0xfeff) return true;
  const pairs = Math.min(head.length, 2048) >> 1;
  if (pairs < 8) return false;
  let even = 0;
  let odd = 0;
  for (let pair = 0; pair < pairs; pair += 1) {
    if (head[2 * pair] === 0) even += 1;
    if (head[2 * pair + 1] === 0) odd += 1;
  }
  return Math.max(even, odd) > pairs * 0.7 && Math.min(even, odd) < pairs * 0.1;
}

/** Control bytes that no log has, a run of NULs counted as one, and the bytes outside such runs. */
function countControls(head: Uint8Array): { controls: number; bytes: number } {
  let controls = 0;
  let bytes = 0;
  let inRun = false;
  for (const byte of head) {
    if (byte === 0) {
      if (!inRun) controls += 1;
      inRun = true;
      continue;
    }
    inRun = false;
    bytes += 1;
    if (byte === 127 || (byte < 32 && !isTextControl(byte))) controls += 1;
  }
  return { controls, bytes };
}

/** Backspace, tab, newline, vertical tab, form feed, return, escape. */
function isTextControl(byte: number): boolean {
  return (byte >= 8 && byte <= 13) || byte === 27;
}

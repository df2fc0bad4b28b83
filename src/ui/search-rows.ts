/** What is searched, and from where. */
export interface RowSearch {
  readonly count: number;
  /** The row that the cursor is on; it is the last one that is looked at. */
  readonly from: number;
  readonly step: 1 | -1;
  readonly pattern: string;
  readonly signal: AbortSignal;
  textAt(row: number): string | Promise<string>;
  /** Called now and then with the number of rows looked at. */
  onProgress(rows: number): void;
}

export interface FoundRow {
  readonly row: number;
  /** It was found beyond the end of the rows. */
  readonly isWrapped: boolean;
}

/** The UI is to answer in between. */
const SLICE_MS = 6;
const PROGRESS_MS = 250;

/** The next row with the pattern, in slices that leave the UI room; undefined if there is none, or the search was ended. */
export async function searchRows(search: RowSearch): Promise<FoundRow | undefined> {
  const { count, from, step, signal } = search;
  const matches = matcherOf(search.pattern);
  let sliceEnd = performance.now() + SLICE_MS;
  let progressAt = performance.now() + PROGRESS_MS;
  for (let distance = 1; distance <= count; distance += 1) {
    const unwrapped = from + distance * step;
    const row = (unwrapped + count) % count;
    const text = search.textAt(row);
    if (matches(typeof text === 'string' ? text : await text)) return { row, isWrapped: row !== unwrapped };
    const now = performance.now();
    if (now < sliceEnd) continue;
    if (now > progressAt) {
      search.onProgress(distance);
      progressAt = now + PROGRESS_MS;
    }
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (signal.aborted) return undefined;
    sliceEnd = performance.now() + SLICE_MS;
  }
  return undefined;
}

/** Plain text; small letters stand for capitals too. */
export function matcherOf(pattern: string): (text: string) => boolean {
  if (pattern !== pattern.toLowerCase()) return (text) => text.includes(pattern);
  return (text) => text.toLowerCase().includes(pattern);
}

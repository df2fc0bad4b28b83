import { matcherOf } from './text/matches.ts';

type Matches = (text: string) => boolean;

/** What is searched, and from where. */
export interface RowSearch {
  readonly count: number;
  /** The row that the cursor is on; it is the last one that is looked at. */
  readonly from: number;
  readonly step: 1 | -1;
  readonly pattern: string;
  readonly signal: AbortSignal;
  textAt(row: number): string | Promise<string>;
  /** Quicker than row by row; absent where there is nothing quicker. */
  find?(matches: Matches, from: number, step: 1 | -1, isStopped: () => boolean): Promise<number | undefined>;
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
  if (search.find !== undefined) return findRows(search, search.find, matches);
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

async function findRows(
  { count, from, step, signal }: RowSearch,
  find: NonNullable<RowSearch['find']>,
  matches: Matches,
): Promise<FoundRow | undefined> {
  const isStopped = (): boolean => signal.aborted;
  const row = await find(matches, from, step, isStopped);
  if (row !== undefined || isStopped()) return row === undefined ? undefined : { row, isWrapped: false };
  const wrapped = await find(matches, step === 1 ? -1 : count, step, isStopped);
  return wrapped === undefined ? undefined : { row: wrapped, isWrapped: true };
}

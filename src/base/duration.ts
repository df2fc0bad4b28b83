const NS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ['ns', 1],
  ['us', 1_000],
  ['µs', 1_000],
  ['ms', 1_000_000],
  ['s', 1_000_000_000],
  ['m', 60_000_000_000],
  ['min', 60_000_000_000],
  ['h', 3_600_000_000_000],
]);

const DURATION = /^(\d+(?:\.\d+)?|\.\d+)\s*([a-zµ]+)$/;

/** What a duration looks like, for messages. */
export const DURATION_FORM = 'a number with a unit, like 10s, 100ms, 250us or 1.5s';

/** Integer nanoseconds of `10s`, `1.5 ms`, `2m`; undefined if it has no known unit or is no number. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text.trim());
  const unit = NS_PER_UNIT.get(match?.[2] ?? '');
  if (match === null || unit === undefined) return undefined;
  const ns = Math.round(Number(match[1]) * unit);
  return Number.isSafeInteger(ns) ? ns : undefined;
}

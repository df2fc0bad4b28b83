import type { InputReader } from './input-reader.ts';

/** Inputs that follow each other, the oldest first. */
export type InputChain = readonly [InputReader, ...InputReader[]];

/** `.1`, `-20261123`, and what a compressor appends. */
const ROTATED = /(?:\.(\d{1,3})|-(\d{8,14}))?(?:\.(?:gz|xz|zst|bz2))?$/;

/**
 * Puts the parts of a rotated log (`kern.log.2.gz`, `kern.log.1`, `kern.log`; `messages-20261101`, `messages`) of one
 * machine into chains, by their names. Their times alone do not order them: the kernel's own start again with every boot.
 */
export function inRotation(readers: readonly InputReader[]): readonly InputChain[] {
  const families = new Map<string, InputReader[]>();
  for (const reader of readers) {
    const { path, lane, laneName } = reader.report.spec;
    const key = JSON.stringify([lane, laneName, path.replace(ROTATED, '')]);
    const family = families.get(key);
    if (family === undefined || path === '-') families.set(path === '-' ? `${key}${families.size}` : key, [reader]);
    else family.push(reader);
  }
  return [...families.values()].flatMap((family) => {
    const [first, ...rest] = family.toSorted((one, other) => ageOf(other) - ageOf(one));
    return first === undefined ? [] : [[first, ...rest] as const];
  });
}

/** The larger, the older: the number of the rotation; for a date the smaller, the older. The log itself is the youngest. */
function ageOf(reader: InputReader): number {
  const [, number, date] = ROTATED.exec(reader.report.spec.path) ?? [];
  if (date !== undefined) return 1 / Number(date);
  return number === undefined ? -1 : Number(number);
}

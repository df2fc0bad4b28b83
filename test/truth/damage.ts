/** Ways in which a capture's text comes to harm between the kernel and the reader. */

const EVENT = /^\s*.{1,16}-\d+\s+\[(\d+)\] /;

/** Lines without their ends; the last one is empty if the text ends with a line end. */
export function linesOf(text: string): readonly string[] {
  return text.split('\n');
}

export function isEvent(line: string): boolean {
  return EVENT.test(line);
}

function cpuOf(line: string): number | undefined {
  const match = EVENT.exec(line);
  return match === null ? undefined : Number(match[1]);
}

export interface Damaged {
  readonly text: string;
  /** For each line of the damaged text the line of the original, 1-based; undefined for a line that is new. */
  readonly origin: readonly (number | undefined)[];
}

function rebuild(parts: readonly (readonly [string, number | undefined])[]): Damaged {
  return { text: parts.map(([line]) => line).join('\n'), origin: parts.map(([, from]) => from) };
}

function numbered(text: string): (readonly [string, number | undefined])[] {
  return linesOf(text).map((line, index) => [line, index + 1] as const);
}

/** Everything from a line on is missing. */
export function withoutTail(text: string, firstMissing: number): Damaged {
  const kept = numbered(text).slice(0, firstMissing - 1);
  return rebuild([...kept, ['', undefined] as const]);
}

/** The first events are missing; the header stays. */
export function withoutHead(text: string, lastMissing: number): Damaged {
  return rebuild(numbered(text).filter(([line], index) => index + 1 > lastMissing || !isEvent(line)));
}

/** A run of lines is lost and the tracer says so before the next event of each CPU: `CPU:n [LOST m EVENTS]`. */
export function withLoss(text: string, first: number, count: number, onlyCpu: number | undefined): Damaged {
  const lost = new Map<number, number>();
  const parts: (readonly [string, number | undefined])[] = [];
  for (const [line, number] of numbered(text)) {
    const cpu = cpuOf(line);
    const isHit = number !== undefined && number >= first && number < first + count;
    if (cpu !== undefined && isHit && (onlyCpu === undefined || cpu === onlyCpu)) {
      lost.set(cpu, (lost.get(cpu) ?? 0) + 1);
      continue;
    }
    const gone = cpu === undefined ? undefined : lost.get(cpu);
    if (cpu !== undefined && gone !== undefined) {
      parts.push([`CPU:${cpu} [LOST ${gone} EVENTS]`, undefined]);
      lost.delete(cpu);
    }
    parts.push([line, number]);
  }
  const end = parts.pop();
  for (const [cpu, gone] of lost) parts.push([`CPU:${cpu} [LOST ${gone} EVENTS]`, undefined]);
  if (end !== undefined) parts.push(end);
  return rebuild(parts);
}

/** Some lines stand there twice, one after the other. The copies are new lines. */
export function withCopies(text: string, copied: ReadonlySet<number>): Damaged {
  const parts = numbered(text).flatMap(([line, number]) =>
    number !== undefined && copied.has(number) && isEvent(line)
      ? [[line, number] as const, [line, undefined] as const]
      : [[line, number] as const],
  );
  return rebuild(parts);
}

/** Foreign lines stand before some lines. */
export function withGarbage(text: string, garbage: ReadonlyMap<number, string>): Damaged {
  const parts = numbered(text).flatMap(([line, number]) => {
    const before = number === undefined ? undefined : garbage.get(number);
    return before === undefined ? [[line, number] as const] : [[before, undefined] as const, [line, number] as const];
  });
  return rebuild(parts);
}

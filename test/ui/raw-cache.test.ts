import { describe, expect, test } from 'vitest';
import type { RawLine, RawText } from '../../src/store/raw-text.ts';
import { RawCache } from '../../src/ui/raw-cache.ts';

/** A text of so many lines that counts how often it is asked. */
class Lines implements RawText {
  asked: number[] = [];
  problem: string | undefined;
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  async lines(first: number, count: number) {
    if (count > 0) this.asked.push(first);
    const lines: RawLine[] = [];
    for (let number = first; number < first + count && number <= this.#count; number += 1) {
      lines.push({ number, offset: number, text: `line ${number}`, isCut: false });
    }
    const isEnd = first + count > this.#count;
    return {
      lines,
      ...(isEnd && { lineCount: this.#count }),
      ...(this.problem !== undefined && { problem: this.problem }),
    };
  }

  find(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  close(): void {}
}

describe('the lines that are looked at', () => {
  test('a page is fetched once, and told when it is there', async () => {
    const lines = new Lines(1000);
    let arrivals = 0;
    const cache = new RawCache(lines, () => {
      arrivals += 1;
    });
    expect(cache.line(200)).toBeUndefined();
    expect(cache.line(201)).toBeUndefined();
    await cache.waitFor(200);
    expect(arrivals).toBe(1);
    expect(cache.line(200)?.text).toBe('line 200');
    expect(cache.line(201)?.text).toBe('line 201');
    expect(lines.asked).toEqual([129]);
    expect(cache.lineCount).toBeUndefined();
    await cache.waitFor(1000);
    expect(cache.lineCount).toBe(1000);
  });

  test('pages that were not looked at for long are let go', async () => {
    const lines = new Lines(100_000);
    const cache = new RawCache(lines, () => undefined);
    for (let line = 1; line < 100_000; line += 128) await cache.waitFor(line);
    const asked = lines.asked.length;
    await cache.waitFor(99_900);
    expect(lines.asked.length).toBe(asked);
    await cache.waitFor(1);
    expect(lines.asked.length).toBe(asked + 1);
  });

  test('what has become of the input is news once', async () => {
    const lines = new Lines(10);
    const cache = new RawCache(lines, () => undefined);
    expect(await cache.look()).toBe(false);
    lines.problem = 'trace.txt has grown';
    expect(await cache.look()).toBe(true);
    expect(cache.problem).toBe('trace.txt has grown');
    expect(await cache.look()).toBe(false);
  });
});

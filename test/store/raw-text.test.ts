import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteText, type RawBytes } from '../../src/store/raw-text.ts';

function bytesOf(buffer: Buffer): RawBytes {
  return {
    async read(into, offset) {
      const part = buffer.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
    async problem() {
      return undefined;
    },
    close() {},
  };
}

/** Lines as `wc -l` counts them, and one more without its end. */
function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

const line = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.string({ unit: fc.constantFrom('a', 'é', '😀', ' ', '\0', '\x1b', '0'), maxLength: 30 }),
  },
  { weight: 1, arbitrary: fc.integer({ min: 60_000, max: 600_000 }).map((length) => 'x'.repeat(length)) },
);
const text = fc
  .tuple(
    fc.array(fc.tuple(line, fc.integer({ min: 1, max: 800 })), { maxLength: 12 }),
    fc.boolean(),
    fc.constantFrom('\n', '\r\n'),
  )
  .map(([runs, hasEnd, end]) => {
    const lines = runs.flatMap(([content, times]) =>
      Array.from({ length: content.length > 1000 ? 1 : times }, () => content),
    );
    return lines.join(end) + (hasEnd && lines.length > 0 ? end : '');
  });

describe('raw text', () => {
  test('any page of any text has its lines', async () => {
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.array(fc.tuple(fc.integer({ min: 1, max: 4000 }), fc.integer({ min: 0, max: 60 })), {
          minLength: 1,
          maxLength: 6,
        }),
        async (content, pages) => {
          const expected = linesOf(content);
          const raw = new ByteText(bytesOf(Buffer.from(content)));
          for (const [first, count] of pages) {
            const page = await raw.lines(first, count);
            expect(page.lines.map(({ number }) => number)).toEqual(
              expected.slice(first - 1, first - 1 + count).map((_, index) => first + index),
            );
            for (const { number, text: shown, offset, isCut } of page.lines) {
              const whole = expected[number - 1] ?? '';
              expect(isCut).toBe(Buffer.byteLength(whole) > 65_536);
              expect(shown).toBe(isCut ? whole.slice(0, 65_536) : whole);
              const start = Buffer.from(whole).subarray(0, 8);
              expect(Buffer.from(content).subarray(offset, offset + start.length)).toEqual(start);
            }
            if (page.lineCount !== undefined) expect(page.lineCount).toBe(expected.length);
          }
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });

  test('a search finds the nearest line on either side', async () => {
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.integer({ min: 0, max: 3000 }),
        fc.constantFrom(1 as const, -1 as const),
        async (content, from, side) => {
          const lines = linesOf(content);
          const raw = new ByteText(bytesOf(Buffer.from(content)));
          const passes = (line: string): boolean => line.includes('é');
          const hits = lines.flatMap((line, index) => (passes(line) ? [index + 1] : []));
          const expected = side === 1 ? hits.find((hit) => hit > from) : hits.findLast((hit) => hit < from);
          expect(await raw.find(passes, from, side)).toBe(expected);
        },
      ),
      { numRuns: 60, seed: 8 },
    );
  });

  test('a hint saves counting the lines before it', async () => {
    const lines = Array.from({ length: 50_000 }, (_, index) => `line ${index + 1}`);
    const content = Buffer.from(`${lines.join('\n')}\n`);
    let bytesRead = 0;
    const bytes = bytesOf(content);
    const counted: RawBytes = {
      ...bytes,
      read(into, offset) {
        bytesRead += into.length;
        return bytes.read(into, offset);
      },
    };
    const offset = content.indexOf('line 40001\n');
    const raw = new ByteText(counted, (line) => (line >= 40_001 ? { line: 40_001, offset } : undefined));
    const page = await raw.lines(40_003, 2);
    expect(page.lines.map((line) => line.text)).toEqual(['line 40003', 'line 40004']);
    expect(bytesRead).toBeLessThanOrEqual(2 * 256 * 1024);
  });

  test('what cannot be read is a problem, not an exception', async () => {
    const raw = new ByteText({
      ...bytesOf(Buffer.alloc(0)),
      read: () => Promise.reject(new Error('the disk is gone')),
    });
    expect(await raw.lines(1, 10)).toEqual({ lines: [], problem: 'the disk is gone' });
    expect(await raw.find(() => true, 0, 1)).toBeUndefined();
  });
});

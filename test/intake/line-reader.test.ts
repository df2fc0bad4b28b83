import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { candidateLines } from '../../src/intake/block-lines.ts';
import { LineReader } from '../../src/intake/line-reader.ts';
import { NeedleSearch } from '../../src/intake/needle-search.ts';

interface Line {
  readonly text: string;
  readonly line: number;
  readonly offset: number;
}

const NEEDLE = 'needle';
const search = new NeedleSearch([NEEDLE]);

function read(bytes: Uint8Array, chunk: number, max = 40, block = 128): { lines: Line[]; reader: LineReader } {
  const lines: Line[] = [];
  const sink = (text: string, line: number, offset: number): void => {
    if (text.includes(NEEDLE)) lines.push({ text, line, offset });
  };
  const reader = new LineReader(candidateLines(search, sink), max, block);
  for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes.subarray(at, at + chunk));
  reader.end();
  return { lines, reader };
}

/** The definition: lines by newline bytes, cut at `max` bytes but not inside a character. */
function slowly(bytes: Buffer, max: number): { lines: Line[]; count: number; overlong: number } {
  const lines: Line[] = [];
  let overlong = 0;
  let count = 0;
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline;
    count += 1;
    let stop = end;
    if (end - start > max) {
      overlong += 1;
      stop = start + max;
      while (stop > start && ((bytes[stop] ?? 0) & 0xc0) === 0x80) stop -= 1;
    }
    const text = bytes.toString('utf8', start, stop).replace(/\r$/, '');
    if (text.includes(NEEDLE)) lines.push({ text, line: count, offset: start });
    start = end + 1;
  }
  return { lines, count, overlong };
}

test('gives the candidate lines, counts all, whatever the chunks', () => {
  const part = fc.constantFrom(
    'needle',
    'nee',
    'dle',
    ' ',
    'ä€😀',
    '\n',
    '\r\n',
    '\n\n',
    '\0',
    'some more words ',
    'needle\n',
    'x needle y\n',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 120 }), fc.integer({ min: 1, max: 70 }), (parts, chunk) => {
      const bytes = Buffer.from(parts.join(''), 'utf8');
      const { lines, reader } = read(bytes, chunk);
      const expected = slowly(bytes, 40);
      expect(lines).toEqual(expected.lines);
      expect([reader.lines, reader.bytes, reader.overlong]).toEqual([expected.count, bytes.length, expected.overlong]);
    }),
    { seed: 20_261_123, numRuns: 2000 },
  );
});

describe('dense input', () => {
  const lines = Array.from({ length: 3000 }, (_, index) => `line ${index} with a needle${index % 7 === 0 ? ' ö' : ''}`);

  test.each(['\n', '\r\n'])('keeps numbers and offsets with line end %j', (end) => {
    const bytes = Buffer.from(lines.join(end), 'utf8');
    const expected = slowly(bytes, 64);
    expect(expected.lines.length).toBe(3000);
    expect(read(bytes, 7, 64, 512).lines).toEqual(expected.lines);
    expect(read(bytes, 100_000, 64, 512).lines).toEqual(expected.lines);
  });
});

test('a byte order mark is no part of the first line', () => {
  const { lines } = read(Buffer.from('\uFEFFneedle\nneedle\n', 'utf8'), 2);
  expect(lines).toEqual([
    { text: 'needle', line: 1, offset: 3 },
    { text: 'needle', line: 2, offset: 10 },
  ]);
});

test('a line of 100 MB passes in bounded memory', () => {
  const lines: Line[] = [];
  const reader = new LineReader(candidateLines(search, (text, line, offset) => lines.push({ text, line, offset })));
  const before = process.memoryUsage().arrayBuffers;
  reader.push(Buffer.from('needle first\nneedle '));
  const chunk = Buffer.alloc(1 << 20, 'x');
  for (let count = 0; count < 100; count += 1) reader.push(chunk);
  reader.push(Buffer.from(' needle\nneedle last'));
  reader.end();
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 << 20);
  expect(lines.map(({ text, line, offset }) => [text.length, line, offset])).toEqual([
    [12, 1, 0],
    [64 * 1024, 2, 13],
    [11, 3, 13 + 7 + 100 * (1 << 20) + 8],
  ]);
  expect([reader.lines, reader.overlong]).toEqual([3, 1]);
});

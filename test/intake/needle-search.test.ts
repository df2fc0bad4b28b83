import fc from 'fast-check';
import { expect, test } from 'vitest';
import { registry } from '../../parsers/registry.ts';
import { allNeedles } from '../../src/intake/dispatch.ts';
import { NeedleSearch } from '../../src/intake/needle-search.ts';

const aligned = (text: string): { block: Buffer; words: Int32Array } => {
  const bytes = Buffer.from(text, 'utf8');
  const block = Buffer.from(new ArrayBuffer((bytes.length + 7) & ~3));
  bytes.copy(block);
  return { block, words: new Int32Array(block.buffer) };
};

test.each(['x', 'ab', 'abc', 'dmar', 'iommu', 'prq_report', 'Überlauf'])('finds %j at every alignment', (needle) => {
  const search = new NeedleSearch([needle]);
  for (let before = 0; before < 9; before += 1) {
    const { block, words } = aligned(`${'-'.repeat(before)}${needle}--`);
    expect(search.find(block, words, 0, block.length)).toBe(before);
    const end = before + Buffer.byteLength(needle);
    expect(search.find(block, words, 0, end)).toBe(before);
    expect(search.find(block, words, 0, end - 1)).toBe(-1);
    expect(search.find(block, words, before + 1, block.length)).toBe(-1);
  }
});

test('without needles nothing is found', () => {
  const { block, words } = aligned('anything');
  expect(new NeedleSearch([]).find(block, words, 0, block.length)).toBe(-1);
});

test('finds a needle in the line in which a plain search finds the first one', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'abc_\n'), maxLength: 120 });
  const needles = fc.array(fc.string({ unit: fc.constantFrom(...'abc_'), minLength: 1, maxLength: 8 }), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(letters, needles, (text, wanted) => {
      const { block, words } = aligned(text);
      const found = new NeedleSearch(wanted).find(block, words, 0, text.length);
      const first = Math.min(
        ...wanted.map((needle) => text.indexOf(needle)).filter((at) => at >= 0),
        Number.POSITIVE_INFINITY,
      );
      if (first === Number.POSITIVE_INFINITY) expect(found).toBe(-1);
      else {
        expect(wanted.some((needle) => text.startsWith(needle, found))).toBe(true);
        expect(text.slice(0, found).split('\n').length).toBe(text.slice(0, first).split('\n').length);
      }
    }),
    { seed: 20_261_123, numRuns: 3000 },
  );
});

test('no parser has a needle of fewer than five bytes: each would slow every capture down', () => {
  expect(allNeedles(registry, undefined).filter((needle) => Buffer.byteLength(needle) < 5)).toEqual([]);
});

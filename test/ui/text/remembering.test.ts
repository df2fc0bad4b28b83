import fc from 'fast-check';
import { expect, test } from 'vitest';
import { remembering } from '../../../src/ui/text/remembering.ts';

test('gives what the function gives, and computes what was asked for last once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('', 'a', 'b', 'c', 'd', 'e', 'f')),
      fc.integer({ min: 1, max: 4 }),
      (texts, most) => {
        const computed: string[] = [];
        const of = remembering((text) => {
          computed.push(text);
          return { text };
        }, most);
        for (const [index, text] of texts.entries()) {
          const before = computed.length;
          expect(of(text)).toEqual({ text });
          const last = new Set(texts.slice(0, index).reverse());
          const isFresh = [...last].slice(0, most).includes(text);
          if (isFresh) expect(computed.length).toBe(before);
        }
      },
    ),
    { seed: 11 },
  );
});

test('forgets what was not asked for in a while', () => {
  const computed: string[] = [];
  const of = remembering((text) => computed.push(text), 2);
  for (const text of ['a', 'b', 'c', 'd', 'e', 'a']) of(text);
  expect(computed).toEqual(['a', 'b', 'c', 'd', 'e', 'a']);
});

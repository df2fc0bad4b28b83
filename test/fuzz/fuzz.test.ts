import fc from 'fast-check';
import { describe, test } from 'vitest';
import { mutants } from './mutants.ts';
import { readMutant } from './read-mutant.ts';

describe('mutated fixtures and noise', () => {
  test('are read or refused, without a crash or a hang', async () => {
    await fc.assert(
      fc.asyncProperty(mutants(), fc.constantFrom(7, 64 * 1024), (bytes, pieceBytes) => readMutant(bytes, pieceBytes)),
      { numRuns: 500, seed: 4711 },
    );
  }, 60_000);
});

import { describe, expect, it } from 'vitest';
import { differencesOf } from './compare.ts';
import { runLab } from './script.ts';

const FIRST_SEED = 1;
/** `LAB_RUNS=1000` for more; `node test/sim/lab/eval-lab.ts` tells more. */
const runs = Number(process.env.LAB_RUNS ?? 150);

describe('captures of a simulated lab, with the log of its devices', () => {
  it.each([
    ['with kprobes', true],
    ['with tracepoints only', false],
  ])(
    '%s: groups, answers that nobody expected, findings and notes agree',
    async (_, hasProbes) => {
      const found: string[] = [];
      for (let seed = FIRST_SEED; seed < FIRST_SEED + runs && found.length < 5; seed += 1) {
        const run = runLab(seed);
        for (const text of await differencesOf(run, hasProbes)) found.push(`seed ${seed} ${run.setup.kernel}: ${text}`);
      }
      expect(found).toEqual([]);
    },
    120_000,
  );

  it('is the same run for the same seed, and holds every kernel and handler', () => {
    const text = (seed: number): string =>
      runLab(seed)
        .lab.trace.lines.map((line) => `${line.at} ${line.text}`)
        .join('\n');
    expect(text(7)).toBe(text(7));
    const setups = new Set(
      Array.from({ length: 40 }, (_, seed) => runLab(seed).setup).map(
        ({ kernel, handlings }) => `${kernel} ${handlings.join('+')}`,
      ),
    );
    expect([...setups].sort()).toEqual([
      '6.1 driver',
      '6.12 driver',
      '7.2 driver',
      '7.2 iommufd',
      '7.2 sva',
      '7.2 sva+driver',
    ]);
  });
});
